// Programs that act for an account: a proxy makes one, the owner approves what writes, the secret is shown once.
import { expect, test } from './fixtures';
import { heading, signIn } from './portal';

test('an owner makes an API client, gives it a successor of its secret and ends it', async ({
  page,
  person,
}) => {
  await signIn(page, person('owner'));
  await page.goto('/company');
  await page.getByRole('link', { name: 'API clients' }).click();
  await expect(heading(page, 'API clients')).toBeVisible();
  await page.getByRole('button', { name: 'New API client' }).click();
  const dialog = page.getByRole('dialog', { name: 'New API client' });
  await dialog.getByLabel('Name').fill('ERP, night run');
  await dialog.getByLabel('Contact').fill('integration@harbor.example');
  await dialog.getByText('structure:read').click();
  await dialog.getByRole('button', { name: 'Make the client' }).click();

  const shown = page.getByRole('group', { name: 'The secret of ERP, night run' });
  await expect(shown).toContainText(/qmcs_[\w-]{43}/);
  const secret = (await shown.locator('code').textContent()) ?? '';
  const id = await page
    .getByRole('group', { name: 'Client ID of ERP, night run' })
    .locator('code')
    .textContent();
  const token = await page.request.post('/api/v1/oauth/token', {
    form: { grant_type: 'client_credentials', client_id: id ?? '', client_secret: secret },
  });
  expect(token.status()).toBe(200);

  await page.getByRole('button', { name: 'New secret for ERP, night run' }).click();
  await page.getByRole('button', { name: 'New secret', exact: true }).click();
  await expect(shown).not.toContainText(secret);
  await page.reload();
  await expect(page.getByText(`Ends in ${secret.slice(-4)}`)).toBeVisible();
  await expect(page.getByText(secret)).toHaveCount(0);
  await page.getByRole('button', { name: `Remove the secret that ends in ${secret.slice(-4)}` }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await expect(page.getByText('The secret is removed.')).toBeVisible();

  await page.getByRole('button', { name: 'End ERP, night run' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'End ERP, night run' }).click();
  await expect(page.getByText('ERP, night run has ended.')).toBeVisible();
  await expect(page.getByText('Ended', { exact: true })).toBeVisible();
});
