// What the source of the pages may not hold, and the few places for what is allowed.
import { expect, it } from 'vitest';

const files: Record<string, string> = import.meta.glob(
  ['../**/*.{ts,tsx}', '../../public/*.js', '!../**/*.test.{ts,tsx}', '!../api/gen/**', '!../test/**'],
  { query: '?raw', import: 'default', eager: true },
);

const holding = (pattern: RegExp) =>
  Object.entries(files)
    .filter(([, text]) => pattern.test(text))
    .map(([path]) => path)
    .sort();

it('is looked at', () => {
  expect(Object.keys(files).length).toBeGreaterThan(250);
});

it.each([
  ['text as HTML', /dangerouslySetInnerHTML|\.innerHTML|\.outerHTML|insertAdjacentHTML|srcDoc/i],
  ['text as a program', /\beval\(|new Function\(|setTimeout\(\s*['"`]|document\.write/],
  ['text as a pattern', /new RegExp\(/],
  ['addresses that run', /javascript:/i],
  ['messages of other windows', /addEventListener\(\s*['"]message['"]|window\.onmessage|window\.opener/],
  ['hindrances to pasting', /onPaste|onCopy|onCut|['"]paste['"]/],
])('holds no %s', (_what, pattern) => {
  expect(holding(pattern)).toEqual([]);
});

it('keeps in the browser only looks, the account last used, that there is a session, an application, and long drafts', () => {
  expect(holding(/localStorage|sessionStorage|indexedDB|document\.cookie|caches\.open/)).toEqual([
    '../../public/theme.js',
    '../app/account.ts',
    '../app/commands/shortcuts.ts',
    '../app/theme.ts',
    '../features/apply/current.ts',
    '../session/index.ts',
    '../session/kept-drafts.ts',
  ]);
});
