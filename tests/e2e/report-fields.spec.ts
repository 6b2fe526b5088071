// Reports over the years: fields with new names, lists that follow the answers before them, and how much there is to report on.
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { heading, signIn } from './portal';
import type { DemoPerson } from './server';

/** A report that was saved through the API. */
async function saved(page: Page, person: DemoPerson, name: string, definition: object): Promise<string> {
  const api = '/api/v1';
  const { user_id, password } = person;
  const session = await (await page.request.post(`${api}/sessions`, { data: { user_id, password } })).json();
  const made = await page.request.post(`${api}/reports`, {
    headers: { authorization: `Bearer ${session.access_token}` },
    data: { name, description: '', folder: '', definition, based_on: null },
  });
  expect(made.status()).toBe(201);
  return (await made.json()).key;
}

test('a report with a name of yesterday goes on working and takes the one of today', async ({
  page,
  person,
}) => {
  const owner = person('owner');
  const key = await saved(page, owner, 'Duty by origin', {
    v: 1,
    subject: 'entry_lines',
    mode: 'aggregate',
    columns: [
      { id: 'c1', dim: 'country_of_origin' },
      { id: 'm1', measure: 'duty' },
    ],
  });
  await signIn(page, owner);
  await page.goto(`/reports/${key}`);
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(page.getByRole('table', { name: 'Rows of the result' })).toBeVisible();
  await page.goto('/reports');
  await expect(page.getByText('A report of yours uses fields under old names')).toBeVisible();
  await page.getByRole('button', { name: 'Use the names of today in Duty by origin' }).click();
  await expect(page.getByText('A report of yours uses fields under old names')).toHaveCount(0);
  await page.goto(`/reports/${key}`);
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(page.getByRole('table', { name: 'Rows of the result' })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'About this report' })).toHaveCount(0);
});

test('the values of a prompt are those that the answers before it leave', async ({ page, person }) => {
  const owner = person('owner');
  const key = await saved(page, owner, 'Duty by heading', {
    v: 1,
    subject: 'entry_lines',
    mode: 'aggregate',
    columns: [
      { id: 'c1', dim: 'country' },
      { id: 'm1', measure: 'duty' },
    ],
    filter: {
      and: [
        { dim: 'country', op: 'in', prompt: 'p1' },
        { dim: 'port', op: 'in', prompt: 'p2' },
      ],
    },
    prompts: [
      { id: 'p1', label: 'Country', multi: true },
      { id: 'p2', label: 'Port', multi: true },
    ],
  });
  await signIn(page, owner);
  await page.goto(`/reports/${key}`);
  const ports = page.getByRole('group', { name: 'Values of Port' });
  await page.getByLabel('Choose from a list: Port').click();
  await expect(ports.getByRole('checkbox').first()).toBeVisible();
  const country = page.getByRole('textbox', { name: 'Country' });
  await country.fill('ZZ');
  await country.blur();
  // Nothing came from there, so that no port is left.
  await expect(page.getByText('No value in the rows that you may see.')).toBeVisible();
  await country.fill('');
  await country.blur();
  await expect(ports.getByRole('checkbox').first()).toBeVisible();
});

test('whoever builds a report sees how much there is, and how fresh it is', async ({ page, person }) => {
  await signIn(page, person('owner'));
  await page.goto('/reports/new');
  await expect(heading(page, 'Build a report')).toBeVisible();
  await expect(page.getByText(/rows that you may see, as of \d+ \w+ \d{4}/).first()).toBeVisible();
  await expect(page.getByText(/rows? that you may see, as of now\./).first()).toBeVisible();
});
