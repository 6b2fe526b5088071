import type { Grant, GrantParty, GrantRights, GrantSide, GrantSubAccount, GrantVia } from '../../api/gen';
import { formatDateTime } from '../../app/format';
import { useMe } from '../../session';
import { useText } from './text';

/** The name of the other company, as far as it is known. */
export const partyName = (party: GrantParty) => party.account_name ?? party.company_name;

/** The side across from the reader's; staff look from the grantor's. */
export const otherSide = (side: GrantSide | null | undefined): GrantSide =>
  side === 'recipient' ? 'grantor' : 'recipient';

export const otherParty = (grant: Grant): GrantParty => grant[otherSide(grant.my_side)];

/** Grants in words. */
export function useGrantWords() {
  const t = useText();
  const me = useMe();
  const rightsList = (rights: GrantRights): string[] =>
    [
      rights.structure ? t('right.structure') : null,
      rights.records === 'none' ? null : t(`right.records_${rights.records}`),
      rights.reports ? t('right.reports') : null,
      rights.users ? t('right.users') : null,
    ].filter((word) => word !== null);
  return {
    rightsList,
    /** Short, for a table. */
    rights: (rights: GrantRights): string => {
      const words = [
        rights.structure ? t('short.structure') : null,
        rights.records === 'none' ? null : t(`short.records_${rights.records}`),
        rights.reports ? t('short.reports') : null,
        rights.users ? t('short.users') : null,
      ].filter((word) => word !== null);
      return words.length > 0 ? words.join(', ') : t('short.none');
    },
    scope: (scope: { all_sub_accounts: boolean; sub_accounts: Pick<GrantSubAccount, 'name'>[] }): string =>
      scope.all_sub_accounts
        ? t('scopeAll')
        : scope.sub_accounts.length > 0
          ? scope.sub_accounts.map((one) => one.name).join(', ')
          : t('scopeHidden'),
    until: (endsAt: string | null | undefined): string =>
      endsAt ? formatDateTime(endsAt, me.time_zone) : t('untilRevoked'),
    when: (at: string | null | undefined): string =>
      at ? formatDateTime(at, me.time_zone) : t('common:never'),
    via: (via: GrantVia[]): string => via.map((one) => t(`via.${one}`)).join(', '),
  };
}
