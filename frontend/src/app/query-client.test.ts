import { beforeEach, expect, it, vi } from 'vitest';

const fake = vi.hoisted(() => {
  const listeners = new Set<() => void>();
  return {
    state: { status: 'signed-in', me: { id: 'ana' } } as { status: string; me?: { id: string } },
    subscribe: (listener: () => void) => listeners.add(listener),
    tell: () => {
      for (const listener of listeners) listener();
    },
  };
});
vi.mock('../session', () => ({ session: fake }));

import { forgetAfterSignOut, queryClient } from './query-client';

function signedIn(id: string | null) {
  fake.state = id ? { status: 'signed-in', me: { id } } : { status: 'anonymous' };
  fake.tell();
}

beforeEach(() => {
  signedIn('ana');
  queryClient.setQueryData(['users'], [{ name: 'Kim' }]);
});

it('what was read is dropped when the pages have left after a sign-out', () => {
  signedIn(null);
  forgetAfterSignOut();
  expect(queryClient.getQueryCache().getAll()).toEqual([]);
});

it('what was read stays while the person does', () => {
  fake.tell();
  forgetAfterSignOut();
  expect(queryClient.getQueryData(['users'])).toEqual([{ name: 'Kim' }]);
});

it('what one person read is not there for the next', () => {
  signedIn('bo');
  expect(queryClient.getQueryCache().getAll()).toEqual([]);
});
