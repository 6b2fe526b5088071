// The pictures of the help guides. Each opens the page that its guide explains, in the light scheme and at one
// size, so that taking them anew changes no more of them than the pages have changed.
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { heading, signIn } from './portal';

test.use({ viewport: { width: 1024, height: 640 }, colorScheme: 'light' });

async function take(page: Page, path: string, title: string | RegExp, name: string): Promise<void> {
  await page.goto(path);
  await expect(heading(page, title)).toBeVisible();
  await expect(page.getByText('Loading…')).toHaveCount(0);
  await shoot(page, name);
}

async function shoot(page: Page, name: string): Promise<void> {
  const folder = process.env.QUAYMASTER_GUIDES;
  if (!folder) throw new Error('QUAYMASTER_GUIDES must name the folder of the pictures');
  await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled', caret: 'hide' });
}

async function takeReport(page: Page): Promise<void> {
  await page.goto('/reports/DU-102');
  await page.getByRole('button', { name: 'Run' }).click();
  await expect(page.getByText('Why these rows')).toBeVisible();
  await page.setViewportSize({ width: 1024, height: 1200 });
  await shoot(page, 'report');
}

async function takeBuilder(page: Page): Promise<void> {
  await page.setViewportSize({ width: 1280, height: 1000 });
  await page.goto('/reports/new?from=DU-102');
  await expect(page.getByRole('table', { name: 'First 10 rows of the report' })).toBeVisible();
  await shoot(page, 'builder');
  await page.setViewportSize({ width: 1024, height: 1200 });
  await page.goto('/reports/schedules/new?report=DU-102');
  await expect(page.getByText('Next three runs:')).toBeVisible();
  await shoot(page, 'schedule');
}

test('pictures for somebody who is not signed in', async ({ page }) => {
  await take(page, '/forgot-password', 'Forgot your password, or locked out?', 'forgot-password');
});

test('pictures for the Account Owner', async ({ page, person }) => {
  await signIn(page, person('owner'));
  await take(page, '/people?state=failed_attempts', 'People', 'people-locked');
  await take(page, '/people/new', 'Invite a person', 'invite');
  await take(page, '/company', 'Company', 'company');
  await take(page, '/access/cross-account', 'Cross-account access', 'cross-account');
  await take(page, '/cases', 'Support', 'cases');
  await take(page, '/reports', 'Reports', 'reports');
  await takeReport(page);
  await takeBuilder(page);
});
