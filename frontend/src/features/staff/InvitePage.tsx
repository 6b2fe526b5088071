import { useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import * as z from 'zod/mini';
import { inviteStaff, type StaffRole } from '../../api/gen';
import { listStaffQueryKey } from '../../api/gen/@tanstack/react-query.gen';
import { idempotencyKey } from '../../api/idempotency';
import { emailSchema } from '../../app/email';
import { StaffPage } from '../../app/StaffPage';
import { Alert } from '../../ui/Alert';
import { Card } from '../../ui/Card';
import { Form } from '../../ui/Form';
import { TextField } from '../../ui/TextField';
import { RoleField } from './StaffDialog';
import { useText } from './text';

export default function InvitePage() {
  const t = useText();
  return (
    <StaffPage
      title={t('inviteTitle')}
      crumbs={[{ label: t('title'), to: '/staff' }]}
      roles={['administrator']}
      narrow
    >
      {() => <Invite />}
    </StaffPage>
  );
}

function Invite() {
  const t = useText();
  const [done, setDone] = useState<string | null>(null);
  const queries = useQueryClient();
  const schema = useMemo(
    () =>
      z.object({
        given_name: z.string().check(z.trim(), z.minLength(1, t('givenMissing'))),
        family_name: z.string().check(z.trim(), z.minLength(1, t('familyMissing'))),
        email: emailSchema(t('common:emailInvalid')),
        staff_role: z.enum(
          ['support_agent', 'support_lead', 'registrar', 'auditor', 'administrator'],
          t('roleMissing'),
        ),
      }),
    [t],
  );
  return (
    <Card>
      {done ? (
        <Alert kind="success" focus key={done}>
          {done}
        </Alert>
      ) : null}
      <p>{t('inviteText')}</p>
      <Form
        schema={schema}
        defaultValues={{ given_name: '', family_name: '', email: '', staff_role: '' as StaffRole }}
        submitLabel={t('inviteLabel')}
        resetOnSuccess
        onSubmit={async (values) => {
          await inviteStaff({ body: values, headers: idempotencyKey() });
          await queries.invalidateQueries({ queryKey: listStaffQueryKey() });
          setDone(t('invited', { email: values.email }));
        }}
      >
        <TextField name="given_name" label={t('common:fields.givenName')} maxLength={100} />
        <TextField name="family_name" label={t('common:fields.familyName')} maxLength={100} />
        <TextField name="email" type="email" label={t('common:email')} maxLength={254} />
        <RoleField />
      </Form>
    </Card>
  );
}
