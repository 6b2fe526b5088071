// The API reference: an operation by its link, signing in with one click, as oneself and as a program, and trying it out.
// Nothing that the page loads or sends leaves the portal.
import type { Locator, Page } from '@playwright/test';
import { checkAccessibility, expect as look, test } from './fixtures';
import { signIn } from './portal';

// The reference draws the whole contract, which takes its time on a busy machine.
const expect = look.configure({ timeout: 120_000 });

/** Every address that the browser asked for and that is not the portal's. */
function foreign(page: Page, portal: string): string[] {
  const found: string[] = [];
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(`${portal}/`) && !url.startsWith('data:') && !url.startsWith('blob:'))
      found.push(url);
  });
  return found;
}

test.beforeEach(() => {
  test.setTimeout(480_000);
});

const panel = (page: Page): Locator => page.getByRole('region', { name: 'Sign in to try it out' });

/** Sends the request of an operation that is open, and reads the status of its answer. */
async function execute(operation: Locator): Promise<void> {
  await operation.getByRole('button', { name: 'Execute' }).click();
  await expect(operation.locator('.live-responses-table tbody .response-col_status').first()).toHaveText(
    /^200/,
  );
}

test('a link opens an operation, and one click in the demo is enough to try it', async ({ page, server }) => {
  const outside = foreign(page, server.url);
  await page.goto('/developers');
  await page.getByRole('link', { name: 'GET /accounts/{id}/users' }).click();
  await expect(
    page.locator('#operations-users-list_users').getByRole('button', { name: 'Execute' }),
  ).toBeVisible();

  await page.goto('about:blank');
  await page.goto('/docs/#/me/get_me');
  const me = page.locator('#operations-me-get_me');
  await expect(me.getByRole('button', { name: 'Execute' })).toBeInViewport();
  await checkAccessibility(page);
  await panel(page).getByRole('button', { name: 'Maria Lopez, owner' }).click();
  await expect(panel(page).getByText('Signed in as Maria Lopez')).toBeVisible();
  await execute(me);
  await expect(me.locator('.live-responses-table')).toContainText('maria.lopez');
  await checkAccessibility(page);

  // The address names the operation that was opened last; another address opens another operation.
  await page
    .locator('#operations-me-update_me')
    .getByRole('button', { name: /^patch/i })
    .first()
    .click();
  await expect(page).toHaveURL(/#\/me\/update_me$/);
  await page.goto('/docs/#/sessions/list_sessions');
  await execute(page.locator('#operations-sessions-list_sessions'));

  // A session of the portal is one of this page too, and ends with it.
  const portal = await page.context().newPage();
  await portal.goto('/');
  await expect(portal.getByRole('heading', { level: 1, name: /^Welcome, Maria/ })).toBeVisible();
  await panel(page).getByRole('button', { name: 'Sign out' }).click();
  await expect(panel(page).getByRole('button', { name: 'Maria Lopez, owner' })).toBeVisible();
  await expect(portal.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
  expect(outside).toEqual([]);
});

test('a person tries things out with the own User ID, or with the session of the portal', async ({
  page,
  person,
  server,
}) => {
  const outside = foreign(page, server.url);
  const user = person('user');
  await page.goto('/docs/#/me/get_me');
  await panel(page).getByText('With a User ID and a password').click();
  await panel(page).getByLabel('User ID').fill(user.user_id);
  await panel(page).getByLabel('Password').fill('not the password at all');
  await panel(page).getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(panel(page).getByRole('alert')).toBeVisible();
  await panel(page).getByLabel('Password').fill(user.password);
  await panel(page).getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(panel(page).getByText(`(${user.user_id})`)).toBeVisible();
  await execute(page.locator('#operations-me-get_me'));
  await panel(page).getByRole('button', { name: 'Sign out' }).click();
  await expect(panel(page).getByText('This is the demo')).toBeVisible();

  await signIn(page, person('owner'));
  await page.goto('/docs/#/me/get_me');
  await expect(panel(page).getByText(`(${person('owner').user_id})`)).toBeVisible();
  await execute(page.locator('#operations-me-get_me'));
  expect(outside).toEqual([]);
});

test('a program tries things out with client id and secret', async ({ page, person, server }) => {
  const { user_id, password } = person('owner');
  const api = `${server.url}/api/v1`;
  const session = await (await page.request.post(`${api}/sessions`, { data: { user_id, password } })).json();
  const headers = { Authorization: `Bearer ${session.access_token}` };
  const account = session.user.memberships[0].account_id;
  const made = await page.request.post(`${api}/accounts/${account}/api-clients`, {
    headers,
    data: { name: 'Reference', contact_email: 'integration@harbor.example', scopes: ['structure:read'] },
  });
  expect(made.status()).toBe(201);
  const { client, secret } = await made.json();
  await page.context().clearCookies();

  const outside = foreign(page, server.url);
  await page.goto('/docs/#/structure/list_sub_accounts');
  const operation = page.locator('#operations-structure-list_sub_accounts');
  await page.getByRole('button', { name: 'Authorize', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Available authorizations' });
  await expect(dialog).toBeVisible();
  await checkAccessibility(page);
  await dialog.getByLabel('client_id').fill(client.id);
  await dialog.getByLabel('client_secret').fill(secret.secret);
  await dialog.getByRole('button', { name: 'Authorize with client id and secret' }).click();
  await expect(dialog.getByText('Authorized', { exact: true })).toBeVisible();
  await dialog.getByRole('button', { name: 'Close' }).first().click();
  await expect(dialog).toHaveCount(0);
  await operation.getByPlaceholder('id', { exact: true }).fill(account);
  await execute(operation);
  expect(outside).toEqual([]);
});
