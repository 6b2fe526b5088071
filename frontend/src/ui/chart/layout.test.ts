import { describe, expect, it } from 'vitest';
import { extent, labelEvery, niceTicks, runs, slicePath, slices, stack } from './layout';

describe('niceTicks', () => {
  it('spans the values with round steps and holds zero', () => {
    expect(niceTicks(0, 97)).toEqual([0, 20, 40, 60, 80, 100]);
    expect(niceTicks(-30, 60)).toEqual([-40, -20, 0, 20, 40, 60]);
    expect(niceTicks(3, 4)[0]).toBe(0);
  });
  it('has an axis for nothing and for what is no number', () => {
    expect(niceTicks(0, 0)).toEqual([0, 1]);
    expect(niceTicks(0, Number.POSITIVE_INFINITY)).toEqual([0, 1]);
  });
  it('does not gather errors of adding', () => expect(niceTicks(0, 0.3)).toContain(0.3));
});

describe('stack', () => {
  it('puts positive parts on top of each other and negative ones below', () => {
    expect(
      stack([
        [2, -1],
        [3, -2],
        [null, 4],
      ]),
    ).toEqual([
      [
        [0, 2],
        [-1, 0],
      ],
      [
        [2, 5],
        [-3, -1],
      ],
      [
        [5, 5],
        [0, 4],
      ],
    ]);
  });
  it('tells the span', () => {
    expect(
      extent(
        [
          [2, -1],
          [3, -2],
        ],
        true,
      ),
    ).toEqual([-3, 5]);
    expect(
      extent(
        [
          [2, -1],
          [3, null],
        ],
        false,
      ),
    ).toEqual([-1, 3]);
  });
});

describe('slices', () => {
  it('keeps the five largest and adds up the others', () => {
    const found = slices(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'], [1, 2, 3, 4, 5, 6, 7, null], 'Others');
    expect(found.map((one) => one.name)).toEqual(['g', 'f', 'e', 'd', 'c', 'Others']);
    expect(found.at(-1)?.value).toBe(3);
    expect(found.at(-1)?.to).toBeCloseTo(1);
  });
  it('keeps all six when there are six, and leaves out what has no angle', () => {
    expect(slices(['a', 'b', 'c', 'd', 'e', 'f'], [1, 1, 1, 1, 1, 1], 'Others')).toHaveLength(6);
    expect(slices(['a', 'b'], [-1, 0], 'Others')).toEqual([]);
  });
  it('draws a whole circle as an arc that ends just before its beginning', () => {
    expect(slicePath(0, 0, 10, 0, 1)).toContain('A10 10 0 1 1');
    expect(slicePath(0, 0, 10, 0, 1)).not.toMatch(/L(\S+ \S+)A10 10 0 1 1 \1Z/);
  });
});

describe('labels and lines', () => {
  it('leaves labels out when they would touch', () => {
    expect(labelEvery(12, 900)).toBe(1);
    expect(labelEvery(100, 640)).toBe(10);
    expect(labelEvery(0, 0)).toBe(1);
  });
  it('ends a line at a gap', () => expect(runs([1, 2, null, 3, null])).toEqual([[0, 1], [3]]));
});
