// Webhooks: the owner adds one, keeps its secret, and reads in words why nothing arrives.
import { expect, test } from './fixtures';
import { row, signIn } from './portal';

test('the owner adds a webhook and sees what went wrong', async ({ page, person }) => {
  await signIn(page, person('owner'));
  await page.goto('/company');
  await page.getByRole('link', { name: 'Webhooks for your programs' }).click();
  await expect(page.getByRole('heading', { name: 'No webhook yet' })).toBeVisible();
  await page.getByRole('button', { name: 'Add a webhook' }).click();
  const form = page.getByRole('dialog', { name: 'Add a webhook' });
  await form.getByLabel('Address').fill('https://127.0.0.1/hook');
  await form.getByRole('button', { name: 'Add a webhook' }).click();
  await expect(form.getByText(/This address is private to some network/).first()).toBeVisible();
  // A name that leads nowhere, wherever this runs.
  await form.getByLabel('Address').fill('https://hooks.example.invalid/quaymaster');
  await form.getByLabel('What it is for').fill('Our ERP');
  await form.getByRole('button', { name: 'Add a webhook' }).click();
  const secret = page.getByRole('dialog', { name: 'The signing secret' });
  await expect(secret.getByText(/^whsec_/)).toBeVisible();
  await secret.getByRole('button', { name: 'I have kept it' }).click();

  await row(page, /Our ERP/)
    .getByRole('link', { name: 'Our ERP' })
    .click();
  await expect(page.getByText('whsec_')).toHaveCount(0);
  await page.getByRole('button', { name: 'Send a test event' }).click();
  const sent = row(page, /webhook\.test/);
  await expect(sent).toContainText('The name hooks.example.invalid leads nowhere.', { timeout: 30_000 });
  await expect(sent).toContainText('On its way');
  await sent.getByRole('button', { name: 'Details of webhook.test' }).click();
  const details = page.getByRole('dialog', { name: 'webhook.test' });
  await expect(details.getByText('The name hooks.example.invalid leads nowhere.')).toBeVisible();
  await expect(details.getByText(/"specversion": "1.0"/)).toBeVisible();
  await details.getByRole('button', { name: 'Close' }).click();

  await page.getByRole('button', { name: 'Pause', exact: true }).click();
  await expect(page.getByText('The webhook is paused.')).toBeVisible();
  await page.getByRole('button', { name: 'End the webhook' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'End the webhook' }).click();
  await expect(page.getByRole('heading', { name: 'No webhook yet' })).toBeVisible();
});
