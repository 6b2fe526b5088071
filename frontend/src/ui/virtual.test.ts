import { describe, expect, it } from 'vitest';
import { scrollTo, TALLEST, windowOf } from './virtual';

const ROW = 36;

describe('windowOf', () => {
  it('draws what is seen and little more', () => {
    const seen = windowOf(100_000, ROW, 720, 36_000);
    expect(seen.first).toBe(992);
    expect(seen.end - seen.first).toBeLessThan(50);
    expect(seen.above).toBe(992 * ROW);
  });
  it.each([0, 1, 5, 500, 100_000, 1_000_000])('reaches both ends of %i rows', (total) => {
    const height = Math.min(total * ROW, TALLEST);
    const start = windowOf(total, ROW, 720, 0);
    expect(start.first).toBe(0);
    expect(start.above).toBe(0);
    const end = windowOf(total, ROW, 720, Math.max(0, height - 720));
    expect(end.end).toBe(total);
    expect(end.below).toBeLessThan(1);
  });
  it('keeps the height of the list at every position', () => {
    for (const total of [100_000, 1_000_000]) {
      for (let at = 0; at < 7_000_000; at += 333_333) {
        const { first, end, above, below } = windowOf(total, ROW, 720, at);
        expect(above + below + (end - first) * ROW).toBeCloseTo(Math.min(total * ROW, TALLEST), 0);
        expect(end).toBeGreaterThan(first);
      }
    }
  });
  it('shows a row that was scrolled to', () => {
    for (const total of [2000, 1_000_000]) {
      for (const row of [0, 999, 1500, total - 1]) {
        const { first, end } = windowOf(total, ROW, 720, scrollTo(row, total, ROW, 720));
        expect(row).toBeGreaterThanOrEqual(first);
        expect(row).toBeLessThan(end);
      }
    }
  });
  it('is not led astray by a position beyond the list', () => {
    expect(windowOf(10, ROW, 720, 99_999)).toMatchObject({ first: 0, end: 10 });
    expect(windowOf(10, ROW, 720, -50)).toMatchObject({ first: 0, end: 10 });
  });
});
