import { useMemo, useState } from 'react';
import * as z from 'zod/mini';
import {
  acceptOwnerSuccession,
  completeOwnerSuccession,
  declineOwnerSuccession,
  type OwnerSuccessionRecord,
  objectToOwnerSuccession,
  rejectOwnerSuccession,
  withdrawOwnerSuccession,
} from '../../api/gen';
import { formatDate, formatDateTime } from '../../app/format';
import { session, useMe } from '../../session';
import { Alert } from '../../ui/Alert';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { Facts } from '../../ui/Facts';
import { FormDialog } from '../../ui/FormDialog';
import { TextArea } from '../../ui/TextArea';
import { useRefreshAll } from './refresh';
import { StateOfSuccession } from './StateOfSuccession';
import { useText } from './text';

/** What each step with a reason is called, and what it calls. */
const STEPS = {
  decline: { done: 'declined', title: 'declineTitle' },
  withdraw: { done: 'withdrawn', title: 'withdrawTitle' },
  object: { done: 'objected', title: 'objectTitle' },
  complete: { done: 'completed', title: 'completeTitle' },
  reject: { done: 'rejected', title: 'rejectTitle' },
} as const;
type Step = keyof typeof STEPS;
const ORDER: Step[] = ['complete', 'object', 'decline', 'withdraw', 'reject'];

function run(step: Step, succession: OwnerSuccessionRecord, reason: string) {
  const path = { id: succession.account.id, succession_id: succession.id };
  const body = { reason };
  switch (step) {
    case 'decline':
      return declineOwnerSuccession({ path, body });
    case 'withdraw':
      return withdrawOwnerSuccession({ path, body });
    case 'object':
      return objectToOwnerSuccession({ path, body });
    case 'complete':
      return completeOwnerSuccession({ path: { succession_id: succession.id }, body });
    case 'reject':
      return rejectOwnerSuccession({ path: { succession_id: succession.id }, body });
  }
}

/** What has to happen next, in words, and the deadline. */
function useNext(succession: OwnerSuccessionRecord): string | null {
  const t = useText();
  const me = useMe();
  const successor = succession.successor.name;
  switch (succession.state) {
    case 'proposed':
      return t('next.proposed', { successor });
    case 'accepted':
      return succession.ready
        ? t('next.acceptedReady', { successor })
        : t('next.accepted', { successor, day: formatDate(succession.takes_over_on) });
    case 'waiting':
      return succession.ready
        ? t('next.waitingOver')
        : t('next.waiting', { until: formatDateTime(succession.completes_after, me.time_zone) });
    default:
      return null;
  }
}

/** A change of owner: who, why, until when, and what the reader may do about it. */
export function SuccessionView({ succession }: { succession: OwnerSuccessionRecord }) {
  const t = useText();
  const me = useMe();
  const refresh = useRefreshAll();
  const next = useNext(succession);
  const [done, setDone] = useState<string | null>(null);
  const [dialog, setDialog] = useState<Step | 'accept' | null>(null);
  const schema = useMemo(
    () => z.object({ reason: z.string().check(z.trim(), z.minLength(1, t('common:reasonRequired'))) }),
    [t],
  );
  const time = (value: string | null | undefined) => formatDateTime(value, me.time_zone);
  const close = () => setDialog(null);
  const { can, account } = succession;
  const name = succession.successor.name;
  const waiting = succession.state === 'waiting';
  return (
    <>
      {done ? (
        <Alert kind="success" focus key={done}>
          {done}
        </Alert>
      ) : null}
      {next ? (
        <Alert kind={can.accept || can.object || can.complete ? 'warning' : 'info'}>{next}</Alert>
      ) : null}
      <Card title={t('succession')}>
        <Facts
          items={[
            [t('state'), <StateOfSuccession key="state" state={succession.state} ready={succession.ready} />],
            [t('way'), t(`successionKind.${succession.kind}`)],
            [
              t('accountColumn'),
              `${account.company_name}, ${t('account', { name: account.name, number: account.account_number })}`,
            ],
            [t('owner'), succession.owner.name],
            [t('successor'), name],
            [t('formerBecomes'), t(`common:role.${succession.former_owner_role}`)],
            [t('asked'), `${time(succession.asked_at)} ${t('by', { name: succession.asked_by_name })}`],
            [t('onDay'), formatDate(succession.takes_over_on) || undefined],
            [t('waitsUntil'), time(succession.completes_after) || undefined],
            [
              t('lastSignIn'),
              succession.kind === 'request'
                ? time(succession.owner_last_sign_in_at) || t('common:never')
                : undefined,
            ],
            [
              t('decided'),
              succession.decided_at
                ? `${time(succession.decided_at)} ${
                    succession.decided_by_name ? t('by', { name: succession.decided_by_name }) : ''
                  }`
                : undefined,
            ],
          ]}
        />
        <p>
          <strong>{t('reason')}:</strong> {succession.reason}
        </p>
        {succession.decision_reason ? (
          <p>
            <strong>{t('decisionReason')}:</strong> {succession.decision_reason}
          </p>
        ) : null}
        {waiting && succession.waiting_days ? (
          <p className="qm-muted">{t('untilNote', { count: succession.waiting_days })}</p>
        ) : null}
        {succession.told.length > 0 ? (
          <>
            <h3>{t('told')}</h3>
            <ul>
              {succession.told.map((one) => (
                <li key={`${one.whom} ${one.name}`}>
                  {t('toldAt', { name: one.name, whom: t(`toldAs.${one.whom}`), time: time(one.at) })}
                </li>
              ))}
            </ul>
          </>
        ) : null}
      </Card>
      <div className="qm-row">
        {can.accept ? <Button onClick={() => setDialog('accept')}>{t('accept')}</Button> : null}
        {ORDER.filter((step) => can[step]).map((step) => (
          <Button
            key={step}
            kind={step === 'complete' || step === 'object' ? 'primary' : 'secondary'}
            onClick={() => setDialog(step)}
          >
            {t(step)}
          </Button>
        ))}
      </div>
      {dialog === 'accept' ? (
        <ConfirmDialog
          title={t('acceptTitle', { account: account.name })}
          confirmLabel={t('accept')}
          onConfirm={async () => {
            const path = { id: account.id, succession_id: succession.id };
            const { data } = await acceptOwnerSuccession({ path });
            setDone(data.state === 'completed' ? t('tookOver', { account: account.name }) : t('accepted'));
            // One's own role may have changed with it.
            await session.refresh();
            await refresh();
          }}
          onClose={close}
        >
          <p>
            {t('acceptText', {
              owner: succession.owner.name,
              role: t(`common:role.${succession.former_owner_role}`),
            })}
          </p>
        </ConfirmDialog>
      ) : dialog ? (
        <FormDialog
          title={t(STEPS[dialog].title, { name })}
          schema={schema}
          defaultValues={{ reason: '' }}
          submitLabel={t(dialog)}
          submitKind={dialog === 'complete' ? 'danger' : 'primary'}
          onSubmit={async ({ reason }) => {
            await run(dialog, succession, reason);
            setDone(t(STEPS[dialog].done, { name }));
            await refresh();
          }}
          onClose={close}
        >
          {dialog === 'object' ? <p>{t('objectText')}</p> : null}
          <TextArea name="reason" label={t('reason')} hint={t('reasonHint')} rows={3} maxLength={500} />
        </FormDialog>
      ) : null}
    </>
  );
}
