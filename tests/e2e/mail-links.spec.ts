// What links in mails do for somebody who is not signed in: "this was not me", and the end of notices by mail.
import { expect, test } from './fixtures';
import { settle, visit } from './look';
import { fillCredentials, heading, openMail, signIn } from './portal';

test('"this was not me" ends all sessions without signing in, and a reset begins', async ({
  page,
  person,
  anotherBrowser,
}) => {
  const tom = person('locked_user');
  const owner = await anotherBrowser();
  await signIn(owner, person('owner'));
  await owner.goto('/people?state=failed_attempts');
  await owner.getByRole('link', { name: 'Tom Becker' }).click();
  // The list has a button of the same name.
  await expect(heading(owner, 'Tom Becker')).toBeVisible();
  await owner.getByRole('button', { name: 'Reactivate Tom Becker' }).click();
  await owner.getByRole('dialog').getByRole('button', { name: 'Reactivate Tom Becker' }).click();
  await expect(owner.getByText('Tom Becker can sign in again.')).toBeVisible();
  await signIn(page, tom);
  const mailbox = await anotherBrowser();
  const mail = await openMail(mailbox, tom.email, /active again/);
  const link = await mail.getByRole('link', { name: /not-me/ }).getAttribute('href');
  const { pathname, hash } = new URL(link ?? '');

  await mailbox.goto(pathname + hash);
  await settle(mailbox, 'This was not me');
  // Opening the link does nothing yet, and the token does not stay in the address.
  expect(new URL(mailbox.url()).hash).toBe('');
  await page.reload();
  await expect(heading(page, /^Welcome, /)).toBeVisible();
  await mailbox.getByRole('button', { name: 'It was not me: end everything' }).click();
  await expect(mailbox.getByText('Your User ID is safe for now')).toBeVisible();
  await settle(mailbox, 'This was not me');
  await page.reload();
  await expect(heading(page, 'Sign in')).toBeVisible();

  // The password does not work any more; the reset that has begun leads to a new one.
  await fillCredentials(page, tom.user_id, tom.password);
  await expect(page.getByRole('alert').first()).toBeVisible();
  await mailbox.getByRole('link', { name: 'Answer the questions' }).click();
  await expect(mailbox.getByRole('button', { name: /^Send/ })).toBeVisible();
  for (const { question, answer } of tom.answers) {
    const field = mailbox.getByLabel(question, { exact: true });
    if ((await field.count()) > 0) await field.fill(answer);
  }
  await mailbox.getByRole('button', { name: /^Send/ }).click();
  await expect(mailbox).toHaveURL(/\/forgot-password\/sent$/);

  // The link works once.
  await mailbox.goto('about:blank');
  await mailbox.goto(pathname + hash);
  await mailbox.getByRole('button', { name: 'It was not me: end everything' }).click();
  await expect(mailbox.getByRole('alert').filter({ hasText: 'link-not-valid' })).toBeVisible();
});

test('the pages say so when they are opened without a link, and a wrong one is refused', async ({ page }) => {
  await visit(page, '/not-me', 'This was not me');
  await expect(page.getByText('Open this page with the link that was mailed to you.')).toBeVisible();
  await visit(page, '/unsubscribe', 'End notices by mail');
  await page.goto('about:blank');
  await page.goto('/unsubscribe#token=nobody-has-this');
  await page.getByRole('button', { name: 'End these mails' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'link-not-valid' })).toBeVisible();
});
