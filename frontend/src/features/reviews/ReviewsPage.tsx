import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import type { Membership } from '../../api/gen';
import { listAccessReviewsOptions } from '../../api/gen/@tanstack/react-query.gen';
import { AccountPage } from '../../app/AccountPage';
import { formatDate, formatDateTime } from '../../app/format';
import { useMe } from '../../session';
import { Alert } from '../../ui/Alert';
import { ButtonLink } from '../../ui/ButtonLink';
import { DataTable } from '../../ui/DataTable';
import { EmptyState } from '../../ui/EmptyState';
import { Loaded } from '../../ui/Loaded';
import { Pagination } from '../../ui/Pagination';
import { TextLink } from '../../ui/TextLink';
import { ReviewTag } from './ReviewTag';
import { ScheduleCard } from './ScheduleCard';
import { useText } from './text';

const route = getRouteApi('/member/access/reviews');

export default function ReviewsPage() {
  const t = useText();
  return (
    <AccountPage
      title={t('title')}
      about={t('about')}
      lead={t('lead')}
      crumbs={[{ label: t('crossAccount'), to: '/access/cross-account' }]}
      roles={['owner', 'proxy']}
      actions={(membership) =>
        membership.role === 'owner' ? <ButtonLink to="/access/reviews/new">{t('start')}</ButtonLink> : null
      }
    >
      {(membership) => <Reviews key={membership.account_id} membership={membership} />}
    </AccountPage>
  );
}

function Reviews({ membership }: { membership: Membership }) {
  const t = useText();
  const me = useMe();
  const { cursor } = route.useSearch();
  const [done, setDone] = useState<string | null>(null);
  const query = useQuery({
    ...listAccessReviewsOptions({ path: { id: membership.account_id }, query: { cursor } }),
    placeholderData: keepPreviousData,
  });
  return (
    <>
      {done ? (
        <Alert kind="success" focus key={done}>
          {done}
        </Alert>
      ) : null}
      <Loaded query={query} rows={3}>
        {(page) =>
          page.items.length === 0 ? (
            <EmptyState
              kind="nothing"
              title={t('empty')}
              action={
                membership.role === 'owner' ? (
                  <ButtonLink to="/access/reviews/new">{t('start')}</ButtonLink>
                ) : undefined
              }
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
                        <TextLink to="/access/reviews/$reviewId" params={{ reviewId: row.id }}>
                          {row.name}
                        </TextLink>
                        <div className="qm-muted qm-small">
                          {[
                            row.covers_members ? t('coversMembers') : null,
                            row.covers_outside ? t('coversOutside') : null,
                          ]
                            .filter(Boolean)
                            .join(', ')}
                        </div>
                      </>
                    ),
                  },
                  { key: 'state', header: t('stateName'), cell: (row) => <ReviewTag state={row.state} /> },
                  {
                    key: 'progress',
                    header: t('progress'),
                    cell: (row) =>
                      t('progressText', {
                        done: row.counts.total - row.counts.open,
                        total: row.counts.total,
                      }),
                  },
                  { key: 'due', header: t('due'), cell: (row) => formatDate(row.due_on) },
                  {
                    key: 'started',
                    header: t('started'),
                    cell: (row) => (
                      <>
                        {formatDateTime(row.started_at, me.time_zone)}
                        <div className="qm-muted qm-small">
                          {row.scheduled ? t('bySchedule') : row.started_by_name}
                        </div>
                      </>
                    ),
                  },
                ]}
              />
              <Pagination count={page.items.length} cursor={cursor} nextCursor={page.next_cursor} />
            </>
          )
        }
      </Loaded>
      <ScheduleCard membership={membership} onDone={setDone} />
    </>
  );
}
