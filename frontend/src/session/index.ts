// Wires the session store to the browser and to the generated client.
import { useSyncExternalStore } from 'react';
import type { Me, SignedIn } from '../api/gen';
import { client } from '../api/gen/client.gen';
import { toProblem } from '../api/problem';
import { sendSigned } from './fetch';
import { SessionStore } from './store';

const HINT = 'qm.signed-in';

async function call(path: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, { credentials: 'same-origin', ...init });
  } catch (error) {
    throw toProblem(error);
  }
  if (!response.ok) {
    const body: unknown = await response.json().catch(() => null);
    throw toProblem(body, response);
  }
  return response;
}

export const session = new SessionStore({
  refresh: async () =>
    (await call('/api/v1/sessions/refresh', { method: 'POST' })).json() as Promise<SignedIn>,
  end: async (token) => {
    await call('/api/v1/sessions/current', {
      method: 'DELETE',
      headers: { Authorization: `Bearer ${token}` },
    });
  },
  now: () => Date.now(),
  exclusive: (work) => ('locks' in navigator ? navigator.locks.request('qm.session-refresh', work) : work()),
  hint: {
    get: () => {
      try {
        return localStorage.getItem(HINT) === '1';
      } catch {
        return true;
      }
    },
    set: (on) => {
      try {
        if (on) localStorage.setItem(HINT, '1');
        else localStorage.removeItem(HINT);
      } catch {
        // Without storage every load asks the server once; nothing else changes.
      }
    },
  },
  channel: 'BroadcastChannel' in globalThis ? new BroadcastChannel('qm.session') : null,
});

client.setConfig({
  baseUrl: window.location.origin,
  fetch: (input) => sendSigned(input as Request, session),
  auth: async () => (await session.token()) ?? undefined,
  throwOnError: true,
});
client.interceptors.error.use((error, response) => toProblem(error, response));

export const useSession = () => useSyncExternalStore(session.subscribe, () => session.state);

let lastMe: Me | null = null;

/**
 * The signed-in person, for pages behind the signed-in layout. A page that is about to be left renders
 * once more after sign-out; it still gets the last person then.
 */
export function useMe(): Me {
  const state = useSession();
  if (state.status === 'signed-in') lastMe = state.me;
  if (!lastMe) throw new Error('useMe outside the signed-in layout');
  return lastMe;
}
