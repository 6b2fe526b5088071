import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { StaffRole } from '../../api/gen';
import { listCompaniesOptions } from '../../api/gen/@tanstack/react-query.gen';
import { formatDate } from '../../app/format';
import { StaffPage } from '../../app/StaffPage';
import { ANY_STAFF } from '../../app/staff';
import { ButtonLink } from '../../ui/ButtonLink';
import { DataTable } from '../../ui/DataTable';
import { EmptyState } from '../../ui/EmptyState';
import { FilterForm, FilterText } from '../../ui/FilterForm';
import { Loaded } from '../../ui/Loaded';
import { Pagination } from '../../ui/Pagination';
import { TextLink } from '../../ui/TextLink';
import { useText } from './text';

const route = getRouteApi('/member/companies');

export default function CompaniesPage() {
  const t = useText();
  return (
    <StaffPage
      title={t('title')}
      lead={t('lead')}
      about={t('about')}
      roles={ANY_STAFF}
      actions={(role) =>
        role === 'registrar' ? <ButtonLink to="/companies/new">{t('create')}</ButtonLink> : null
      }
    >
      {(role) => <Companies role={role} />}
    </StaffPage>
  );
}

function Companies({ role }: { role: StaffRole }) {
  const t = useText();
  const { q, cursor } = route.useSearch();
  const query = useQuery({
    ...listCompaniesOptions({ query: { q, cursor } }),
    placeholderData: keepPreviousData,
  });
  return (
    <>
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
                  <ButtonLink to="/companies" kind="secondary">
                    {t('clear')}
                  </ButtonLink>
                }
              />
            ) : (
              <EmptyState
                kind="nothing"
                title={t('empty')}
                action={
                  role === 'registrar' ? (
                    <ButtonLink to="/companies/new">{t('create')}</ButtonLink>
                  ) : undefined
                }
              >
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
                    key: 'name',
                    header: t('name'),
                    rowHeader: true,
                    cell: (row) => (
                      <TextLink to="/support/companies/$companyId" params={{ companyId: row.id }}>
                        {row.name}
                      </TextLink>
                    ),
                  },
                  {
                    key: 'party',
                    header: t('party'),
                    cell: (row) => (row.party ? `${row.party.name} (${row.party.key})` : t('noParty')),
                  },
                  {
                    key: 'accounts',
                    header: t('accounts'),
                    cell: (row) =>
                      row.accounts.length === 0
                        ? '–'
                        : row.accounts.map((account) => (
                            <div key={account.id}>
                              {account.name} <span className="qm-muted">{account.account_number}</span>
                            </div>
                          )),
                  },
                  { key: 'created', header: t('created'), cell: (row) => formatDate(row.created_at) },
                ]}
              />
              <Pagination count={page.items.length} cursor={cursor} nextCursor={page.next_cursor} />
            </>
          )
        }
      </Loaded>
    </>
  );
}
