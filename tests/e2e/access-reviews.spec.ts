// An access review from start to evidence, and its quarterly schedule.
import { readFile } from 'node:fs/promises';
import { checkAccessibility, expect, test } from './fixtures';
import { heading, row, signIn } from './portal';

test('an owner reviews who has access and takes the evidence along', async ({ page, person }) => {
  test.setTimeout(120_000);
  await signIn(page, person('owner'));
  await page.goto('/access/reviews');
  await page.getByRole('link', { name: 'Start a review' }).first().click();
  await page.getByRole('button', { name: 'Start the review' }).click();
  await expect(heading(page, /^Access review/)).toBeVisible();
  await expect(page.getByText(/^0 of \d+ answered$/)).toBeVisible();
  await checkAccessibility(page);

  const dialog = page.getByRole('dialog');
  await page.getByRole('button', { name: 'Keep: Ines Duarte' }).click();
  await dialog.getByRole('button', { name: 'Keep Ines Duarte' }).click();
  // An answer needs its reason.
  await expect(dialog.getByRole('alert')).toContainText('Enter a reason');
  await dialog.getByLabel('Reason').fill('Still files our entries.');
  await dialog.getByRole('button', { name: 'Keep Ines Duarte' }).click();
  await expect(page.getByText('Ines Duarte keeps the access.')).toBeVisible();
  await expect(row(page, /Ines Duarte/)).toContainText('Still files our entries.');

  await page.getByRole('button', { name: 'Remove: Omar Haddad' }).click();
  await dialog.getByLabel('Reason').fill('Left the company.');
  await dialog.getByRole('button', { name: 'Remove Omar Haddad' }).click();
  await expect(page.getByText('Omar Haddad is removed.')).toBeVisible();
  await expect(page.getByText(/^2 of \d+ answered$/)).toBeVisible();

  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download the evidence as CSV' }).click();
  const file = await readFile(await (await download).path(), 'utf8');
  expect(file).toContain('Still files our entries.');
  expect(file).toContain('Left the company.');

  // The answer took effect at once.
  await page.goto('/people?q=Haddad');
  await expect(heading(page, 'People')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Omar Haddad' })).toHaveCount(0);

  await page.goto('/access/reviews');
  await page.getByRole('button', { name: 'Review each quarter' }).click();
  await dialog.getByRole('button', { name: 'Save the schedule' }).click();
  await expect(page.getByText(/^The next review starts on /)).toBeVisible();
});
