// From an invitation by e-mail to the first day: User ID, questions, terms.
import { expect, test } from './fixtures';
import {
  acceptTerms,
  enterCredentials,
  finishFirstSignIn,
  heading,
  NEW_PASSWORD,
  openMail,
  row,
  signIn,
  tick,
} from './portal';

test('an invited person chooses a User ID, questions and accepts the terms', async ({
  page,
  person,
  anotherBrowser,
}) => {
  await signIn(page, person('owner'));
  await page.goto('/people');
  await page.getByRole('link', { name: 'Invite a person' }).click();
  await page.getByLabel('Given name').fill('Carmen');
  await page.getByLabel('Family name').fill('Silva');
  await page.getByLabel('E-mail').fill('carmen.silva@northgate.example');
  await tick(page.getByLabel('Account User'));
  await page.getByLabel('Importer, East Coast: Trade records').selectOption('See');
  await page.getByRole('button', { name: 'Send the invitation' }).click();
  await expect(
    page.getByText('The invitation to carmen.silva@northgate.example is on its way.'),
  ).toBeVisible();
  await page.getByRole('link', { name: 'See the invitations' }).click();
  await expect(row(page, 'carmen.silva@northgate.example')).toContainText('Open');

  const carmen = await anotherBrowser();
  const mail = await openMail(carmen, 'carmen.silva@northgate.example', /./);
  await mail.getByRole('link').first().click();
  await expect(heading(carmen, 'Welcome, Carmen')).toBeVisible();
  await expect(carmen.getByText('Northgate Imports')).toBeVisible();
  await carmen.getByRole('textbox', { name: 'User ID' }).fill('carmen.silva');
  await carmen.getByLabel('Password', { exact: true }).fill('Carmen Silva rules here');
  await carmen.getByRole('button', { name: 'Create my User ID' }).click();
  await expect(carmen.getByRole('alert').getByRole('link')).toBeVisible();
  await carmen.getByLabel('Password', { exact: true }).fill(NEW_PASSWORD);
  await carmen.getByRole('button', { name: 'Create my User ID' }).click();
  await expect(carmen.getByText('Your User ID is ready.')).toBeVisible();

  await carmen.getByRole('textbox', { name: 'User ID' }).fill('carmen.silva');
  await carmen.getByLabel('Password', { exact: true }).fill(NEW_PASSWORD);
  await carmen.getByRole('button', { name: 'Sign in' }).click();
  await finishFirstSignIn(carmen);
  await expect(heading(carmen, 'Welcome, Carmen')).toBeVisible();

  await page.goto('/people?q=carmen');
  await expect(row(page, /Carmen Silva/)).toContainText('Active');
});

test('at the first sign-in nothing else opens before questions and terms', async ({ page, person }) => {
  const newcomer = person('newcomer');
  await enterCredentials(page, newcomer.user_id, newcomer.password);
  await expect(heading(page, 'Choose your challenge questions')).toBeVisible();
  await page.goto('/company');
  await expect(heading(page, 'Choose your challenge questions')).toBeVisible();
  await page.getByLabel('Question 1').selectOption({ index: 1 });
  await page.getByLabel('Question 2').selectOption({ index: 1 });
  await page.getByRole('button', { name: 'Save the questions' }).click();
  await expect(page.getByRole('alert')).toContainText('this one is taken above');
  for (let n = 1; n <= 5; n += 1) {
    await page.getByLabel(`Question ${n}`).selectOption({ index: n });
    await page.getByLabel(`Answer ${n}`, { exact: true }).fill(`Answer number ${n}`);
  }
  await page.getByRole('button', { name: 'Save the questions' }).click();
  await expect(heading(page, 'Terms and Conditions')).toBeVisible();
  await page.getByRole('button', { name: 'Accept and continue' }).click();
  await expect(page.getByRole('alert')).toContainText('Tick the box to accept');
  await acceptTerms(page);
  // And back to where the person was going.
  await expect(heading(page, 'Company')).toBeVisible();
});
