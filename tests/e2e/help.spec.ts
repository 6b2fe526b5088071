// Help: guides and the pages of refusals, and the way from a refusal to its page and on to the remedy.
import type { Locator, Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { settle, visit } from './look';
import { heading, openSubAccount, signIn } from './portal';

/** Follows the link of a refusal; its page opens in a new tab, so that the form stays as it is. */
async function followRefusal(page: Page, refusal: Locator): Promise<Page> {
  const opened = page.waitForEvent('popup');
  await refusal.getByRole('link', { name: /^What this means/ }).click();
  const help = await opened;
  await help.waitForLoadState();
  return help;
}

test('pages of the help, for anybody', async ({ page }) => {
  test.setTimeout(480_000);
  await visit(page, '/help', 'Help');
  const guides = page.getByRole('region', { name: 'Guides' }).getByRole('link');
  const titles = await guides.allTextContents();
  expect(titles.length).toBeGreaterThanOrEqual(6);
  for (const title of titles) {
    await page.goto('/help');
    await page.getByRole('link', { name: title, exact: true }).first().click();
    await settle(page, title);
    for (const picture of await page.getByRole('main').getByRole('img').all()) {
      await picture.scrollIntoViewIfNeeded();
      await expect
        .poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth))
        .toBeGreaterThan(0);
    }
  }
  await visit(page, '/help/refusals/last-owner', 'An account has exactly one owner');
  await visit(page, '/help/refusals/no-such-code', 'No page for this code');
  await visit(page, '/help/no-such-guide', 'No such guide');
});

test('the help is searched by words and by codes', async ({ page }) => {
  await page.goto('/sign-in');
  await page.getByRole('link', { name: 'Help', exact: true }).click();
  await expect(heading(page, 'Help')).toBeVisible();
  await page.getByRole('searchbox').fill('temporary password');
  await page.getByRole('searchbox').press('Enter');
  await expect(page).toHaveURL(/q=temporary/);
  await expect(page.getByRole('link', { name: 'Resetting passwords' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Account structure' })).toHaveCount(0);
  await page.goto('/help?q=exceeds-grant');
  await page.getByRole('link', { name: 'This is more than the grant' }).click();
  await expect(heading(page, 'This is more than the grant')).toBeVisible();
  await page.goto('/help?q=zeppelin');
  await expect(page.getByText('Nothing found')).toBeVisible();
});

test('a page leads to the guide that explains it', async ({ page, person }) => {
  await signIn(page, person('owner'));
  await page.goto('/people');
  await page.getByText('About this page').click();
  await page.getByRole('link', { name: 'Read the guide' }).click();
  await expect(heading(page, 'Resetting locks')).toBeVisible();
});

test('the refusal of a second account for an activity leads to its page and on to the transfer (R1)', async ({
  page,
  person,
}) => {
  await signIn(page, person('owner'));
  await page.goto('/company');
  await page.getByRole('button', { name: 'Add an activity' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add a business activity' });
  await dialog.getByLabel('Activity').selectOption('exporter');
  await dialog.getByRole('button', { name: 'Add an activity' }).click();
  const refusal = dialog.getByRole('status').filter({ hasText: 'activity-held-by-sibling-account' });
  const help = await followRefusal(page, refusal);
  await expect(heading(help, 'Another account of your company holds this activity')).toBeVisible();
  await expect(help.getByRole('heading', { name: 'Why the rule is there' })).toBeVisible();
  await help.getByRole('link', { name: 'transfer the activity' }).click();
  await expect(heading(help, 'Move an activity')).toBeVisible();
  // The form that was refused still stands there.
  await expect(dialog.getByLabel('Activity')).toHaveValue('exporter');
});

test("the refusal of a client's identifier leads to its page and on to the request for access (R3)", async ({
  page,
  person,
}) => {
  await signIn(page, person('broker_owner'));
  await page.goto('/company');
  await openSubAccount(page, 'Own imports');
  await page.getByLabel('Value').fill('19-100000100');
  await page.getByRole('button', { name: 'Add the identifier' }).click();
  const refusal = page.getByRole('status').filter({ hasText: 'client-identifier' });
  const help = await followRefusal(page, refusal);
  await expect(heading(help, 'This identifier belongs to another company')).toBeVisible();
  await help.getByRole('link', { name: 'Request access' }).click();
  await expect(heading(help, 'Request access')).toBeVisible();
  // The refusal itself has the request filled in.
  await refusal.getByRole('button', { name: /Request access from Silverline/ }).click();
  await expect(page.getByText(/Silverline .* holds Importer number 19-100000100/)).toBeVisible();
});
