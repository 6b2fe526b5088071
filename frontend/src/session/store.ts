// Who is signed in. The access token lives in this module's memory only; the refresh token is an
// HttpOnly cookie that scripts cannot read. Everything that ends or renews a session passes here.
import type { Me, NextStep, SignedIn } from '../api/gen';
import { ApiProblem } from '../api/problem';

export type SessionState =
  | { status: 'starting' }
  | { status: 'anonymous'; reason: EndReason | null }
  | { status: 'signed-in'; me: Me; nextStep: NextStep | null; sessionId: string };

export type EndReason = 'signed_out' | 'timed_out' | 'ended';

type Message = { type: 'signed-in' } | { type: 'signed-out'; reason: EndReason } | { type: 'activity' };

export interface SessionDeps {
  /** Exchanges the refresh cookie for a new access token. */
  refresh: () => Promise<SignedIn>;
  /** Ends the session on the server. */
  end: (token: string) => Promise<void>;
  now: () => number;
  /** Runs `work` while no other tab of this browser runs its own. */
  exclusive: <T>(work: () => Promise<T>) => Promise<T>;
  /** Remembers across loads that this browser has a session, so that strangers cause no request. */
  hint: { get: () => boolean; set: (on: boolean) => void };
  channel: Pick<BroadcastChannel, 'postMessage' | 'onmessage'> | null;
}

/** Renew this long before the token ends, so that no request leaves with one that lapses on the way. */
const MARGIN_MS = 20_000;

export class SessionStore {
  #state: SessionState = { status: 'starting' };
  #token: string | null = null;
  #expiresAt = 0;
  #refreshing: Promise<string | null> | null = null;
  /** Counts sign-ins and sign-outs, so that an answer that was asked for before one is told from those after it. */
  #era = 0;
  #listeners = new Set<() => void>();
  #activityListeners = new Set<() => void>();
  #deps: SessionDeps;

  constructor(deps: SessionDeps) {
    this.#deps = deps;
    if (deps.channel) {
      deps.channel.onmessage = (event: MessageEvent<Message>) => this.#hear(event.data);
    }
  }

  get state() {
    return this.#state;
  }

  subscribe = (listener: () => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };

  /** Hears of keys and clicks in the other tabs. */
  onActivityElsewhere(listener: () => void) {
    this.#activityListeners.add(listener);
    return () => {
      this.#activityListeners.delete(listener);
    };
  }

  /** Takes up the session that the cookie stands for, if there is one. Settles once per load. */
  async start(): Promise<void> {
    if (this.#state.status !== 'starting') return;
    if (!this.#deps.hint.get()) {
      this.#become({ status: 'anonymous', reason: null });
      return;
    }
    try {
      await this.refresh();
    } catch {
      // The server cannot be reached; the sign-in page says so at the first try.
    }
    if (this.#state.status === 'starting') this.#become({ status: 'anonymous', reason: null });
  }

  /** A token good for a request now, or null when nobody is signed in. */
  async token(): Promise<string | null> {
    if (this.#state.status === 'anonymous') return null;
    if (this.#token && this.#deps.now() < this.#expiresAt - MARGIN_MS) return this.#token;
    return this.refresh();
  }

  /** True when less than `ms` remain of the access token. */
  expiresWithin(ms: number) {
    return this.#deps.now() > this.#expiresAt - ms;
  }

  /**
   * Renews the token. Callers at the same time share one request; tabs take turns, because the cookie
   * rotates at each use and an old one presented again would end the whole family.
   */
  refresh(): Promise<string | null> {
    if (this.#refreshing) return this.#refreshing;
    const era = this.#era;
    const refreshing = this.#deps
      .exclusive(() => this.#deps.refresh())
      .then((answer) => {
        // Signed out meanwhile, or in anew: what was asked for before must not put the old session back.
        if (era !== this.#era) return this.#endQuietly(answer.access_token);
        this.accept(answer, false);
        return answer.access_token;
      })
      .catch((error: unknown) => {
        if (error instanceof ApiProblem && error.status === 401) {
          if (era === this.#era) this.#forget(this.#state.status === 'signed-in' ? 'ended' : null);
          return null;
        }
        throw error;
      })
      .finally(() => {
        if (this.#refreshing === refreshing) this.#refreshing = null;
      });
    this.#refreshing = refreshing;
    return refreshing;
  }

  /** Takes the answer of a sign-in or a proof, which other tabs hear of, or of a renewal. */
  accept(answer: SignedIn, tellOthers = true) {
    if (tellOthers) this.#turn();
    this.#token = answer.access_token;
    this.#expiresAt = this.#deps.now() + answer.expires_in * 1000;
    this.#deps.hint.set(true);
    this.#become({
      status: 'signed-in',
      me: answer.user,
      nextStep: answer.next_step ?? null,
      sessionId: answer.session_id,
    });
    if (tellOthers) this.#deps.channel?.postMessage({ type: 'signed-in' } satisfies Message);
  }

  /** Puts a fresher copy of the signed-in person in place. */
  updateMe(me: Me) {
    if (this.#state.status === 'signed-in')
      this.#become({ ...this.#state, me, nextStep: me.next_step ?? null });
  }

  async signOut(reason: EndReason) {
    const signedIn = this.#state.status === 'signed-in';
    const token = this.#deps.now() < this.#expiresAt ? this.#token : null;
    const renewing = this.#refreshing !== null;
    this.#forget(reason);
    this.#deps.channel?.postMessage({ type: 'signed-out', reason } satisfies Message);
    if (token) await this.#endQuietly(token);
    // A token that lapsed ends nothing; a fresh one does. A renewal on its way is ended when it arrives.
    else if (signedIn && !renewing) await this.#endLapsed();
  }

  /** The session lapses by itself when the server cannot be told; here the person is signed out in any case. */
  async #endQuietly(token: string): Promise<null> {
    try {
      await this.#deps.end(token);
    } catch {
      // As said above.
    }
    return null;
  }

  async #endLapsed() {
    const era = this.#era;
    try {
      const answer = await this.#deps.exclusive(() => {
        if (era !== this.#era) throw new Error('signed in again meanwhile; the cookie is of that session');
        return this.#deps.refresh();
      });
      await this.#endQuietly(answer.access_token);
    } catch {
      // Over already, or the server cannot be told.
    }
  }

  tellActivity() {
    this.#deps.channel?.postMessage({ type: 'activity' } satisfies Message);
  }

  /** What is asked for from now on has nothing to do with the session before. */
  #turn() {
    this.#era += 1;
    this.#refreshing = null;
  }

  #forget(reason: EndReason | null) {
    this.#turn();
    this.#token = null;
    this.#expiresAt = 0;
    this.#deps.hint.set(false);
    this.#become({ status: 'anonymous', reason });
  }

  #hear(message: Message) {
    if (message.type === 'activity') {
      for (const listener of this.#activityListeners) listener();
    } else if (message.type === 'signed-out' && this.#state.status === 'signed-in') {
      this.#forget(message.reason);
    } else if (message.type === 'signed-in') {
      // Another person may have signed in: the cookie is shared, so this tab follows it.
      void this.refresh().catch(() => undefined);
    }
  }

  #become(state: SessionState) {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}
