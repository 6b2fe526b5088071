import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { markReportDeliveryRead, type ReportDelivery } from '../../api/gen';
import {
  listMyReportDeliveriesOptions,
  listMyReportDeliveriesQueryKey,
} from '../../api/gen/@tanstack/react-query.gen';
import { formatDateTime, sentence } from '../../app/format';
import { formatCount } from '../../app/money';
import { useMe } from '../../session';
import { Button } from '../../ui/Button';
import { DataTable } from '../../ui/DataTable';
import { EmptyState } from '../../ui/EmptyState';
import { FilterForm, FilterSelect } from '../../ui/FilterForm';
import { Loaded } from '../../ui/Loaded';
import { Page } from '../../ui/Page';
import { Pagination } from '../../ui/Pagination';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { TextLink } from '../../ui/TextLink';
import { Outcome } from './Outcome';
import { useText } from './text';

const route = getRouteApi('/member/reports/inbox');

export function InboxPage() {
  const t = useText();
  const me = useMe();
  const queries = useQueryClient();
  const { unread, cursor } = route.useSearch();
  const [error, setError] = useState<unknown>(null);
  const query = useQuery({
    ...listMyReportDeliveriesOptions({ query: { unread: unread ? true : undefined, cursor } }),
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
  const read = async (delivery: ReportDelivery) => {
    setError(null);
    try {
      await markReportDeliveryRead({ path: { id: delivery.id } });
      const [list] = listMyReportDeliveriesQueryKey();
      await queries.invalidateQueries({ queryKey: [{ _id: list._id }] });
    } catch (caught) {
      setError(caught);
    }
  };
  return (
    <Page
      title={t('inbox')}
      lead={t('inboxLead')}
      about={t('inboxAbout')}
      crumbs={[{ label: t('reports'), to: '/reports' }]}
    >
      {error ? <ProblemAlert error={error} focus /> : null}
      <FilterForm
        values={{ unread }}
        chips={unread ? [{ name: 'unread', text: t('unreadOnly') }] : []}
        label={t('inboxFilter')}
      >
        <FilterSelect
          name="unread"
          label={t('inboxFilter')}
          options={[{ value: 'yes', label: t('unreadOnly') }]}
        />
      </FilterForm>
      <Loaded query={query} rows={6}>
        {(page) =>
          page.items.length === 0 ? (
            <EmptyState kind={unread ? 'filtered' : 'nothing'} title={t('inboxEmpty')}>
              {t('inboxEmptyText')}
            </EmptyState>
          ) : (
            <>
              <DataTable
                caption={t('inbox')}
                rows={page.items}
                rowKey={(row) => row.id}
                stale={query.isPlaceholderData}
                columns={[
                  {
                    key: 'report',
                    header: t('report'),
                    rowHeader: true,
                    cell: (row) => (
                      <>
                        {row.run_id ? (
                          <TextLink
                            to="/reports/runs/$runId"
                            params={{ runId: row.run_id }}
                            onClick={() => {
                              if (!row.read_at) void read(row);
                            }}
                          >
                            {row.report_name}
                          </TextLink>
                        ) : (
                          row.report_name
                        )}
                        <br />
                        <span className="qm-muted qm-small">{row.schedule_name}</span>
                      </>
                    ),
                  },
                  { key: 'at', header: t('when'), cell: (row) => formatDateTime(row.at, me.time_zone) },
                  {
                    key: 'outcome',
                    header: t('outcome'),
                    cell: (row) => (
                      <>
                        <Outcome delivery={row} />
                        {row.detail ? <span className="qm-small"> {sentence(row.detail)}</span> : null}
                      </>
                    ),
                  },
                  {
                    key: 'rows',
                    header: t('rowCount'),
                    numeric: true,
                    cell: (row) => (typeof row.rows === 'number' ? formatCount(row.rows) : '–'),
                  },
                  {
                    key: 'read',
                    header: t('readState'),
                    cell: (row) =>
                      row.read_at ? (
                        formatDateTime(row.read_at, me.time_zone)
                      ) : (
                        <Button
                          kind="link"
                          aria-label={t('markReadName', { name: row.report_name })}
                          onClick={() => void read(row)}
                        >
                          {t('markRead')}
                        </Button>
                      ),
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
