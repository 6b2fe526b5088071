// An owner who does not answer is succeeded; whoever is on file can stop it without signing in.
import { expect, test } from './fixtures';
import { heading, openMail, row, signIn, tick } from './portal';

test('a silent owner is succeeded when the waiting time is over', async ({
  page,
  person,
  anotherBrowser,
}) => {
  // A proxy asked two weeks ago; nobody has objected since.
  await signIn(page, person('exporter_proxy'));
  await page
    .getByRole('listitem')
    .filter({ hasText: /request for a new Account Owner/ })
    .getByRole('link')
    .click();
  await page.getByRole('link', { name: 'Otto Berg' }).click();
  await expect(heading(page, 'Change of owner to Otto Berg')).toBeVisible();
  await expect(page.getByText('The waiting time is over. A registrar completes it.')).toBeVisible();
  await expect(page.getByText(/Greta Holm, Officer on file/)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Complete it' })).toHaveCount(0);

  const registrar = await anotherBrowser();
  await signIn(registrar, person('registrar'));
  await registrar
    .getByRole('listitem')
    .filter({ hasText: /can be completed/ })
    .getByRole('link')
    .click();
  await row(registrar, /Otto Berg/)
    .getByRole('link')
    .click();
  await registrar.getByRole('button', { name: 'Complete it' }).click();
  const dialog = registrar.getByRole('dialog', { name: 'Make Otto Berg the Account Owner?' });
  await dialog.getByLabel('Reason').fill('Five working days passed and nobody objected.');
  await dialog.getByRole('button', { name: 'Complete it' }).click();
  await expect(registrar.getByText('Otto Berg is the Account Owner now.')).toBeVisible();

  await page.goto('/');
  await expect(page.getByRole('listitem').filter({ hasText: 'Prairie Grain' })).toContainText(
    'Account Owner',
  );
  await page.goto('/company');
  await expect(page.getByText(/Otto Berg \(otto\.berg\)/)).toBeVisible();
});

test('a proxy asks for a new owner, and an objection from the mailed link stops it', async ({
  page,
  person,
  anotherBrowser,
}) => {
  await signIn(page, person('surety_proxy'));
  await page.goto('/company/changes');
  await page.getByRole('link', { name: 'Mia Conti' }).click();
  await expect(page.getByText(/may object until/)).toBeVisible();

  const officer = await anotherBrowser();
  const mail = await openMail(officer, 'rolf.stein@granite.example', /Account Owner/);
  // Mailed while the demo world was made, by a server at another address.
  const link = await mail.getByRole('link', { name: /owner-succession-objections/ }).getAttribute('href');
  const { pathname, hash } = new URL(link ?? '');
  await officer.goto(pathname + hash);
  await expect(heading(officer, 'Object to a change of owner')).toBeVisible();
  await expect(officer.getByText('You are told as an officer of the company on file.')).toBeVisible();
  expect(officer.url()).not.toContain('token');
  await officer.getByLabel('Why you object').fill('Peter is back on Monday.');
  await officer.getByRole('button', { name: 'Object' }).click();
  await expect(officer.getByText('The change of owner is stopped')).toBeVisible();

  await page.reload();
  await expect(page.getByText('Peter is back on Monday.')).toBeVisible();

  // The proxy may ask again, sees first what follows, and takes it back.
  await page.goto('/company/owner/new');
  await page.getByLabel('Successor').selectOption({ label: 'Mia Conti, Proxy Account Owner' });
  await tick(page.getByLabel('Account User'));
  await page.getByRole('button', { name: 'See what happens' }).click();
  await expect(page.getByRole('heading', { name: 'What happens then' })).toBeVisible();
  await expect(page.getByText(/Rolf Stein/)).toBeVisible();
  await page.getByLabel('Reason').fill('He did not come back.');
  await page.getByRole('button', { name: 'Ask for the change of owner' }).click();
  await expect(heading(page, 'Change of owner to Mia Conti')).toBeVisible();
  await page.getByRole('button', { name: 'Withdraw' }).click();
  await page.getByRole('dialog').getByLabel('Reason').fill('He came back after all.');
  await page.getByRole('dialog').getByRole('button', { name: 'Withdraw' }).click();
  await expect(page.getByText('The proposal is withdrawn.')).toBeVisible();
});

test('an activity moves to the sibling account when its owner accepts', async ({ page, person }) => {
  await signIn(page, person('second_owner'));
  await page
    .getByRole('listitem')
    .filter({ hasText: /is to move into this account/ })
    .getByRole('link')
    .click();
  await page.getByRole('link', { name: 'Protest filer' }).click();
  await expect(heading(page, /^Transfer of Protest filer/)).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Sub-accounts that move' })).toBeVisible();
  await page.getByRole('button', { name: 'Accept the transfer' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Accept the transfer' }).click();
  await expect(page.getByText('The activity has moved.')).toBeVisible();
  await page.goto('/company');
  await expect(page.getByText('Protest filer').first()).toBeVisible();
});
