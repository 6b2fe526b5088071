// The report builder: a copy of a standard report is changed step by step, saved and shared; nothing is lost by a
// reload, and the keyboard does everything that the mouse does.
import type { Locator, Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { settle } from './look';
import { heading, row, signIn, tick } from './portal';

const title = 'Build a report';

/** A step of the builder by its heading. */
const step = (page: Page, name: string): Locator => page.getByRole('region', { name, exact: true });

const columns = (page: Page): Locator =>
  page.getByRole('list', { name: 'Columns, from left to right' }).getByRole('listitem');

const preview = (page: Page): Locator => page.getByRole('table', { name: 'First 10 rows of the report' });

async function addField(page: Page, name: string): Promise<void> {
  await page.getByLabel('Find a field').fill(name);
  await page.getByRole('button', { name: `Add ${name}`, exact: true }).click();
  await page.getByLabel('Find a field').fill('');
}

test('copy a standard report, change it step by step, save it and share it', async ({
  page,
  person,
  anotherBrowser,
}) => {
  test.setTimeout(120_000);
  await signIn(page, person('owner'));
  await page.goto('/reports/ES-003');
  await expect(heading(page, /^ES-003 /)).toBeVisible();
  await page.getByRole('link', { name: 'Copy and change' }).click();
  await expect(heading(page, title)).toBeVisible();
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue(
    'Copy of Entry Summary Line Tariff Details',
  );
  await expect(columns(page)).toHaveCount(15);

  await addField(page, 'Entry month');
  await expect(columns(page)).toHaveCount(16);
  await expect(preview(page).getByRole('columnheader', { name: 'Entry month' })).toBeVisible();

  // Only what a chart is to show stays.
  for (const name of [
    'Entry number',
    'Line',
    'Tariff ordinal',
    'Entry type',
    'Importer number',
    'Filer code',
    'Port',
    'Entry date',
    'HTS number',
    'Country of export',
    'Manufacturer',
    'Preference',
  ]) {
    await page.getByRole('button', { name: `Remove ${name}`, exact: true }).click();
  }
  await expect(columns(page)).toHaveCount(4);
  await step(page, '3. Filters and prompts')
    .getByLabel('Unless answered otherwise')
    .first()
    .selectOption('Last 12 months');
  await tick(page.getByLabel('Group by the fields and add up the amounts'));
  await page.getByLabel('Count different values of').selectOption('Entry number');
  await page.getByLabel('Sort by').selectOption('Duty');
  await page.getByRole('button', { name: 'Add the chart that fits these fields' }).click();
  await page.getByLabel('Title of the chart').fill('Duty by month of entry');
  await page.getByLabel('Summary in one sentence').fill('How much duty was entered in which month.');
  await expect(preview(page).getByRole('row').nth(1)).toBeVisible();
  await expect(preview(page).getByRole('columnheader', { name: 'Entry month' })).toBeVisible();
  await expect(preview(page).getByRole('columnheader', { name: 'Entry number, different' })).toBeVisible();
  await expect(page.getByRole('img', { name: 'Duty by month of entry' })).toBeVisible();
  await settle(page, title);

  await page.getByLabel('Name', { exact: true }).fill('');
  await page.getByRole('button', { name: 'Save the report' }).click();
  await expect(page.getByText('Give the report a name.').first()).toBeVisible();
  await page.getByLabel('Name', { exact: true }).fill('Duty by month');
  await tick(page.getByLabel('Choose with whom to share it after saving'));
  await page.getByRole('button', { name: 'Save the report' }).click();
  await expect(heading(page, 'Duty by month')).toBeVisible();
  const dialog = page.getByRole('dialog');
  await tick(dialog.getByLabel('Everybody with reports in the account'));
  await dialog.getByRole('button', { name: 'Share it' }).click();
  await expect(dialog.getByRole('button', { name: /^Stop sharing with Everybody in / })).toBeVisible();
  await dialog.getByRole('button', { name: 'Close' }).click();

  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Why these rows' })).toBeVisible();
  await expect(page.getByRole('img', { name: 'Duty by month of entry' })).toBeVisible();

  const colleague = await anotherBrowser();
  await signIn(colleague, person('proxy'));
  await colleague.goto('/reports?kind=shared');
  await colleague.getByRole('link', { name: 'Duty by month' }).click();
  await expect(heading(colleague, 'Duty by month')).toBeVisible();
  await expect(colleague.getByRole('link', { name: 'Edit' })).toHaveCount(0);

  // The name is taken now, which is said before anything is saved.
  await page.goto('/reports/new?from=ES-003');
  await expect(heading(page, title)).toBeVisible();
  await page.getByLabel('Name', { exact: true }).fill('duty by month');
  await expect(page.getByText('You have a report of this name in this folder.')).toBeVisible();
  await page.goto('/reports?kind=mine');
  await row(page, /Duty by month/)
    .getByRole('link')
    .click();
  await page.getByRole('link', { name: 'Edit' }).click();
  await expect(heading(page, 'Change “Duty by month”')).toBeVisible();
  await page.getByLabel('Only the first').selectOption('5');
  await page.getByRole('button', { name: 'Save the changes' }).click();
  await expect(heading(page, 'Duty by month')).toBeVisible();
});

test('a reload loses nothing, and every column moves by keyboard', async ({ page, person }) => {
  await signIn(page, person('owner'));
  await page.goto('/reports');
  await expect(heading(page, 'Reports')).toBeVisible();
  await page.getByRole('link', { name: 'Build a report' }).click();
  await expect(heading(page, title)).toBeVisible();
  await expect(step(page, '2. Fields').getByText('Choose a subject area first.')).toBeVisible();
  await tick(page.getByLabel('Users and access', { exact: true }));
  for (const name of ['Person', 'Role', 'Last sign-in']) await addField(page, name);
  await expect(columns(page)).toHaveCount(3);

  const down = page.getByRole('button', { name: 'Move Person down' });
  await down.focus();
  await page.keyboard.press('Enter');
  await expect(columns(page).nth(1)).toContainText('Person');
  await expect(down).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(columns(page).nth(2)).toContainText('Person');
  await expect(preview(page).getByRole('columnheader').last()).toHaveText('Person');
  // By mouse it is dragged back.
  await columns(page).nth(2).getByText('⠿').dragTo(columns(page).nth(0));
  await expect(columns(page).nth(0)).toContainText('Person');

  const filters = step(page, '3. Filters and prompts');
  await filters.getByLabel('Add a filter by').selectOption('Last sign-in');
  await expect(filters.getByLabel('Value', { exact: true })).toHaveValue('last_full_month');
  await tick(filters.getByLabel('Ask each time'));
  await expect(filters.getByLabel('Unless answered otherwise')).toHaveValue('last_full_month');
  await filters.getByLabel('Unless answered otherwise').selectOption('Last 12 months');
  await filters.getByLabel('Asked as').fill('Signed in lately');
  await page.getByText('Heading', { exact: true }).first().click();
  await page.getByRole('textbox', { name: 'Heading of Person' }).fill('Who');
  await page.getByLabel('Name', { exact: true }).fill('Who was here');
  await expect(preview(page).getByRole('columnheader', { name: 'Who', exact: true })).toBeVisible();
  await expect(page).toHaveURL(/draft=/);

  const address = page.url();
  await page.reload();
  await expect(heading(page, title)).toBeVisible();
  await expect(columns(page).nth(0)).toContainText('Who');
  await expect(filters.getByLabel('Asked as')).toHaveValue('Signed in lately');
  await expect(filters.getByLabel('Unless answered otherwise')).toHaveValue('last_12_months');
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('Who was here');
  expect(page.url()).toBe(address);

  // The whole draft as a run of its own; going back finds the draft again.
  await page.getByRole('button', { name: 'Run it now' }).click();
  await expect(heading(page, /^Run of /)).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Why these rows' })).toBeVisible();
  await page.goBack();
  await expect(heading(page, title)).toBeVisible();
  await expect(columns(page)).toHaveCount(3);
});

test('what the server refuses is said at its step', async ({ page, person }) => {
  await signIn(page, person('owner'));
  await page.goto('/reports/new');
  await expect(heading(page, title)).toBeVisible();
  await tick(page.getByLabel('Entry summaries', { exact: true }));
  await addField(page, 'Entry number');
  await expect(preview(page)).toBeVisible();
  const filters = step(page, '3. Filters and prompts');
  await filters.getByLabel('Add a filter by').selectOption('Entry date');
  await filters.getByLabel('Condition').selectOption('is on or after');
  await filters.getByLabel('Value').fill('2026-01-01');
  await filters.getByLabel('Value').blur();
  await expect(preview(page)).toBeVisible();
  await filters.getByLabel('Add a filter by').selectOption('Entry month');
  const month = filters.getByRole('group', { name: 'Entry month' });
  await month.getByLabel('Condition').selectOption('is one of');
  await month.getByLabel('Value').fill('2026-13');
  await month.getByLabel('Value').blur();
  await expect(filters.getByText(/is to be a day that exists/)).toBeVisible();
  await settle(page, title);
  await month.getByRole('button', { name: 'Remove the filter by Entry month' }).click();
  await expect(filters.getByText(/is to be a day that exists/)).toHaveCount(0);
  await page.getByRole('button', { name: 'Start anew' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Start anew' }).click();
  await expect(heading(page, title)).toBeVisible();
  await expect(page.getByText('Choose a subject area first.').first()).toBeVisible();
});

test('ranks, shares, pivots and an earlier period beside this one', async ({ page, person }) => {
  test.setTimeout(120_000);
  await signIn(page, person('owner'));
  await page.goto('/reports/new');
  await expect(heading(page, title)).toBeVisible();
  await tick(page.getByLabel('Entry lines and tariffs', { exact: true }));
  for (const name of ['Country of origin', 'Entry month', 'Duty']) await addField(page, name);
  const filters = step(page, '3. Filters and prompts');
  await filters.getByLabel('Add a filter by').selectOption('Entry date');
  await filters.getByLabel('Value', { exact: true }).selectOption('Last 12 months');
  await expect(filters.getByText('Moves along with the day on which the report is run.')).toBeVisible();
  await tick(page.getByLabel('Group by the fields and add up the amounts'));
  const header = (name: string | RegExp) => preview(page).getByRole('columnheader', { name });
  await expect(header('Duty')).toBeVisible();

  // The least and the greatest within a group; a place and a part among all groups.
  const group = step(page, '4. Group and total');
  await group.getByLabel('Which', { exact: true }).selectOption('Greatest or latest');
  await group.getByLabel('Of', { exact: true }).selectOption('Entry date');
  await group.getByRole('button', { name: 'Add: Add a least, greatest or average value' }).click();
  await expect(header('Entry date, latest')).toBeVisible();
  await group.getByRole('button', { name: 'Add: Add a rank or a share of the total' }).click();
  await expect(header('Rank by Duty')).toBeVisible();
  await group.getByLabel('As', { exact: true }).selectOption('Share of the total');
  await group.getByRole('button', { name: 'Add: Add a rank or a share of the total' }).click();
  await expect(header('Duty, share')).toBeVisible();
  await settle(page, title);

  // What is only reckoned with is shown nowhere.
  const duty = columns(page).filter({ hasText: /^⠿Duty\s/ });
  await duty.getByText('Heading', { exact: true }).click();
  await tick(duty.getByLabel('Compute it, but show it nowhere'));
  await expect(header(/^Duty$/)).toHaveCount(0);
  await expect(header('Duty, share')).toBeVisible();
  await duty.getByLabel('Compute it, but show it nowhere').press('Space');
  await expect(header(/^Duty$/)).toBeVisible();

  // Without a place among all groups, the values of a field can become columns.
  await page.getByRole('button', { name: 'Remove Rank by Duty', exact: true }).click();
  await page.getByRole('button', { name: 'Remove Duty, share', exact: true }).click();
  await page.getByRole('button', { name: 'Remove Entry date, latest', exact: true }).click();
  await group.getByLabel('Spread over columns').selectOption('Country of origin');
  await expect(header('Country of origin')).toHaveCount(0);
  await expect(header(/CN/)).toBeVisible();
  await page.getByRole('button', { name: 'Add the chart that fits these fields' }).click();
  await expect(page.getByRole('img', { name: 'Duty by entry month' })).toBeVisible();
  await settle(page, title);

  // Or the same period of the year before; thirteen months would overlap with it.
  await filters.getByLabel('Value', { exact: true }).selectOption('Last quarter');
  await group.getByLabel('Spread over columns').selectOption('Nothing');
  await group.getByLabel('Beside another period').selectOption('The same period a year before');
  await page.getByRole('button', { name: 'Remove Entry month', exact: true }).click();
  await expect(header(/^Duty/)).toHaveCount(4);
  await expect(preview(page).getByRole('row').nth(1)).toBeVisible();
  await page.getByRole('button', { name: 'Run it now' }).click();
  await expect(heading(page, /^Run of /)).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Why these rows' })).toBeVisible();
});

test('figures of another subject area stand beside those of this one', async ({ page, person }) => {
  await signIn(page, person('owner'));
  await page.goto('/reports/new');
  await expect(heading(page, title)).toBeVisible();
  await tick(page.getByLabel('Entry lines and tariffs', { exact: true }));
  for (const name of ['Entry month', 'Duty']) await addField(page, name);
  await tick(page.getByLabel('Group by the fields and add up the amounts'));
  const fields = step(page, '2. Fields');
  await fields.getByText('Figures of another subject area', { exact: true }).click();
  await fields.getByRole('group').getByText('Entry summaries', { exact: true }).click();
  await expect(fields.getByText(/^Both have: .*Entry month/).first()).toBeVisible();
  await fields.getByRole('button', { name: /^Add Entries \(Entry summaries\)/ }).click();
  await expect(columns(page).filter({ hasText: 'Entries (Entry summaries)' })).toHaveCount(1);
  await expect(preview(page).getByRole('columnheader')).toHaveCount(3);
  await expect(preview(page).getByRole('row').nth(1)).toContainText(/\d/);
  await settle(page, title);
  // A field that only one of them has says so at its step.
  await addField(page, 'Line');
  await expect(fields.getByRole('alert').or(fields.locator('.usa-alert')).first()).toContainText('Line');
  await page.getByRole('button', { name: 'Remove Line', exact: true }).click();
  await page.getByRole('button', { name: 'Remove Entries (Entry summaries)', exact: true }).click();
  await expect(preview(page).getByRole('columnheader')).toHaveCount(2);
});
