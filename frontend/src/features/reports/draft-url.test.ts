import { describe, expect, it } from 'vitest';
import { builder, type Draft, start } from './builder';
import { packDraft, unpackDraft } from './draft-url';

const draft: Draft = {
  ...builder(start, { type: 'subject', subject: 'entry_lines' }),
  name: 'Zölle – 关税 "2026"',
};

describe('drafts in addresses', () => {
  it('come back as they were, in any script', () => {
    const packed = packDraft(draft);
    expect(packed).toMatch(/^[\w-]+$/);
    expect(unpackDraft(packed)).toEqual(draft);
  });
  it('are left out while there is none', () => {
    expect(packDraft(start)).toBeUndefined();
    expect(unpackDraft(undefined)).toBeNull();
  });
  it('are not believed when they do not fit', () => {
    expect(unpackDraft('%%%')).toBeNull();
    expect(unpackDraft(btoa('[1,2]'))).toBeNull();
    expect(unpackDraft(btoa('{"name":"a","description":"","folder":"","definition":{"v":2}}'))).toBeNull();
    expect(unpackDraft(`${packDraft(draft)?.slice(0, -9)}`)).toBeNull();
  });
  it('are not put there when the address would be too long', () => {
    expect(packDraft({ ...draft, description: 'x'.repeat(20_000) })).toBeUndefined();
  });
});
