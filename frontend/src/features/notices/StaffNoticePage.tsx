import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import * as z from 'zod/mini';
import { publishNotice, type StaffNotice, withdrawNotice } from '../../api/gen';
import {
  getStaffNoticeOptions,
  getStaffNoticeQueryKey,
  listNoticeAcknowledgementsQueryKey,
  listStaffNoticesQueryKey,
} from '../../api/gen/@tanstack/react-query.gen';
import { formatDateTime } from '../../app/format';
import { StaffPage } from '../../app/StaffPage';
import { ANY_STAFF } from '../../app/staff';
import { useMe } from '../../session';
import { Alert } from '../../ui/Alert';
import { Button } from '../../ui/Button';
import { ButtonLink } from '../../ui/ButtonLink';
import { Card } from '../../ui/Card';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { Facts } from '../../ui/Facts';
import { FormDialog } from '../../ui/FormDialog';
import { Loaded } from '../../ui/Loaded';
import { RichText } from '../../ui/RichText';
import { StateTag } from '../../ui/StateTag';
import { TextArea } from '../../ui/TextArea';
import { Acknowledgements } from './Acknowledgements';
import { useText } from './text';
import { audienceText, STATE_LOOK } from './words';

const route = getRouteApi('/member/staff-notices/$noticeId');

export default function StaffNoticePage() {
  const t = useText();
  const { noticeId } = route.useParams();
  const query = useQuery({ ...getStaffNoticeOptions({ path: { id: noticeId } }), staleTime: 0 });
  return (
    <StaffPage
      title={query.data?.title ?? t('notice')}
      crumbs={[{ label: t('staffTitle'), to: '/staff-notices' }]}
      about={t('staffAbout')}
      roles={ANY_STAFF}
    >
      {() => (
        <Loaded query={query} rows={8}>
          {(notice) => <View notice={notice} />}
        </Loaded>
      )}
    </StaffPage>
  );
}

function View({ notice }: { notice: StaffNotice }) {
  const t = useText();
  const me = useMe();
  const queries = useQueryClient();
  const [done, setDone] = useState<string | null>(null);
  const [asking, setAsking] = useState<'publish' | 'withdraw' | null>(null);
  const path = { id: notice.id };
  const time = (value: string) => formatDateTime(value, me.time_zone);
  const look = STATE_LOOK[notice.state];
  const { addressed } = notice.counts;
  const schema = useMemo(
    () => z.object({ reason: z.string().check(z.trim(), z.minLength(3, t('withdrawReasonMissing'))) }),
    [t],
  );
  const finish = async (changed: StaffNotice, words: string) => {
    queries.setQueryData(getStaffNoticeQueryKey({ path }), changed);
    setDone(words);
    await Promise.all([
      queries.invalidateQueries({ queryKey: listStaffNoticesQueryKey() }),
      queries.invalidateQueries({ queryKey: listNoticeAcknowledgementsQueryKey({ path }) }),
    ]);
  };
  return (
    <>
      {done ? (
        <Alert kind="success" focus key={done}>
          {done}
        </Alert>
      ) : null}
      <Card title={t('facts')}>
        <Facts
          items={[
            [
              t('stateHeader'),
              <StateTag key="state" tone={look[0]} icon={look[1]}>
                {t(`state.${notice.state}`)}
              </StateTag>,
            ],
            [t('categoryHeader'), t(`category.${notice.category}`)],
            [t('audienceHeader'), audienceText(t, notice.audience, notice.company_names)],
            [t('asksFor'), notice.action_required ? t('common:yes') : t('common:no')],
            [t('from'), notice.starts_at ? time(notice.starts_at) : t('atOnce')],
            [t('to'), notice.expires_at ? time(notice.expires_at) : t('noEnd')],
            [t('createdBy'), t('createdAt', { name: notice.created_by_name, time: time(notice.created_at) })],
            [t('published'), notice.published_at ? time(notice.published_at) : undefined],
            [
              t('withdrawnHeader'),
              notice.withdrawn_at
                ? t('withdrawnText', {
                    time: time(notice.withdrawn_at),
                    reason: notice.withdrawn_reason ?? '',
                  })
                : undefined,
            ],
          ]}
        />
        {notice.can.edit || notice.can.publish || notice.can.withdraw ? (
          <div className="qm-actions">
            {notice.can.publish ? <Button onClick={() => setAsking('publish')}>{t('publish')}</Button> : null}
            {notice.can.edit ? (
              <ButtonLink
                to="/staff-notices/$noticeId/edit"
                params={{ noticeId: notice.id }}
                kind="secondary"
              >
                {t('edit')}
              </ButtonLink>
            ) : null}
            {notice.can.withdraw ? (
              <Button kind="secondary" onClick={() => setAsking('withdraw')}>
                {t('withdraw')}
              </Button>
            ) : null}
          </div>
        ) : null}
      </Card>
      <Card title={t('asRead')}>
        {notice.published_at ? null : (
          <p>
            <strong>{addressed === 0 ? t('addressedNone') : t('addressed', { count: addressed })}</strong>
          </p>
        )}
        <RichText html={notice.html} level={3} />
      </Card>
      {notice.published_at ? <Acknowledgements notice={notice} /> : null}
      {asking === 'publish' ? (
        <ConfirmDialog
          title={t('publishTitle', { title: notice.title })}
          confirmLabel={t('publish')}
          onConfirm={async () => {
            const { data } = await publishNotice({ path });
            await finish(data, t('publishedNow'));
          }}
          onClose={() => setAsking(null)}
        >
          <p>{addressed === 0 ? t('addressedNone') : t('publishText', { count: addressed })}</p>
        </ConfirmDialog>
      ) : null}
      {asking === 'withdraw' ? (
        <FormDialog
          title={t('withdrawTitle', { title: notice.title })}
          schema={schema}
          defaultValues={{ reason: '' }}
          submitLabel={t('withdraw')}
          submitKind="danger"
          onSubmit={async (body) => {
            const { data } = await withdrawNotice({ path, body });
            await finish(data, t('withdrawnNow'));
          }}
          onClose={() => setAsking(null)}
        >
          <p>{t('withdrawText')}</p>
          <TextArea name="reason" label={t('withdrawReason')} rows={2} maxLength={500} />
        </FormDialog>
      ) : null}
    </>
  );
}
