// Cross-account access between a broker and its clients, seen from every side (R3, R4, R9, R11).
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';
import {
  acceptOffer,
  accountNumber,
  heading,
  inviteCompany,
  navigation,
  openSubAccount,
  row,
  signIn,
} from './portal';

/** On a page of cross-account access: opens the grant with this company. */
async function openGrant(page: Page, company: RegExp): Promise<void> {
  await row(page, company).getByRole('link').first().click();
}

test('a broker asks the client instead of taking its number, and the client ends it again', async ({
  page: broker,
  person,
  anotherBrowser,
}) => {
  test.setTimeout(120_000);
  await signIn(broker, person('broker_owner'));
  await broker.goto('/company');
  await openSubAccount(broker, 'Own imports');
  await broker.getByLabel('Value').fill('19-100000100');
  await broker.getByRole('button', { name: 'Add the identifier' }).click();
  await broker.getByRole('button', { name: /Request access from Silverline/ }).click();
  await expect(heading(broker, 'Request access')).toBeVisible();
  await broker.getByLabel('Purpose').fill('We file your entries in Newark.');
  await broker.getByRole('button', { name: /Send the request to Silverline/ }).click();
  await expect(broker.getByText(/The request to Silverline .* is sent/)).toBeVisible();

  // The client's owner finds it under "Needs you", looks at what it would mean, and agrees.
  const client = await anotherBrowser();
  await signIn(client, person('target_owner'));
  await client
    .getByRole('listitem')
    .filter({ hasText: 'for your answer about access' })
    .getByRole('link', { name: 'Answer' })
    .click();
  await openGrant(client, /Bluewater/);
  await expect(heading(client, /Bluewater.* asks to see your account/)).toBeVisible();
  await expect(client.getByText('We file your entries in Newark.')).toBeVisible();
  await client.getByRole('button', { name: 'See what they will see' }).click();
  await expect(client.getByRole('dialog', { name: 'What they will see' })).toContainText('19-100000100');
  await client.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
  await client.getByRole('button', { name: /^Let Bluewater.* see this$/ }).click();
  await client.getByRole('dialog').getByRole('button', { name: 'Give access' }).click();
  await expect(client.getByText(/Bluewater.* has access now/)).toBeVisible();

  // The broker's owner passes it on to one employee, who had nothing before.
  const employee = await anotherBrowser();
  await signIn(employee, person('broker_user'));
  await broker.goto('/access/cross-account?tab=received&q=Silverline');
  await openGrant(broker, /Silverline/);
  await broker.getByRole('button', { name: 'Assign a person' }).click();
  const dialog = broker.getByRole('dialog', { name: 'Assign a person' });
  await dialog.getByLabel(/^Find by name/).fill('Cole');
  const choice = dialog.getByRole('option', { name: /^Dan Cole/ });
  await expect(choice).toBeAttached();
  await dialog.getByLabel('Person').selectOption((await choice.getAttribute('value')) ?? '');
  await dialog.getByRole('button', { name: 'Assign' }).click();
  await expect(broker.getByText(/^Dan Cole can see Silverline/)).toBeVisible();

  await employee.goto('/clients?q=Silverline');
  await employee.getByRole('link', { name: /^Silverline/ }).click();
  await expect(heading(employee, /^Silverline/)).toBeVisible();
  await expect(employee.getByRole('complementary', { name: 'Whose account this is' })).toContainText(
    /Client: Silverline.* by access until/,
  );
  await expect(employee.getByRole('table')).toContainText('19-100000100');

  // The client sees the person behind the grant, and ends it.
  await client.goto('/access/outside-people');
  await expect(row(client, /Dan Cole/)).toContainText('Bluewater');
  await row(client, /Dan Cole/)
    .getByRole('link', { name: /Bluewater/ })
    .click();
  await client.getByRole('button', { name: 'End the access' }).click();
  await client.getByRole('dialog').getByRole('button', { name: 'End the access' }).click();
  await expect(client.getByText('The access is ended.')).toBeVisible();

  // The employee's next click says so.
  await employee.getByRole('tab', { name: 'People' }).click();
  await expect(employee.getByText('You cannot look into this account now')).toBeVisible();
  await expect(employee.getByText('19-100000100')).toHaveCount(0);
});

test('a client invites, sees who looks in, and ends everything at once', async ({
  page: client,
  person,
  world,
  anotherBrowser,
}) => {
  test.setTimeout(120_000);
  await signIn(client, person('surety_owner'));
  const brokerNumber = accountNumber(world, 'Bluewater Customs Brokers');
  // Number and User ID must belong together; what is wrong is not said.
  await inviteCompany(client, brokerNumber, person('carrier_owner').user_id);
  await expect(client.getByRole('alert')).toContainText('counterparty-not-matched');
  await inviteCompany(client, brokerNumber, person('broker_owner').user_id);
  await expect(client.getByText(/The invitation to .* is sent/)).toBeVisible();

  const broker = await anotherBrowser();
  await signIn(broker, person('broker_owner'));
  await acceptOffer(broker, person('surety_owner').account_name as string);
  await expect(navigation(broker).getByRole('link', { name: 'Clients' })).toBeVisible();

  await client.goto('/access/outside-people');
  await expect(
    client.getByRole('heading', { name: '1 outside person can see this account now' }),
  ).toBeVisible();
  await expect(row(client, /Victor Stone/)).toContainText('as Account Owner');
  await client.getByRole('button', { name: 'End all outside access' }).click();
  const dialog = client.getByRole('dialog', { name: 'End the access of 1 person?' });
  await dialog.getByRole('button', { name: 'End the access of 1 person' }).click();
  await expect(client.getByText('All outside access is ended: 1 person, 1 grant.')).toBeVisible();
  await expect(client.getByText('No outside person can see this account')).toBeVisible();
});

