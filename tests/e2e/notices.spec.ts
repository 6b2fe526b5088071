// Notices: from a draft to the last acknowledgement, what a reader finds, and mails by choice.
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { heading, navigation, row, signIn, tick } from './portal';

const bell = (page: Page) => page.getByRole('banner').getByRole('link', { name: /^Notices/ });

/** Finds the notice through Home and acknowledges it. */
async function acknowledge(page: Page, title: string): Promise<void> {
  await page.goto('/');
  await page
    .getByRole('region', { name: 'Needs you' })
    .getByRole('link', { name: 'Read and acknowledge' })
    .click();
  await row(page, title).getByRole('link').click();
  await expect(heading(page, title)).toBeVisible();
  await page.getByRole('button', { name: 'I have read this' }).click();
  await expect(page.getByText('You acknowledged this notice.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'I have read this' })).toHaveCount(0);
}

test('a notice goes from draft to the last acknowledgement', async ({ page, person, anotherBrowser }) => {
  test.setTimeout(180_000);
  const title = 'Bonds are checked in December';
  const lead = page;
  await signIn(lead, person('support_lead'));
  await navigation(lead).getByRole('link', { name: 'Notices' }).click();
  await lead.getByRole('link', { name: 'Write a notice' }).click();

  // What cannot be sent is said at its place, and nothing typed is lost.
  await lead.getByRole('textbox', { name: 'Title' }).fill(title);
  await tick(lead.getByLabel('People of accounts with certain business activities'));
  await lead.getByRole('button', { name: 'Save the draft' }).click();
  await expect(lead.getByRole('alert')).toContainText('Enter the text');
  await expect(lead.getByRole('alert')).toContainText('Choose at least one activity');
  await lead.getByRole('textbox', { name: 'Text' }).fill('Read this. <script>alert(1)</script>');
  await tick(lead.getByLabel('Surety', { exact: true }));
  await lead.getByRole('button', { name: 'Save the draft' }).click();
  await expect(lead.getByText(/There is HTML in this text/).first()).toBeVisible();

  await lead
    .getByRole('textbox', { name: 'Text' })
    .fill('## What happens\n\nEvery bond is checked **once**.\n\n- Have the papers ready.');
  await tick(lead.getByLabel('Ask everybody to acknowledge it'));
  await lead.getByRole('button', { name: 'Show the preview' }).click();
  const preview = lead.getByRole('region', { name: 'Preview' });
  await expect(preview.getByRole('heading', { name: 'What happens' })).toBeVisible();
  const addressed = Number(/(\d+) pe(?:rson is|ople are) addressed/.exec(await preview.innerText())?.[1]);
  expect(addressed).toBeGreaterThan(0);
  await lead.getByRole('button', { name: 'Save the draft' }).click();
  await expect(heading(lead, title)).toBeVisible();
  await expect(lead.getByRole('region', { name: 'About this notice' })).toContainText('Draft');

  // Nobody sees a draft.
  const first = person('surety_owner');
  const last = person('surety_proxy');
  expect(addressed).toBe(2);
  const other = await anotherBrowser();
  await signIn(other, first);
  await bell(other).click();
  await expect(row(other, 'One User ID for each person')).toBeVisible();
  await expect(row(other, title)).toHaveCount(0);

  await lead.getByRole('button', { name: 'Publish' }).click();
  await lead.getByRole('dialog').getByRole('button', { name: 'Publish' }).click();
  await expect(lead.getByText('The notice is published.')).toBeVisible();
  const who = lead.getByRole('region', { name: 'Who has read it' });
  await expect(who).toContainText('0 acknowledged, 2 not yet.');

  await acknowledge(other, title);
  await other.goto('/');
  await expect(other.getByRole('region', { name: 'Needs you' })).toContainText(
    '1 notice waits for your acknowledgement',
  );
  await lead.reload();
  await expect(who).toContainText('1 acknowledged, 1 not yet.');
  await expect(row(lead, last.email)).toBeVisible();
  await expect(row(lead, first.email)).toHaveCount(0);

  const another = await anotherBrowser();
  await signIn(another, last);
  await acknowledge(another, title);
  await lead.reload();
  await expect(who).toContainText('2 acknowledged, 0 not yet.');
  await expect(who.getByText('Everybody has acknowledged it.')).toBeVisible();

  // A published notice is not changed; a withdrawn one is gone for its readers.
  await expect(lead.getByRole('link', { name: 'Change the draft' })).toHaveCount(0);
  await lead.getByRole('button', { name: 'Withdraw' }).click();
  await lead.getByRole('dialog').getByLabel('Reason').fill('The month was wrong.');
  await lead.getByRole('dialog').getByRole('button', { name: 'Withdraw' }).click();
  await expect(lead.getByText('The notice is withdrawn.')).toBeVisible();
  await bell(other).click();
  await expect(row(other, 'One User ID for each person')).toBeVisible();
  await expect(row(other, title)).toHaveCount(0);
});

test('the bell counts what is new, and mails come by choice', async ({ page, person }) => {
  await signIn(page, person('owner'));
  // The bell is there before its number is.
  await expect(bell(page)).toHaveAttribute('aria-label', /[1-9]\d* new/);
  const before = Number(/(\d+) new/.exec((await bell(page).getAttribute('aria-label')) ?? '')?.[1]);
  await bell(page).click();
  await page.getByRole('link', { name: 'The portal is away on Sunday morning' }).click();
  await expect(page.getByRole('strong').filter({ hasText: '06:00 to 08:00 UTC' })).toBeVisible();
  await expect(bell(page)).toHaveAccessibleName(before === 1 ? 'Notices' : `Notices, ${before - 1} new`);

  await page.goto('/me?tab=notices');
  await expect(page.getByLabel('Never')).toBeChecked();
  await tick(page.getByLabel('Once a week'));
  await page.getByRole('button', { name: 'Save changes' }).click();
  await expect(page.getByText('Your changes are saved.')).toBeVisible();
  await page.reload();
  await expect(page.getByLabel('Once a week')).toBeChecked();
});

test('staff who do not write notices read them', async ({ page, person }) => {
  await signIn(page, person('support_agent'));
  await navigation(page).getByRole('link', { name: 'Notices' }).click();
  await page.getByRole('link', { name: 'One User ID for each person' }).click();
  await expect(page.getByRole('region', { name: 'Who has read it' })).toContainText('2 acknowledged');
  await expect(page.getByRole('button', { name: 'Withdraw' })).toHaveCount(0);
  await page.goto('/staff-notices/new');
  await expect(page.getByText('You may not see this')).toBeVisible();
});
