import { describe, expect, it } from 'vitest';
import { type Item, matching, step, withoutRepeats } from './items';

const item = (label: string, note?: string): Item => ({ id: label, label, note, run: () => undefined });
const labels = (items: Item[]) => items.map((one) => one.label);

describe('search', () => {
  const items = [item('Invite a person'), item('People'), item('Switch to Açor', '100200300 · Harbor Co')];

  it('shows everything before something is typed', () => {
    expect(matching(items, '  ')).toEqual(items);
  });

  it('puts beginnings before middles, without case and accents', () => {
    expect(labels(matching(items, 'PE'))).toEqual(['People', 'Invite a person']);
    expect(labels(matching(items, 'acor'))).toEqual(['Switch to Açor']);
  });

  it('wants every word, in the note as well', () => {
    expect(labels(matching(items, 'harbor switch'))).toEqual(['Switch to Açor']);
    expect(matching(items, 'harbor people')).toEqual([]);
  });

  it('says nothing twice and drops empty groups', () => {
    const groups = withoutRepeats([
      { key: 'here', title: 'Here', items: [item('Invite a person')] },
      { key: 'pages', title: 'Pages', items: [item('Invite a person')] },
    ]);
    expect(groups.map((group) => group.key)).toEqual(['here']);
  });

  it('moves round the ends', () => {
    expect(step(2, 3, 'ArrowDown')).toBe(0);
    expect(step(0, 3, 'ArrowUp')).toBe(2);
    expect(step(0, 0, 'ArrowDown')).toBe(-1);
    expect(step(1, 3, 'Tab')).toBe(1);
  });
});
