// Every page, in both themes, wide and narrow: nothing for axe to find, nothing to scroll sideways.
import { expect, test } from './fixtures';
import { settle, visit } from './look';
import {
  acceptOffer,
  accountNumber,
  enterCredentials,
  heading,
  inviteCompany,
  openMail,
  row,
  signIn,
  tick,
} from './portal';

test.beforeEach(() => {
  test.setTimeout(480_000);
});

test('pages for guests', async ({ page, person }) => {
  await visit(page, '/sign-in', 'Sign in');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await settle(page, 'Sign in');
  await visit(page, '/sign-in/locked', 'Locked out for now?');
  await visit(page, '/forgot-password', 'Forgot your password, or locked out?');
  await page.getByRole('textbox', { name: 'User ID' }).fill(person('user').user_id);
  await page.getByRole('button', { name: 'Continue' }).click();
  await settle(page, 'Answer your challenge questions');
  await visit(page, '/forgot-password/sent', /./);
  await visit(page, '/reset-password', 'Your temporary password');
  await visit(page, '/welcome', 'Welcome to Quaymaster');
  await visit(page, '/welcome#token=made-up', 'Welcome to Quaymaster');
  await visit(page, '/accessibility', 'Accessibility statement');
  await visit(page, '/developers', 'For developers');
  await visit(page, '/developers?language=rust', 'For developers');
  await visit(page, '/help/refusals', 'Refusals and their codes');
  await visit(page, '/setup', 'Set up the first administrator');
  await visit(page, '/demo/mailbox', 'Demo mailbox');
  await visit(page, '/no/such/page', 'Page not found');
});

test('pages of the first sign-in', async ({ page, person }) => {
  const newcomer = person('newcomer');
  await enterCredentials(page, newcomer.user_id, newcomer.password);
  await settle(page, 'Choose your challenge questions');
  for (let n = 1; n <= 5; n += 1) {
    await page.getByLabel(`Question ${n}`).selectOption({ index: n });
    await page.getByLabel(`Answer ${n}`, { exact: true }).fill(`Answer number ${n}`);
  }
  await page.getByRole('button', { name: 'Save the questions' }).click();
  await settle(page, 'Terms and Conditions');
});

test('the page of an invitation and of a forced change', async ({ page, person }) => {
  await signIn(page, person('owner'));
  await page.goto('/people?state=failed_attempts');
  await page.getByRole('link', { name: 'Tom Becker' }).click();
  await expect(heading(page, 'Tom Becker')).toBeVisible();
  await page.getByRole('button', { name: 'Reactivate Tom Becker' }).click();
  await settle(page, 'Tom Becker');
  await tick(page.getByRole('dialog').getByLabel(/Also mail a temporary password/));
  await page.getByRole('dialog').getByRole('button', { name: 'Reactivate Tom Becker' }).click();
  await expect(page.getByText('Tom Becker can sign in again.')).toBeVisible();
  const mail = await openMail(page, person('locked_user').email, /active again/);
  const temporary = /^\s*([A-Za-z0-9]+(?:-[A-Za-z0-9]+)+)\s*$/m.exec(await mail.innerText())?.[1] ?? '';
  await settle(page, 'Demo mailbox');
  await page.context().clearCookies();
  await enterCredentials(page, person('locked_user').user_id, temporary);
  await settle(page, 'Create a new password');
});

test('pages of an account', async ({ page, person }) => {
  await signIn(page, person('owner'));
  await settle(page, /^Welcome, /);
  await visit(page, '/people', 'People');
  await visit(page, '/people?q=nobody+of+that+name', 'People');
  await visit(page, '/people/new', 'Invite a person');
  await visit(page, '/people/new?way=existing', 'Invite a person');
  await visit(page, '/people/import', 'Import people from a file');
  await visit(page, '/people/invitations', 'Invitations');
  await page.goto('/people?q=ines');
  await page.getByRole('link', { name: 'Ines Duarte' }).click();
  await settle(page, 'Ines Duarte');
  await page.getByRole('button', { name: 'Change role and access' }).click();
  await settle(page, 'Ines Duarte');
  const address = page.url();
  await visit(page, `${address}?tab=sign-ins`, 'Ines Duarte');
  await visit(page, `${address}?tab=history`, 'Ines Duarte');
  await visit(page, '/company', 'Company');
  await visit(page, '/company?tab=contacts', 'Company');
  await visit(page, '/company?tab=requests', 'Company');
  await page.goto('/company');
  await page.getByRole('link', { name: 'Importer, East Coast' }).click();
  await settle(page, 'Importer, East Coast');
  await visit(page, '/audit', 'History');
});

