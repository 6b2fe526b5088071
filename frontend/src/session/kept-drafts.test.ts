import { afterEach, expect, it } from 'vitest';
import { forgetDrafts, keep, kept } from './kept-drafts';

afterEach(() => sessionStorage.clear());

it('keeps drafts by their page and forgets them, and nothing else, at sign-out', () => {
  sessionStorage.setItem('qm.application', 'stays');
  keep('/reports/new', 'one');
  keep('/reports/u7/edit', 'two');
  expect(kept('/reports/new')).toBe('one');
  expect(kept('/reports/u7/edit')).toBe('two');
  forgetDrafts();
  expect(kept('/reports/new')).toBeNull();
  expect(kept('/reports/u7/edit')).toBeNull();
  expect(sessionStorage.getItem('qm.application')).toBe('stays');
});
