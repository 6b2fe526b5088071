// Gets a token as an API client and lists the accounts that it may see.
// Needs Node.js 22.18 or newer and nothing else. Set QUAYMASTER_URL, QUAYMASTER_CLIENT_ID and QUAYMASTER_CLIENT_SECRET first.
import { Buffer } from 'node:buffer';
import process from 'node:process';

const api = `${process.env.QUAYMASTER_URL}/api/v1`;

/** Sends one request; answers the body. A refusal is thrown. */
async function send<T>(path: string, request: RequestInit) {
  const answer = await fetch(api + path, request);
  if (!answer.ok) throw new Error(`refused: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}

// 1. Get a token with the client's id and secret. It is good for ten minutes; then the program gets the next one.
const proof = `${process.env.QUAYMASTER_CLIENT_ID}:${process.env.QUAYMASTER_CLIENT_SECRET}`;
const { access_token: token } = await send<{ access_token: string }>('/oauth/token', {
  method: 'POST',
  headers: { Authorization: `Basic ${Buffer.from(proof).toString('base64')}` },
  body: new URLSearchParams({ grant_type: 'client_credentials' }),
});

// 2. Send it with every request.
const accounts = await send<{ items: { account_number: string; name: string }[] }>('/accounts', {
  headers: { Authorization: `Bearer ${token}` },
});
for (const { account_number: number, name } of accounts.items) console.log(`may see ${number}, ${name}`);
