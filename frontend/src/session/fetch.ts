// What happens to a request of a signed-in person between the client and the server.
import { idempotencyKey } from '../api/idempotency';
import { askForProof } from './proof';

interface Renewal {
  token: () => Promise<string | null>;
  refresh: () => Promise<string | null>;
}

async function codeOf(response: Response): Promise<string | null> {
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => null);
  return typeof body === 'object' && body !== null && 'code' in body ? String(body.code) : null;
}

/** A token to try again with, when the refusal is one that this can mend. */
async function mend(response: Response, session: Renewal): Promise<string | null> {
  if (response.status === 401) {
    // A refused password stays refused; repeating it would count as a second failure.
    return (await codeOf(response)) === 'sign-in-failed' ? null : session.refresh();
  }
  if (response.status === 403 && (await codeOf(response)) === 'proof-required') {
    return (await askForProof()) ? session.token() : null;
  }
  return null;
}

/**
 * Sends a request. A lapsed token is renewed, a missing proof of identity is asked for, and the request is
 * then repeated, at most once for each. A 423 renews too, to learn which step comes first.
 */
export async function sendSigned(
  request: Request,
  session: Renewal,
  send: (request: Request) => Promise<Response> = (one) => fetch(one),
): Promise<Response> {
  if (!request.headers.has('Authorization')) return send(request);
  let spare = request.clone();
  let response = await send(request);
  const mended = new Set<number>();
  while ((response.status === 401 || response.status === 403) && !mended.has(response.status)) {
    mended.add(response.status);
    const token = await mend(response, session);
    if (!token) return response;
    const next = spare;
    spare = next.clone();
    next.headers.set('Authorization', `Bearer ${token}`);
    // The answer to the first try may be kept under its key; this is a new try.
    if (next.headers.has('Idempotency-Key')) {
      next.headers.set('Idempotency-Key', idempotencyKey()['Idempotency-Key']);
    }
    response = await send(next);
  }
  if (response.status === 423) await session.refresh().catch(() => null);
  return response;
}
