// Changes of accounts that both sides agree to: a named successor accepts, two accounts become one, and a company claims its
// number where it was refused.
import { expect, test } from './fixtures';
import { heading, openMail, row, signIn, workIn } from './portal';

test('a plain user who is named as the next owner accepts and is it', async ({
  page,
  person,
  anotherBrowser,
}) => {
  await signIn(page, person('owner'));
  await page.goto('/company/owner/new');
  await page.getByLabel('Successor', { exact: true }).selectOption({ label: 'Ines Duarte, Account User' });
  await page.getByRole('button', { name: 'See what happens' }).click();
  await expect(page.getByRole('heading', { name: 'What happens then' })).toBeVisible();
  await page.getByLabel('Reason').fill('I move to another company in the group.');
  await page.getByRole('button', { name: 'Name the successor' }).click();
  await expect(page.getByText('Ines Duarte has to accept.')).toBeVisible();

  const ines = await anotherBrowser();
  await signIn(ines, person('user'));
  await ines
    .getByRole('listitem')
    .filter({ hasText: 'You are named to become the Account Owner' })
    .getByRole('link')
    .click();
  await row(ines, /Ines Duarte/)
    .getByRole('link')
    .click();
  await ines.getByRole('button', { name: 'Accept and become the owner' }).click();
  await ines
    .getByRole('dialog', { name: 'Become the Account Owner of Northgate Imports?' })
    .getByRole('button', { name: 'Accept and become the owner' })
    .click();
  await expect(ines.getByText('You are the Account Owner of Northgate Imports now.')).toBeVisible();
  await ines.goto('/company');
  await expect(ines.getByText(/Ines Duarte \(ines\.duarte\)/)).toBeVisible();
  // The former owner's next page is a proxy's.
  await page.goto('/company/changes');
  await expect(page.getByRole('link', { name: 'Change the owner' })).toHaveCount(0);
});

test('two accounts of a company become one when both owners agree', async ({
  page,
  person,
  anotherBrowser,
}) => {
  test.setTimeout(240_000);
  await signIn(page, person('second_owner'));
  await page.goto('/company/merges/new');
  await page.getByLabel('The other account').selectOption({ index: 1 });
  await page.getByRole('radio', { name: /^The other one: Northgate Imports/ }).press('Space');
  await page.getByRole('button', { name: 'See what happens' }).click();
  await expect(page.getByRole('heading', { name: 'What happens' })).toBeVisible();
  await page.getByLabel('Reason').fill('One account is enough for us.');
  await page.getByRole('button', { name: 'Propose the merger' }).click();
  await expect(page.getByText('The other side has to agree: Maria Lopez.')).toBeVisible();

  const maria = await anotherBrowser();
  await signIn(maria, person('owner'));
  await maria.goto('/company/changes');
  await row(maria, /Northgate Export Services/)
    .getByRole('link')
    .first()
    .click();
  await expect(maria.getByText(/This waits for your answer/)).toBeVisible();
  await maria.getByRole('button', { name: 'Accept the merger' }).click();
  await maria.getByRole('dialog').getByRole('button', { name: 'Accept the merger' }).click();
  await expect(maria.getByText('The accounts are merged.')).toBeVisible();
  await maria.goto('/company');
  await expect(maria.getByRole('link', { name: 'Export desk' })).toBeVisible();
  const letter = await openMail(page, person('second_owner').email, /has been made/);
  await expect(letter).toContainText('the merge of the account');

  // What was emptied stays for the survivor's owner to read, with nothing to press.
  await workIn(maria, 'Northgate Export Services');
  await maria.goto('/company');
  await expect(maria.getByText('This account is closed')).toBeVisible();
  for (const action of [/^Add/, /^New/, /^Rename/, /^Edit/, /^Remove/]) {
    await expect(maria.getByRole('main').getByRole('button', { name: action })).toHaveCount(0);
  }
});

test('a company claims its number right where it was refused', async ({ page, person }) => {
  // The claim of the demo world is taken back first, so that the number can be claimed again.
  const number = '18-2000001A1';
  await signIn(page, { user_id: 'elena.marsh', password: person('owner').password });
  await page.goto('/company/claims');
  await row(page, new RegExp(number)).getByRole('link').click();
  await page.getByRole('button', { name: 'Withdraw the claim' }).click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /Withdraw/ })
    .click();
  await expect(page.getByText('The claim is withdrawn.')).toBeVisible();

  await page.goto('/company');
  await page.getByRole('link', { name: 'Imports', exact: true }).click();
  await expect(heading(page, 'Imports')).toBeVisible();
  await page.getByLabel('Kind', { exact: true }).selectOption('importer_number');
  await page.getByLabel('Value', { exact: true }).fill(number);
  await page.getByRole('button', { name: 'Add the identifier' }).click();
  await expect(page.getByText(/identifier-held-by-another-account/)).toBeVisible();
  await page.getByRole('button', { name: 'Claim the identifier' }).click();
  const dialog = page.getByRole('dialog', { name: `Claim ${number} for your company` });
  await dialog.getByRole('textbox').fill('It is our own second number.');
  await dialog.getByRole('button', { name: 'File the claim' }).click();
  await expect(page.getByText(/^The claim is filed\. The answer is due/)).toBeVisible();
  await page.getByRole('link', { name: 'See the claim' }).click();
  await expect(heading(page, `Claim of ${number}`)).toBeVisible();
});
