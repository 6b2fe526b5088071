// Owners and proxies help locked people: one, several with an answer for each, and with a temporary password.
import { expect, test } from './fixtures';
import { enterCredentials, heading, NEW_PASSWORD, openMail, row, signIn, tick, workIn } from './portal';

test('a proxy reactivates several: each person gets an answer, and a proxy is out of reach', async ({
  page,
  person,
}) => {
  await signIn(page, person('proxy'));
  await workIn(page, 'Northgate Imports');
  await page.goto('/people');
  await page.getByRole('button', { name: 'Reactivate', exact: true }).first().click();
  await expect(page.getByText('Select the people to reactivate first.')).toBeVisible();
  for (const name of ['Tom Becker', 'Aiko Tanaka', 'Grace Mbeki']) {
    await page.getByRole('checkbox', { name: `Select ${name}` }).check();
  }
  await page.getByRole('button', { name: 'Reactivate 3' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Reactivate 3' }).click();
  const result = page.getByRole('status').filter({ hasText: 'Result' });
  await expect(result).toContainText('2 people reactivated.');
  await expect(result).toContainText('1 person not reactivated:');
  await expect(result.getByRole('listitem')).toContainText('Grace Mbeki');
  await expect(result.getByRole('listitem')).toContainText('not-above-target');
  await expect(row(page, /Tom Becker/)).toContainText('Active');
  await expect(row(page, /Grace Mbeki/)).toContainText('Locked: too many tries');
});

test('a mailed temporary password signs in once, and a new password must be created first', async ({
  page,
  person,
  anotherBrowser,
}) => {
  const locked = person('locked_user');
  await signIn(page, person('owner'));
  await page.goto('/people?state=failed_attempts');
  await page.getByRole('link', { name: 'Tom Becker' }).click();
  await expect(page.getByRole('region', { name: 'State' })).toContainText('Locked: too many tries');
  await page.getByRole('button', { name: 'Reactivate Tom Becker' }).click();
  const dialog = page.getByRole('dialog');
  await tick(dialog.getByLabel(/Also mail a temporary password/));
  await dialog.getByRole('button', { name: 'Reactivate Tom Becker' }).click();
  await expect(page.getByText('Tom Becker can sign in again.')).toBeVisible();
  await expect(page.getByRole('region', { name: 'State' })).toContainText('Active');

  const tom = await anotherBrowser();
  const mail = await openMail(tom, locked.email, /active again/);
  const temporary = /^\s*([A-Za-z0-9]+(?:-[A-Za-z0-9]+)+)\s*$/m.exec(await mail.innerText())?.[1] ?? '';
  expect(temporary).not.toBe('');
  await enterCredentials(tom, locked.user_id, temporary);
  await expect(heading(tom, 'Create a new password')).toBeVisible();
  // There is no way round it.
  await tom.goto('/company');
  await expect(heading(tom, 'Create a new password')).toBeVisible();
  await tom.getByLabel('Temporary or present password', { exact: true }).fill(temporary);
  await tom.getByLabel('New password', { exact: true }).fill('short');
  await tom.getByRole('button', { name: 'Save the new password' }).click();
  await expect(tom.getByRole('alert')).toContainText('Enter at least 15 characters');
  await tom.getByLabel('New password', { exact: true }).fill(locked.password);
  await tom.getByRole('button', { name: 'Save the new password' }).click();
  await expect(tom.getByRole('alert').getByRole('link')).toBeVisible();
  await tom.getByLabel('New password', { exact: true }).fill(NEW_PASSWORD);
  await tom.getByRole('button', { name: 'Save the new password' }).click();
  await expect(heading(tom, 'Company')).toBeVisible();
});
