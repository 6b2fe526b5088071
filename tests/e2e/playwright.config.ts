// How the browser journeys run: Chromium of the machine, one worker, no retries. Each test gets its own
// server (fixtures.ts), so there is no shared state to order the tests by.
import { defineConfig } from '@playwright/test';

const chromium = process.env.CHROMIUM;
if (!chromium) throw new Error('CHROMIUM must name the browser; run the journeys with tests/scripts/e2e.sh');

export default defineConfig({
  testDir: '.',
  testMatch: '**/*.spec.ts',
  outputDir: '../../target/e2e/results',
  globalSetup: './global-setup.ts',
  workers: 1,
  retries: 0,
  forbidOnly: true,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [['list'], ['json', { outputFile: '../../target/test-logs/playwright.json' }]],
  use: {
    browserName: 'chromium',
    locale: 'en-US',
    timezoneId: 'America/New_York',
    trace: 'retain-on-failure',
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
