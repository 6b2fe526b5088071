import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { listReportSchedulesOptions } from '../../api/gen/@tanstack/react-query.gen';
import { formatDateTime, sentence } from '../../app/format';
import { useMe } from '../../session';
import { ButtonLink } from '../../ui/ButtonLink';
import { DataTable } from '../../ui/DataTable';
import { EmptyState } from '../../ui/EmptyState';
import { Loaded } from '../../ui/Loaded';
import { Page } from '../../ui/Page';
import { Pagination } from '../../ui/Pagination';
import { TextLink } from '../../ui/TextLink';
import { useText as useReportText } from '../reports/text';
import { ScheduleTag } from './ScheduleTag';
import { useText } from './text';
import { timingText } from './timing';

const route = getRouteApi('/member/reports/schedules');

export function SchedulesPage() {
  const t = useText();
  const reports = useReportText();
  const me = useMe();
  const { cursor } = route.useSearch();
  const query = useQuery({
    ...listReportSchedulesOptions({ query: { cursor } }),
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
  return (
    <Page
      title={t('title')}
      lead={t('lead')}
      about={t('about')}
      crumbs={[{ label: reports('reports'), to: '/reports' }]}
    >
      <Loaded query={query} rows={6}>
        {(page) =>
          page.items.length === 0 ? (
            <EmptyState
              kind="nothing"
              title={t('empty')}
              action={<ButtonLink to="/reports">{t('toLibrary')}</ButtonLink>}
            >
              {t('emptyText')}
            </EmptyState>
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
                      <>
                        <TextLink to="/reports/schedules/$scheduleId" params={{ scheduleId: row.id }}>
                          {row.name}
                        </TextLink>
                        <br />
                        <span className="qm-muted qm-small">{timingText(row.timing, t)}</span>
                      </>
                    ),
                  },
                  {
                    key: 'report',
                    header: t('report'),
                    cell: (row) => (
                      <TextLink to="/reports/$reportKey" params={{ reportKey: row.report }}>
                        {row.report_name}
                      </TextLink>
                    ),
                  },
                  {
                    key: 'next',
                    header: t('nextRun'),
                    cell: (row) => formatDateTime(row.next_runs[0], me.time_zone) || '–',
                  },
                  {
                    key: 'last',
                    header: t('lastResult'),
                    cell: (row) =>
                      row.last_run_at || row.last_result ? (
                        <>
                          {formatDateTime(row.last_run_at, me.time_zone)}{' '}
                          <span className="qm-small">{sentence(row.last_result)}</span>
                        </>
                      ) : (
                        t('neverRan')
                      ),
                  },
                  {
                    key: 'recipients',
                    header: t('recipients'),
                    cell: (row) =>
                      row.recipients.length === 1
                        ? row.recipients[0]?.name
                        : t('people', { count: row.recipients.length }),
                  },
                  { key: 'state', header: t('state'), cell: (row) => <ScheduleTag state={row.state} /> },
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
