// The rules about activities and identifiers, each refusal explained where it happens (R1 to R5).
import { expect, test } from './fixtures';
import { heading, openSubAccount, row, signIn } from './portal';

test('an activity that the sibling account holds is refused and explained (R1)', async ({ page, person }) => {
  await signIn(page, person('owner'));
  await page.goto('/company');
  await page.getByRole('button', { name: 'Add an activity' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add a business activity' });
  // Restricted and closed activities are no choice; the dialog says who adds them (R5).
  await expect(dialog.getByRole('option', { name: /^Broker/ })).toHaveCount(0);
  await expect(dialog).toContainText('Closed since 2022');
  await dialog.getByLabel('Activity').selectOption('exporter');
  await dialog.getByRole('button', { name: 'Add an activity' }).click();
  const refusal = dialog.getByRole('status').filter({ hasText: 'activity-held-by-sibling-account' });
  await expect(refusal).toContainText('Another account of your company has this activity');
  await dialog.getByLabel('Activity').selectOption('service_provider');
  await dialog.getByRole('button', { name: 'Add an activity' }).click();
  await expect(page.getByText(/is added. Next, make a sub-account for it./)).toBeVisible();

  // The identifier of the sibling account stands in one account only (R2).
  await page.getByRole('button', { name: 'Add a sub-account' }).click();
  const add = page.getByRole('dialog', { name: 'Add a sub-account' });
  await add.getByLabel('Name').fill('Service desk');
  await add.getByLabel('Activity').selectOption('service_provider');
  await add.getByRole('button', { name: 'Add a sub-account' }).click();
  await openSubAccount(page, 'Service desk');
  await page.getByLabel('Value').fill('17-1000001');
  await page.getByRole('button', { name: 'Add the identifier' }).click();
  await expect(
    page.getByRole('status').filter({ hasText: 'identifier-held-by-another-account' }),
  ).toContainText('This identifier stands in another portal account');
});

test("a broker cannot take a client's identifier, and gets the request for access instead (R3, R4)", async ({
  page,
  person,
}) => {
  await signIn(page, person('broker_owner'));
  await page.goto('/company');
  await openSubAccount(page, 'Own imports');
  await page.getByLabel('Value').fill('19-100000100');
  await page.getByRole('button', { name: 'Add the identifier' }).click();
  const refusal = page.getByRole('status').filter({ hasText: 'client-identifier' });
  await expect(refusal).toContainText('This identifier belongs to a client, not to your company');
  await refusal.getByRole('button', { name: /Request access from Silverline/ }).click();
  // One click leads to the request, filled in; nothing has been sent yet.
  await expect(heading(page, 'Request access')).toBeVisible();
  await expect(page.getByText(/Silverline .* holds Importer number 19-100000100/)).toBeVisible();
  await expect(page.getByLabel('Purpose')).toHaveValue(/19-100000100/);
  await page.goto('/company?tab=requests');
  await expect(row(page, /Silverline/)).toContainText('Access request');

  // A company without an account is invited to open one.
  await page.goto('/company');
  await openSubAccount(page, 'Own imports');
  await page.getByLabel('Value').fill('19-100000500');
  await page.getByRole('button', { name: 'Add the identifier' }).click();
  await expect(page.getByRole('button', { name: /Prepare an invitation for Redwood/ })).toBeVisible();
});

test('an own identifier is added, an unknown one waits for the registrar', async ({ page, person }) => {
  await signIn(page, person('owner'));
  await page.goto('/company');
  await openSubAccount(page, 'Importer, West Coast');
  await page.getByLabel('Value').fill('17-1000001W');
  await page.getByRole('button', { name: 'Add the identifier' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await page.getByLabel('Value').fill('17-1000001w2');
  await page.getByRole('button', { name: 'Add the identifier' }).click();
  await expect(page.getByText('17-1000001W2 is added.')).toBeVisible();
  await page.getByLabel('Value').fill('29-100000100');
  await page.getByRole('button', { name: 'Add the identifier' }).click();
  await expect(page.getByText(/29-100000100 is not in the identifier register yet/)).toBeVisible();
  await expect(row(page, /29-100000100/)).toContainText('Waits for verification');
});
