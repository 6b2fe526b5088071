// What every journey starts from: `import { expect, test } from './fixtures'`. `page` opens on a server of
// its own with a fresh demo world; `world` says who may sign in; `checkAccessibility` runs axe.
import AxeBuilder from '@axe-core/playwright';
import { test as base, expect, type Page } from '@playwright/test';
import { type DemoPerson, type DemoWorld, readWorld, type Server, withServer } from './server';

const STANDARDS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

interface Fixtures {
  server: Server;
  world: DemoWorld;
  /** The person of the demo world with this role; fails when there is none. */
  person: (role: string) => DemoPerson;
}

export const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the dependencies from the pattern
  server: async ({}, use) => {
    await withServer(use);
  },
  baseURL: async ({ server }, use) => {
    await use(server.url);
  },
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the dependencies from the pattern
  world: async ({}, use) => {
    await use(await readWorld());
  },
  person: async ({ world }, use) => {
    await use((role) => {
      const found = world.people.find((person) => person.role === role);
      if (!found) throw new Error(`nobody in the demo world is ${role}`);
      return found;
    });
  },
});

/** Fails on any finding of axe, in the light and in the dark scheme. */
export async function checkAccessibility(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page }).withTags(STANDARDS).analyze();
    const findings = violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`);
    expect(findings, `${page.url()} (${colorScheme})`).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: null });
}

export { expect };
