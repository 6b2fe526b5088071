// How an account begins: a company applies, finds its number in the broker's account, claims it, and gets both.
import { expect, test } from './fixtures';
import { heading, joinByInvitation, openMail, row, signIn, tick } from './portal';

const NUMBER = '19-300000100';
const COMPANY = 'Harvest Moon Candles LLC';

test('a company applies for an account, claims its number from the broker, and gets it', async ({
  page,
  person,
  anotherBrowser,
}) => {
  await page.goto('/sign-in');
  await page.getByRole('link', { name: 'Apply for one' }).click();
  await expect(heading(page, 'Apply for an account')).toBeVisible();
  await page.getByRole('button', { name: 'Start an application' }).click();
  await expect(page.getByRole('listitem').filter({ hasText: 'Check and send' })).toContainText(
    'Cannot start yet',
  );
  await page.getByRole('link', { name: 'Your company' }).click();
  await page.getByLabel('Company name').fill(COMPANY);
  await page.getByLabel('What the company does towards customs').selectOption('importer');
  await page.getByLabel('Kind of number').selectOption('importer_number');
  await page.getByLabel('Number', { exact: true }).fill(NUMBER);
  await page.getByRole('button', { name: 'Save and go on' }).click();

  // Saved on the server: the mailed link goes on where this browser stopped.
  await expect(heading(page, 'The future Account Owner')).toBeVisible();
  await page.getByLabel('Given name').fill('Paula');
  await page.getByLabel('Family name').fill('Ruiz');
  await page.getByLabel('Business e-mail').fill('paula.ruiz@harvestmoon.example');
  await page.getByLabel('Business phone').fill('+1 503 555 0142');
  await page.getByRole('button', { name: 'Save and go on' }).click();
  await expect(heading(page, 'The officer who acknowledges')).toBeVisible();
  const paula = await anotherBrowser();
  const saved = await openMail(paula, 'paula.ruiz@harvestmoon.example', /Your application/);
  await saved.getByRole('link').first().click();
  await expect(paula.getByText('Nothing has been sent yet. Go on where you left off.')).toBeVisible();
  await paula.getByRole('link', { name: 'Go on with the application' }).click();
  await paula.getByRole('link', { name: 'The officer who acknowledges' }).click();
  await paula.getByLabel('Name of the officer').fill('Paula Ruiz');
  await paula.getByLabel('Position in the company').fill('President');
  await tick(paula.getByLabel('This officer knows of the application and agrees to it'));
  await paula.getByRole('button', { name: 'Save and go on' }).click();
  await expect(heading(paula, 'Check and send')).toBeVisible();
  await expect(paula.getByText(NUMBER)).toBeVisible();
  await paula.getByRole('button', { name: 'Send the application' }).click();

  // The code goes to the register's contact, not to whoever applies.
  await expect(paula.getByRole('heading', { level: 1, name: 'Your application' })).toBeVisible();
  await expect(paula.getByText('5 tries are left.')).toBeVisible();
  const letter = await openMail(page, 'office@harvestmoon.example', /A code for an application/);
  const code =
    /\b(\d{3}) (\d{3})\b/
      .exec(await letter.innerText())
      ?.slice(1)
      .join('') ?? '';
  await paula.getByLabel('Six-digit code').fill(code === '000000' ? '000001' : '000000');
  await paula.getByRole('button', { name: 'Confirm the code' }).click();
  await expect(paula.getByText('code-wrong')).toBeVisible();
  await expect(paula.getByText(/is valid until .* 4 tries are left/)).toBeVisible();
  await paula.getByLabel('Six-digit code').fill(code);
  await paula.getByRole('button', { name: 'Confirm the code' }).click();
  await expect(paula.getByText('The code is right.')).toBeVisible();
  await paula
    .getByLabel('Why the number is your company’s')
    .fill('It is our own importer number since 2011.');
  await paula.getByRole('button', { name: 'File the claim' }).click();
  await expect(paula.getByText('The claim is filed.')).toBeVisible();
  await expect(paula.getByText(/five working days/)).toBeVisible();

  // The broker is told, sees what a release does, and releases.
  const broker = await anotherBrowser();
  await signIn(broker, person('broker_owner'));
  await broker
    .getByRole('listitem')
    .filter({ hasText: /claimed by/ })
    .getByRole('link')
    .click();
  await broker.getByRole('link', { name: NUMBER }).click();
  await expect(heading(broker, `Claim of ${NUMBER}`)).toBeVisible();
  await expect(broker.getByText(/It leaves 1 sub-account/)).toBeVisible();
  await broker.getByRole('button', { name: 'Release the identifier' }).click();
  await broker
    .getByRole('dialog')
    .getByRole('button', { name: `Release ${NUMBER}` })
    .click();
  await expect(broker.getByText(`${NUMBER} is released.`)).toBeVisible();

  // The application goes on by itself; the registrar approves it.
  const registrar = await anotherBrowser();
  await signIn(registrar, person('registrar'));
  await registrar.goto('/applications');
  await registrar.getByRole('link', { name: COMPANY }).click();
  await registrar.getByRole('button', { name: 'Decide' }).click();
  const decision = registrar.getByRole('dialog', { name: `Decide on the application of ${COMPANY}` });
  await tick(decision.getByRole('radio', { name: /^Approve/ }));
  await decision
    .getByRole('textbox', { name: 'Reason' })
    .fill('Every check passed and the number was released.');
  await decision.getByRole('button', { name: 'Record the decision' }).click();
  await expect(registrar.getByText(`The application of ${COMPANY} is approved.`)).toBeVisible();
  await paula.reload();
  await expect(paula.getByText(/The account is open/)).toBeVisible();

  const invitation = await openMail(paula, 'paula.ruiz@harvestmoon.example', /invite|opened/i);
  await invitation.getByRole('link', { name: /welcome/ }).click();
  await expect(heading(paula, 'Welcome, Paula')).toBeVisible();
  await joinByInvitation(paula, 'paula.ruiz');
  await expect(heading(paula, 'Welcome, Paula')).toBeVisible();
  await paula.goto('/company');
  await expect(paula.getByText(NUMBER)).toBeVisible();
  await broker.goto('/company');
  await expect(broker.getByRole('link', { name: 'Own imports' })).toBeVisible();
  await expect(broker.getByText(NUMBER)).toHaveCount(0);
});

