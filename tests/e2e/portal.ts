// Steps that many journeys share, said once: signing in, reading the demo mailbox, leaving.
import { expect, type Locator, type Page } from '@playwright/test';
import type { DemoPerson, DemoWorld } from './server';

export const NEW_PASSWORD = 'seven grey herons on the pier';

export async function enterCredentials(page: Page, userId: string, password: string): Promise<void> {
  await page.goto('/sign-in');
  await fillCredentials(page, userId, password);
}

/** On a sign-in page that is open already. */
export async function fillCredentials(page: Page, userId: string, password: string): Promise<void> {
  await page.getByRole('textbox', { name: 'User ID' }).fill(userId);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

export async function signIn(page: Page, person: Pick<DemoPerson, 'user_id' | 'password'>): Promise<void> {
  await enterCredentials(page, person.user_id, person.password);
  await expect(heading(page, /^Welcome, /)).toBeVisible();
}

export async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Your menu/ }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(heading(page, 'Sign in')).toBeVisible();
}

export const heading = (page: Page, name: string | RegExp): Locator =>
  page.getByRole('heading', { level: 1, name });

/** The main navigation; what it lists depends on the role. */
export const navigation = (page: Page): Locator => page.getByRole('navigation', { name: 'Main' });

/** Chooses the account to work in, for somebody who belongs to several. */
export async function workIn(page: Page, account: string): Promise<void> {
  await page.getByRole('button', { name: /^Account: / }).click();
  await page.getByRole('button', { name: new RegExp(`^${account}`) }).click();
  await expect(page.getByRole('button', { name: `Account: ${account}. Switch account` })).toBeVisible();
}

/** The newest mail to this address whose subject fits. Mails are sent in the background, so it may take a moment. */
export async function openMail(page: Page, address: string, subject: RegExp): Promise<Locator> {
  await page.goto(`/demo/mailbox?q=${encodeURIComponent(address)}`);
  const mail = page.getByRole('article', { name: subject }).first();
  await expect(async () => {
    await page.getByRole('button', { name: 'Look for new mails' }).click();
    await expect(mail).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 20_000 });
  return mail;
}

/**
 * Opens a sub-account from the company's page. Waits for its heading: that page has a field named "Value" too, and what
 * is typed while the next one loads would go with it.
 */
export async function openSubAccount(page: Page, name: string): Promise<void> {
  await page.getByRole('link', { name }).click();
  await expect(heading(page, name)).toBeVisible();
}

/** The row of a table that is named by this text. */
export const row = (page: Page, name: string | RegExp): Locator =>
  page.getByRole('row').filter({ has: page.getByRole('rowheader', { name }) });

/** On the page that an invitation leads to: creates the User ID, signs in with it, and does the first steps. */
export async function joinByInvitation(page: Page, userId: string): Promise<void> {
  await page.getByRole('textbox', { name: 'User ID' }).fill(userId);
  await page.getByLabel('Password', { exact: true }).fill(NEW_PASSWORD);
  await page.getByRole('button', { name: 'Create my User ID' }).click();
  await expect(page.getByText('Your User ID is ready.')).toBeVisible();
  await fillCredentials(page, userId, NEW_PASSWORD);
  await finishFirstSignIn(page);
}

/** Chooses five questions and accepts the terms, as everybody does at the first sign-in. */
export async function finishFirstSignIn(page: Page): Promise<void> {
  await expect(heading(page, 'Choose your challenge questions')).toBeVisible();
  for (let n = 1; n <= 5; n += 1) {
    await page.getByLabel(`Question ${n}`).selectOption({ index: n });
    await page.getByLabel(`Answer ${n}`, { exact: true }).fill(`Answer number ${n}`);
  }
  await page.getByRole('button', { name: 'Save the questions' }).click();
  await acceptTerms(page);
}

export async function acceptTerms(page: Page): Promise<void> {
  await expect(heading(page, 'Terms and Conditions')).toBeVisible();
  await tick(page.getByLabel('I have read the Terms and Conditions and accept them'));
  const accept = page.getByRole('button', { name: 'Accept and continue' });
  await accept.click();
  // Leaving the page before the answer would leave the terms unaccepted.
  await expect(accept).toBeHidden();
}

/** Ticks a box or chooses a radio button. The drawn one is its label; the control itself takes the keyboard. */
export async function tick(control: Locator): Promise<void> {
  await control.press('Space');
  await expect(control).toBeChecked();
}

/** Lets another company see the account: what its Account Owner is asked is filled in and sent. */
export async function inviteCompany(page: Page, accountNumber: string, ownerUserId: string): Promise<void> {
  await page.goto('/access/cross-account/new');
  await page.getByLabel('Account number').fill(accountNumber);
  await page.getByLabel('User ID of their Account Owner').fill(ownerUserId);
  await page.getByLabel('Purpose').fill('Looks after our bonds.');
  await page.getByRole('button', { name: 'Send the invitation' }).click();
}

/** The number of the account with this name. */
export function accountNumber(world: DemoWorld, name: string): string {
  const accounts = world.accounts as { name: string; account_number: string }[];
  const found = accounts.find((account) => account.name === name);
  if (!found) throw new Error(`no account in the demo world is called ${name}`);
  return found.account_number;
}

/** Accepts what this company offers, on the page of what waits for an answer. */
export async function acceptOffer(page: Page, company: string): Promise<void> {
  await page.goto('/access/cross-account?tab=pending');
  await row(page, company).getByRole('link').first().click();
  await expect(heading(page, /offers you access to its account/)).toBeVisible();
  await page.getByRole('button', { name: 'Accept the access' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Accept the access' }).click();
  await expect(page.getByText(/^You have access to .* now/)).toBeVisible();
}
