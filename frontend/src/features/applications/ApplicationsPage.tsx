import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { ApplicationReview } from '../../api/gen';
import { listApplicationsOptions } from '../../api/gen/@tanstack/react-query.gen';
import { formatDateTime } from '../../app/format';
import { StaffPage } from '../../app/StaffPage';
import { ANY_STAFF } from '../../app/staff';
import { applicationStates } from '../../routes/changes';
import { useMe } from '../../session';
import { DataTable } from '../../ui/DataTable';
import { EmptyState } from '../../ui/EmptyState';
import { FilterForm, FilterSelect, FilterText } from '../../ui/FilterForm';
import { Loaded } from '../../ui/Loaded';
import { Pagination } from '../../ui/Pagination';
import { TextLink } from '../../ui/TextLink';
import { ChecksSummary } from './Checks';
import { StateOfApplication } from './StateOfApplication';
import { useText } from './text';

const route = getRouteApi('/member/applications');

export default function ApplicationsPage() {
  const t = useText();
  return (
    <StaffPage title={t('title')} lead={t('lead')} about={t('about')} roles={ANY_STAFF}>
      {() => <Applications />}
    </StaffPage>
  );
}

function Applications() {
  const t = useText();
  const me = useMe();
  const { q, state, cursor } = route.useSearch();
  const query = useQuery({
    ...listApplicationsOptions({ query: { q, state, cursor } }),
    placeholderData: keepPreviousData,
  });
  const filtered = Boolean(q || state);
  return (
    <>
      <FilterForm
        values={{ q, state }}
        chips={[
          ...(q ? [{ name: 'q', text: `“${q}”` }] : []),
          ...(state ? [{ name: 'state', text: t(`states.${state}`) }] : []),
        ]}
        label={t('filters')}
      >
        <FilterText name="q" label={t('q')} />
        <FilterSelect
          name="state"
          label={t('state')}
          options={applicationStates.map((value) => ({ value, label: t(`states.${value}`) }))}
        />
      </FilterForm>
      <Loaded query={query}>
        {(page) =>
          page.items.length === 0 ? (
            <EmptyState
              kind={filtered ? 'filtered' : 'nothing'}
              title={filtered ? t('filtered') : t('empty')}
            />
          ) : (
            <>
              <DataTable
                caption={t('title')}
                rows={page.items}
                rowKey={(row) => row.id}
                stale={query.isPlaceholderData}
                columns={[
                  {
                    key: 'company',
                    header: t('company'),
                    rowHeader: true,
                    cell: (row: ApplicationReview) => (
                      <TextLink to="/applications/$applicationId" params={{ applicationId: row.id }}>
                        {row.company_name ?? t('common:unknown')}
                      </TextLink>
                    ),
                  },
                  {
                    key: 'number',
                    header: t('number'),
                    cell: (row) =>
                      row.identifier_kind ? (
                        <>
                          <span className="qm-mono">{row.identifier_value}</span>
                          <div className="qm-muted qm-small">
                            {t(`common:identifierKind.${row.identifier_kind}`)}
                          </div>
                        </>
                      ) : (
                        '–'
                      ),
                  },
                  {
                    key: 'state',
                    header: t('state'),
                    cell: (row) => <StateOfApplication state={row.state} />,
                  },
                  {
                    key: 'waiting',
                    header: t('waiting'),
                    cell: (row) =>
                      formatDateTime(row.waiting_since ?? row.submitted_at ?? row.created_at, me.time_zone),
                  },
                  {
                    key: 'checks',
                    header: t('checks'),
                    cell: (row) => <ChecksSummary checks={row.checks} />,
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
