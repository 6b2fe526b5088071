import { describe, expect, it } from 'vitest';
import { earlierAnswers, listed } from './asked';

const importer = { id: 'p1', label: 'Importer', multi: true };
const port = { id: 'p2', label: 'Port', multi: true };
const country = { id: 'p3', label: 'Country', multi: true };
const prompts = [importer, port, country];

describe('earlierAnswers', () => {
  it('gives the answers of the prompts that stand before one', () => {
    const values = { p1: ['28-100000100'], p2: ['2704'], p3: ['CN'] };
    expect(earlierAnswers(importer, prompts, values)).toEqual({});
    expect(earlierAnswers(country, prompts, values)).toEqual({ p1: ['28-100000100'], p2: ['2704'] });
  });
});

describe('listed', () => {
  const subject = { subject: 'entry_lines' };

  it('offers values where whole values are compared', () => {
    const within = { report: 'ES-003', prompt: 'p2', prompts: {} };
    expect(listed({ dim: 'port', op: 'in', prompt: 'p2' }, subject, null, within)).toEqual({
      subject: 'entry_lines',
      dim: 'port',
      accountId: null,
      within,
    });
  });

  it('offers none for a period', () => {
    expect(listed({ dim: 'entry_date', op: 'between', prompt: 'p1' }, subject)).toBeUndefined();
    expect(listed(null, subject)).toBeUndefined();
  });
});
