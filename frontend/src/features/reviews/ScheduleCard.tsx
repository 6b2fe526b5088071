import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import * as z from 'zod/mini';
import type { Membership } from '../../api/gen';
import { endAccessReviewSchedule, setAccessReviewSchedule } from '../../api/gen';
import { getAccessReviewScheduleOptions } from '../../api/gen/@tanstack/react-query.gen';
import { toProblem } from '../../api/problem';
import { formatDate, formatDateTime } from '../../app/format';
import { useMe } from '../../session';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { Facts } from '../../ui/Facts';
import { FormDialog } from '../../ui/FormDialog';
import { Loaded } from '../../ui/Loaded';
import { TextField } from '../../ui/TextField';
import { CoverFields, coverShape, PolicyField, somethingCovered } from './ReviewFields';
import { useRefreshReviews } from './refresh';
import { useText } from './text';

interface Props {
  membership: Membership;
  onDone: (text: string) => void;
}

/** Whether a review starts by itself each quarter. */
export function ScheduleCard({ membership, onDone }: Props) {
  const t = useText();
  const me = useMe();
  const refresh = useRefreshReviews(membership.account_id);
  const [asking, setAsking] = useState<'set' | 'end' | null>(null);
  const query = useQuery(getAccessReviewScheduleOptions({ path: { id: membership.account_id } }));
  const none = query.error ? toProblem(query.error).status === 404 : false;
  const schedule = none ? undefined : query.data;
  const owner = membership.role === 'owner';
  const schema = useMemo(
    () =>
      z
        .object({
          ...coverShape,
          due_days: z.string().check(
            z.trim(),
            z.refine(
              (text) => /^\d+$/.test(text) && Number(text) >= 7 && Number(text) <= 90,
              t('dueDaysBad'),
            ),
          ),
          when_unanswered: z.enum(['suspend', 'report']),
        })
        .check(somethingCovered(t('coverMissing'))),
    [t],
  );
  const facts = schedule ? (
    <Facts
      items={[
        [t('nextOn'), formatDate(schedule.next_on)],
        [t('dueDays'), t('days', { count: schedule.due_days })],
        [
          t('covers'),
          [
            schedule.covers_members ? t('coversMembers') : null,
            schedule.covers_outside ? t('coversOutside') : null,
          ]
            .filter(Boolean)
            .join(', '),
        ],
        [t('whenUnanswered'), t(`policy.${schedule.when_unanswered}`)],
        [t('setBy'), `${schedule.set_by_name}, ${formatDateTime(schedule.set_at, me.time_zone)}`],
      ]}
    />
  ) : (
    <p>{t('noSchedule')}</p>
  );
  return (
    <Card title={t('scheduleTitle')}>
      {none ? facts : <Loaded query={query}>{() => facts}</Loaded>}
      {owner && (none || query.data) ? (
        <div className="qm-actions">
          <Button kind="secondary" onClick={() => setAsking('set')}>
            {schedule ? t('scheduleChange') : t('scheduleSet')}
          </Button>
          {schedule ? (
            <Button kind="secondary" onClick={() => setAsking('end')}>
              {t('scheduleEnd')}
            </Button>
          ) : null}
        </div>
      ) : null}
      {asking === 'set' ? (
        <FormDialog
          title={t('scheduleTitle')}
          schema={schema}
          defaultValues={{
            covers_members: schedule?.covers_members ?? true,
            covers_outside: schedule?.covers_outside ?? true,
            due_days: String(schedule?.due_days ?? 14),
            when_unanswered: schedule?.when_unanswered ?? 'report',
          }}
          submitLabel={t('scheduleSave')}
          fieldNames={{ covers_members: 'covers' }}
          onSubmit={async (values) => {
            const { data } = await setAccessReviewSchedule({
              path: { id: membership.account_id },
              body: {
                covers_members: values.covers_members,
                covers_outside: values.covers_outside,
                due_days: Number(values.due_days),
                when_unanswered: values.when_unanswered,
              },
            });
            onDone(t('scheduleDone', { date: formatDate(data.next_on) }));
            await refresh();
          }}
          onClose={() => setAsking(null)}
        >
          <p>{t('scheduleText')}</p>
          <CoverFields />
          <TextField name="due_days" label={t('dueDays')} hint={t('dueDaysHint')} maxLength={2} literal />
          <PolicyField />
        </FormDialog>
      ) : null}
      {asking === 'end' ? (
        <ConfirmDialog
          title={t('scheduleEndTitle')}
          confirmLabel={t('scheduleEnd')}
          onConfirm={async () => {
            await endAccessReviewSchedule({ path: { id: membership.account_id } });
            onDone(t('scheduleEnded'));
            await refresh();
            await query.refetch();
          }}
          onClose={() => setAsking(null)}
        >
          <p>{t('scheduleEndText')}</p>
        </ConfirmDialog>
      ) : null}
    </Card>
  );
}
