// Takes the pictures of the help guides instead of testing; run by tests/scripts/guides.sh.
import { defineConfig } from '@playwright/test';
import journeys from './playwright.config';

export default defineConfig(journeys, {
  testMatch: 'guides.pictures.ts',
  reporter: [['list']],
});
