// Support, auditor and administrator: search, one-screen views, staff, terms.
import { expect, test } from './fixtures';
import {
  acceptTerms,
  enterCredentials,
  heading,
  joinByInvitation,
  navigation,
  openMail,
  row,
  signIn,
  tick,
} from './portal';

test('support finds a locked person and sees everything on one screen', async ({ page, person }) => {
  await signIn(page, person('support_agent'));
  await navigation(page).getByRole('link', { name: 'Search' }).click();
  await page.getByRole('searchbox').fill('ab');
  await page.getByRole('search').getByRole('button', { name: 'Search' }).click();
  await expect(page.getByRole('alert')).toContainText('Enter at least three characters');
  await page.getByRole('searchbox').fill('becker');
  await page.getByRole('search').getByRole('button', { name: 'Search' }).click();
  await row(page, /Tom Becker/)
    .getByRole('link')
    .click();
  await expect(heading(page, 'Tom Becker')).toBeVisible();
  const state = page.getByRole('region', { name: 'State' });
  await expect(state).toContainText('Locked: too many tries');
  await expect(state).toContainText('First help is the Account Owner');
  await expect(state.getByRole('button')).toHaveCount(0);
  await expect(page.getByRole('table', { name: 'Recent sign-ins' })).toContainText(
    'Wrong User ID or password',
  );
  // Access with where each right comes from, mails with what became of them, cases.
  await expect(page.getByText('This person is an Account User').first()).toBeVisible();
  await expect(page.getByRole('region', { name: 'Mails sent' })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Cases', exact: true })).toBeVisible();
  await page.getByRole('link', { name: 'Northgate Imports, Inc.' }).first().click();
  await expect(heading(page, 'Northgate Imports, Inc.')).toBeVisible();
  await expect(page.getByRole('region', { name: 'Northgate Export Services' })).toContainText('Helen Park');
  await expect(page.getByRole('table', { name: 'Account Owner and proxies' }).first()).toBeVisible();
  await expect(row(page, /Tom Becker/).first()).toContainText('Locked: too many tries');
  await expect(
    page.getByRole('table', { name: 'Account Owner and proxies' }).first().getByRole('columnheader'),
  ).toContainText(['Last sign-in']);
  await expect(page.getByRole('region', { name: 'Applications' })).toContainText('No application names');
  await expect(page.getByRole('region', { name: 'Open cases' })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Mails to its people' })).toBeVisible();

  await page.goto('/staff');
  await expect(page.getByText('You may not see this')).toBeVisible();
  await expect(page.getByText(/It is open to: Auditor, Administrator/)).toBeVisible();
});

test('support sees how a company came to its account', async ({ page, person }) => {
  await signIn(page, person('support_agent'));
  await page.goto('/support?q=Summit');
  await row(page, /^Summit Ridge Tents/)
    .first()
    .getByRole('link')
    .click();
  const applications = page.getByRole('table', { name: 'Applications' });
  await expect(applications).toContainText('Approved');
  await applications.getByRole('link', { name: 'Gwen Baker' }).click();
  // Both pages have the company's name for a heading and name the person; the first one has to be gone.
  await expect(applications).toHaveCount(0);
  await expect(heading(page, 'Summit Ridge Tents LLC')).toBeVisible();
  await expect(page.getByText('gwen.baker@summitridge.example')).toBeVisible();
});

test('the company sees in its history which staff looked at it', async ({ page, person, anotherBrowser }) => {
  await signIn(page, person('support_agent'));
  await page.goto('/support?q=becker');
  await row(page, /Tom Becker/)
    .getByRole('link')
    .click();
  await expect(heading(page, 'Tom Becker')).toBeVisible();
  await expect(page.getByText('That you opened this page stands in the company’s history.')).toBeVisible();
  const owner = await anotherBrowser();
  await signIn(owner, person('owner'));
  await owner.goto('/audit?action=person.read');
  await expect(owner.getByRole('table').getByText('Tom Becker').first()).toBeVisible();
});

test('a support lead reads how support is doing', async ({ page, person, anotherBrowser }) => {
  await signIn(page, person('support_lead'));
  await navigation(page).getByRole('link', { name: 'How support is doing' }).click();
  await expect(heading(page, 'How support is doing')).toBeVisible();
  await expect(row(page, /^Password/)).toBeVisible();
  await expect(row(page, /^Last 7 days/)).toBeVisible();
  await page.getByText('The same as a table').click();
  await expect(page.getByRole('table', { name: 'Answers on each day (UTC)' }).getByRole('row')).toHaveCount(
    31,
  );
  const agent = await anotherBrowser();
  await signIn(agent, person('support_agent'));
  await agent.goto('/support/figures');
  await expect(agent.getByText('You may not see this')).toBeVisible();
});

test('a support lead suspends a person with a reason, and lifts it', async ({ page, person }) => {
  await signIn(page, person('support_lead'));
  await page.goto('/support?q=duarte');
  await row(page, /Ines Duarte/)
    .getByRole('link')
    .click();
  await page.getByRole('button', { name: 'Suspend this person' }).click();
  const dialog = page.getByRole('dialog', { name: 'Suspend Ines Duarte?' });
  await dialog.getByLabel('Reason').fill('Reported as stolen');
  await dialog.getByRole('button', { name: 'Suspend Ines Duarte' }).click();
  await expect(page.getByText('Ines Duarte is suspended.')).toBeVisible();
  await expect(page.getByRole('region', { name: 'State' })).toContainText('Reason: Reported as stolen');
  await page.getByRole('button', { name: 'Lift the suspension' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Lift the suspension' }).click();
  await expect(page.getByRole('region', { name: 'State' })).toContainText('Active');
});

test('an administrator invites staff and changes a role; the trail shows it to the auditor', async ({
  page,
  person,
  anotherBrowser,
}) => {
  await signIn(page, person('administrator'));
  await navigation(page).getByRole('link', { name: 'Staff' }).click();
  await page.getByRole('button', { name: 'Change role: Beth Turner' }).click();
  const dialog = page.getByRole('dialog', { name: 'Change the role of Beth Turner' });
  await tick(dialog.getByLabel('Support lead'));
  await dialog.getByRole('button', { name: 'Change the role' }).click();
  await expect(page.getByText('Beth Turner is Support lead now.')).toBeVisible();
  await expect(row(page, /Beth Turner/)).toContainText('Support lead');

  await page.getByRole('link', { name: 'Invite a staff member' }).click();
  await page.getByLabel('Given name').fill('Noor');
  await page.getByLabel('Family name').fill('Haddad');
  await page.getByLabel('E-mail').fill('noor.haddad@portal.example');
  await tick(page.getByLabel('Auditor'));
  await page.getByRole('button', { name: 'Send the invitation' }).click();
  await expect(page.getByText('The invitation to noor.haddad@portal.example is on its way.')).toBeVisible();

  const noor = await anotherBrowser();
  await (await openMail(noor, 'noor.haddad@portal.example', /./)).getByRole('link').first().click();
  await expect(noor.getByText(/to the staff of this portal/)).toBeVisible();
  await joinByInvitation(noor, 'noor.haddad');
  await navigation(noor).getByRole('link', { name: 'Portal history' }).click();
  await expect(noor.getByRole('row').filter({ hasText: 'Diana Reyes' }).first()).toBeVisible();
  await navigation(noor).getByRole('link', { name: 'Staff' }).click();
  await expect(noor.getByRole('button', { name: /Change role/ })).toHaveCount(0);
});

test('a new version of the terms asks everybody again', async ({ page, person, anotherBrowser }) => {
  const working = await anotherBrowser();
  await signIn(working, person('owner'));
  await signIn(page, person('administrator'));
  await navigation(page).getByRole('link', { name: 'Terms' }).click();
  await page.getByRole('link', { name: 'Publish a new version' }).click();
  await page.getByLabel('What changed').fill('Reports are covered now.');
  await page
    .getByLabel('Text', { exact: true })
    .fill('# Terms\n\nA User ID belongs to one person.\n\n- Do not share it.');
  await page.getByRole('button', { name: 'Check and preview' }).click();
  await expect(page.getByText('Do not share it.')).toBeVisible();
  await page.getByRole('button', { name: 'Publish the new version' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Publish the new version' }).click();
  await acceptTerms(page);
  await expect(page.getByText('Reports are covered now.')).toBeVisible();

  // Somebody at work meets it at the next request.
  await working.goto('/people');
  await expect(heading(working, 'Terms and Conditions')).toBeVisible();
  await expect(working.getByText('Reports are covered now.')).toBeVisible();
  await acceptTerms(working);
  await expect(heading(working, 'People')).toBeVisible();

  // And somebody who signs in meets it before anything else.
  const later = await anotherBrowser();
  const user = person('user');
  await enterCredentials(later, user.user_id, user.password);
  await acceptTerms(later);
  await expect(heading(later, /^Welcome, /)).toBeVisible();
});
