// Opening a page, waiting until it shows its data, and checking it as `checkAccessibility` does.
import type { Page } from '@playwright/test';
import { checkAccessibility, expect, test } from './fixtures';
import { heading } from './portal';

export async function visit(page: Page, path: string, title: string | RegExp): Promise<void> {
  await page.goto(path);
  await settle(page, title);
}

/** For a page that stands there already. */
export async function settle(page: Page, title: string | RegExp): Promise<void> {
  await expect(heading(page, title)).toBeVisible();
  await expect(page.getByText('Loading…')).toHaveCount(0);
  await test.step(page.url(), () => checkAccessibility(page));
}