test('pages of reports', async ({ page, person }) => {
  await signIn(page, person('owner'));
  await visit(page, '/reports', 'Reports');
  await visit(page, '/reports?kind=mine', 'Reports');
  await visit(page, '/reports?q=no+such+words', 'Reports');
  await visit(page, '/reports/runs', 'Runs');
  await visit(page, '/reports/inbox', 'Delivered to me');
  await visit(page, '/reports/schedules', 'Report schedules');
  await visit(page, '/reports/schedules/new?report=DU-101&p_p1=~last_full_month', /^Schedule “/);
  await visit(page, '/reports/DU-101', /^DU-101 /);
  await visit(page, '/reports/new', 'Build a report');
  await visit(page, '/reports/DU-101/edit', 'Change “Duty by Chapter and Country”');
  await page.goto('/reports/new?from=DU-101');
  await expect(page.getByRole('table', { name: 'First 10 rows of the report' })).toBeVisible();
  await settle(page, 'Build a report');
  await page.goto('/reports/UA-101');
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Why these rows' })).toBeVisible();
  await settle(page, /^UA-101 /);
  await visit(page, '/reports/runs', 'Runs');
});

test('pages of cross-account access', async ({ page, person, world, anotherBrowser }) => {
  const client = await anotherBrowser();
  await signIn(client, person('surety_owner'));
  const brokerNumber = accountNumber(world, 'Bluewater Customs Brokers');
  await inviteCompany(client, brokerNumber, person('broker_owner').user_id);
  await expect(client.getByText(/The invitation to .* is sent/)).toBeVisible();
  await signIn(page, person('broker_owner'));
  await page.goto('/access/cross-account?tab=pending');
  await row(page, person('surety_owner').account_name as string)
    .getByRole('link')
    .first()
    .click();
  await settle(page, /offers you access to its account/);
  await acceptOffer(page, person('surety_owner').account_name as string);
  await visit(page, '/access/cross-account', 'Cross-account access');
  await visit(page, '/access/cross-account?tab=pending', 'Cross-account access');
  await visit(page, '/access/cross-account?tab=blocked', 'Cross-account access');
  await visit(page, '/access/cross-account?tab=received&state=active', 'Cross-account access');
  await page.getByRole('rowheader').getByRole('link').first().click();
  await settle(page, /^Access to /);
  await page.getByRole('button', { name: 'Assign a person' }).click();
  await settle(page, /^Access to /);
  await visit(page, '/access/cross-account/new', 'Invite a company');
  await page.getByRole('button', { name: 'Send the invitation' }).click();
  await settle(page, 'Invite a company');
  await visit(page, '/access/cross-account/new?way=request', 'Request access');
  await visit(page, '/access/cross-account/batches', 'Request access from many clients');
  await visit(page, '/access/outside-people', 'Which outside people can see us');
  for (const tab of ['', '?tab=groups', '?tab=teams']) {
    await visit(page, `/access/client-groups${tab}`, 'Client groups and teams');
  }
  await visit(page, '/access/reviews', 'Access reviews');
  await visit(page, '/access/reviews/new', 'Start an access review');
  await visit(page, '/clients', 'Clients’ accounts');
  await page.getByRole('rowheader').getByRole('link').first().click();
  await expect(page.getByRole('complementary', { name: 'Whose account this is' })).toBeVisible();
  await settle(page, /./);
  await page.getByRole('button', { name: /^Account: client / }).click();
  await settle(page, /./);
});

