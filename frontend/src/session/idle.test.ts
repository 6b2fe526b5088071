import { describe, expect, it } from 'vitest';
import { IDLE_LIMIT_MS, IDLE_WARNING_MS, type IdlePhase, IdleTimer } from './idle';

function setUp() {
  const clock = { now: 0 };
  const seen: IdlePhase[] = [];
  const timer = new IdleTimer(
    () => clock.now,
    (phase) => seen.push(phase),
  );
  const at = (ms: number) => {
    clock.now = ms;
    timer.tick();
  };
  return { timer, seen, at };
}

describe('IdleTimer', () => {
  it('warns 2.5 minutes before the end and then ends', () => {
    const { seen, at } = setUp();
    at(IDLE_LIMIT_MS - IDLE_WARNING_MS - 1);
    expect(seen).toEqual([]);
    at(IDLE_LIMIT_MS - IDLE_WARNING_MS);
    expect(seen).toEqual(['warning']);
    at(IDLE_LIMIT_MS - 1);
    expect(seen).toEqual(['warning']);
    at(IDLE_LIMIT_MS);
    expect(seen).toEqual(['warning', 'over']);
  });

  it('starts anew with every activity', () => {
    const { timer, seen, at } = setUp();
    at(10 * 60_000);
    timer.activity();
    at(20 * 60_000);
    expect(seen).toEqual([]);
    expect(timer.remaining()).toBe(5 * 60_000);
  });

  it('lets only a deliberate answer end the warning', () => {
    const { timer, seen, at } = setUp();
    at(IDLE_LIMIT_MS - 60_000);
    timer.activity();
    at(IDLE_LIMIT_MS - 30_000);
    expect(timer.phase).toBe('warning');
    timer.extend();
    expect(seen).toEqual(['warning', 'active']);
    expect(timer.remaining()).toBe(IDLE_LIMIT_MS);
  });

  it('ends at once after a long sleep of the machine', () => {
    const { seen, at } = setUp();
    at(8 * 3_600_000);
    expect(seen).toEqual(['over']);
  });

  it('cannot be revived', () => {
    const { timer, at } = setUp();
    at(IDLE_LIMIT_MS);
    timer.extend();
    expect(timer.phase).toBe('over');
  });
});
