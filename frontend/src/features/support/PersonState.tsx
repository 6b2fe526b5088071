import { useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import * as z from 'zod/mini';
import { liftPersonSuspension, type Person, type StaffRole, suspendPerson } from '../../api/gen';
import { getPersonQueryKey } from '../../api/gen/@tanstack/react-query.gen';
import { formatDateTime, fullName } from '../../app/format';
import { DESK, isOneOf } from '../../app/staff';
import { UserStateTag } from '../../app/UserStateTag';
import { useMe } from '../../session';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { FormDialog } from '../../ui/FormDialog';
import { TextArea } from '../../ui/TextArea';
import { TextLink } from '../../ui/TextLink';
import { useText } from './text';

interface Props {
  person: Person;
  role: StaffRole;
  onDone: (text: string) => void;
}

/** The state in words, who may lift it, and what staff may do about it. */
export function PersonState({ person, role, onDone }: Props) {
  const t = useText();
  const me = useMe();
  const queries = useQueryClient();
  const [dialog, setDialog] = useState<'suspend' | 'lift' | null>(null);
  const { state } = person;
  const name = fullName(person);
  const path = { user_id: person.id };
  const lifters = state.lifted_by.map((who) => t(`common:liftedBy.${who}`)).join(t('or'));
  const locked = state.kind === 'failed_attempts' || state.kind === 'dormant';
  const tone = state.kind === 'active' ? 'good' : state.kind === 'failed_attempts' ? 'bad' : 'warn';
  // Staff of the portal are suspended on the staff page, by an administrator.
  const suspends =
    (role === 'support_lead' || role === 'administrator') && !person.staff_role && person.id !== me.id;
  const refresh = () => queries.invalidateQueries({ queryKey: getPersonQueryKey({ path }), exact: false });
  const close = () => setDialog(null);
  const schema = useMemo(
    () => z.object({ reason: z.string().check(z.trim(), z.minLength(1, t('common:reasonRequired'))) }),
    [t],
  );
  return (
    <Card title={t('stateTitle')} tone={tone} side={<UserStateTag state={state} />}>
      <p>
        {t(`stateText.${state.kind}`)}{' '}
        {state.since && state.kind !== 'active'
          ? t('since', { time: formatDateTime(state.since, me.time_zone) })
          : null}
      </p>
      {state.reason ? <p>{t('reasonGiven', { reason: state.reason })}</p> : null}
      {lifters ? <p>{t('liftableBy', { who: lifters })}</p> : null}
      {locked ? <p>{t('firstHelp')}</p> : null}
      {locked && isOneOf(role, DESK) ? (
        <p>
          <TextLink to="/case-queue">{t('actInCase')}</TextLink>
        </p>
      ) : null}
      {suspends ? (
        <div className="qm-actions">
          {state.kind === 'suspended' ? (
            state.lifted_by.includes('staff') ? (
              <Button onClick={() => setDialog('lift')}>{t('lift')}</Button>
            ) : null
          ) : (
            <Button kind="secondary" onClick={() => setDialog('suspend')}>
              {t('suspend')}
            </Button>
          )}
        </div>
      ) : null}
      {dialog === 'suspend' ? (
        <FormDialog
          title={t('suspendTitle', { name })}
          schema={schema}
          defaultValues={{ reason: '' }}
          submitLabel={t('suspendLabel', { name })}
          submitKind="danger"
          onSubmit={async (values) => {
            await suspendPerson({ path, body: values });
            onDone(t('suspended', { name }));
            await refresh();
          }}
          onClose={close}
        >
          <p>{t('suspendText')}</p>
          <TextArea name="reason" label={t('common:fields.reason')} rows={3} maxLength={500} />
        </FormDialog>
      ) : null}
      {dialog === 'lift' ? (
        <ConfirmDialog
          title={t('liftTitle', { name })}
          confirmLabel={t('lift')}
          onConfirm={async () => {
            await liftPersonSuspension({ path });
            onDone(t('lifted', { name }));
            await refresh();
          }}
          onClose={close}
        >
          <p>{t('liftText')}</p>
        </ConfirmDialog>
      ) : null}
    </Card>
  );
}
