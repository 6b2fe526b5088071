import { describe, expect, it } from 'vitest';
import type { ReportMember } from '../../api/gen';
import { finerThan } from './levels';

const members = [
  'hts',
  'hts.chapter',
  'hts.heading',
  'hts.subheading',
  'entry_date',
  'entry_month',
  'entry_quarter',
  'entry_fiscal_year',
  'liquidation_due',
  'liquidation_due_month',
  'country',
].map((id) => ({ id, label: id, measure: false }) as ReportMember);

const below = (dim: string) => finerThan(dim, members)?.id;

describe('finerThan', () => {
  it('goes down the tariff number', () => {
    expect(below('hts.chapter')).toBe('hts.heading');
    expect(below('hts.subheading')).toBe('hts');
    expect(below('hts')).toBeUndefined();
  });
  it('goes down a date to its day, past levels that the subject has not', () => {
    expect(below('entry_fiscal_year')).toBe('entry_quarter');
    expect(below('entry_quarter')).toBe('entry_month');
    expect(below('entry_month')).toBe('entry_date');
    expect(below('entry_date')).toBeUndefined();
    expect(below('liquidation_due_month')).toBe('liquidation_due');
  });
  it('finds nothing below a field without levels', () => {
    expect(below('country')).toBeUndefined();
  });
});
