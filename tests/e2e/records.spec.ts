// Trade records: import a file with three rows that cannot be taken, mend them, import again, and look at
// what came of it.
import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { settle } from './look';
import { heading, navigation, row, signIn } from './portal';

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

interface Row {
  number: string;
  port?: string;
  date?: string;
  value?: string;
}

/** A row of an entry of the owner's own importer number. */
const line = ({ number, port = '2704', date = '03/02/2026', value = '12000.00' }: Row) =>
  `${number},01,17-100000100,Harborlight,${port},${date},1,VN,1,6110.20.2079,${value},1980.00`;

const GOOD: Row[] = [{ number: 'ABC-1234567-6' }];
const MENDED: Row[] = [
  { number: 'ABC-1234575-9', value: '2500.00' },
  { number: 'ABC-1234583-3' },
  { number: 'ABC-1234591-6' },
];
const BAD: Row[] = [
  { number: 'ABC-1234575-9', value: '2500.0O' },
  { number: 'ABC-1234583-3', date: '02/31/2026' },
  { number: 'ABC-1234591-1' },
];

async function importFile(page: Page, name: string, rows: Row[]): Promise<void> {
  await page.goto('/entries/imports/new');
  await page.getByLabel('File', { exact: true }).setInputFiles({
    name,
    mimeType: 'text/csv',
    buffer: Buffer.from([HEADER, ...rows.map(line), ''].join('\r\n')),
  });
  await page.getByRole('button', { name: 'Start the import' }).click();
  await expect(heading(page, 'Import of trade records')).toBeVisible();
}

test('import a file with bad rows, mend them, and open an entry', async ({ page, person }) => {
  await signIn(page, person('owner'));
  await importFile(page, 'march.csv', [...GOOD, ...BAD]);
  await expect(page.getByText('3 rows were refused; all others were taken.')).toBeVisible();
  await expect(row(page, '3')).toContainText('Line Tariff Goods Value Amount');
  await expect(row(page, '4')).toContainText('Entry Date');
  await expect(row(page, '5')).toContainText('Entry Summary Number');
  await settle(page, 'Import of trade records');

  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download the error file' }).click();
  const file = await (await download).path();
  const lines = (await readFile(file, 'utf8')).trim().split(/\r?\n/);
  expect(lines).toHaveLength(4);
  expect(lines[0]).toContain('Reason');

  await importFile(page, 'march, mended.csv', [...GOOD, ...MENDED]);
  await expect(page.getByText('All rows were taken.')).toBeVisible();

  await navigation(page).getByRole('link', { name: 'Entries' }).click();
  await expect(heading(page, 'Entries')).toBeVisible();
  await page.getByLabel('Entry number or name').fill('ABC-12345');
  await page.getByRole('button', { name: 'Apply filters' }).click();
  await expect(page).toHaveURL(/q=ABC-12345/);
  for (const { number } of [...GOOD, ...MENDED]) {
    await expect(page.getByRole('link', { name: number })).toBeVisible();
  }
  await settle(page, 'Entries');
  await page.getByRole('link', { name: 'ABC-1234575-9' }).click();
  await expect(heading(page, 'Entry ABC-1234575-9')).toBeVisible();
  await expect(row(page, '1 / 1')).toContainText('6110.20.2079');
  await expect(page.getByRole('heading', { name: 'Who can see this entry and why' })).toBeVisible();
  await settle(page, 'Entry ABC-1234575-9');
  // The same page by its address, and Back to the list as it was filtered.
  await page.goBack();
  await expect(page.getByRole('button', { name: 'Remove filter: Search: ABC-12345' })).toBeVisible();
});

test('a file that is none is refused in words, and nothing is kept', async ({ page, person }) => {
  await signIn(page, person('owner'));
  await page.goto('/entries/imports/new');
  await page.getByRole('button', { name: 'Start the import' }).click();
  await expect(page.getByText('Choose a file').first()).toBeVisible();
  await page.getByLabel('File', { exact: true }).setInputFiles({
    name: 'really.csv',
    mimeType: 'text/csv',
    // How every XLSX file begins.
    buffer: Buffer.from([0x50, 0x4b, 0x03, 0x04, 0x14, 0x00, 0x06, 0x00, 0x08, 0x00]),
  });
  await page.getByRole('button', { name: 'Start the import' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await expect(heading(page, 'Import trade records')).toBeVisible();
  await settle(page, 'Import trade records');
  await page.goto('/entries/imports');
  await expect(page.getByText('really.csv')).toHaveCount(0);
  await settle(page, 'Record imports');
});

test('entries of others stay hidden', async ({ page, person, anotherBrowser }) => {
  await signIn(page, person('owner'));
  await importFile(page, 'march.csv', GOOD);
  await expect(page.getByText('All rows were taken.')).toBeVisible();
  const stranger = await anotherBrowser();
  await signIn(stranger, person('surety_owner'));
  await stranger.goto('/entries/ABC-1234567-6');
  await expect(stranger.getByRole('heading', { name: 'Not found' })).toBeVisible();
  await stranger.goto('/entries?q=ABC-1234567');
  await expect(stranger.getByRole('heading', { name: 'No entry matches' })).toBeVisible();
});
