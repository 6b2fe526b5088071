// The registrar's desk: loading the register, deciding, companies with their accounts.
import { expect, test } from './fixtures';
import { heading, joinByInvitation, navigation, openMail, row, signIn, tick } from './portal';

test('a file with a bad row is loaded, the row named, the entry found with its history', async ({
  page,
  person,
}) => {
  await signIn(page, person('registrar'));
  await navigation(page).getByRole('link', { name: 'Register' }).click();
  await page.getByRole('link', { name: 'Load a file' }).click();
  const csv = [
    'kind,value,party_key,party_name,contact_email',
    'importer_number,29-300000100,P-9001,Tidewater Toys LLC,office@tidewater.example',
    'importer_number,not a number,P-9001,Tidewater Toys LLC,office@tidewater.example',
    '',
  ].join('\r\n');
  await page
    .getByLabel('File', { exact: true })
    .setInputFiles({ name: 'register.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
  await page.getByRole('button', { name: 'Load the file' }).click();
  await expect(page.getByText('1 row was refused; it is listed below.')).toBeVisible();
  await expect(page.getByRole('table', { name: 'Refused rows' })).toContainText('identifier-malformed');

  await page.getByRole('link', { name: 'Identifier register' }).click();
  await page.getByLabel('Exact value').fill('29-300000100');
  await page.getByRole('button', { name: 'Find' }).click();
  await expect(page).toHaveURL(/value=29-300000100/);
  await expect(row(page, '29-300000100')).toContainText('Tidewater Toys LLC');
  await expect(row(page, '29-300000100')).toContainText('No account');

  await page.getByRole('button', { name: 'Change the entry of 29-300000100' }).click();
  const dialog = page.getByRole('dialog', { name: 'Set an entry of the register' });
  await dialog.getByLabel('Party key').fill('P-9002');
  await dialog.getByLabel('Party name').fill('Tidewater Games LLC');
  await dialog.getByRole('button', { name: 'Set the entry' }).click();
  await expect(
    page.getByText('Importer number 29-300000100 belongs to Tidewater Games LLC now.'),
  ).toBeVisible();
  await page.getByRole('button', { name: 'History of 29-300000100' }).click();
  await expect(page).toHaveURL(/entry=/);
  const history = page.getByRole('table', { name: 'History of 29-300000100' });
  await expect(history).toContainText('Party changed');
  await expect(history).toContainText('Added');
});

test('a pending identifier is decided and becomes active in the account', async ({
  page,
  person,
  anotherBrowser,
}) => {
  await signIn(page, person('registrar'));
  await expect(page.getByText(/waits? for verification/)).toBeVisible();
  await navigation(page).getByRole('link', { name: 'Verifications' }).click();
  await page.getByRole('button', { name: 'Decide on 29-100000200' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Record the decision' }).click();
  await expect(dialog.getByRole('alert')).toContainText('Choose accept or reject');
  await tick(dialog.getByLabel('Accept'));
  // The party of the company that asks stands there already.
  await expect(dialog.getByLabel('Party key')).toHaveValue('P-1001');
  await dialog.getByLabel('Reason').fill('Form 5106 seen');
  await dialog.getByRole('button', { name: 'Record the decision' }).click();
  await expect(page.getByText('29-100000200 is accepted and active.')).toBeVisible();
  await expect(row(page, /29-100000200/)).toContainText('Accepted');

  const account = await row(page, /29-100000200/)
    .getByRole('link')
    .innerText();
  const owner = await anotherBrowser();
  const role = account.startsWith('Bluewater') ? 'broker_owner' : 'owner';
  await signIn(owner, person(role));
  await owner.goto('/company');
  await expect(owner.getByRole('listitem').filter({ hasText: '29-100000200' })).not.toContainText(
    'verification',
  );
});

test('a company is created from a party, its account invites the owner', async ({
  page,
  person,
  anotherBrowser,
}) => {
  await signIn(page, person('registrar'));
  await navigation(page).getByRole('link', { name: 'Companies' }).click();
  await page.getByRole('link', { name: 'Create a company' }).click();
  await page.getByLabel('Party name or key').fill('Redwood');
  await page.getByRole('button', { name: 'Apply filters' }).click();
  await page.getByRole('button', { name: /Create from this party: Redwood/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Create a company' }).click();
  await expect(heading(page, /^Redwood/)).toBeVisible();

  await page.getByRole('button', { name: 'Add a subsidiary' }).click();
  const subsidiary = page.getByRole('dialog', { name: 'Add a subsidiary' });
  await subsidiary.getByLabel('Party key').fill('P-0000');
  await subsidiary.getByRole('button', { name: 'Add a subsidiary' }).click();
  await expect(subsidiary.getByRole('alert')).toContainText('The register knows no party with this key');
  await subsidiary.getByRole('button', { name: 'Cancel' }).click();

  await page.getByRole('button', { name: 'Create an account' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name of the account').fill('Redwood Furniture');
  await dialog.getByLabel('Owner’s given name').fill('Robin');
  await dialog.getByLabel('Owner’s family name').fill('Wood');
  await dialog.getByLabel('Owner’s business e-mail').fill('robin.wood@redwood.example');
  await dialog.getByLabel('Name of the first sub-account').fill('Imports');
  await dialog.getByLabel('Business activity').selectOption('Importer');
  await dialog.getByRole('button', { name: 'Create the account and invite' }).click();
  await expect(
    page.getByText(/Account QM-.* is created. The invitation to robin.wood@redwood.example/),
  ).toBeVisible();
  await expect(page.getByText(/invited, not there yet/i)).toBeVisible();

  const robin = await anotherBrowser();
  await (await openMail(robin, 'robin.wood@redwood.example', /./)).getByRole('link').first().click();
  await joinByInvitation(robin, 'robin.wood');
  await robin.goto('/company');
  await expect(robin.getByRole('link', { name: 'Imports' })).toBeVisible();
});
