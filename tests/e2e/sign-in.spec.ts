// Signing in, being locked out, and what the same browser is told about it.
import { expect, test } from './fixtures';
import { enterCredentials, fillCredentials, heading, signIn, signOut } from './portal';

test('a wrong password is refused in one neutral sentence, the right one opens Home', async ({
  page,
  person,
}) => {
  const user = person('user');
  await enterCredentials(page, user.user_id, 'not the password at all');
  const alert = page.getByRole('alert');
  await expect(alert).toContainText('sign-in-failed');
  await expect(page).toHaveTitle(/^Error: /);
  await expect(page.getByLabel('Password', { exact: true })).toHaveValue('');
  const words = await alert.locator('p').first().innerText();

  await fillCredentials(page, 'nobody.at.all', 'not the password at all');
  // The same words stand there already; what was typed goes when the second answer has come.
  await expect(page.getByLabel('Password', { exact: true })).toHaveValue('');
  await expect(alert.locator('p').first()).toHaveText(words);

  await fillCredentials(page, user.user_id, user.password);
  await expect(heading(page, /^Welcome, /)).toBeVisible();
  await signOut(page);
  await expect(page.getByRole('status').filter({ hasText: 'You are signed out.' })).toBeVisible();
});

test('an empty form says what is missing and leads to the field', async ({ page }) => {
  await page.goto('/sign-in');
  await page.getByRole('button', { name: 'Sign in' }).click();
  const summary = page.getByRole('alert', { name: 'There is a problem' });
  await expect(summary).toBeFocused();
  await summary.getByRole('link', { name: 'Enter your password' }).click();
  await expect(page.getByLabel('Password', { exact: true })).toBeFocused();
});

test('the banner of the demo stands there before any answer of the API, so nothing moves', async ({
  page,
}) => {
  await page.route('**/api/**', (route) => route.abort());
  await page.goto('/sign-in');
  await expect(page.getByRole('complementary', { name: 'About this demonstration' })).toBeVisible();
});

test('five wrong passwords lock; the owner sees it and reactivates; the user is in again', async ({
  page,
  person,
  anotherBrowser,
}) => {
  const user = person('user');
  await page.goto('/sign-in');
  for (let attempt = 0; attempt < 5; attempt += 1) {
    await fillCredentials(page, user.user_id, `wrong password number ${attempt}`);
    await expect(page.getByLabel('Password', { exact: true })).toHaveValue('');
  }
  // Locked now, and the right password is answered like a wrong one.
  await fillCredentials(page, user.user_id, user.password);
  await expect(page.getByLabel('Password', { exact: true })).toHaveValue('');
  await expect(page.getByRole('alert')).toContainText('sign-in-failed');
  await page.getByRole('link', { name: 'Forgot your password, or locked out?' }).click();
  await page.getByRole('link', { name: 'Who else can unlock me?' }).click();
  await expect(heading(page, 'Locked out for now?')).toBeVisible();
  await expect(page.getByRole('region', { name: 'Who can unlock you fastest' })).toContainText(
    'Account Owner',
  );

  const owner = await anotherBrowser();
  await signIn(owner, person('owner'));
  const need = owner.getByRole('listitem').filter({ hasText: 'locked after too many wrong passwords' });
  await need.first().getByRole('link', { name: 'Reactivate them' }).click();
  await expect(owner).toHaveURL(/state=failed_attempts/);
  await owner.getByRole('button', { name: 'Reactivate Ines Duarte' }).click();
  const dialog = owner.getByRole('dialog', { name: 'Reactivate 1 person?' });
  await dialog.getByRole('button', { name: 'Reactivate Ines Duarte' }).click();
  await expect(owner.getByText('1 person reactivated. Ines Duarte')).toBeVisible();
  await expect(owner.getByRole('link', { name: 'Ines Duarte' })).toBeHidden();

  await signIn(page, user);
});
