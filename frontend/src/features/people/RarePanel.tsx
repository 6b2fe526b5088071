import { useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import * as z from 'zod/mini';
import { handOverOwnership, removeUser, suspendUser } from '../../api/gen';
import { ifMatch } from '../../api/problem';
import { fullName, sentence } from '../../app/format';
import { session } from '../../session';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { FormDialog } from '../../ui/FormDialog';
import { RadioGroup } from '../../ui/RadioGroup';
import { TextArea } from '../../ui/TextArea';
import type { PanelProps } from './panel';
import { useRefreshPeople } from './refresh';
import { useText } from './text';

/** Acts that end or move power, apart from the rest. What one may not do says why. */
export function RarePanel({ membership, person, onDone }: PanelProps) {
  const t = useText();
  const navigate = useNavigate();
  const refresh = useRefreshPeople(membership.account_id);
  const [dialog, setDialog] = useState<'suspend' | 'remove' | 'hand-over' | null>(null);
  const name = fullName(person);
  const path = { id: membership.account_id, user_id: person.id };
  const close = () => setDialog(null);
  const reason = useMemo(
    () => z.object({ reason: z.string().check(z.trim(), z.minLength(1, t('common:reasonRequired'))) }),
    [t],
  );
  const handOver = useMemo(
    () =>
      z.object({
        former_owner_role: z.enum(['proxy', 'user'], t('roleMissing')),
        reason: z.string().check(z.trim(), z.minLength(1, t('common:reasonRequired'))),
      }),
    [t],
  );
  const acts = [
    person.state.kind === 'suspended'
      ? null
      : { key: 'suspend' as const, label: t('suspend'), can: person.can.suspend },
    membership.role === 'owner'
      ? { key: 'hand-over' as const, label: t('handOver'), can: person.can.hand_over }
      : null,
    { key: 'remove' as const, label: t('removePerson'), can: person.can.remove },
  ].filter((act) => act !== null);
  return (
    <Card title={t('more')}>
      <ul className="qm-plain-list">
        {acts.map((act) => (
          <li key={act.key}>
            {act.can.allowed ? (
              <Button kind="secondary" onClick={() => setDialog(act.key)}>
                {act.label}
              </Button>
            ) : (
              <>
                <strong>{act.label}</strong>: <span className="qm-muted">{sentence(act.can.why_not)}</span>
              </>
            )}
          </li>
        ))}
      </ul>
      {dialog === 'suspend' ? (
        <FormDialog
          title={t('suspendTitle', { name })}
          schema={reason}
          defaultValues={{ reason: '' }}
          submitLabel={t('suspendLabel', { name })}
          submitKind="danger"
          onSubmit={async (values) => {
            await suspendUser({ path, body: values });
            onDone(t('suspended', { name }));
            await refresh(person.id);
          }}
          onClose={close}
        >
          <p>{t('suspendText')}</p>
          <TextArea name="reason" label={t('common:fields.reason')} rows={3} maxLength={500} />
        </FormDialog>
      ) : null}
      {dialog === 'hand-over' ? (
        <FormDialog
          title={t('handOverTitle', { name })}
          schema={handOver}
          defaultValues={{ former_owner_role: 'proxy', reason: '' }}
          submitLabel={t('handOverLabel', { name })}
          submitKind="danger"
          onSubmit={async (values) => {
            await handOverOwnership({
              path: { id: membership.account_id },
              body: { successor_user_id: person.id, ...values },
            });
            onDone(t('handedOver', { name }));
            // One's own role has changed with it.
            await session.refresh();
            await refresh(person.id);
          }}
          onClose={close}
        >
          <p>{t('handOverText', { name })}</p>
          <RadioGroup
            name="former_owner_role"
            label={t('handOverRole')}
            options={(['proxy', 'user'] as const).map((value) => ({
              value,
              label: t(`common:role.${value}`),
              hint: t(`common:roleHint.${value}`),
            }))}
          />
          <TextArea name="reason" label={t('common:fields.reason')} rows={3} maxLength={500} />
        </FormDialog>
      ) : null}
      {dialog === 'remove' ? (
        <ConfirmDialog
          title={t('removeTitle', { name })}
          confirmLabel={t('removeLabel', { name })}
          destructive
          onConfirm={async () => {
            await removeUser({ path, headers: ifMatch(person) });
            await navigate({ to: '/people' });
            await refresh();
          }}
          onClose={close}
        >
          <p>{t('removeText')}</p>
        </ConfirmDialog>
      ) : null}
    </Card>
  );
}
