// Support: a locked user who finds nobody, a caller who is somebody else, an owner who needs two agents.
import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { checkAccessibility, expect, test } from './fixtures';
import { enterCredentials, heading, NEW_PASSWORD, navigation, openMail, row, signIn } from './portal';

/** Writes "I can't get in"; answers the number of the case. */
async function askForHelp(page: Page, userId: string): Promise<string> {
  await page.goto('/sign-in/locked');
  return await writeForHelp(page, userId);
}

/** The same on the page that is open. */
async function writeForHelp(page: Page, userId: string): Promise<string> {
  const form = page.getByRole('region', { name: 'I can’t get in' });
  await form.getByRole('textbox', { name: 'Your User ID' }).fill(userId);
  await form.getByRole('textbox', { name: 'Message' }).fill('I am locked out and have to file today.');
  await form.getByRole('button', { name: 'Send the message' }).click();
  const answer = form.getByRole('status').filter({ hasText: 'Your message is passed on.' });
  await expect(answer).toContainText(/C-\d{6}/);
  return /C-\d{6}/.exec(await answer.innerText())?.[0] ?? '';
}

/** Opens the case from the queue. */
async function openFromQueue(agent: Page, number: string): Promise<void> {
  await navigation(agent).getByRole('link', { name: 'Cases' }).click();
  await agent.getByRole('link', { name: new RegExp(number) }).click();
  await expect(heading(agent, new RegExp(number))).toBeVisible();
}

/** Sends the phrase, reads it in the person's mail, types what the caller says. */
async function verify(agent: Page, caller: Page, email: string): Promise<void> {
  await agent.getByRole('button', { name: 'Send the phrase' }).click();
  await expect(agent.getByText('The phrase is on its way to the person on file.')).toBeVisible();
  const mail = await openMail(caller, email, /Your phrase for the call/);
  const phrase = /^\s*((?:[a-z]+ ){4}\d\d)\s*$/m.exec(await mail.innerText())?.[1] ?? '';
  expect(phrase).not.toBe('');
  await agent.getByRole('textbox', { name: 'What the caller says' }).fill(phrase);
  await agent.getByRole('button', { name: 'Check' }).click();
  await expect(agent.getByRole('region', { name: 'Is the caller the person on file?' })).toContainText(
    'Verified until',
  );
}

async function act(agent: Page, button: string): Promise<void> {
  await agent.getByRole('button', { name: button }).click();
  const dialog = agent.getByRole('dialog');
  await dialog.getByLabel('Reason').fill('Has to file today.');
  await dialog.getByRole('button', { name: button }).click();
}

test('a locked user finds nobody, reaches support, is verified and unlocked', async ({
  page,
  person,
  anotherBrowser,
}) => {
  const locked = person('locked_user');
  // The right password is refused like a wrong one, and the page leads to those who help.
  await enterCredentials(page, locked.user_id, locked.password);
  await expect(page.getByRole('alert')).toContainText('sign-in-failed');
  await page.getByRole('link', { name: 'Forgot your password, or locked out?' }).click();
  await page.getByRole('link', { name: 'Who else can unlock me?' }).click();
  await expect(heading(page, 'Locked out for now?')).toBeVisible();
  const number = await writeForHelp(page, locked.user_id);
  // The company's people are told, and the sender is not told who they are.
  await openMail(page, person('owner').email, /cannot sign in/);

  const agent = await anotherBrowser();
  await signIn(agent, person('support_agent'));
  await openFromQueue(agent, number);
  await agent.getByRole('button', { name: 'Take this case' }).click();
  await expect(agent.getByText('The case is yours.')).toBeVisible();
  await expect(agent.getByText('Verify the caller first')).toBeVisible();
  await expect(agent.getByRole('button', { name: 'Reactivate' })).toHaveCount(0);
  await verify(agent, page, locked.email);
  await act(agent, 'Reactivate');
  await expect(agent.getByText('Done. The person was told by mail.')).toBeVisible();

  await signIn(page, locked);
});

