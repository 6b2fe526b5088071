import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { acknowledgeNotice, markNoticeRead, type Notice } from '../../api/gen';
import {
  getNoticeOptions,
  getNoticeQueryKey,
  listMyNeedsQueryKey,
  listNoticesQueryKey,
} from '../../api/gen/@tanstack/react-query.gen';
import { formatDateTime } from '../../app/format';
import { useMe } from '../../session';
import { Alert } from '../../ui/Alert';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { Loaded } from '../../ui/Loaded';
import { Page } from '../../ui/Page';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { RichText } from '../../ui/RichText';
import { useText } from './text';

const route = getRouteApi('/member/notices/$noticeId');

export default function NoticePage() {
  const t = useText();
  const me = useMe();
  const { noticeId } = route.useParams();
  const query = useQuery({ ...getNoticeOptions({ path: { id: noticeId } }), staleTime: 0 });
  const notice = query.data;
  return (
    <Page
      title={notice?.title ?? t('notice')}
      lead={
        notice
          ? t('publishedAt', {
              category: t(`category.${notice.category}`),
              time: formatDateTime(notice.published_at, me.time_zone),
            })
          : undefined
      }
      crumbs={[{ label: t('title'), to: '/notices' }]}
      about={t('about')}
      narrow
    >
      <Loaded query={query} rows={5}>
        {(found) => <View key={found.id} notice={found} />}
      </Loaded>
    </Page>
  );
}

function View({ notice }: { notice: Notice }) {
  const t = useText();
  const me = useMe();
  const queries = useQueryClient();
  const [done, setDone] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const unread = !notice.read_at;
  const { id } = notice;

  useEffect(() => {
    if (!unread) return;
    // Opening it is reading it. A failure only leaves it marked as new.
    markNoticeRead({ path: { id } }).then(
      ({ data }) => {
        queries.setQueryData(getNoticeQueryKey({ path: { id } }), data);
        void queries.invalidateQueries({ queryKey: listNoticesQueryKey() });
      },
      () => undefined,
    );
  }, [id, unread, queries]);

  const acknowledge = async () => {
    setBusy(true);
    setError(null);
    try {
      const { data } = await acknowledgeNotice({ path: { id } });
      queries.setQueryData(getNoticeQueryKey({ path: { id } }), data);
      setDone(true);
      await Promise.all([
        queries.invalidateQueries({ queryKey: listNoticesQueryKey() }),
        queries.invalidateQueries({ queryKey: listMyNeedsQueryKey() }),
      ]);
    } catch (caught) {
      setError(caught);
    } finally {
      setBusy(false);
    }
  };

  return (
    <>
      {done ? (
        <Alert kind="success" focus>
          {t('acknowledgedNow')}
        </Alert>
      ) : null}
      <Card>
        <RichText html={notice.html} />
        {notice.expires_at ? (
          <p className="qm-muted">{t('until', { time: formatDateTime(notice.expires_at, me.time_zone) })}</p>
        ) : null}
      </Card>
      {notice.action_required ? (
        <Card title={t('acknowledgement')}>
          {error ? <ProblemAlert error={error} focus /> : null}
          {notice.acknowledged_at ? (
            <p>{t('acknowledgedAt', { time: formatDateTime(notice.acknowledged_at, me.time_zone) })}</p>
          ) : (
            <>
              <p>{t('acknowledgeText')}</p>
              <Button busy={busy} onClick={() => void acknowledge()}>
                {t('acknowledge')}
              </Button>
            </>
          )}
        </Card>
      ) : null}
    </>
  );
}
