// A new installation: no demo world, nobody there yet.
import { expect, test } from './fixtures';
import { finishFirstSignIn, heading, NEW_PASSWORD, navigation } from './portal';

test.use({ demo: false });

test('the one-time link makes the first administrator, and no second one', async ({ page, server }) => {
  const link = /\S+\/setup#token=\S+/.exec(server.log())?.[0] ?? '';
  expect(link, server.log()).not.toBe('');
  await page.goto('/setup#token=made-up');
  await page.getByLabel('Given name').fill('Ada');
  await page.getByLabel('Family name').fill('Stone');
  await page.getByLabel('E-mail').fill('ada.stone@operator.example');
  await page.getByRole('textbox', { name: 'User ID' }).fill('ada.stone');
  await page.getByLabel('Password', { exact: true }).fill(NEW_PASSWORD);
  await page.getByRole('button', { name: 'Create the administrator' }).click();
  await expect(page.getByRole('alert')).toContainText('The one-time token is not valid');

  await page.goto('/sign-in');
  await page.goto(link);
  await expect(heading(page, 'Set up the first administrator')).toBeVisible();
  await page.getByLabel('Given name').fill('Ada');
  await page.getByLabel('Family name').fill('Stone');
  await page.getByLabel('E-mail').fill('ada.stone@operator.example');
  await page.getByRole('textbox', { name: 'User ID' }).fill('ada.stone');
  await page.getByLabel('Password', { exact: true }).fill(NEW_PASSWORD);
  await page.getByRole('button', { name: 'Create the administrator' }).click();
  await expect(page.getByText('The first administrator is created.')).toBeVisible();
  await page.getByRole('textbox', { name: 'User ID' }).fill('ada.stone');
  await page.getByLabel('Password', { exact: true }).fill(NEW_PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await finishFirstSignIn(page);
  await expect(navigation(page).getByRole('link', { name: 'Staff' })).toBeVisible();
  await expect(page.getByText('Demonstration')).toHaveCount(0);

  await page.goto('/setup');
  await expect(page.getByRole('region', { name: 'This portal is set up' })).toBeVisible();
  await page.goto('/demo/mailbox');
  await expect(page.getByText('Not found')).toBeVisible();
});
