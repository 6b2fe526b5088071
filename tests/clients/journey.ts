// A journey with the TypeScript client as an integrator installs it, against the running portal: the owner makes an API
// client, the program gets a token, reads, and is refused in words that its types know.
import assert from 'node:assert/strict';

import { createApiClient, createSession, createToken, getMe, listAccounts, listSubAccounts, type Problem, proveIdentity } from '@quaymaster/client';
import { createClient } from '@quaymaster/client/client';

function setting(name: string): string {
  const value = process.env[name];
  assert.ok(value, `${name} is not set`);
  return value;
}

const baseUrl = setting('QUAYMASTER_URL');
const password = setting('QUAYMASTER_PASSWORD');
const anybody = createClient({ baseUrl });

const wrong = await createSession({ client: anybody, body: { user_id: setting('QUAYMASTER_USER'), password: `${password}!` } });
assert.equal(wrong.response?.status, 401);
assert.equal(wrong.error?.code, 'sign-in-failed');

const session = await createSession({
  client: anybody,
  body: { user_id: setting('QUAYMASTER_USER'), password },
  throwOnError: true,
});
const proved = await proveIdentity({
  client: createClient({ baseUrl, auth: session.data.access_token }),
  body: { password },
  throwOnError: true,
});
const owner = createClient({ baseUrl, auth: proved.data.access_token });
const own = await listAccounts({ client: owner, throwOnError: true });
const account = own.data.items[0];
assert.ok(account, 'the owner has an account');

const made = await createApiClient({
  client: owner,
  path: { id: account.id },
  body: { name: 'Journey in TypeScript', contact_email: 'integration@northgate.example', scopes: ['structure:read'] },
  throwOnError: true,
});
assert.equal(made.data.client.state, 'active');
assert.ok(made.data.secret, 'the secret is shown once');

const proof = { client_id: made.data.client.id, client_secret: made.data.secret.secret };
const granted = await createToken({
  client: anybody,
  body: { grant_type: 'client_credentials', ...proof },
  throwOnError: true,
});
assert.equal(granted.data.token_type, 'Bearer');
const program = createClient({ baseUrl, auth: granted.data.access_token });

const seen = await listAccounts({ client: program, throwOnError: true });
assert.deepEqual(seen.data.items.map((found) => found.id), [account.id]);
const page = await listSubAccounts({ client: program, path: { id: account.id }, query: { limit: 1 }, throwOnError: true });
assert.equal(page.data.items.length, 1);

const refused = await getMe({ client: program });
assert.equal(refused.response?.status, 403);
assert.ok(refused.error, 'a program is nobody');
const problem: Problem = refused.error;
assert.equal(problem.code, 'scope-not-granted');
assert.equal(problem.status, 403);
assert.ok(problem.detail.length > 0);

const misread = await listAccounts({ client: program, query: { limit: 1000 } });
assert.equal(misread.error?.code, 'invalid');
assert.equal(misread.error.errors?.[0]?.pointer, '?limit');

const spoilt = await createToken({
  client: anybody,
  body: { grant_type: 'client_credentials', ...proof, client_secret: 'not the secret' },
});
assert.equal(spoilt.response?.status, 401);
assert.ok(spoilt.error && 'error' in spoilt.error, 'refused in the words of OAuth');
assert.equal(spoilt.error.error, 'invalid_client');

console.log('the TypeScript client: ok');