test('an application without an account cannot be guessed at', async ({ page }) => {
  await page.goto('/apply/status#application=00000000-0000-0000-0000-000000000000&token=made-up');
  await expect(page.getByText('No application is open in this browser')).toBeVisible();
});

test('a disputed claim is decided by the registrar', async ({ page: broker, person, anotherBrowser }) => {
  await signIn(broker, person('broker_owner'));
  await broker.goto('/company/claims?side=holder');
  const claimed = row(broker, /18-2000001A1/);
  await claimed.getByRole('link').click();
  await broker.getByRole('button', { name: 'Dispute the claim' }).click();
  const dialog = broker.getByRole('dialog');
  await dialog.getByLabel('Reason').fill('We file under it for this client.');
  await dialog.getByRole('button', { name: 'Dispute the claim' }).click();
  await expect(broker.getByText('The claim is disputed.')).toBeVisible();

  const registrar = await anotherBrowser();
  await signIn(registrar, person('registrar'));
  await registrar.goto('/identifier-claims?due=yes');
  await row(registrar, /18-2000001A1/)
    .getByRole('link')
    .click();
  await registrar.getByRole('button', { name: 'Decide' }).click();
  const decision = registrar.getByRole('dialog');
  await tick(decision.getByLabel('It stays with the holder'));
  await decision.getByRole('textbox', { name: 'Reason' }).fill('The register names another party.');
  await decision.getByRole('button', { name: 'Record the decision' }).click();
  await expect(registrar.getByText('18-2000001A1 stays where it is.')).toBeVisible();
});
