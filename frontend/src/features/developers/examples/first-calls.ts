// Signs in, lists the people of the account, writes with If-Match, adds an identifier and takes it away again.
// Needs Node.js 22.18 or newer and nothing else. Set QUAYMASTER_URL, QUAYMASTER_USER and QUAYMASTER_PASSWORD first.
import { randomUUID } from 'node:crypto';
import process from 'node:process';

const api = `${process.env.QUAYMASTER_URL}/api/v1`;
let token = '';

/** Sends one request; answers the body and the headers. A refusal is thrown. */
async function call<T>(method: string, path: string, body?: object, headers: Record<string, string> = {}) {
  const answer = await fetch(api + path, {
    method,
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', ...headers },
    body: body && JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) {
    const problem = JSON.parse(text);
    throw new Error(`refused: ${problem.status} ${problem.code}: ${problem.detail}`);
  }
  return { body: (text ? JSON.parse(text) : null) as T, headers: answer.headers };
}

interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

// 1. Sign in. The token is good for five minutes.
const session = await call<{
  access_token: string;
  user: { memberships: { account_id: string }[] };
}>('POST', '/sessions', {
  user_id: process.env.QUAYMASTER_USER,
  password: process.env.QUAYMASTER_PASSWORD,
});
token = session.body.access_token;
const account = `/accounts/${session.body.user.memberships[0]?.account_id}`;

// 2. List the people of the account, page by page.
let query = '?limit=10';
while (query) {
  const { body } = await call<Page<{ email: string }>>('GET', `${account}/users${query}`);
  for (const person of body.items) console.log(person.email);
  query = body.next_cursor ? `?limit=10&cursor=${body.next_cursor}` : '';
}

// 3. Change a sub-account, unless somebody else did meanwhile: what was read is named by its ETag.
const subs = await call<Page<{ id: string; activity: string }>>('GET', `${account}/sub-accounts`);
const importer = subs.body.items.find((sub) => sub.activity === 'importer');
const subAccount = `${account}/sub-accounts/${importer?.id}`;
const found = await call<{ name: string }>('GET', subAccount);
const etag = found.headers.get('ETag') ?? '';
await call('PATCH', subAccount, { name: found.body.name }, { 'If-Match': etag });
console.log(`still called ${found.body.name}, version ${etag}`);

// 4. Add an identifier. Sent again with the same key, e.g. after a time-out, it is not added twice.
const added = await call<{ id: string; value: string; state: string }>(
  'POST',
  `${subAccount}/identifiers`,
  { kind: 'importer_number', value: '17-1000001W2' },
  { 'Idempotency-Key': randomUUID() },
);
console.log(`added ${added.body.value}: ${added.body.state}`);

// 5. Take it away again, and sign out.
await call('DELETE', `${subAccount}/identifiers/${added.body.id}`);
await call('DELETE', '/sessions/current');