test('pages of cases with support', async ({ page, person, anotherBrowser }) => {
  await signIn(page, person('user'));
  await visit(page, '/cases', 'Support');
  await visit(page, '/cases/new', 'Ask support');
  await page.getByRole('button', { name: 'Send to support' }).click();
  await settle(page, 'Ask support');
  await page.goto('/cases');
  await page.getByRole('rowheader').getByRole('link').first().click();
  await settle(page, /^C-/);
  const agent = await anotherBrowser();
  await signIn(agent, person('support_agent'));
  await visit(agent, '/canned-answers', 'Prepared answers');
  await visit(agent, '/case-queue', 'Cases that wait');
  await agent.getByRole('link', { name: /Cannot sign in/ }).click();
  await settle(agent, /^C-/);
});

test('pages of notices', async ({ page, person, anotherBrowser }) => {
  await signIn(page, person('owner'));
  await visit(page, '/notices', 'Notices');
  await visit(page, '/notices?category=outage', 'Notices');
  await page.goto('/notices');
  await page.getByRole('rowheader').getByRole('link').first().click();
  await settle(page, /./);
  await visit(page, '/me?tab=notices', 'Profile and settings');
  const lead = await anotherBrowser();
  await signIn(lead, person('support_lead'));
  await visit(lead, '/staff-notices', 'Notices to people');
  await visit(lead, '/staff-notices/new', 'Write a notice');
  await tick(lead.getByLabel('People of certain companies'));
  await lead.getByRole('button', { name: 'Save the draft' }).click();
  await settle(lead, 'Write a notice');
  await lead.goto('/staff-notices');
  await lead.getByRole('link', { name: 'One User ID for each person' }).click();
  await settle(lead, 'One User ID for each person');
});

test("a user's own pages, and what a user may not see", async ({ page, person }) => {
  await signIn(page, person('user'));
  await settle(page, /^Welcome, /);
  await visit(page, '/people', 'People');
  await visit(page, '/register', 'Identifier register');
  await visit(page, '/company', 'Company');
  for (const tab of ['', '?tab=password', '?tab=sessions', '?tab=display', '?tab=terms']) {
    await visit(page, `/me${tab}`, 'Profile and settings');
  }
});

test('pages of the registrar', async ({ page, person }) => {
  await signIn(page, person('registrar'));
  await settle(page, /^Welcome, /);
  await visit(page, '/register', 'Identifier register');
  await page
    .getByRole('button', { name: /^History of/ })
    .first()
    .click();
  await settle(page, 'Identifier register');
  await page.getByRole('button', { name: 'Set an entry' }).click();
  await settle(page, 'Identifier register');
  await visit(page, '/register/imports', 'Imports of the register');
  await page.getByRole('table').getByRole('link').first().click();
  await settle(page, /^Import of /);
  await visit(page, '/register/imports/new', 'Load a file into the register');
  await visit(page, '/register/verifications', 'Pending verifications');
  await page
    .getByRole('button', { name: /^Decide on/ })
    .first()
    .click();
  await settle(page, 'Pending verifications');
  await visit(page, '/companies', 'Companies');
  await visit(page, '/companies/new', 'Create a company');
  await page.goto('/companies?q=Northgate');
  await page.getByRole('link', { name: 'Northgate Imports, Inc.' }).click();
  await settle(page, 'Northgate Imports, Inc.');
});

test('pages of support, auditor and administrator', async ({ page, person }) => {
  await signIn(page, person('administrator'));
  await settle(page, /^Welcome, /);
  await visit(page, '/support', 'Search');
  await visit(page, '/support?q=becker', 'Search');
  await page.getByRole('link', { name: /Tom Becker/ }).click();
  await settle(page, 'Tom Becker');
  await page.getByRole('link', { name: 'Northgate Imports, Inc.' }).first().click();
  await settle(page, 'Northgate Imports, Inc.');
  await visit(page, '/support/figures', 'How support is doing');
  await visit(page, '/staff', 'Staff');
  await visit(page, '/staff/new', 'Invite a staff member');
  await visit(page, '/terms-versions', 'Terms and Conditions');
  await visit(page, '/terms-versions/new', 'Publish a new version of the terms');
  await visit(page, '/portal-audit', 'Portal history');
  await visit(page, '/grant-reports', 'Reports of unwanted requests');
  await visit(page, '/register', 'Identifier register');
});
