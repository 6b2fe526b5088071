import { describe, expect, it } from 'vitest';
import { duration } from './words';

describe('how long somebody waits, in words', () => {
  it.each([
    [0, 'minutes', 1],
    [1, 'minutes', 1],
    [119, 'minutes', 119],
    [120, 'hours', 2],
    [2879, 'hours', 48],
    [2880, 'days', 2],
    [10_080, 'days', 7],
  ])('%i minutes', (minutes, key, count) => {
    expect(duration(minutes)).toEqual({ key, count });
  });
});
