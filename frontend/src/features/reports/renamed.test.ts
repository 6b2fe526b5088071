import { describe, expect, it } from 'vitest';
import { renamed } from './renamed';

describe('renamed', () => {
  it('names the members of today wherever a member is named, and leaves the rest', () => {
    const definition = {
      v: 1,
      subject: 'entry_lines',
      columns: [
        { id: 'c1', dim: 'origin' },
        { id: 'm1', measure: 'duty_total', label: 'origin' },
      ],
      filter: { and: [{ or: [{ dim: 'origin', op: 'in', value: ['origin'] }] }] },
    };
    expect(
      renamed(definition, [
        { name: 'origin', member: 'country' },
        { name: 'duty_total', member: 'duty' },
      ]),
    ).toEqual({
      v: 1,
      subject: 'entry_lines',
      columns: [
        { id: 'c1', dim: 'country' },
        { id: 'm1', measure: 'duty', label: 'origin' },
      ],
      filter: { and: [{ or: [{ dim: 'country', op: 'in', value: ['origin'] }] }] },
    });
  });
});
