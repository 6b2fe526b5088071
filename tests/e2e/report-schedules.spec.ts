// Schedules of reports: made from a report, run at once, brought to people by mail and in their deliveries,
// turned off and on, changed and deleted.
import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { settle } from './look';
import { heading, openMail, row, signIn, tick } from './portal';

const log = (page: Page) => page.getByRole('table', { name: 'Log' });

test('schedule a report, run it now, and take the file that the mail leads to', async ({
  page,
  person,
  anotherBrowser,
}) => {
  await signIn(page, person('owner'));
  await page.goto('/reports/UA-101');
  await expect(heading(page, /^UA-101 /)).toBeVisible();
  await page.getByRole('link', { name: 'Schedule this report' }).click();
  await expect(heading(page, /^Schedule “/)).toBeVisible();

  // Each Monday at seven is the start; the next three runs are told before anything is saved.
  await expect(page.getByText('Next three runs:')).toBeVisible();
  await settle(page, /^Schedule “/);

  // Refusals stand at their fields, of the page and of the server.
  await page.getByLabel('Schedule', { exact: true }).fill('');
  await page.getByLabel('Monday').press('Space');
  await expect(page.getByText('The next three runs appear here when the times are complete.')).toBeVisible();
  await page.getByRole('button', { name: 'Save the schedule' }).click();
  await expect(page.getByText('Give the schedule a name').first()).toBeVisible();
  await expect(page.getByText('Choose at least one day of the week').first()).toBeVisible();
  await settle(page, /^Schedule “/);
  await tick(page.getByLabel('Monday'));
  await page.getByLabel('Not before').fill('2031-02-01');
  await page.getByLabel('Not after').fill('2031-01-01');
  await page.getByLabel('Schedule', { exact: true }).fill('People each Monday');
  await page.getByRole('button', { name: 'Save the schedule' }).click();
  await expect(page.getByLabel('Not after')).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByRole('alert').getByText('the end lies before the start')).toBeVisible();
  await page.getByLabel('Not before').fill('');
  await page.getByLabel('Not after').fill('');

  await tick(page.getByLabel('PDF'));
  await page.getByRole('button', { name: 'Save the schedule' }).click();
  await expect(heading(page, 'People each Monday')).toBeVisible();
  await expect(page.getByText('The schedule is saved.')).toBeVisible();
  await expect(page.getByText(/^Every Monday at 07:00, /).first()).toBeVisible();
  await expect(page.getByText('Nothing was brought yet.')).toBeVisible();
  await settle(page, 'People each Monday');

  await page.getByRole('button', { name: 'Run now' }).click();
  await expect(page.getByText('The report is on its way to all recipients.')).toBeVisible();
  await expect(log(page).getByText('Delivered')).toBeVisible({ timeout: 30_000 });
  await settle(page, 'People each Monday');
  const address = page.url();

  const mailbox = await anotherBrowser();
  const mail = await openMail(mailbox, person('owner').email as string, /^Your report: People each Monday/);
  const link = await mail.getByRole('link', { name: /\/reports\/runs\// }).getAttribute('href');
  expect(link).not.toBeNull();
  await page.goto(new URL(link as string).pathname);
  await expect(heading(page, /^Run of /)).toBeVisible();
  await expect(page.getByRole('table', { name: 'Rows of the result' })).toBeVisible();
  const started = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export PDF' }).click();
  expect((await readFile(await (await started).path())).subarray(0, 5).toString()).toBe('%PDF-');

  // Home tells of it until it is opened, and keeps starred reports at hand.
  await page.goto('/reports?q=people');
  await expect(heading(page, 'Reports')).toBeVisible();
  await page.getByRole('button', { name: 'Star People and Roles' }).click();
  await expect(page.getByRole('button', { name: 'Star People and Roles', pressed: true })).toBeVisible();
  await page.goto('/');
  await expect(heading(page, /^Welcome, /)).toBeVisible();
  await expect(page.getByText('1 report was delivered to you and not opened yet')).toBeVisible();
  await expect(page.getByRole('link', { name: 'UA-101 People and Roles' })).toBeVisible();
  await settle(page, /^Welcome, /);
  await page.getByRole('link', { name: 'Open the deliveries' }).click();
  await expect(heading(page, 'Delivered to me')).toBeVisible();
  const brought = page.getByRole('row').filter({ hasText: 'People each Monday' });
  await brought.getByRole('button', { name: /^Mark .* as read$/ }).click();
  await expect(brought.getByRole('button', { name: /^Mark .* as read$/ })).toHaveCount(0);

  await page.goto(address);
  await expect(heading(page, 'People each Monday')).toBeVisible();
  await page.getByRole('button', { name: 'Turn off' }).click();
  await expect(page.getByText('Turned off.')).toBeVisible();
  await expect(page.getByText('This schedule is off')).toBeVisible();
  await settle(page, 'People each Monday');
  await page.goto('/reports/schedules');
  await expect(heading(page, 'Report schedules')).toBeVisible();
  await expect(row(page, /People each Monday/).getByText('Off', { exact: true })).toBeVisible();
  await settle(page, 'Report schedules');
  await row(page, /People each Monday/)
    .getByRole('link', { name: 'People each Monday' })
    .click();
  await expect(heading(page, 'People each Monday')).toBeVisible();
  await page.getByRole('button', { name: 'Turn on' }).click();
  await expect(page.getByText('The schedule is on.')).toBeVisible();

  // Changed: another time, and it is still the same schedule.
  await page.getByRole('link', { name: 'Edit', exact: true }).click();
  await expect(heading(page, /^Edit “/)).toBeVisible();
  await expect(page.getByLabel('PDF')).toBeChecked();
  await page.getByLabel('How often').selectOption('Every month, on a day of the month');
  await page.getByLabel('Day of the month').fill('32');
  await page.getByRole('button', { name: 'Save the schedule' }).click();
  await expect(page.getByText('Enter a day from 1 to 31').first()).toBeVisible();
  await page.getByLabel('Day of the month').fill('31');
  await page.getByLabel('At', { exact: true }).fill('06:30');
  await page.getByRole('button', { name: 'Save the schedule' }).click();
  await expect(heading(page, 'People each Monday')).toBeVisible();
  await expect(page.getByText(/^On day 31 of every month at 06:30, /).first()).toBeVisible();

  await page.getByRole('button', { name: 'Delete the schedule' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete the schedule' }).click();
  await expect(heading(page, 'Report schedules')).toBeVisible();
  await expect(row(page, /People each Monday/)).toHaveCount(0);
});

test('schedule trade records for a colleague with a period that moves along', async ({
  page,
  person,
  anotherBrowser,
}) => {
  await signIn(page, person('owner'));
  await page.goto('/reports/DU-101');
  await expect(heading(page, /^DU-101 /)).toBeVisible();
  await page.getByLabel('Period of entry (required)').selectOption('Last month');
  await expect(page).toHaveURL(/p_p1=/);
  await page.getByRole('link', { name: 'Schedule this report' }).click();
  await expect(heading(page, /^Schedule “/)).toBeVisible();
  // The answer came along.
  await expect(page.getByLabel('Period of entry (required)')).toHaveValue('last_full_month');
  await page.getByLabel('Schedule', { exact: true }).fill('Duty for two');
  const proxy = person('proxy');
  await tick(page.getByLabel(proxy.name as string));
  await page.getByRole('button', { name: 'Save the schedule' }).click();
  await expect(heading(page, 'Duty for two')).toBeVisible();
  await expect(page.getByText('Period of entry: Last month')).toBeVisible();
  await page.getByRole('button', { name: 'Run now' }).click();
  await expect(log(page).getByText('Delivered')).toHaveCount(2, { timeout: 30_000 });

  const colleague = await anotherBrowser();
  await signIn(colleague, proxy);
  await colleague.goto('/reports/inbox');
  await expect(heading(colleague, 'Delivered to me')).toBeVisible();
  const brought = colleague.getByRole('row').filter({ hasText: 'Duty for two' });
  await brought.getByRole('link').click();
  await expect(heading(colleague, /^Run of /)).toBeVisible();
});
