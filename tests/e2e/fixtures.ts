// What every journey starts from: `import { expect, test } from './fixtures'`. `page` opens on a server of
// its own with a fresh demo world; `anotherBrowser` is somebody else's browser on the same server; `world`
// says who may sign in; `checkAccessibility` runs axe. Any error in a browser's console fails the test.
import { type BrowserContext, test as base, expect, type Page } from '@playwright/test';
import axe from 'axe-core';
import { type DemoPerson, type DemoWorld, readWorld, type Server, withServer } from './server';

const STANDARDS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

interface Fixtures {
  /** False for a server that starts on an empty folder, as a new installation does. */
  demo: boolean;
  server: Server;
  world: DemoWorld;
  /** The person of the demo world with this role; fails when there is none. */
  person: (role: string) => DemoPerson;
  anotherBrowser: () => Promise<Page>;
}

/** Collects what the console reports as an error: failed scripts and everything the security policy blocks. */
function watch(context: BrowserContext): string[] {
  const errors: string[] = [];
  context.on('console', (message) => {
    if (message.type() !== 'error') return;
    // The browser reports each refusal of the API too; a 4xx answer is part of many journeys.
    const refused = /^Failed to load resource: the server responded with a status of 4\d\d/.test(
      message.text(),
    );
    if (refused && new URL(message.location().url).pathname.startsWith('/api/v1/')) return;
    errors.push(message.text());
  });
  context.on('weberror', (error) => errors.push(String(error.error())));
  return errors;
}

export const test = base.extend<Fixtures>({
  demo: [true, { option: true }],
  server: async ({ demo }, use, info) => {
    await withServer(
      async (server) => {
        await use(server);
        if (info.status !== info.expectedStatus) await info.attach('server log', { body: server.log() });
      },
      { demo },
    );
  },
  baseURL: async ({ server }, use) => {
    await use(server.url);
  },
  context: async ({ context }, use) => {
    const errors = watch(context);
    await use(context);
    expect(errors, 'errors in the console').toEqual([]);
  },
  anotherBrowser: async ({ browser, contextOptions, baseURL }, use) => {
    const opened: { context: BrowserContext; errors: string[] }[] = [];
    await use(async () => {
      const context = await browser.newContext({ ...contextOptions, baseURL });
      opened.push({ context, errors: watch(context) });
      return context.newPage();
    });
    for (const { context, errors } of opened) {
      await context.close();
      expect(errors, 'errors in the console of the other browser').toEqual([]);
    }
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

interface Finding {
  id: string;
  targets: string[];
}

/** Runs axe in the page: its script goes in once per load, not once per look. */
async function findings(page: Page, only: { type: 'tag' | 'rule'; values: string[] }): Promise<Finding[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  return page.evaluate(async (runOnly) => {
    const scanner = (window as unknown as { axe: typeof axe }).axe;
    const { violations } = await scanner.run(document, { runOnly, resultTypes: ['violations'] });
    return violations.map(({ id, nodes }) => ({ id, targets: nodes.map((node) => node.target.join(' ')) }));
  }, only);
}

/** Fails on any finding of axe: wide and narrow, light and dark, and on anything that has to be scrolled sideways. */
export async function checkAccessibility(page: Page): Promise<void> {
  const wide = page.viewportSize();
  for (const width of [1280, 375]) {
    await page.setViewportSize({ width, height: 800 });
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow, `${page.url()} scrolls sideways at ${width} px`).toBeLessThanOrEqual(0);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      // The schemes differ in nothing but colours.
      const found = await findings(
        page,
        colorScheme === 'light'
          ? { type: 'tag', values: STANDARDS }
          : { type: 'rule', values: ['color-contrast'] },
      );
      expect(found, `${page.url()} (${colorScheme}, ${width} px)`).toEqual([]);
    }
  }
  await page.emulateMedia({ colorScheme: null });
  if (wide) await page.setViewportSize(wide);
}

export { expect };
