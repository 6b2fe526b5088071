import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { Membership } from '../../api/gen';
import { listTermsAcceptancesOptions } from '../../api/gen/@tanstack/react-query.gen';
import { AccountPage } from '../../app/AccountPage';
import { formatDateTime } from '../../app/format';
import { useMe } from '../../session';
import { DataTable } from '../../ui/DataTable';
import { EmptyState } from '../../ui/EmptyState';
import { FilterForm, FilterSelect } from '../../ui/FilterForm';
import { Loaded } from '../../ui/Loaded';
import { Pagination } from '../../ui/Pagination';
import { StateTag } from '../../ui/StateTag';
import { TextLink } from '../../ui/TextLink';
import { useText } from './text';

const route = getRouteApi('/member/people/terms');
const STATES = ['missing', 'accepted'] as const;

/** Which terms each person of the account has accepted, and who still has to. */
export default function TermsPage() {
  const t = useText();
  return (
    <AccountPage
      title={t('termsTitle')}
      lead={t('termsLead')}
      about={t('termsAbout')}
      guide="terms-and-sharing"
      crumbs={[{ label: t('back'), to: '/people' }]}
      roles={['owner', 'proxy']}
    >
      {(membership) => <Acceptances key={membership.account_id} membership={membership} />}
    </AccountPage>
  );
}

function Acceptances({ membership }: { membership: Membership }) {
  const t = useText();
  const me = useMe();
  const { state, cursor } = route.useSearch();
  const query = useQuery({
    ...listTermsAcceptancesOptions({ path: { id: membership.account_id }, query: { state, cursor } }),
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
  return (
    <>
      <FilterForm
        values={{ state }}
        chips={state ? [{ name: 'state', text: t(`termsState.${state}`) }] : []}
        label={t('termsFilters')}
      >
        <FilterSelect
          name="state"
          label={t('termsShow')}
          options={STATES.map((value) => ({ value, label: t(`termsState.${value}`) }))}
        />
      </FilterForm>
      <Loaded query={query} rows={6}>
        {(page) =>
          page.items.length === 0 ? (
            <EmptyState
              kind="filtered"
              title={state === 'missing' ? t('termsNobodyMissing') : t('termsNobody')}
            />
          ) : (
            <>
              <DataTable
                caption={t('termsTitle')}
                rows={page.items}
                rowKey={(row) => row.person.id}
                stale={query.isPlaceholderData}
                columns={[
                  {
                    key: 'name',
                    header: t('name'),
                    rowHeader: true,
                    cell: (row) => (
                      <TextLink to="/people/$personId" params={{ personId: row.person.id }}>
                        {row.person.name}
                      </TextLink>
                    ),
                  },
                  { key: 'role', header: t('role'), cell: (row) => t(`common:role.${row.role}`) },
                  {
                    key: 'version',
                    header: t('termsVersion'),
                    cell: (row) => (row.version ? String(row.version) : '–'),
                  },
                  {
                    key: 'at',
                    header: t('termsAccepted'),
                    cell: (row) =>
                      row.accepted_at ? formatDateTime(row.accepted_at, me.time_zone) : t('common:never'),
                  },
                  {
                    key: 'state',
                    header: t('state'),
                    cell: (row) => (
                      <StateTag tone={row.current ? 'good' : 'warn'} icon={row.current ? 'check' : 'pending'}>
                        {row.current ? t('termsCurrent') : t('termsMissing')}
                      </StateTag>
                    ),
                  },
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
