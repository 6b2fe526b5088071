import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { listReportRunsOptions } from '../../api/gen/@tanstack/react-query.gen';
import { formatDateTime } from '../../app/format';
import { formatCount } from '../../app/money';
import { runStates } from '../../routes/reports';
import { useMe } from '../../session';
import { DataTable } from '../../ui/DataTable';
import { EmptyState } from '../../ui/EmptyState';
import { FilterForm, FilterSelect } from '../../ui/FilterForm';
import { Loaded } from '../../ui/Loaded';
import { Page } from '../../ui/Page';
import { Pagination } from '../../ui/Pagination';
import { TextLink } from '../../ui/TextLink';
import { isOpen, RunTag } from './RunTag';
import { useText } from './text';

const route = getRouteApi('/member/reports/runs');

export function RunsPage() {
  const t = useText();
  const me = useMe();
  const { state, cursor } = route.useSearch();
  const query = useQuery({
    ...listReportRunsOptions({ query: { state, cursor } }),
    placeholderData: keepPreviousData,
    staleTime: 0,
    refetchInterval: (known) => (known.state.data?.items.some((one) => isOpen(one.state)) ? 2000 : false),
  });
  return (
    <Page
      title={t('runs')}
      lead={t('runsLead')}
      about={t('runsAbout')}
      guide="running-reports"
      crumbs={[{ label: t('reports'), to: '/reports' }]}
    >
      <FilterForm
        values={{ state }}
        chips={state ? [{ name: 'state', text: t('stateChip', { state: t(`state.${state}`) }) }] : []}
        label={t('stateFilter')}
      >
        <FilterSelect
          name="state"
          label={t('stateFilter')}
          options={runStates.map((value) => ({ value, label: t(`state.${value}`) }))}
        />
      </FilterForm>
      <Loaded query={query} rows={6}>
        {(page) =>
          page.items.length === 0 ? (
            <EmptyState kind={state ? 'filtered' : 'nothing'} title={t('runsEmpty')}>
              {t('runsEmptyText')}
            </EmptyState>
          ) : (
            <>
              <DataTable
                caption={t('runs')}
                rows={page.items}
                rowKey={(row) => row.id}
                stale={query.isPlaceholderData}
                columns={[
                  {
                    key: 'report',
                    header: t('report'),
                    rowHeader: true,
                    cell: (row) => (
                      <TextLink to="/reports/runs/$runId" params={{ runId: row.id }}>
                        {row.name || t('adHoc')}
                      </TextLink>
                    ),
                  },
                  {
                    key: 'asked',
                    header: t('asked'),
                    cell: (row) => (
                      <>
                        {formatDateTime(row.queued_at, me.time_zone)}
                        {row.schedule_id ? (
                          <span className="qm-muted qm-small"> {t('bySchedule')}</span>
                        ) : null}
                      </>
                    ),
                  },
                  { key: 'state', header: t('runState'), cell: (row) => <RunTag state={row.state} /> },
                  {
                    key: 'rows',
                    header: t('rowCount'),
                    numeric: true,
                    cell: (row) => formatCount(row.rows_total ?? row.rows_written),
                  },
                  {
                    key: 'took',
                    header: t('duration'),
                    numeric: true,
                    cell: (row) =>
                      typeof row.took_ms === 'number'
                        ? t('unit', { seconds: (row.took_ms / 1000).toFixed(2) })
                        : '–',
                  },
                  {
                    key: 'expires',
                    header: t('expires'),
                    cell: (row) => formatDateTime(row.expires_at, me.time_zone) || '–',
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
