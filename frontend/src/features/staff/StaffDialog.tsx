import { useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import * as z from 'zod/mini';
import {
  liftStaffSuspension,
  reactivateStaff,
  type StaffMember,
  suspendStaff,
  updateStaff,
} from '../../api/gen';
import { listStaffQueryKey } from '../../api/gen/@tanstack/react-query.gen';
import { ifMatch } from '../../api/problem';
import { fullName } from '../../app/format';
import { staffRoles } from '../../app/staff';
import { Checkbox } from '../../ui/Checkbox';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { FormDialog } from '../../ui/FormDialog';
import { RadioGroup } from '../../ui/RadioGroup';
import { TextArea } from '../../ui/TextArea';
import { useText } from './text';

export type StaffAct = 'change' | 'suspend' | 'lift' | 'reactivate';

interface Props {
  act: StaffAct;
  member: StaffMember;
  onDone: (text: string) => void;
  onClose: () => void;
}

/** What an administrator does to one staff member. */
export function StaffDialog({ act, member, onDone, onClose }: Props) {
  const t = useText();
  const queries = useQueryClient();
  const name = fullName(member);
  const path = { user_id: member.id };
  const roleSchema = useMemo(
    () =>
      z.object({
        staff_role: z.enum(
          ['support_agent', 'support_lead', 'registrar', 'auditor', 'administrator'],
          t('roleMissing'),
        ),
      }),
    [t],
  );
  const reasonSchema = useMemo(
    () => z.object({ reason: z.string().check(z.trim(), z.minLength(1, t('common:reasonRequired'))) }),
    [t],
  );
  const passwordSchema = useMemo(() => z.object({ temporary_password: z.boolean() }), []);
  const finish = async (text: string) => {
    onDone(text);
    await queries.invalidateQueries({ queryKey: listStaffQueryKey() });
  };
  if (act === 'change') {
    return (
      <FormDialog
        title={t('changeTitle', { name })}
        schema={roleSchema}
        defaultValues={{ staff_role: member.staff_role }}
        submitLabel={t('changeLabel')}
        onSubmit={async (values) => {
          await updateStaff({ path, body: values, headers: ifMatch(member) });
          await finish(t('changed', { name, role: t(`common:staffRole.${values.staff_role}`) }));
        }}
        onClose={onClose}
      >
        <p>{t('changeText')}</p>
        <RoleField />
      </FormDialog>
    );
  }
  if (act === 'suspend') {
    return (
      <FormDialog
        title={t('suspendTitle', { name })}
        schema={reasonSchema}
        defaultValues={{ reason: '' }}
        submitLabel={t('suspendName', { name })}
        submitKind="danger"
        onSubmit={async (values) => {
          await suspendStaff({ path, body: values });
          await finish(t('suspended', { name }));
        }}
        onClose={onClose}
      >
        <p>{t('suspendText')}</p>
        <TextArea name="reason" label={t('common:fields.reason')} rows={3} maxLength={500} />
      </FormDialog>
    );
  }
  if (act === 'reactivate') {
    return (
      <FormDialog
        title={t('reactivateTitle', { name })}
        schema={passwordSchema}
        defaultValues={{ temporary_password: false }}
        submitLabel={t('reactivateName', { name })}
        onSubmit={async (values) => {
          await reactivateStaff({ path, body: values });
          await finish(t('reactivated', { name }));
        }}
        onClose={onClose}
      >
        <p>{t('reactivateText')}</p>
        <Checkbox name="temporary_password" label={t('withPassword')} hint={t('withPasswordHint')} />
      </FormDialog>
    );
  }
  return (
    <ConfirmDialog
      title={t('liftTitle', { name })}
      confirmLabel={t('lift')}
      onConfirm={async () => {
        await liftStaffSuspension({ path });
        await finish(t('lifted', { name }));
      }}
      onClose={onClose}
    >
      <p>{t('liftText')}</p>
    </ConfirmDialog>
  );
}

/** The staff roles, each with what it may do. */
export function RoleField() {
  const t = useText();
  return (
    <RadioGroup
      name="staff_role"
      label={t('role')}
      options={staffRoles.map((value) => ({
        value,
        label: t(`common:staffRole.${value}`),
        hint: t(`roleHint.${value}`),
      }))}
    />
  );
}