test('a broker asks many clients with one file, each row with its own result', async ({
  page: broker,
  person,
  world,
}) => {
  await signIn(broker, person('broker_owner'));
  await broker.goto('/access/cross-account/batches');
  const row = (number: string, owner: string) => `${number},${owner},yes,own_filings,We file your entries`;
  const rows = [
    'account_number,owner_user_id,structure,records,purpose',
    row(accountNumber(world, 'Silverline Electronics'), person('target_owner').user_id),
    row(accountNumber(world, person('carrier_owner').account_name as string), person('owner').user_id),
    row('QM-0000-00003-5', 'nobody.here'),
  ];
  await broker.getByLabel('CSV file').setInputFiles({
    name: 'clients.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(rows.join('\r\n')),
  });
  await broker.getByRole('button', { name: 'Check the file' }).click();
  await expect(broker.getByText('2 of 3 rows can be sent, 1 cannot.')).toBeVisible();
  await expect(broker.getByRole('table').first()).toContainText('This is not an account number');
  await broker.getByRole('button', { name: 'Send 2 requests' }).click();
  await expect(broker.getByText('1 of 3 requests are sent, 2 are not.')).toBeVisible();
  const results = broker.getByRole('table', { name: 'Rows of the list' });
  await expect(results.getByRole('link', { name: /Silverline/ })).toBeVisible();
  await expect(results.getByRole('row').nth(2)).toContainText('Refused');
  await expect(results.getByRole('row').nth(3)).toContainText('account_number');
});

test('a team sees a group of clients, and no longer once the tick is gone', async ({
  page: broker,
  person,
  world,
  anotherBrowser,
}) => {
  test.setTimeout(120_000);
  const clientName = person('surety_owner').account_name as string;
  const client = await anotherBrowser();
  await signIn(client, person('surety_owner'));
  const brokerNumber = accountNumber(world, 'Bluewater Customs Brokers');
  await inviteCompany(client, brokerNumber, person('broker_owner').user_id);
  await expect(client.getByText(/The invitation to .* is sent/)).toBeVisible();
  await signIn(broker, person('broker_owner'));
  await acceptOffer(broker, clientName);

  const dialog = broker.getByRole('dialog');
  await broker.goto('/access/client-groups');
  for (const [kind, name] of [
    ['client group', 'Bonds'],
    ['team', 'Bond desk'],
  ] as const) {
    await broker.getByRole('button', { name: `New ${kind}` }).click();
    await dialog.getByLabel('Name').fill(name);
    await dialog.getByRole('button', { name: /^Make the/ }).click();
    await expect(broker.getByText(`${name} is made.`)).toBeVisible();
  }
  await broker.getByRole('link', { name: 'Bonds' }).click();
  await broker.getByRole('button', { name: 'Add clients' }).click();
  await dialog.getByLabel('Company or account number').fill(clientName);
  await dialog.getByRole('checkbox', { name: `Select ${clientName}` }).check();
  await dialog.getByRole('button', { name: 'Add the selected ones' }).click();
  await expect(broker.getByText('1 client is in Bonds now.')).toBeVisible();
  await broker.goto('/access/client-groups?tab=teams');
  await broker.getByRole('link', { name: 'Bond desk' }).click();
  await broker.getByRole('button', { name: 'Add a person' }).click();
  await dialog.getByLabel(/^Find by name/).fill('Cole');
  const choice = dialog.getByRole('option', { name: /^Dan Cole/ });
  await expect(choice).toBeAttached();
  await dialog.getByLabel('Person').selectOption((await choice.getAttribute('value')) ?? '');
  await dialog.getByRole('button', { name: 'Add a person' }).click();
  await expect(broker.getByText('The person is in the team now.')).toBeVisible();

  await broker.goto('/access/client-groups');
  const tick = broker.getByRole('checkbox', { name: 'Bond desk sees Bonds' });
  await tick.click();
  await expect(broker.getByText('Bond desk sees Bonds now.')).toBeVisible();
  const employee = await anotherBrowser();
  await signIn(employee, person('broker_user'));
  await employee.goto(`/clients?q=${encodeURIComponent(clientName)}`);
  await employee.getByRole('link', { name: clientName }).click();
  await expect(employee.getByText(`Client: ${clientName}`)).toBeVisible();
  // The client sees through what the person came by it.
  await client.goto('/access/outside-people');
  await expect(row(client, /Dan Cole/)).toContainText('through a team');

  await tick.click();
  await expect(broker.getByText('Bond desk no longer sees Bonds.')).toBeVisible();
  await employee.getByRole('tab', { name: 'People' }).click();
  await expect(employee.getByText('You cannot look into this account now')).toBeVisible();
});
