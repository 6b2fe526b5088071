// Which account a page is about: the one named in the URL, else the one last chosen, else the first.
import { useSearch } from '@tanstack/react-router';
import type { Me, Membership } from '../api/gen';
import { useMe } from '../session';

const KEY = 'qm.account';

export function rememberAccount(accountNumber: string) {
  try {
    localStorage.setItem(KEY, accountNumber);
  } catch {
    // Only a convenience.
  }
}

function remembered(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

export function chooseMembership(me: Me, wanted: string | undefined): Membership | null {
  const byNumber = (number: string | null | undefined) =>
    me.memberships.find((membership) => membership.account_number === number);
  return byNumber(wanted) ?? byNumber(remembered()) ?? me.memberships[0] ?? null;
}

/** The account in use, or null for somebody who belongs to none. */
export function useMembership(): Membership | null {
  const me = useMe();
  const search = useSearch({ strict: false }) as { account?: string };
  return chooseMembership(me, search.account);
}
