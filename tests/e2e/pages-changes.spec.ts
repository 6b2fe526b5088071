// The pages of how accounts begin and change, as pages.spec.ts does for the others.
import { expect, test } from './fixtures';
import { settle, visit } from './look';
import { openMail, row, signIn, tick } from './portal';

test.beforeEach(() => {
  test.setTimeout(480_000);
});

test('pages of an application', async ({ page }) => {
  await visit(page, '/apply', 'Apply for an account');
  await visit(page, '/apply/status', 'Your application');
  await page.goto('/apply');
  await page.getByRole('button', { name: 'Start an application' }).click();
  await settle(page, 'Apply for an account');
  await page.getByRole('link', { name: 'Your company' }).click();
  await page.getByRole('button', { name: 'Save and go on' }).click();
  await settle(page, 'Your company');
  await page.getByLabel('Company name').fill('Harvest Moon Candles LLC');
  await page.getByLabel('What the company does towards customs').selectOption('importer');
  await page.getByLabel('Kind of number').selectOption('importer_number');
  await page.getByLabel('Number', { exact: true }).fill('19-300000100');
  await page.getByRole('button', { name: 'Save and go on' }).click();
  await settle(page, 'The future Account Owner');
  await visit(page, '/apply?step=officer', 'The officer who acknowledges');
  await visit(page, '/apply?step=check', 'Check and send');
  await visit(page, '/apply/status', 'Your application');
});

test('the page of an application that waits for its code', async ({ page }) => {
  const saved = await openMail(page, '@bramble.example', /Your application/);
  const link = await saved
    .getByRole('link', { name: /apply\/status/ })
    .first()
    .getAttribute('href');
  const { pathname, hash } = new URL(link ?? '');
  await page.goto(pathname + hash);
  await expect(
    page
      .getByRole('heading', { name: 'Waits for the code' })
      .or(page.getByText('Waits for the code'))
      .first(),
  ).toBeVisible();
  await settle(page, 'Your application');
});

test('pages of applications and claims for staff', async ({ page, person }) => {
  await signIn(page, person('registrar'));
  await visit(page, '/applications', 'Applications');
  await visit(page, '/applications?state=rejected', 'Applications');
  await page.goto('/applications');
  await page.getByRole('link', { name: /^Windrow Farm Machines/ }).click();
  await settle(page, /^Windrow Farm Machines/);
  await page.getByRole('button', { name: 'Decide' }).click();
  await tick(page.getByRole('dialog').getByRole('radio', { name: /^Approve/ }));
  await settle(page, /^Windrow Farm Machines/);
  await visit(page, '/identifier-claims', 'Conflict desk');
  await page.getByRole('table').getByRole('link').first().click();
  await settle(page, /^Claim of /);
});

test('pages of claims for the holder', async ({ page, person }) => {
  await signIn(page, person('broker_owner'));
  await visit(page, '/company/claims', 'Identifier claims');
  await row(page, /18-2000001A1/)
    .getByRole('link')
    .click();
  await settle(page, 'Claim of 18-2000001A1');
  await page.getByRole('button', { name: 'Release the identifier' }).click();
  await settle(page, 'Claim of 18-2000001A1');
});

test('pages of transfers and mergers', async ({ page, person }) => {
  await signIn(page, person('owner'));
  await visit(page, '/company/api-clients', 'API clients');
  await visit(page, '/company/changes', 'Changes of the account');
  await page.getByRole('link', { name: 'Protest filer' }).click();
  await settle(page, /^Transfer of Protest filer/);
  await visit(page, '/company/transfers/new', 'Move an activity');
  await page.getByLabel('Activity').selectOption('importer');
  await page.getByLabel('To which account').selectOption({ index: 1 });
  await page.getByRole('button', { name: 'See what happens' }).click();
  await expect(page.getByRole('heading', { name: 'What happens' })).toBeVisible();
  await settle(page, 'Move an activity');
  await visit(page, '/company/merges/new', 'Merge with another account');
  await page.getByLabel('The other account').selectOption({ index: 1 });
  await page.getByRole('button', { name: 'See what happens' }).click();
  await expect(page.getByRole('heading', { name: 'What happens' })).toBeVisible();
  await settle(page, 'Merge with another account');
});

test('pages of a change of owner', async ({ page, person, anotherBrowser }) => {
  await visit(page, '/owner-succession-objections', 'Object to a change of owner');
  await signIn(page, person('owner'));
  await visit(page, '/company/owner/new', 'Change the owner');
  await page.getByLabel('Successor', { exact: true }).selectOption({ index: 1 });
  await page.getByRole('button', { name: 'See what happens' }).click();
  await expect(page.getByRole('heading', { name: 'What happens then' })).toBeVisible();
  await settle(page, 'Change the owner');
  const registrar = await anotherBrowser();
  await signIn(registrar, person('registrar'));
  await visit(registrar, '/owner-successions', 'Owner changes');
  await row(registrar, /Mia Conti/)
    .getByRole('link')
    .click();
  await settle(registrar, 'Change of owner to Mia Conti');
});

test('pages of webhooks', async ({ page, person }) => {
  await signIn(page, person('owner'));
  await visit(page, '/company/webhooks', 'Webhooks');
  await page.getByRole('button', { name: 'Add a webhook' }).click();
  await settle(page, 'Webhooks');
  const form = page.getByRole('dialog');
  await form.getByLabel('Address').fill('https://hooks.example.invalid/quaymaster');
  await tick(form.getByRole('radio', { name: /^Only these/ }));
  await form.getByText('People', { exact: true }).click();
  await tick(form.getByRole('checkbox', { name: 'user.locked' }));
  await settle(page, 'Webhooks');
  await form.getByRole('button', { name: 'Add a webhook' }).click();
  await expect(page.getByRole('dialog', { name: 'The signing secret' })).toBeVisible();
  await settle(page, 'Webhooks');
  await page.getByRole('button', { name: 'I have kept it' }).click();
  await page.getByRole('link', { name: 'https://hooks.example.invalid/quaymaster' }).click();
  await settle(page, 'Webhook');
  await page.getByRole('button', { name: 'Send a test event' }).click();
  await expect(row(page, /webhook\.test/)).toContainText('leads nowhere', { timeout: 30_000 });
  await page.getByRole('button', { name: 'Details of webhook.test' }).click();
  await settle(page, 'Webhook');
});
