import { describe, expect, it } from 'vitest';
import { dayOf, endOfDay, startOfDay, yearsOn } from './zone';

const NEW_YORK = 'America/New_York';

describe('days in a zone', () => {
  it('begin at local midnight, in summer and in winter', () => {
    expect(startOfDay('2026-07-01', NEW_YORK).toISOString()).toBe('2026-07-01T04:00:00.000Z');
    expect(startOfDay('2026-12-01', NEW_YORK).toISOString()).toBe('2026-12-01T05:00:00.000Z');
    expect(startOfDay('2026-12-01', 'UTC').toISOString()).toBe('2026-12-01T00:00:00.000Z');
    expect(startOfDay('2026-12-01', 'Asia/Tokyo').toISOString()).toBe('2026-11-30T15:00:00.000Z');
  });

  it('end with their last second, also when the clocks change on them', () => {
    expect(endOfDay('2026-12-31', NEW_YORK).toISOString()).toBe('2027-01-01T04:59:59.000Z');
    // 23 and 25 hours long.
    expect(startOfDay('2026-03-08', NEW_YORK).toISOString()).toBe('2026-03-08T05:00:00.000Z');
    expect(endOfDay('2026-03-08', NEW_YORK).toISOString()).toBe('2026-03-09T03:59:59.000Z');
    expect(startOfDay('2026-11-01', NEW_YORK).toISOString()).toBe('2026-11-01T04:00:00.000Z');
    expect(endOfDay('2026-11-01', NEW_YORK).toISOString()).toBe('2026-11-02T04:59:59.000Z');
  });

  it('are read back from the instant', () => {
    expect(dayOf(endOfDay('2026-12-31', NEW_YORK), NEW_YORK)).toBe('2026-12-31');
    expect(dayOf('2026-12-31T23:30:00Z', 'Asia/Tokyo')).toBe('2027-01-01');
  });

  it('have the same day next year, or the last one of the month', () => {
    expect(yearsOn('2026-11-22', 1)).toBe('2027-11-22');
    expect(yearsOn('2028-02-29', 1)).toBe('2029-02-28');
  });
});
