import { describe, expect, it, vi } from 'vitest';
import * as z from 'zod/mini';

vi.mock('../session', () => ({
  session: { state: { status: 'anonymous', reason: null }, subscribe: () => () => {} },
}));

import { safeReturn } from './guards';
import { day, optional, peopleSearch } from './search';

describe('search params', () => {
  it('keep what fits', () => {
    expect(peopleSearch.parse({ state: 'dormant', lapses: '30', q: 'doe', cursor: 'abc' })).toEqual({
      state: 'dormant',
      lapses: '30',
      q: 'doe',
      cursor: 'abc',
    });
  });

  it('drop what does not, so that a mistyped link still opens', () => {
    const found = peopleSearch.parse({ state: 'drunk', role: 'king', lapses: '31', sort: 'age', q: 7 });
    expect(Object.values(found).filter((value) => value !== undefined)).toEqual([]);
  });

  it('take days as days', () => {
    const schema = z.object({ from: optional(day) });
    expect(schema.parse({ from: '2026-11-22' })).toEqual({ from: '2026-11-22' });
    expect(schema.parse({ from: '22.11.2026' }).from).toBeUndefined();
  });
});

describe('safeReturn', () => {
  it.each(['/people?state=dormant', '/company/sub-accounts/1', '/me'])('returns to %s', (href) => {
    expect(safeReturn(href)).toBe(href);
  });

  it.each([
    undefined,
    '',
    'people',
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    '/sign-in',
    '/change-password',
    '/',
  ])('does not return to %s', (href) => {
    expect(safeReturn(href)).toBeUndefined();
  });
});
