// The whole way of a report: entries are imported, a standard report is run with prompts, copied, given another
// column, grouped, drawn as a chart, saved, shared and scheduled; the mail arrives, and its link leads to the file.
import { readFile } from 'node:fs/promises';
import type { Locator, Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { settle } from './look';
import { heading, openMail, signIn, tick } from './portal';

const HEADER = [
  'Entry Summary Number',
  'Entry Type Code',
  'Importer Number',
  'Importer Name',
  'Port of Entry Code',
  'Entry Date',
  'Liquidation Date',
  'Entry Summary Line Number',
  'Country of Origin Code',
  'Tariff Ordinal Number',
  'HTS Number - Full',
  'Line Tariff Goods Value Amount',
  'Line Tariff Duty Amount',
].join(',');

/** Two entries that were liquidated in different months, and one that is not yet; no liquidation in February. */
const LINES = [
  'ABC-1234567-6,01,17-100000100,Harborlight,2704,03/02/2016,01/13/2017,1,VN,1,6110.20.2079,12000.00,1980.00',
  'ABC-1234575-9,01,17-100000100,Harborlight,2704,03/05/2016,03/17/2017,1,CN,1,6110.20.2079,2500.00,412.50',
  'ABC-1234583-3,01,17-100000100,Harborlight,4601,03/09/2016,,1,VN,1,8471.30.0100,90000.00,0.00',
];

const NAME = 'Duty by month of liquidation';

const rows = (page: Page): Locator => page.getByRole('table', { name: 'Rows of the result' });

async function answerMarch(within: Locator | Page): Promise<void> {
  await within.getByLabel('Period of entry (required)').selectOption('Between two days');
  await within.getByLabel('From', { exact: true }).fill('2016-03-01');
  await within.getByLabel('Until', { exact: true }).fill('2016-03-31');
  await within.getByLabel('Until', { exact: true }).blur();
}

test('run ES-003, make it one’s own with liquidation dates, and receive it by mail', async ({
  page,
  person,
  anotherBrowser,
}) => {
  test.setTimeout(180_000);
  await signIn(page, person('owner'));
  await page.goto('/entries/imports/new');
  await page.getByLabel('File', { exact: true }).setInputFiles({
    name: 'march.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from([HEADER, ...LINES, ''].join('\r\n')),
  });
  await page.getByRole('button', { name: 'Start the import' }).click();
  await expect(page.getByText('All rows were taken.')).toBeVisible();

  // Run with prompts.
  await page.goto('/reports/ES-003');
  await expect(heading(page, /^ES-003 /)).toBeVisible();
  await answerMarch(page);
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(rows(page).getByRole('link', { name: 'ABC-1234575-9' })).toBeVisible();

  // Copied, with the liquidation date added, in months, and without what tells single rows apart.
  await page.getByRole('link', { name: 'Copy and change' }).click();
  await expect(heading(page, 'Build a report')).toBeVisible();
  await page.getByLabel('Find a field').fill('Liquidation date');
  await page.getByRole('button', { name: 'Add Liquidation date', exact: true }).click();
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
    'Country of origin',
    'Country of export',
    'Manufacturer',
    'Preference',
  ]) {
    await page.getByRole('button', { name: `Remove ${name}`, exact: true }).click();
  }
  await tick(page.getByLabel('Group by the fields and add up the amounts'));
  await page.getByLabel('Liquidation date by').selectOption('Month');
  await page.getByLabel('Sort by').selectOption('Liquidation month');

  // Only what was liquidated, of countries that are chosen instead of typed.
  const filters = page.getByRole('region', { name: '3. Filters and prompts', exact: true });
  await filters.getByLabel('Add a filter by').selectOption('Liquidation date');
  const liquidated = filters.getByRole('group', { name: 'Liquidation date' });
  await liquidated.getByLabel('Condition').selectOption('is not empty');
  await filters.getByLabel('Add a filter by').selectOption('Country of origin');
  const country = filters.getByRole('group', { name: 'Country of origin', exact: true });
  await country.getByLabel('Condition').selectOption('is one of');
  await country.getByText('Choose from a list').click();
  await country.getByRole('checkbox', { name: 'CN', exact: true }).check();
  await country.getByRole('checkbox', { name: 'VN', exact: true }).check();
  await expect(country.getByLabel('Value', { exact: true })).toHaveValue('CN; VN');
  await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
  // As long as nobody answers, the period is last month, in which nothing of this was entered.
  await expect(page.getByText('No row that you may see fits these filters.')).toBeVisible();
  await settle(page, 'Build a report');

  await page.getByRole('button', { name: 'Add the chart that fits these fields' }).click();
  await page.getByLabel('Title of the chart').fill(NAME);
  await page.getByLabel('Summary in one sentence').fill('How much duty was liquidated in which month.');
  await page.getByLabel('Name', { exact: true }).fill(NAME);
  await tick(page.getByLabel('Choose with whom to share it after saving'));
  await page.getByRole('button', { name: 'Save the report' }).click();

  // Shared with everybody in the account.
  await expect(heading(page, NAME)).toBeVisible();
  const dialog = page.getByRole('dialog');
  await tick(dialog.getByLabel('Everybody with reports in the account'));
  await dialog.getByRole('button', { name: 'Share it' }).click();
  await expect(dialog.getByRole('button', { name: /^Stop sharing with Everybody in / })).toBeVisible();
  await dialog.getByRole('button', { name: 'Close' }).click();

  await answerMarch(page);
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(rows(page)).toContainText('Jan 2017');
  await expect(rows(page)).toContainText('1,980.00');
  await expect(rows(page)).toContainText('Mar 2017');
  await expect(rows(page)).not.toContainText('Feb 2017');
  await expect(page.getByRole('img', { name: NAME })).toBeVisible();
  // The month without a liquidation keeps its place in the chart.
  await page.getByText('The chart as a table').click();
  await expect(page.getByRole('table', { name: NAME }).getByRole('row', { name: /^Feb 2017/ })).toBeVisible();
  await settle(page, NAME);

  // Scheduled with the answers of this page, run at once, and told by mail.
  await page.getByRole('link', { name: 'Schedule this report' }).click();
  await expect(heading(page, /^Schedule “/)).toBeVisible();
  await expect(page.getByLabel('From', { exact: true })).toHaveValue('2016-03-01');
  await page.getByRole('button', { name: 'Save the schedule' }).click();
  await expect(heading(page, NAME)).toBeVisible();
  await page.getByRole('button', { name: 'Run now' }).click();
  await expect(page.getByRole('table', { name: 'Log' }).getByText('Delivered')).toBeVisible({
    timeout: 30_000,
  });

  const mailbox = await anotherBrowser();
  const mail = await openMail(mailbox, person('owner').email as string, new RegExp(`^Your report: ${NAME}`));
  const link = await mail.getByRole('link', { name: /\/reports\/runs\// }).getAttribute('href');
  // The navigation says that something waits, until it is opened.
  await page.goto('/');
  await expect(page.getByRole('link', { name: /^Reports 1 delivered and not opened/ })).toBeVisible();
  await page.goto(new URL(link as string).pathname);
  await expect(heading(page, /^Run of /)).toBeVisible();
  await expect(rows(page)).toContainText('412.50');
  const started = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export CSV' }).click();
  const csv = await readFile(await (await started).path(), 'utf8');
  expect(csv).toContain('2017-01');
  expect(csv).toContain('1980.00');

  // A colleague finds the shared definition, and sees it with the rows of the own rights.
  const colleague = await anotherBrowser();
  await signIn(colleague, person('proxy'));
  await colleague.goto('/reports?kind=shared');
  await colleague.getByRole('link', { name: NAME }).click();
  await expect(colleague.getByText('You see the rows of your own rights.')).toBeVisible();

  // Without its report a schedule stands still: Home says so with the reason, and so does its page.
  await page.goto('/reports?kind=mine');
  await page.getByRole('tabpanel').getByRole('link', { name: NAME }).click();
  await page.getByRole('button', { name: 'Delete the report' }).click();
  await dialog.getByRole('button', { name: 'Delete the report' }).click();
  await expect(heading(page, 'Reports')).toBeVisible();
  await page.goto('/');
  await expect(page.getByText(`The report "${NAME}" was deleted.`)).toBeVisible();
  await settle(page, /^Welcome, /);
  await page.getByRole('link', { name: `Open ${NAME}` }).click();
  await expect(heading(page, NAME)).toBeVisible();
  await page.getByRole('link', { name: 'Edit', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'The report is gone' })).toBeVisible();
  await settle(page, /^Edit “/);
});
