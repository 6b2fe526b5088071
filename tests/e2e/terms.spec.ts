// The terms: who has accepted them, and the better way than sharing a User ID.
import { expect, test } from './fixtures';
import { settle, visit } from './look';
import { heading, navigation, row, signIn } from './portal';

test('the owner sees who has accepted the terms, and invites the second person in one click', async ({
  page,
  person,
}) => {
  test.setTimeout(120_000);
  const owner = person('owner');
  await signIn(page, owner);
  await navigation(page).getByRole('link', { name: 'People' }).click();
  await page.getByRole('link', { name: 'Accepted terms' }).click();
  await settle(page, 'Who has accepted the terms');
  await expect(row(page, 'Ines Duarte')).toContainText('Version in force');
  await page.getByLabel('Show').selectOption({ label: 'Who has not accepted' });
  await page.getByRole('button', { name: 'Apply filters' }).click();
  await expect(page).toHaveURL(/state=missing/);
  await expect(row(page, 'Ines Duarte')).toHaveCount(0);

  await visit(page, '/me?tab=terms', 'Profile and settings');
  await page.getByRole('link', { name: 'Invite a person' }).click();
  await expect(heading(page, 'Invite a person')).toBeVisible();
});

test('a user does not see the acceptances of others, and is told whom to ask', async ({ page, person }) => {
  await signIn(page, person('user'));
  await page.goto('/people/terms');
  await expect(page.getByText('You may not see this')).toBeVisible();
  await page.goto('/me?tab=terms');
  await expect(page.getByText('The Account Owner or a Proxy Account Owner of your account')).toBeVisible();
});
