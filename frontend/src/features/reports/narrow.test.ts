import { describe, expect, it } from 'vitest';
import type { Definition } from './definition';
import { fieldsOf, isWhole, narrowBody, readNarrowed, writeNarrowed } from './narrow';

const members = [
  { id: 'country', label: 'Country of origin', kind: 'text' as const },
  { id: 'entry_date', label: 'Entry date', kind: 'date' as const },
  { id: 'line', label: 'Line', kind: 'integer' as const },
  { id: 'duty', label: 'Duty', kind: 'money' as const },
];
const definition: Definition = {
  v: 1,
  subject: 'entry_lines',
  mode: 'aggregate',
  columns: [
    { id: 'c1', dim: 'country', label: 'Origin' },
    { id: 'c2', dim: 'entry_date' },
    { id: 'c3', dim: 'entry_date', aggregate: 'max' },
    { id: 'c4', dim: 'line' },
    { id: 'm1', measure: 'duty' },
  ],
};

describe('what a result is narrowed to', () => {
  it('is offered for fields that have values to choose', () => {
    expect(fieldsOf(definition, members).map((one) => [one.dim, one.label])).toEqual([
      ['country', 'Origin'],
      ['entry_date', 'Entry date'],
    ]);
    expect(fieldsOf(definition, undefined)).toEqual([]);
    const hidden = definition.columns.map((one) => ({ ...one, hidden: true }));
    expect(fieldsOf({ ...definition, columns: hidden }, members)).toEqual([]);
  });

  it('goes to the address and comes back', () => {
    const narrowed = {
      country: ['CN', 'VN'],
      entry_date: { from: '2026-02-01', to: '2026-02-28' },
      preference: ['A'],
    };
    const address = writeNarrowed(narrowed, {});
    expect(address).toEqual({
      narrow_country: 'CN|VN',
      narrow_entry_date: '2026-02-01..2026-02-28',
      narrow_preference: 'A',
    });
    expect(readNarrowed({ ...address, run: 'x', p_p1: 'CN' })).toEqual(narrowed);
    expect(readNarrowed({ narrow_entry_date: '~last_full_month' })).toEqual({
      entry_date: { relative: 'last_full_month' },
    });
  });

  it('leaves the address when it is taken away', () => {
    expect(writeNarrowed({ port: ['2704'] }, { country: ['CN'] })).toEqual({
      narrow_country: undefined,
      narrow_port: '2704',
    });
  });

  it('is sent as lists and periods, and only when it is whole', () => {
    expect(narrowBody({ has_error: 'true', port: ['2704'], day: { from: 'a', to: 'b' } })).toEqual({
      has_error: ['true'],
      port: ['2704'],
      day: { from: 'a', to: 'b' },
    });
    expect(isWhole({ from: '2026-01-01', to: '' })).toBe(false);
    expect(isWhole([])).toBe(false);
    expect(isWhole(undefined)).toBe(false);
    expect(readNarrowed({ narrow_day: '2026-01-01..', narrow_port: '' })).toEqual({});
  });
});
