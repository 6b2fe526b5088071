import { expect, it } from 'vitest';
import { dayFromNow, formatDate, formatDateTime } from './format';

it('shows times in the zone of the person and days without one', () => {
  expect(formatDateTime('2026-11-22T20:14:00Z', 'America/New_York')).toMatch(
    /^22 Nov 2026, 3:14 PM (GMT-5|EST)$/,
  );
  expect(formatDateTime('2026-11-22T20:14:00Z', 'No/Where')).toMatch(/2026/);
  expect(formatDate('2026-11-22')).toBe('22 Nov 2026');
  expect(formatDate(null)).toBe('');
});

it('counts days in UTC', () => {
  expect(dayFromNow(30, Date.parse('2026-11-22T23:59:00Z'))).toBe('2026-12-22');
});
