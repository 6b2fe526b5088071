import { describe, expect, it } from 'vitest';
import type { GuestSeat } from '../../api/gen';
import { seatOf } from './seat';

const grant = (change: Partial<GuestSeat['grants'][number]>): GuestSeat['grants'][number] => ({
  grant_id: 'g',
  through: { id: 'a', account_number: 'QM-0000-00001-8', name: 'Broker' },
  rights: { structure: false, records: 'none', reports: false, users: false },
  all_sub_accounts: true,
  sub_account_ids: [],
  top_level: false,
  until: '2026-12-31T00:00:00Z',
  ...change,
});

describe('the seat of a guest', () => {
  it('is none without a grant', () => {
    expect(seatOf(null)).toBeNull();
    expect(seatOf({ grants: [] })).toBeNull();
  });

  it('adds up the rights of all grants', () => {
    const seat = seatOf({
      grants: [
        grant({ rights: { structure: true, records: 'own_filings', reports: false, users: false } }),
        grant({ rights: { structure: false, records: 'all', reports: false, users: true }, top_level: true }),
        grant({}),
      ],
    });
    expect(seat?.rights).toEqual({ structure: true, records: 'all', reports: false, users: true });
    expect(seat?.top_level).toBe(true);
  });

  it('lasts as long as the longest grant', () => {
    const later = grant({ until: '2027-03-01T00:00:00Z' });
    expect(seatOf({ grants: [later, grant({})] })?.until).toBe('2027-03-01T00:00:00Z');
    expect(seatOf({ grants: [later, grant({ until: null })] })?.until).toBeNull();
  });
});
