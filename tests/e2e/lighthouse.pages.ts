// Lighthouse on the pages that people meet first and most, as a desktop sees them. The numbers are written down, never
// asserted: they are those of the machine, too. tests/scripts/lighthouse.sh says where Lighthouse itself is.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { chromium } from '@playwright/test';
import { expect, test } from './fixtures';
import { signIn } from './portal';

/** Each page is measured so often; the middle one counts. */
const TIMES = 3;

const OUTPUT = resolve(import.meta.dirname, '../../target/lighthouse.md');

interface Measured {
  performance: number;
  accessibility: number;
  /** Milliseconds until the largest text or picture stands. */
  largest: number;
  /** Milliseconds in which the page did not answer. */
  blocked: number;
}

type Lighthouse = (
  url: string,
  flags: object,
  config: object,
) => Promise<{
  lhr: {
    categories: Record<string, { score: number }>;
    audits: Record<string, { numericValue?: number; score: number | null; title: string }>;
    runtimeError?: { message: string };
    finalDisplayedUrl: string;
  };
}>;

async function freePort(): Promise<number> {
  return new Promise((done) => {
    const probe = createServer();
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => done(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

test('the pages that people meet first and most', async ({ server, person }) => {
  const tool = process.env.LIGHTHOUSE;
  if (!tool) throw new Error('run it with tests/scripts/lighthouse.sh');
  const { default: lighthouse, desktopConfig } = (await import(tool)) as {
    default: Lighthouse;
    desktopConfig: object;
  };
  const profile = await mkdtemp(join(tmpdir(), 'quaymaster-lighthouse-'));
  const port = await freePort();
  // Lighthouse opens a tab of its own; in a profile of its own it finds the session there.
  const browser = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM,
    args: ['--no-sandbox', '--disable-gpu', `--remote-debugging-port=${port}`],
    viewport: null,
    baseURL: server.url,
  });
  const measure = async (path: string): Promise<Measured> => {
    const turns: Measured[] = [];
    for (let turn = 0; turn < TIMES; turn++) {
      const { lhr } = await lighthouse(
        server.url + path,
        {
          port,
          disableStorageReset: true,
          onlyCategories: ['performance', 'accessibility'],
          logLevel: 'error',
        },
        desktopConfig,
      );
      expect(lhr.runtimeError).toBeUndefined();
      // A page that sends its reader elsewhere would be another page's number.
      expect(new URL(lhr.finalDisplayedUrl).pathname).toBe(path.split('?')[0]);
      turns.push({
        performance: Math.round((lhr.categories.performance?.score ?? 0) * 100),
        accessibility: Math.round((lhr.categories.accessibility?.score ?? 0) * 100),
        largest: lhr.audits['largest-contentful-paint']?.numericValue ?? Number.NaN,
        blocked: lhr.audits['total-blocking-time']?.numericValue ?? Number.NaN,
      });
      const failed = Object.values(lhr.audits).filter((audit) => audit.score !== null && audit.score < 0.9);
      console.log(`${path}: ${failed.map((audit) => audit.title).join('; ') || 'nothing to say'}`);
    }
    turns.sort((a, b) => a.performance - b.performance || b.largest - a.largest);
    return turns[Math.floor(TIMES / 2)] as Measured;
  };
  try {
    const lines = [
      '| page | performance | accessibility | largest paint | blocked |',
      '|---|---|---|---|---|',
    ];
    const add = async (name: string, path: string) => {
      const m = await measure(path);
      lines.push(
        `| ${name} | ${m.performance} | ${m.accessibility} | ${m.largest.toFixed(0)} ms | ${m.blocked.toFixed(0)} ms |`,
      );
    };
    await add('sign-in', '/sign-in');
    const page = await browser.newPage();
    await signIn(page, person('owner'));
    await add('home', '/');
    await add('users', '/people');
    await page.goto('/reports/DU-102');
    await page.getByRole('button', { name: 'Run' }).click();
    await expect(page.getByText('Why these rows')).toBeVisible();
    const report = new URL(page.url());
    await page.close();
    await add('report', report.pathname + report.search);
    await writeFile(OUTPUT, `${lines.join('\n')}\n`);
    console.log(lines.join('\n'));
  } finally {
    await browser.close();
    await rm(profile, { recursive: true, force: true });
  }
});
