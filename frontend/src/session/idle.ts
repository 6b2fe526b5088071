// Counts the time since the person last did something, warns before the limit and reports its end.
// A wall clock is asked rather than ticks counted, because a sleeping laptop fires no timers.
export const IDLE_LIMIT_MS = 15 * 60_000;
export const IDLE_WARNING_MS = 2.5 * 60_000;

export type IdlePhase = 'active' | 'warning' | 'over';

export class IdleTimer {
  #last: number;
  #phase: IdlePhase = 'active';
  #now: () => number;
  #onPhase: (phase: IdlePhase) => void;

  constructor(now: () => number, onPhase: (phase: IdlePhase) => void) {
    this.#now = now;
    this.#onPhase = onPhase;
    this.#last = now();
  }

  get phase() {
    return this.#phase;
  }

  /** Milliseconds until the session is over, never negative. */
  remaining() {
    return Math.max(0, this.#last + IDLE_LIMIT_MS - this.#now());
  }

  /** A key or click. While the warning stands only `extend` counts: the answer must be deliberate. */
  activity() {
    if (this.#phase === 'active') this.#last = this.#now();
  }

  extend() {
    if (this.#phase === 'over') return;
    this.#last = this.#now();
    this.#enter('active');
  }

  /** Called about once a second. */
  tick() {
    if (this.#phase === 'over') return;
    const remaining = this.remaining();
    if (remaining === 0) this.#enter('over');
    else if (remaining <= IDLE_WARNING_MS) this.#enter('warning');
  }

  #enter(phase: IdlePhase) {
    if (phase === this.#phase) return;
    this.#phase = phase;
    this.#onPhase(phase);
  }
}
