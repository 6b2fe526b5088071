// How the browser journeys run: Chromium of the machine, two at a time, no retries. Each test gets its own
// server (fixtures.ts), so there is no shared state to order the tests by. The limits leave room for a
// machine that is busy with something else; a test waits for what it expects, never for a time.
import { defineConfig } from '@playwright/test';

const chromium = process.env.CHROMIUM;
if (!chromium) throw new Error('CHROMIUM must name the browser; run the journeys with tests/scripts/e2e.sh');

export default defineConfig({
  testDir: '.',
  testMatch: '**/*.spec.ts',
  outputDir: '../../target/e2e/results',
  globalSetup: './global-setup.ts',
  fullyParallel: true,
  workers: 2,
  retries: 0,
  forbidOnly: true,
  timeout: 180_000,
  expect: { timeout: 30_000 },
  reporter: [['list'], ['json', { outputFile: '../../target/test-logs/playwright.json' }]],
  use: {
    browserName: 'chromium',
    actionTimeout: 60_000,
    navigationTimeout: 60_000,
    locale: 'en-US',
    timezoneId: 'America/New_York',
    // Pictures of every step would cost more than the steps; the snapshots of the page show the same.
    trace: { mode: 'retain-on-failure', screenshots: false },
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: chromium,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
});