test('a caller who is not the person on file is refused, and the company sees the attempt', async ({
  page,
  person,
  anotherBrowser,
}) => {
  const target = person('user');
  const number = await askForHelp(page, target.user_id);
  const agent = await anotherBrowser();
  await signIn(agent, person('support_agent'));
  await openFromQueue(agent, number);
  await agent.getByRole('button', { name: 'Send the phrase' }).click();
  const verification = agent.getByRole('region', { name: 'Is the caller the person on file?' });
  for (let wrong = 1; wrong <= 5; wrong += 1) {
    await agent.getByRole('textbox', { name: 'What the caller says' }).fill('amber amber amber amber 00');
    await agent.getByRole('button', { name: 'Check' }).click();
    await expect(verification).toContainText(
      wrong < 5 ? `${wrong} wrong phrase` : 'is not helped in this case',
    );
  }
  await expect(agent.getByRole('button', { name: 'Send another phrase' })).toHaveCount(0);
  await expect(agent.getByRole('button', { name: 'Reactivate' })).toHaveCount(0);

  await signIn(page, person('owner'));
  await page.goto('/audit');
  const last = page.getByRole('row').filter({ hasText: 'Worked on by support' }).first();
  await last.getByText('Details').click();
  await expect(last.getByText(/fifth wrong phrase/)).toBeVisible();
  await openMail(page, target.email, /could not prove to be you/);
});

test('an owner’s lock needs two agents', async ({ page, person, anotherBrowser }) => {
  const owner = person('owner');
  for (let n = 0; n < 5; n += 1) {
    await enterCredentials(page, owner.user_id, `a wrong password, number ${n}`);
    await expect(page.getByText('You are not signed in')).toBeVisible();
  }
  const number = await askForHelp(page, owner.user_id);
  const agent = await anotherBrowser();
  await signIn(agent, person('support_agent'));
  await openFromQueue(agent, number);
  await verify(agent, page, owner.email);
  await act(agent, 'Send a temporary password');
  await expect(agent.getByText('a second agent has to open this case and agree')).toBeVisible();
  await expect(agent.getByRole('button', { name: 'Agree as the second agent' })).toHaveCount(0);

  const lead = await anotherBrowser();
  await signIn(lead, person('support_lead'));
  await openFromQueue(lead, number);
  await row(lead, 'Temporary password').getByRole('button', { name: 'Agree as the second agent' }).click();
  await expect(lead.getByText('Done. The person was told by mail.')).toBeVisible();

  // The owner signs in with what came by mail, and makes a new password before anything else.
  const mail = await openMail(page, owner.email, /active again/);
  const temporary = /^\s*([A-Za-z0-9]+(?:-[A-Za-z0-9]+)+)\s*$/m.exec(await mail.innerText())?.[1] ?? '';
  await enterCredentials(page, owner.user_id, temporary);
  await expect(heading(page, 'Create a new password')).toBeVisible();
  await page.getByLabel('Temporary or present password', { exact: true }).fill(temporary);
  await page.getByLabel('New password', { exact: true }).fill(NEW_PASSWORD);
  await page.getByRole('button', { name: 'Save the new password' }).click();
  await expect(heading(page, /^Welcome, /)).toBeVisible();
  await page.goto('/audit');
  await expect(page.getByRole('row').filter({ hasText: 'Worked on by support' }).first()).toBeVisible();
});

