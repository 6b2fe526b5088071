// How `make lighthouse` looks at the pages: one after the other, on the server of the journeys.
import { defineConfig } from '@playwright/test';
import journeys from './playwright.config';

export default defineConfig(journeys, {
  testMatch: 'lighthouse.pages.ts',
  workers: 1,
  timeout: 900_000,
  reporter: [['line']],
});
