import { describe, expect, it } from 'vitest';
import { fieldsOf, startFields, timingOf } from './timing';

describe('the times of a schedule', () => {
  it('start with each Monday at seven', () => {
    expect(timingOf(startFields('America/New_York'))).toEqual({
      kind: 'weekly',
      weekdays: ['mon'],
      time: '07:00',
      time_zone: 'America/New_York',
      starts_on: null,
      ends_on: null,
    });
  });

  it('wait for what the kind needs', () => {
    const start = startFields('UTC');
    expect(timingOf({ ...start, days: { mon: false } })).toBeNull();
    expect(timingOf({ ...start, time: '' })).toBeNull();
    expect(timingOf({ ...start, kind: 'once' })).toBeNull();
    for (const day of ['0', '32', '1.5', 'x']) {
      expect(timingOf({ ...start, kind: 'monthly_day', day })).toBeNull();
    }
  });

  it('carry only what belongs to the kind', () => {
    const start = { ...startFields('UTC'), date: '2026-12-24', ends_on: '2027-01-31' };
    expect(timingOf({ ...start, kind: 'once' })).toEqual({
      kind: 'once',
      date: '2026-12-24',
      time: '07:00',
      time_zone: 'UTC',
      starts_on: null,
      ends_on: null,
    });
    expect(timingOf({ ...start, kind: 'monthly_weekday', weekday: 'fri', nth: '5' })).toMatchObject({
      weekdays: ['fri'],
      nth: 5,
      ends_on: '2027-01-31',
    });
  });

  it('are the same after having been fields', () => {
    const all = [
      { kind: 'weekly', weekdays: ['mon', 'thu'], time: '06:30', time_zone: 'UTC', ends_on: '2027-01-01' },
      { kind: 'monthly_day', day: 31, time: '23:00', time_zone: 'America/New_York', starts_on: '2026-12-01' },
      { kind: 'monthly_weekday', weekdays: ['sun'], nth: 5, time: '07:00', time_zone: 'UTC' },
      { kind: 'once', date: '2028-02-29', time: '07:00', time_zone: 'UTC' },
    ] as const;
    for (const timing of all) {
      const given = { ...timing, ...('weekdays' in timing ? { weekdays: [...timing.weekdays] } : {}) };
      expect(timingOf(fieldsOf(given as never))).toEqual({ starts_on: null, ends_on: null, ...timing });
    }
  });
});
