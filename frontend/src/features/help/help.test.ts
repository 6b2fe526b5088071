import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fits, GUIDES, guides, pictureUrl } from './content';
import { refusals } from './refusals';

const documented = [
  ...readFileSync(join(import.meta.dirname, '../../../../docs/API.md'), 'utf8').matchAll(
    /^\| `([a-z-]+)` \| \d{3} \|/gm,
  ),
].map((match) => match[1]);

it('has a page for each code of the contract, and no other', () => {
  expect(documented.length).toBeGreaterThan(60);
  expect(Object.keys(refusals).sort()).toEqual([...documented].sort());
});

it('says in each of them what happened, why, and what to do next', () => {
  for (const [code, text] of Object.entries(refusals))
    for (const part of Object.values(text)) expect(part.length, code).toBeGreaterThan(10);
});

it('lists every guide with a title, a summary and a text', () => {
  expect(guides.map((guide) => guide.slug)).toEqual([...GUIDES]);
  for (const guide of guides) {
    expect(guide.title).not.toBe('');
    expect(guide.summary.length).toBeGreaterThan(30);
    expect(guide.body.length).toBeGreaterThan(300);
  }
});

it('leads to guides, codes and pictures that exist', () => {
  const texts = [
    ...guides.map((guide) => guide.body),
    ...Object.values(refusals).map((text) => `${text.what} ${text.why} ${text.next}`),
  ].join('\n');
  for (const [, slug] of texts.matchAll(/\]\(\/help\/([a-z-]+)\)/g)) expect(GUIDES).toContain(slug);
  for (const [, code] of texts.matchAll(/\]\(\/help\/refusals\/([a-z-]+)\)/g))
    expect(Object.keys(refusals)).toContain(code);
  for (const [, name] of texts.matchAll(/!\[[^\]]+\]\(([a-z-]+)\)/g))
    expect(pictureUrl(name ?? ''), name).toBeDefined();
});

it('finds a guide by its words in any order', () => {
  const found = (query: string) =>
    guides.filter((one) => fits(query, one.title, one.summary, one.body)).map((one) => one.slug);
  expect(found('LOCKED proxy')).toContain('resetting-locks');
  expect(found('zeppelin')).toEqual([]);
});
