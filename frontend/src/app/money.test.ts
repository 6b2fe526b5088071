import { describe, expect, it } from 'vitest';
import { formatCount, formatMoney } from './money';

describe('formatMoney', () => {
  it('groups thousands and shows both cents', () => {
    expect(formatMoney('1234567.5')).toBe('1,234,567.50');
    expect(formatMoney('-1000')).toBe('-1,000.00');
    expect(formatMoney('0.05')).toBe('0.05');
    expect(formatMoney('999', 0)).toBe('999');
  });
  it('keeps every digit of an amount beyond what a number holds', () => {
    expect(formatMoney('90071992547409931.11')).toBe('90,071,992,547,409,931.11');
  });
  it('shows nothing for nothing, and what it cannot read as it is', () => {
    expect(formatMoney(null)).toBe('');
    expect(formatMoney('n/a')).toBe('n/a');
  });
});

describe('formatCount', () => {
  it('groups thousands', () => expect(formatCount(1234567)).toBe('1,234,567'));
});
