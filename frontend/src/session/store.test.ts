import { describe, expect, it, vi } from 'vitest';
import type { Me, SignedIn } from '../api/gen';
import { ApiProblem } from '../api/problem';
import { type SessionDeps, SessionStore } from './store';

const me = (over: Partial<Me> = {}): Me => ({
  id: 'me-1',
  user_id: 'kim.doe',
  given_name: 'Kim',
  family_name: 'Doe',
  email: 'kim@company.example',
  time_zone: 'UTC',
  language: 'en',
  theme: 'system',
  density: 'comfortable',
  memberships: [],
  created_at: '2026-01-01T00:00:00Z',
  version: 1,
  demo: false,
  ...over,
});

const signedIn = (token: string, over: Partial<SignedIn> = {}): SignedIn => ({
  access_token: token,
  token_type: 'Bearer',
  expires_in: 300,
  session_id: 'session-1',
  user: me(),
  ...over,
});

interface Channel {
  postMessage: (message: unknown) => void;
  onmessage: ((event: MessageEvent) => void) | null;
}

function setUp(over: Partial<SessionDeps> = {}) {
  let hint = true;
  const clock = { now: 1_000_000 };
  const channel: Channel = { postMessage: vi.fn(), onmessage: null };
  const deps: SessionDeps = {
    refresh: vi.fn(async () => signedIn('fresh')),
    end: vi.fn(async () => undefined),
    now: () => clock.now,
    exclusive: (work) => work(),
    hint: {
      get: () => hint,
      set: (on) => {
        hint = on;
      },
    },
    channel: channel as unknown as SessionDeps['channel'],
    ...over,
  };
  return { store: new SessionStore(deps), deps, clock, channel, hint: () => hint };
}

describe('SessionStore', () => {
  it('asks nothing at start when this browser never signed in', async () => {
    const { store, deps } = setUp({ hint: { get: () => false, set: () => undefined } });
    await store.start();
    expect(store.state).toEqual({ status: 'anonymous', reason: null });
    expect(deps.refresh).not.toHaveBeenCalled();
  });

  it('takes up a session at start', async () => {
    const { store } = setUp();
    await store.start();
    expect(store.state.status).toBe('signed-in');
    expect(await store.token()).toBe('fresh');
  });

  it('shares one renewal between callers at the same time', async () => {
    let release: (answer: SignedIn) => void = () => undefined;
    const refresh = vi.fn(
      () =>
        new Promise<SignedIn>((resolve) => {
          release = resolve;
        }),
    );
    const { store } = setUp({ refresh });
    const all = Promise.all([store.refresh(), store.refresh(), store.token()]);
    release(signedIn('one'));
    expect(await all).toEqual(['one', 'one', 'one']);
    expect(refresh).toHaveBeenCalledTimes(1);
  });

  it('renews again once the first renewal is done', async () => {
    const { store, deps } = setUp();
    await store.refresh();
    await store.refresh();
    expect(deps.refresh).toHaveBeenCalledTimes(2);
  });

  it('never runs two renewals at once, even from two tabs', async () => {
    // One lock and one cookie for both, as the browser gives them.
    let running = 0;
    let most = 0;
    let queue: Promise<unknown> = Promise.resolve();
    const exclusive: SessionDeps['exclusive'] = (work) => {
      const turn = queue.then(work);
      queue = turn.catch(() => undefined);
      return turn;
    };
    const refresh = async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 5));
      running -= 1;
      return signedIn('turn');
    };
    const a = setUp({ exclusive, refresh }).store;
    const b = setUp({ exclusive, refresh }).store;
    await Promise.all([a.refresh(), b.refresh(), a.refresh(), b.refresh()]);
    expect(most).toBe(1);
  });

  it('renews shortly before the token ends, not earlier', async () => {
    const { store, deps, clock } = setUp();
    store.accept(signedIn('first'));
    clock.now += 279_000;
    expect(await store.token()).toBe('first');
    clock.now += 2_000;
    expect(await store.token()).toBe('fresh');
    expect(deps.refresh).toHaveBeenCalledTimes(1);
  });

  it('ends when the server knows the session no more', async () => {
    const refresh = vi.fn(async () => {
      throw new ApiProblem({ status: 401, code: 'session-ended' });
    });
    const { store, hint } = setUp({ refresh });
    store.accept(signedIn('first'));
    expect(await store.refresh()).toBeNull();
    expect(store.state).toEqual({ status: 'anonymous', reason: 'ended' });
    expect(hint()).toBe(false);
  });

  it('keeps the session when the server cannot be reached', async () => {
    const refresh = vi.fn(async () => {
      throw new ApiProblem({ status: 0, code: 'network' });
    });
    const { store } = setUp({ refresh });
    store.accept(signedIn('first'));
    await expect(store.refresh()).rejects.toThrow();
    expect(store.state.status).toBe('signed-in');
  });

  it('tells other tabs of a sign-out and hears of theirs', async () => {
    const { store, deps, channel } = setUp();
    store.accept(signedIn('first'));
    await store.signOut('signed_out');
    expect(deps.end).toHaveBeenCalledWith('first');
    expect(channel.postMessage).toHaveBeenLastCalledWith({ type: 'signed-out', reason: 'signed_out' });

    store.accept(signedIn('second'));
    channel.onmessage?.(new MessageEvent('message', { data: { type: 'signed-out', reason: 'timed_out' } }));
    expect(store.state).toEqual({ status: 'anonymous', reason: 'timed_out' });
  });

  it('is signed out here even when the server does not answer', async () => {
    const { store } = setUp({
      end: async () => {
        throw new Error('no line');
      },
    });
    store.accept(signedIn('first'));
    await store.signOut('signed_out');
    expect(store.state.status).toBe('anonymous');
    expect(await store.token()).toBeNull();
  });

  it('is not signed in again by a renewal that was on its way at the sign-out', async () => {
    let release: (answer: SignedIn) => void = () => undefined;
    const refresh = vi.fn(() => new Promise<SignedIn>((resolve) => (release = resolve)));
    const { store, deps } = setUp({ refresh });
    store.accept(signedIn('first'));
    const late = store.refresh();
    await store.signOut('timed_out');
    release(signedIn('late'));
    expect(await late).toBeNull();
    expect(store.state).toEqual({ status: 'anonymous', reason: 'timed_out' });
    expect(deps.end).toHaveBeenCalledWith('late');
  });

  it('ends the session on the server also when the token had lapsed', async () => {
    const { store, deps, clock } = setUp();
    store.accept(signedIn('old'));
    clock.now += 301_000;
    await store.signOut('timed_out');
    expect(deps.end).toHaveBeenCalledExactlyOnceWith('fresh');
    expect(store.state.status).toBe('anonymous');
  });

  it('stays signed in when the renewal of the session before is refused late', async () => {
    let refuse: (error: unknown) => void = () => undefined;
    const refresh = vi.fn(() => new Promise<SignedIn>((_, reject) => (refuse = reject)));
    const { store } = setUp({ refresh });
    store.accept(signedIn('first'));
    const late = store.refresh();
    store.accept(signedIn('second', { session_id: 'session-2' }));
    refuse(new ApiProblem({ title: 'Over', status: 401, code: 'session-ended' }));
    expect(await late).toBeNull();
    expect(store.state.status).toBe('signed-in');
    expect(await store.token()).toBe('second');
  });

  it('carries the next step', () => {
    const { store } = setUp();
    store.accept(signedIn('first', { next_step: 'accept_terms' }));
    expect(store.state).toMatchObject({ nextStep: 'accept_terms' });
  });
});
