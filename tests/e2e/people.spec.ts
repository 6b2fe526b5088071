// The owner's work with people: filters, access, import from a file, handing over.
import { expect, test } from './fixtures';
import { heading, row, signIn, signOut, tick, workIn } from './portal';

test('filters stand in the address, a link opens the same rows, Back undoes one', async ({
  page,
  person,
  anotherBrowser,
}) => {
  await signIn(page, person('owner'));
  await page.goto('/people');
  const filters = page.getByRole('search', { name: 'Filter people' });
  await filters.getByLabel('State').selectOption('Locked: too many tries');
  await filters.getByRole('button', { name: 'Apply filters' }).click();
  await expect(page).toHaveURL(/\/people\?.*state=failed_attempts/);
  await expect(page.getByRole('rowheader')).toHaveCount(2);
  await filters.getByLabel('Role').selectOption('Proxy Account Owner');
  await filters.getByRole('button', { name: 'Apply filters' }).click();
  await expect(page.getByRole('rowheader')).toHaveCount(1);
  await expect(row(page, /Grace Mbeki/)).toBeVisible();
  const address = page.url();

  const again = await anotherBrowser();
  await signIn(again, person('owner'));
  await again.goto(address);
  await expect(row(again, /Grace Mbeki/)).toBeVisible();
  await expect(again.getByRole('rowheader')).toHaveCount(1);

  await page.goBack();
  await expect(page.getByRole('rowheader')).toHaveCount(2);
  await expect(filters.getByLabel('Role')).toHaveValue('');
  await expect(filters.getByLabel('State')).toHaveValue('failed_attempts');
  await page.getByRole('button', { name: 'Remove filter: Locked: too many tries' }).click();
  await expect(row(page, /Maria Lopez/)).toBeVisible();

  await filters.getByLabel('Name, User ID or e-mail').fill('nobody of that name');
  await filters.getByRole('button', { name: 'Apply filters' }).click();
  await expect(page.getByText('Nobody matches these filters')).toBeVisible();
});

test('the access matrix is changed and its source explained', async ({ page, person }) => {
  await signIn(page, person('owner'));
  await page.goto('/people?q=ines');
  await page.getByRole('link', { name: 'Ines Duarte' }).click();
  await page.getByRole('button', { name: 'Change role and access' }).click();
  await page.getByLabel('Protests: Company structure').selectOption('See and change');
  await page.getByLabel('Protests: Reports').selectOption('Run and share');
  await page.getByLabel('Limit to ports').fill('not a port');
  await page.getByRole('button', { name: 'Save changes' }).click();
  await expect(page.getByRole('alert')).toContainText('four-digit port codes');
  await page.getByLabel('Limit to ports').fill('2704, 2709');
  await page.getByRole('button', { name: 'Save changes' }).click();
  await expect(page.getByText('Role and access are changed.')).toBeVisible();
  await expect(row(page, /Protests/)).toContainText('See and change');
  await expect(row(page, /Protests/)).toContainText('Run and share');
  await expect(page.getByText('Limited to these ports: 2704, 2709.')).toBeVisible();

  await page.getByRole('tab', { name: 'History' }).click();
  await expect(page).toHaveURL(/tab=history/);
  await expect(page.getByRole('rowheader', { name: /access/i }).first()).toBeVisible();
});

test('an owner is not acted on by a proxy, and the page says why', async ({ page, person }) => {
  await signIn(page, person('proxy'));
  await workIn(page, 'Northgate Imports');
  await page.goto('/people?role=owner');
  await page.getByRole('link', { name: 'Maria Lopez' }).click();
  const rare = page.getByRole('region', { name: 'Rarely needed' });
  await expect(rare.getByRole('button', { name: 'Suspend' })).toHaveCount(0);
  await expect(rare).toContainText('Suspend');
});

test('a file of people is checked row by row before anybody is invited', async ({ page, person }) => {
  await signIn(page, person('owner'));
  await page.goto('/people');
  await page.getByRole('link', { name: 'Import from a file' }).click();
  const csv = [
    'email,given_name,family_name,role,sub_account,structure,records,reports,port_codes',
    'june.harper@northgate.example,June,Harper,user,"Importer, East Coast",read,read,run,"2704,2709"',
    'not an address,Bad,Row,user,"Importer, East Coast",read,read,run,',
    'ray.cole@northgate.example,Ray,Cole,user,No such part,read,read,run,',
    '',
  ].join('\r\n');
  await page
    .getByLabel('CSV file')
    .setInputFiles({ name: 'people.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
  await page.getByRole('button', { name: 'Check the file' }).click();
  await expect(page.getByText('1 of 3 rows can be invited, 2 cannot.')).toBeVisible();
  await expect(row(page, 'not an address')).toContainText('email');
  await expect(row(page, 'ray.cole@northgate.example')).toContainText('sub_account');
  await tick(page.getByLabel('Show only rows with problems'));
  await expect(page.getByRole('rowheader')).toHaveCount(2);
  await page.getByRole('button', { name: 'Invite from 1 row' }).click();
  await expect(page.getByText('1 of 3 rows were invited, 2 were not.')).toBeVisible();
  await page.getByRole('link', { name: 'See the invitations' }).click();
  await expect(row(page, 'june.harper@northgate.example')).toContainText('Open');
});

test('the owner hands over; the account has one owner throughout', async ({ page, person }) => {
  await signIn(page, person('owner'));
  await page.goto('/people?q=james');
  await page.getByRole('link', { name: 'James Okoye' }).click();
  await page.getByRole('button', { name: 'Hand over ownership' }).click();
  const dialog = page.getByRole('dialog', { name: 'Make James Okoye the Account Owner?' });
  await dialog.getByRole('button', { name: 'Hand over to James Okoye' }).click();
  await expect(dialog.getByRole('alert')).toContainText('Enter a reason');
  await dialog.getByLabel('Reason').fill('I am moving to the export team');
  await dialog.getByRole('button', { name: 'Hand over to James Okoye' }).click();
  await expect(page.getByText('James Okoye is the Account Owner now.')).toBeVisible();

  await page.goto('/people?role=owner');
  await expect(page.getByRole('rowheader')).toHaveCount(1);
  await expect(row(page, /James Okoye/)).toContainText('Account Owner');
  await expect(page.getByRole('link', { name: 'Maria Lopez' })).toBeHidden();
  await signOut(page);
  await signIn(page, person('proxy'));
  await workIn(page, 'Northgate Imports');
  await page.goto('/people?q=maria');
  await expect(row(page, /Maria Lopez/)).toContainText('Proxy Account Owner');
  await expect(heading(page, 'People')).toBeVisible();
});