test('a question to support shows its place, and the answer comes by mail', async ({
  page,
  person,
  anotherBrowser,
}) => {
  const user = person('user');
  await signIn(page, user);
  await navigation(page).getByRole('link', { name: 'Support' }).click();
  await page.getByRole('link', { name: 'Ask support' }).first().click();
  await page.getByRole('button', { name: 'Send to support' }).click();
  await expect(page.getByRole('alert')).toContainText('Enter a subject');
  await page.getByLabel('What is it about?').selectOption({ label: 'Reports' });
  await page.getByRole('textbox', { name: 'Subject' }).fill('Which ports do I see?');
  await page
    .getByRole('textbox', { name: 'Your question' })
    .fill('My list is shorter than that of a colleague.');
  await page.getByRole('button', { name: 'Send to support' }).click();
  await expect(heading(page, /Which ports do I see/)).toBeVisible();
  await expect(page.getByRole('region', { name: 'Your place in the queue' })).toBeVisible();
  const number = /C-\d{6}/.exec(await heading(page, /C-/).innerText())?.[0] ?? '';

  const agent = await anotherBrowser();
  await signIn(agent, person('support_agent'));
  await openFromQueue(agent, number);
  await agent
    .getByRole('textbox', { name: 'Message' })
    .fill('Your access is limited to the ports 2704 and 2720.');
  await agent.getByRole('button', { name: 'Send', exact: true }).click();
  await expect(agent.getByText('Your message is sent.')).toBeVisible();
  await openMail(agent, user.email, new RegExp(`answered your case ${number}`));
  await page.reload();
  await expect(page.getByText('Your access is limited to the ports 2704 and 2720.')).toBeVisible();
});

test('a file of the customer is read at the desk, and a prepared answer goes into the reply', async ({
  page,
  person,
  anotherBrowser,
}) => {
  const lead = await anotherBrowser();
  await signIn(lead, person('support_lead'));
  await lead.goto('/canned-answers');
  await lead.getByRole('button', { name: 'Write a prepared answer' }).click();
  const dialog = lead.getByRole('dialog');
  await dialog.getByLabel('Title').fill('Seal numbers');
  await dialog.getByLabel('Answer').fill('Please send the number of the seal.');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(lead.getByText('“Seal numbers” is saved.')).toBeVisible();
  await checkAccessibility(lead);

  await signIn(page, person('user'));
  await page.goto('/cases/new');
  await page.getByLabel('What is it about?').selectOption({ label: 'Something else' });
  await page.getByLabel('Subject').fill('A seal is missing');
  await page.getByLabel('Your question').fill('See the list.');
  await page.getByRole('button', { name: 'Send to support' }).click();
  await expect(heading(page, /A seal is missing/)).toBeVisible();
  const number = /C-\d{6}/.exec(await heading(page, /A seal is missing/).innerText())?.[0] ?? '';
  const files = page.getByRole('region', { name: 'Files' });
  const file = files.getByLabel('A file for this case');
  await file.setInputFiles({ name: 'seals.exe', mimeType: 'text/plain', buffer: Buffer.from('x') });
  await files.getByRole('button', { name: 'Add the file' }).click();
  await expect(files.getByRole('alert')).toContainText('Choose a PDF, a PNG or JPEG picture');
  await file.setInputFiles({ name: 'seals.csv', mimeType: 'text/csv', buffer: Buffer.from('seal\n4711\n') });
  await files.getByRole('button', { name: 'Add the file' }).click();
  await expect(files.getByRole('button', { name: 'Download seals.csv' })).toBeVisible();
  await checkAccessibility(page);

  await openFromQueue(lead, number);
  const [download] = await Promise.all([
    lead.waitForEvent('download'),
    lead.getByRole('button', { name: 'Download seals.csv' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('seals.csv');
  expect(await readFile(await download.path(), 'utf8')).toBe('seal\n4711\n');
  await lead.getByRole('textbox', { name: 'Message' }).fill('Hello. ');
  await lead.getByLabel('Prepared answer').selectOption({ label: 'Seal numbers' });
  await lead.getByRole('button', { name: 'Insert' }).click();
  await expect(lead.getByRole('textbox', { name: 'Message' })).toHaveValue(
    'Hello. Please send the number of the seal.',
  );
  await lead.getByRole('button', { name: 'Send', exact: true }).click();
  await expect(lead.getByText('Your message is sent.')).toBeVisible();
  await page.reload();
  await expect(page.getByText('Hello. Please send the number of the seal.')).toBeVisible();
});
