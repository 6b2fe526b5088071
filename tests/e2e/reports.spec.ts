// Reports: found by the question they answer, run with prompts, read as chart and table, taken as files,
// copied, starred and shared.
import { readFile } from 'node:fs/promises';
import type { Locator, Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { settle } from './look';
import { heading, navigation, row, signIn, tick } from './portal';

const HEADER = [
  'Entry Summary Number',
  'Entry Type Code',
  'Importer Number',
  'Importer Name',
  'Port of Entry Code',
  'Entry Date',
  'Entry Summary Line Number',
  'Country of Origin Code',
  'Tariff Ordinal Number',
  'HTS Number - Full',
  'Line Tariff Goods Value Amount',
  'Line Tariff Duty Amount',
].join(',');

const LINES = [
  'ABC-1234567-6,01,17-100000100,Harborlight,2704,03/02/2016,1,VN,1,6110.20.2079,12000.00,1980.00',
  'ABC-1234575-9,01,17-100000100,Harborlight,2704,03/05/2016,1,CN,1,6110.20.2079,2500.00,412.50',
  'ABC-1234583-3,01,17-100000100,Harborlight,4601,03/09/2016,1,VN,1,8471.30.0100,90000.00,0.00',
];

/** Three entries of the owner's own importer number, in a month for which the demo world has none. */
async function importEntries(page: Page): Promise<void> {
  await page.goto('/entries/imports/new');
  await page.getByLabel('File', { exact: true }).setInputFiles({
    name: 'march.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from([HEADER, ...LINES, ''].join('\r\n')),
  });
  await page.getByRole('button', { name: 'Start the import' }).click();
  await expect(page.getByText('All rows were taken.')).toBeVisible();
}

async function download(page: Page, button: string): Promise<Buffer> {
  const started = page.waitForEvent('download');
  await page.getByRole('button', { name: button }).click();
  return readFile(await (await started).path());
}

const rows = (page: Page): Locator => page.getByRole('table', { name: 'Rows of the result' });

/** Runs a report for March 2016. */
async function runForMarch(page: Page): Promise<void> {
  await page.getByLabel('Period of entry (required)').selectOption('Between two days');
  await page.getByLabel('From', { exact: true }).fill('2016-03-01');
  await page.getByLabel('Until', { exact: true }).fill('2016-03-31');
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Why these rows' })).toBeVisible();
}

test('find a report by its question, run it with prompts, and take the rows along', async ({
  page,
  person,
}) => {
  await signIn(page, person('owner'));
  await importEntries(page);
  await navigation(page).getByRole('link', { name: 'Reports' }).click();
  await expect(heading(page, 'Reports')).toBeVisible();
  await page.getByLabel('Question or words').fill('what exactly was entered');
  await page.getByRole('button', { name: 'Apply filters' }).click();
  await expect(page).toHaveURL(/q=what/);
  await page.getByRole('button', { name: 'Star Entry Summary Line Tariff Details' }).click();
  await expect(
    page.getByRole('button', { name: 'Star Entry Summary Line Tariff Details', pressed: true }),
  ).toBeVisible();
  await settle(page, 'Reports');
  await page.getByRole('link', { name: /^ES-003 / }).click();
  await expect(heading(page, /^ES-003 /)).toBeVisible();

  await runForMarch(page);
  await expect(page).toHaveURL(/p_p1=2016-03-01\.\.2016-03-31/);
  for (const entry of ['ABC-1234567-6', 'ABC-1234575-9', 'ABC-1234583-3']) {
    await expect(rows(page).getByRole('link', { name: entry })).toBeVisible();
  }
  await expect(rows(page)).toContainText('12,000.00');
  await expect(page.getByText(/^Figures as of /)).toBeVisible();
  await settle(page, /^ES-003 /);

  await page.getByLabel('Look within the result').fill('cn');
  await expect(page.getByText('1 of 3 rows')).toBeVisible();
  await page.getByLabel('Look within the result').fill('');

  const csv = (await download(page, 'Export CSV')).toString('utf8');
  expect(csv).toContain('ABC-1234567-6');
  expect(csv).toContain('12000.00');
  expect((await download(page, 'Export Excel (XLSX)')).subarray(0, 2).toString()).toBe('PK');
  expect((await download(page, 'Export PDF')).subarray(0, 5).toString()).toBe('%PDF-');

  // The address holds the answers: opened anew it shows the same rows.
  await page.reload();
  await expect(rows(page)).toContainText('ABC-1234575-9');
  // Left and found again.
  await page.goto('/reports/runs');
  await row(page, /Entry Summary Line Tariff Details/)
    .getByRole('link')
    .first()
    .click();
  await expect(heading(page, /^Run of /)).toBeVisible();
  await expect(rows(page)).toContainText('ABC-1234575-9');
  await settle(page, /^Run of /);
  // The report offers what was answered the last time.
  await page.goto('/reports/ES-003');
  await expect(heading(page, /^ES-003 /)).toBeVisible();
  await page.getByRole('button', { name: 'Use my last answers' }).click();
  await expect(page.getByLabel('From', { exact: true })).toHaveValue('2016-03-01');
  await expect(page).toHaveURL(/p_p1=2016-03-01\.\.2016-03-31/);
  await page.goto('/reports?starred=yes');
  await expect(page.getByRole('link', { name: /^ES-003 / })).toBeVisible();
});

test('read a chart and its table, and go from a total to its rows', async ({ page, person }) => {
  await signIn(page, person('owner'));
  await importEntries(page);
  await page.goto('/reports/DU-101');
  await expect(heading(page, 'DU-101 Duty by Chapter and Country')).toBeVisible();
  await runForMarch(page);
  await expect(page.getByRole('img', { name: 'Duty by chapter' })).toBeVisible();
  await page.getByText('The chart as a table').click();
  await expect(page.getByRole('table', { name: 'Duty by chapter' })).toContainText('2,392.50');
  await settle(page, /^DU-101 /);
  await page.getByLabel('View').selectOption('Table only');
  await expect(page.getByRole('img', { name: 'Duty by chapter' })).toHaveCount(0);
  await page.getByRole('button', { name: 'Show these rows' }).click();
  await expect(page.getByText('Choose a total first.')).toBeVisible();
  await page.getByLabel('Rows behind a total').selectOption({ label: 'Subtotal of 61' });
  await page.getByRole('button', { name: 'Show these rows' }).click();
  await expect(heading(page, /^Run of /)).toBeVisible();
  await expect(rows(page).getByRole('link', { name: 'ABC-1234575-9' })).toBeVisible();
  await expect(rows(page).getByRole('link', { name: 'ABC-1234567-6' })).toBeVisible();
  await expect(rows(page).getByRole('link', { name: 'ABC-1234583-3' })).toHaveCount(0);
  await settle(page, /^Run of /);
  // Or one level further down at a time.
  await page.goBack();
  await page.getByLabel('Rows behind a total').selectOption({ label: 'Subtotal of 61' });
  await page.getByLabel('As', { exact: true }).selectOption({ label: 'Groups by HTS heading' });
  await page.getByRole('button', { name: 'Show these rows' }).click();
  await expect(heading(page, /^Run of /)).toBeVisible();
  await expect(rows(page).getByRole('columnheader', { name: 'HTS heading' })).toBeVisible();
  await expect(rows(page).getByRole('row', { name: /6110/ }).first()).toBeVisible();
  await settle(page, /^Run of /);
});

test('copy a report, share it, and find it as a colleague', async ({ page, person, anotherBrowser }) => {
  await signIn(page, person('owner'));
  await page.goto('/reports/UA-101');
  await page.getByRole('button', { name: 'Make my own copy' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name', { exact: true }).fill('');
  await dialog.getByRole('button', { name: 'Save the copy' }).click();
  await expect(dialog.getByText('Give the report a name').first()).toBeVisible();
  await dialog.getByLabel('Name', { exact: true }).fill('Our people');
  await dialog.getByRole('button', { name: 'Save the copy' }).click();
  await expect(heading(page, 'Our people')).toBeVisible();
  await page.getByRole('button', { name: 'Rename' }).click();
  await dialog.getByLabel('Name', { exact: true }).fill('Our people, by role');
  await dialog.getByRole('button', { name: 'Save the name' }).click();
  await expect(heading(page, 'Our people, by role')).toBeVisible();
  await page.getByRole('button', { name: 'Share', exact: true }).click();
  await tick(dialog.getByLabel('Everybody with reports in the account'));
  await settle(page, 'Our people, by role');
  await dialog.getByRole('button', { name: 'Share it' }).click();
  await expect(dialog.getByRole('button', { name: /^Stop sharing with Everybody in / })).toBeVisible();

  const colleague = await anotherBrowser();
  await signIn(colleague, person('proxy'));
  await colleague.goto('/reports?kind=shared');
  await colleague.getByRole('link', { name: 'Our people, by role' }).click();
  await expect(colleague.getByText('You see the rows of your own rights.')).toBeVisible();
  await expect(colleague.getByRole('button', { name: 'Delete the report' })).toHaveCount(0);
  await colleague.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(rows(colleague).getByRole('row').nth(1)).toBeVisible();

  await dialog.getByRole('button', { name: 'Close' }).click();
  await page.getByRole('button', { name: 'Delete the report' }).click();
  await dialog.getByRole('button', { name: 'Delete the report' }).click();
  await expect(heading(page, 'Reports')).toBeVisible();
  await expect(page.getByText('Our people, by role')).toHaveCount(0);
  await colleague.reload();
  await expect(colleague.getByRole('heading', { name: 'Not found' })).toBeVisible();
});

test('narrow a finished report: rows, totals and files shrink, and the address keeps it', async ({
  page,
  person,
}) => {
  await signIn(page, person('owner'));
  await importEntries(page);
  await page.goto('/reports/DU-101');
  await expect(heading(page, /^DU-101 /)).toBeVisible();
  await runForMarch(page);
  await expect(rows(page)).toContainText('2,392.50');
  await expect(rows(page)).toContainText('VN');

  await page.getByLabel('Narrow by').selectOption('Country of origin');
  await page.getByRole('button', { name: 'Narrow the result' }).click();
  await expect(page.locator('.usa-error-message')).toBeVisible();
  await page.getByLabel('Only Country of origin', { exact: true }).fill('CN');
  await page.getByRole('button', { name: 'Narrow the result' }).click();
  const narrowed = page.getByRole('list', { name: 'Narrowed to' });
  await expect(narrowed).toContainText('Country of origin: CN');
  await expect(page.getByText(/^Narrowed: \d+ rows$/)).toBeVisible();
  await expect(page).toHaveURL(/narrow_country=CN/);
  await expect(page.getByLabel('Narrow by')).toBeFocused();
  await expect(rows(page)).toContainText('412.50');
  await expect(rows(page)).not.toContainText('VN');
  await expect(rows(page)).not.toContainText('2,392.50');
  await settle(page, /^DU-101 /);
  const csv = (await download(page, 'Export CSV')).toString();
  expect(csv).toContain('CN');
  expect(csv).not.toContain('VN');

  await page.reload();
  await expect(narrowed).toContainText('Country of origin: CN');
  await expect(rows(page)).not.toContainText('VN');
  await page.goBack();
  await expect(rows(page)).toContainText('2,392.50');
  await expect(narrowed).toBeHidden();
  await page.goForward();
  await expect(rows(page)).not.toContainText('2,392.50');
  await page.getByRole('button', { name: 'Remove filter: Country of origin: CN' }).click();
  await expect(rows(page)).toContainText('2,392.50');
  await expect(page).not.toHaveURL(/narrow_/);
});
