// The self-service reset in its six steps, and the same walk for a User ID that does not exist.
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { enterCredentials, heading, NEW_PASSWORD, openMail, signIn } from './portal';
import type { DemoWorld } from './server';

async function start(page: Page, userId: string): Promise<void> {
  await page.goto('/sign-in');
  await page.getByRole('link', { name: 'Forgot your password, or locked out?' }).click();
  await expect(heading(page, 'Forgot your password, or locked out?')).toBeVisible();
  await page.getByRole('textbox', { name: 'User ID' }).fill(userId);
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(heading(page, 'Answer your challenge questions')).toBeVisible();
}

/** The labels of the three answers, which are the questions. */
async function questions(page: Page): Promise<string[]> {
  const fields = page.getByRole('main').locator('form label');
  await expect(fields).toHaveCount(3);
  return (await fields.allInnerTexts()).map((text) => text.trim());
}

async function answer(page: Page, given: (question: string) => string): Promise<void> {
  for (const question of await questions(page)) {
    await page.getByLabel(question, { exact: true }).fill(given(question));
  }
  await page.getByRole('button', { name: 'Send the link' }).click();
  await expect(heading(page, 'Check your e-mail')).toBeVisible();
}

function answersOf(world: DemoWorld, role: string): (question: string) => string {
  const known = world.people.find((one) => one.role === role)?.answers ?? [];
  return (question) => {
    const found = known.find((one) => one.question === question);
    if (!found) throw new Error(`the demo world has no answer to “${question}”`);
    return found.answer;
  };
}

test('a forgotten password is replaced in six steps, which also lifts a lock by wrong tries', async ({
  page,
  person,
  world,
}) => {
  const locked = person('locked_user');
  await start(page, locked.user_id);
  await answer(page, answersOf(world, 'locked_user'));

  const mail = await openMail(page, locked.email, /password/i);
  await mail.getByRole('link').first().click();
  await expect(heading(page, 'Your temporary password')).toBeVisible();
  // The secret of the link does not stay in the address.
  await expect(page).toHaveURL(/\/reset-password$/);
  await page.getByRole('button', { name: 'Show my temporary password' }).click();
  const temporary = await page.getByRole('group', { name: 'Temporary password' }).locator('code').innerText();

  await enterCredentials(page, locked.user_id, temporary);
  await expect(heading(page, 'Create a new password')).toBeVisible();
  await page.getByLabel('Temporary or present password', { exact: true }).fill(temporary);
  await page.getByLabel('New password', { exact: true }).fill(NEW_PASSWORD);
  await page.getByRole('button', { name: 'Save the new password' }).click();
  await expect(heading(page, /^Welcome, /)).toBeVisible();

  await page.goto('/me?tab=sessions');
  await expect(page.getByText('This session')).toBeVisible();
});

test('answers count capital and small letters, and a link works once', async ({
  page,
  person,
  world,
  anotherBrowser,
}) => {
  const user = person('user');
  const right = answersOf(world, 'user');
  await start(page, user.user_id);
  await answer(page, (question) => right(question).toUpperCase());
  const mailbox = await anotherBrowser();
  await mailbox.goto(`/demo/mailbox?q=${encodeURIComponent(user.email)}`);
  await expect(mailbox.getByRole('link', { name: /reset-password/ })).toHaveCount(0);

  await page.getByRole('link', { name: 'Start again' }).click();
  await expect(heading(page, 'Forgot your password, or locked out?')).toBeVisible();
  await page.getByRole('textbox', { name: 'User ID' }).fill(user.user_id);
  await page.getByRole('button', { name: 'Continue' }).click();
  await answer(page, right);
  const link = (await openMail(mailbox, user.email, /password/i)).getByRole('link').first();
  const address = (await link.getAttribute('href')) ?? '';
  await link.click();
  await mailbox.getByRole('button', { name: 'Show my temporary password' }).click();
  await expect(mailbox.getByRole('group', { name: 'Temporary password' })).toBeVisible();
  await page.goto(address);
  await page.getByRole('button', { name: 'Show my temporary password' }).click();
  await expect(page.getByRole('alert')).toContainText('link-not-valid');
  await signIn(page, user);
});

test('a User ID that does not exist walks the same screens', async ({ page }) => {
  await start(page, 'nobody.at.all');
  const first = await questions(page);
  await start(page, 'nobody.at.all');
  expect((await questions(page)).sort()).toEqual(first.sort());
  await answer(page, () => 'Anything');
  await expect(page.getByText('If the User ID exists and the answers are right')).toBeVisible();
});
