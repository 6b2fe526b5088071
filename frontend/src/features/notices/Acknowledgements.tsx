import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import type { StaffNotice } from '../../api/gen';
import { listNoticeAcknowledgementsOptions } from '../../api/gen/@tanstack/react-query.gen';
import { formatDateTime } from '../../app/format';
import { useMe } from '../../session';
import { Card } from '../../ui/Card';
import { DataTable } from '../../ui/DataTable';
import { Loaded } from '../../ui/Loaded';
import { Pagination } from '../../ui/Pagination';
import { Tabs } from '../../ui/Tabs';
import { useText } from './text';

const route = getRouteApi('/member/staff-notices/$noticeId');
const WHO = ['missing', 'acknowledged'] as const;

/** Who has opened and acknowledged a notice, and who has not. */
export function Acknowledgements({ notice }: { notice: StaffNotice }) {
  const t = useText();
  const me = useMe();
  const navigate = useNavigate();
  const { who = 'missing', cursor } = route.useSearch();
  const asks = notice.action_required;
  const query = useQuery({
    ...listNoticeAcknowledgementsOptions({
      path: { id: notice.id },
      query: { state: asks ? who : 'missing', cursor },
    }),
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
  const time = (value: string | null | undefined) =>
    value ? formatDateTime(value, me.time_zone) : t('notYet');
  const list = (
    <Loaded query={query} rows={4}>
      {(page) =>
        page.items.length === 0 ? (
          <p role="status">{asks ? t(who === 'missing' ? 'whoAll' : 'whoNone') : t('whoNobody')}</p>
        ) : (
          <>
            <DataTable
              caption={t('who')}
              rows={page.items}
              rowKey={(row) => row.person.id}
              stale={query.isPlaceholderData}
              columns={[
                {
                  key: 'person',
                  header: t('person'),
                  rowHeader: true,
                  cell: (row) => (
                    <>
                      {row.person.name} <span className="qm-muted">{row.email}</span>
                    </>
                  ),
                },
                { key: 'companies', header: t('companies'), cell: (row) => row.companies.join(', ') },
                { key: 'read', header: t('readHeader'), cell: (row) => time(row.read_at) },
                ...(asks
                  ? [
                      {
                        key: 'acknowledged',
                        header: t('acknowledgedHeader'),
                        cell: (row: (typeof page.items)[number]) => time(row.acknowledged_at),
                      },
                    ]
                  : []),
              ]}
            />
            <Pagination count={page.items.length} cursor={cursor} nextCursor={page.next_cursor} />
          </>
        )
      }
    </Loaded>
  );
  return (
    <Card title={t('who')}>
      <p>{asks ? t('counts', { ...notice.counts }) : t('countsRead', { ...notice.counts })}</p>
      {asks ? (
        <Tabs
          label={t('whoFilter')}
          active={who}
          onChange={(key) =>
            void navigate({
              to: '.',
              search: { who: key === 'acknowledged' ? key : undefined },
              resetScroll: false,
            })
          }
          tabs={WHO.map((key) => ({ key, label: t(`whoState.${key}`) }))}
        >
          {list}
        </Tabs>
      ) : (
        list
      )}
    </Card>
  );
}
