import { useState } from 'react';
import { liftSuspension, reactivateUser } from '../../api/gen';
import { formatDate, formatDateTime, fullName, sentence } from '../../app/format';
import { UserStateTag } from '../../app/UserStateTag';
import { useMe } from '../../session';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import type { PanelProps } from './panel';
import { ReactivateDialog } from './ReactivateDialog';
import { useRefreshPeople } from './refresh';
import { resendTo } from './resend';
import { useText } from './text';

/** The state in words, and the one thing to do about it. */
export function StateCard({ membership, person, onDone }: PanelProps) {
  const t = useText();
  const me = useMe();
  const refresh = useRefreshPeople(membership.account_id);
  const [dialog, setDialog] = useState<'reactivate' | 'lift' | 'resend' | null>(null);
  const name = fullName(person);
  const path = { id: membership.account_id, user_id: person.id };
  const { state } = person;
  const lifters = state.lifted_by.map((who) => t(`common:liftedBy.${who}`)).join(t('or'));
  const tone = state.kind === 'active' ? 'good' : state.kind === 'failed_attempts' ? 'bad' : 'warn';
  const close = () => setDialog(null);
  return (
    <Card title={t('stateTitle')} tone={tone} side={<UserStateTag state={state} />}>
      <p>
        {t(`stateText.${state.kind}`)}{' '}
        {state.since && state.kind !== 'active'
          ? t('since', { time: formatDateTime(state.since, me.time_zone) })
          : null}
      </p>
      {person.access_suspended_at ? (
        <p>{t('accessSuspendedText', { time: formatDateTime(person.access_suspended_at, me.time_zone) })}</p>
      ) : null}
      {state.reason ? <p>{t('reasonGiven', { reason: state.reason })}</p> : null}
      {lifters ? <p>{t('liftableBy', { who: lifters })}</p> : null}
      {person.lapses_on && state.kind === 'active' ? (
        <p>{t('lapsesText', { date: formatDate(person.lapses_on) })}</p>
      ) : null}
      {person.next_action === 'reactivate' ? (
        person.can.reactivate.allowed ? (
          <Button onClick={() => setDialog('reactivate')}>{t('reactivateName', { name })}</Button>
        ) : (
          <p>{sentence(person.can.reactivate.why_not)}</p>
        )
      ) : null}
      {person.next_action === 'lift_suspension' ? (
        <Button onClick={() => setDialog('lift')}>{t('liftSuspension')}</Button>
      ) : null}
      {person.next_action === 'resend_invitation' ? (
        <Button onClick={() => setDialog('resend')}>{t('resend')}</Button>
      ) : null}
      {dialog === 'reactivate' ? (
        <ReactivateDialog
          title={t('reactivateTitle', { count: 1 })}
          label={t('reactivateName', { name })}
          onReactivate={async (temporaryPassword) => {
            await reactivateUser({ path, body: { temporary_password: temporaryPassword } });
            onDone(t('reactivatedOne', { name }));
            await refresh(person.id);
          }}
          onClose={close}
        />
      ) : null}
      {dialog === 'lift' ? (
        <ConfirmDialog
          title={t('liftTitle', { name })}
          confirmLabel={t('liftLabel')}
          onConfirm={async () => {
            await liftSuspension({ path });
            onDone(t('lifted', { name }));
            await refresh(person.id);
          }}
          onClose={close}
        >
          <p>{t('liftText')}</p>
        </ConfirmDialog>
      ) : null}
      {dialog === 'resend' ? (
        <ConfirmDialog
          title={t('resend')}
          confirmLabel={t('resend')}
          onConfirm={async () => {
            await resendTo(membership.account_id, person.email);
            onDone(t('resent', { email: person.email }));
          }}
          onClose={close}
        >
          <p>{person.email}</p>
        </ConfirmDialog>
      ) : null}
    </Card>
  );
}
