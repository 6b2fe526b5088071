// What several grants to the same account amount to for one person.
import type { GrantRights, GuestSeat } from '../../api/gen';

export interface Seat {
  rights: GrantRights;
  top_level: boolean;
  /** The latest end; null when one of the grants has none. */
  until: string | null;
}

const RECORDS: GrantRights['records'][] = ['none', 'own_filings', 'all'];

/** Rights add up over the grants. */
export function seatOf(guest: GuestSeat | null | undefined): Seat | null {
  const grants = guest?.grants ?? [];
  if (grants.length === 0) return null;
  return {
    rights: {
      structure: grants.some((one) => one.rights.structure),
      records: grants.reduce<GrantRights['records']>(
        (most, one) =>
          RECORDS.indexOf(one.rights.records) > RECORDS.indexOf(most) ? one.rights.records : most,
        'none',
      ),
      reports: grants.some((one) => one.rights.reports),
      users: grants.some((one) => one.rights.users),
    },
    top_level: grants.some((one) => one.top_level),
    until: grants.some((one) => !one.until)
      ? null
      : (grants
          .map((one) => one.until ?? '')
          .sort((a, b) => Date.parse(a) - Date.parse(b))
          .at(-1) ?? null),
  };
}
