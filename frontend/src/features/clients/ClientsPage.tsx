import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { Account } from '../../api/gen';
import { listAccountsOptions } from '../../api/gen/@tanstack/react-query.gen';
import { formatDateTime } from '../../app/format';
import { useMe } from '../../session';
import { ButtonLink } from '../../ui/ButtonLink';
import { DataTable } from '../../ui/DataTable';
import { EmptyState } from '../../ui/EmptyState';
import { FilterForm, FilterText } from '../../ui/FilterForm';
import { Loaded } from '../../ui/Loaded';
import { Page } from '../../ui/Page';
import { Pagination } from '../../ui/Pagination';
import { TextLink } from '../../ui/TextLink';
import { seatOf } from './seat';
import { useText } from './text';

const route = getRouteApi('/member/clients');

/** The accounts of other companies that one may look into; a broker has thousands. */
export default function ClientsPage() {
  const t = useText();
  const me = useMe();
  const { q, cursor } = route.useSearch();
  const query = useQuery({
    ...listAccountsOptions({ query: { seen_as: 'guest', q, cursor } }),
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
  const rights = (account: Account) => {
    const seat = seatOf(account.guest);
    if (!seat) return '–';
    return [
      seat.rights.structure ? t('right.structure') : null,
      seat.rights.records === 'none' ? null : t('right.records'),
      seat.rights.reports ? t('right.reports') : null,
      seat.rights.users ? t('right.users') : null,
    ]
      .filter(Boolean)
      .join(', ');
  };
  return (
    <Page title={t('title')} lead={t('lead')} about={t('about')} guide="clients-accounts">
      <FilterForm values={{ q }} chips={q ? [{ name: 'q', text: q }] : []} label={t('filters')}>
        <FilterText name="q" label={t('search')} />
      </FilterForm>
      <Loaded query={query} rows={8}>
        {(page) =>
          page.items.length === 0 ? (
            q ? (
              <EmptyState
                kind="filtered"
                title={t('emptyFiltered')}
                action={
                  <ButtonLink to="/clients" kind="secondary">
                    {t('common:clearFilters')}
                  </ButtonLink>
                }
              />
            ) : (
              <EmptyState kind="nothing" title={t('empty')}>
                {t('emptyText')}
              </EmptyState>
            )
          ) : (
            <>
              <DataTable
                caption={t('title')}
                rows={page.items}
                rowKey={(row) => row.id}
                stale={query.isPlaceholderData}
                columns={[
                  {
                    key: 'account',
                    header: t('account'),
                    rowHeader: true,
                    cell: (row) => (
                      <>
                        <TextLink to="/clients/$accountId" params={{ accountId: row.id }}>
                          {row.name}
                        </TextLink>
                        <div className="qm-muted qm-small">
                          {row.account_number}, {row.company_name}
                        </div>
                      </>
                    ),
                  },
                  { key: 'rights', header: t('mayDo'), cell: rights },
                  {
                    key: 'through',
                    header: t('through'),
                    cell: (row) =>
                      [...new Set(row.guest?.grants.map((one) => one.through.name) ?? [])].join(', '),
                  },
                  {
                    key: 'until',
                    header: t('until'),
                    cell: (row) => {
                      const until = seatOf(row.guest)?.until;
                      return until ? formatDateTime(until, me.time_zone) : t('untilRevoked');
                    },
                  },
                ]}
              />
              <Pagination count={page.items.length} cursor={cursor} nextCursor={page.next_cursor} />
            </>
          )
        }
      </Loaded>
    </Page>
  );
}
