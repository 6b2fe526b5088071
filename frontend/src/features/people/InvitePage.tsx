import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import * as z from 'zod/mini';
import { addExistingUser, createInvitation, type Membership, type SubAccount } from '../../api/gen';
import { idempotencyKey } from '../../api/idempotency';
import { AccountPage } from '../../app/AccountPage';
import { emailSchema } from '../../app/email';
import { fullName } from '../../app/format';
import { Alert } from '../../ui/Alert';
import { ButtonLink } from '../../ui/ButtonLink';
import { Form } from '../../ui/Form';
import { Loaded } from '../../ui/Loaded';
import { RadioGroup } from '../../ui/RadioGroup';
import { Tabs } from '../../ui/Tabs';
import { TextField } from '../../ui/TextField';
import { TextLink } from '../../ui/TextLink';
import { AccessFields } from './AccessFields';
import { accessSchema, parsePorts, portsSchema } from './access-schema';
import { useRefreshPeople } from './refresh';
import { useText } from './text';
import { useSubAccounts } from './use-sub-accounts';

const route = getRouteApi('/member/people/new');

export default function InvitePage() {
  const t = useText();
  return (
    <AccountPage
      title={t('inviteTitle')}
      about={t('inviteAbout')}
      guide="terms-and-sharing"
      crumbs={[{ label: t('back'), to: '/people' }]}
      roles={['owner', 'proxy']}
    >
      {(membership) => <Invite key={membership.account_id} membership={membership} />}
    </AccountPage>
  );
}

function Invite({ membership }: { membership: Membership }) {
  const t = useText();
  const navigate = useNavigate();
  const { way } = route.useSearch();
  const subAccounts = useSubAccounts(membership.account_id);
  const [done, setDone] = useState<string | null>(null);
  return (
    <Tabs
      label={t('ways')}
      active={way ?? 'new'}
      onChange={(key) =>
        void navigate({ to: '/people/new', search: { way: key === 'existing' ? 'existing' : undefined } })
      }
      tabs={[
        { key: 'new', label: t('wayInvite') },
        { key: 'existing', label: t('wayExisting') },
      ]}
    >
      {done ? (
        <Alert kind="success" focus key={done}>
          <p>{done}</p>
          <p className="qm-row">
            <TextLink to="/people">{t('title')}</TextLink>
            <TextLink to="/people/invitations">{t('seeInvitations')}</TextLink>
          </p>
        </Alert>
      ) : null}
      <p className="qm-lead">{way === 'existing' ? t('existingLead') : t('inviteLead')}</p>
      <Loaded query={subAccounts}>
        {(list) =>
          way === 'existing' ? (
            <ExistingForm membership={membership} subAccounts={list.items} onDone={setDone} />
          ) : (
            <InviteForm membership={membership} subAccounts={list.items} onDone={setDone} />
          )
        }
      </Loaded>
    </Tabs>
  );
}

interface FormProps {
  membership: Membership;
  subAccounts: SubAccount[];
  onDone: (text: string) => void;
}

const startAccess = (subAccounts: SubAccount[]) =>
  subAccounts.map((one) => ({
    sub_account_id: one.id,
    structure: 'none' as const,
    records: 'none' as const,
    reports: 'none' as const,
  }));

/** Only the owner may name a proxy. */
function useRoleOptions(membership: Membership) {
  const t = useText();
  const roles = membership.role === 'owner' ? (['user', 'proxy'] as const) : (['user'] as const);
  return roles.map((value) => ({
    value,
    label: t(`common:role.${value}`),
    hint: t(`common:roleHint.${value}`),
  }));
}

function InviteForm({ membership, subAccounts, onDone }: FormProps) {
  const t = useText();
  const refresh = useRefreshPeople(membership.account_id);
  const roles = useRoleOptions(membership);
  const schema = useMemo(
    () =>
      z.object({
        given_name: z.string().check(z.trim(), z.minLength(1, t('givenNameMissing'))),
        family_name: z.string().check(z.trim(), z.minLength(1, t('familyNameMissing'))),
        email: emailSchema(t('common:emailInvalid')),
        role: z.enum(['proxy', 'user'], t('roleMissing')),
        access: z.optional(accessSchema),
        port_codes: z.optional(portsSchema(t('portCodesBad'))),
      }),
    [t],
  );
  const defaults = useMemo(
    () => ({
      given_name: '',
      family_name: '',
      email: '',
      role: 'user' as const,
      access: startAccess(subAccounts),
      port_codes: '',
    }),
    [subAccounts],
  );
  return (
    <Form
      schema={schema}
      defaultValues={defaults}
      submitLabel={t('sendInvitation')}
      extra={
        <ButtonLink to="/people" kind="secondary">
          {t('common:cancel')}
        </ButtonLink>
      }
      resetOnSuccess
      onSubmit={async ({ access, port_codes, ...values }) => {
        await createInvitation({
          path: { id: membership.account_id },
          body: { ...values, access: access ?? [], port_codes: parsePorts(port_codes ?? '') },
          headers: idempotencyKey(),
        });
        onDone(t('invited', { email: values.email }));
        await refresh();
      }}
    >
      {(values) => (
        <>
          <TextField name="given_name" label={t('common:fields.givenName')} autoComplete="off" />
          <TextField name="family_name" label={t('common:fields.familyName')} autoComplete="off" />
          <TextField name="email" type="email" label={t('common:email')} autoComplete="off" />
          <RadioGroup name="role" label={t('role')} options={roles} />
          <AccessFields subAccounts={subAccounts} role={values.role} />
        </>
      )}
    </Form>
  );
}

function ExistingForm({ membership, subAccounts, onDone }: FormProps) {
  const t = useText();
  const refresh = useRefreshPeople(membership.account_id);
  const roles = useRoleOptions(membership);
  const schema = useMemo(
    () =>
      z.object({
        user_id: z.string().check(z.trim(), z.minLength(1, t('userIdMissing'))),
        email: emailSchema(t('common:emailInvalid')),
        role: z.enum(['proxy', 'user'], t('roleMissing')),
        access: z.optional(accessSchema),
        port_codes: z.optional(portsSchema(t('portCodesBad'))),
      }),
    [t],
  );
  const defaults = useMemo(
    () => ({
      user_id: '',
      email: '',
      role: 'user' as const,
      access: startAccess(subAccounts),
      port_codes: '',
    }),
    [subAccounts],
  );
  return (
    <Form
      schema={schema}
      defaultValues={defaults}
      submitLabel={t('addPerson')}
      extra={
        <ButtonLink to="/people" kind="secondary">
          {t('common:cancel')}
        </ButtonLink>
      }
      resetOnSuccess
      onSubmit={async ({ access, port_codes, ...values }) => {
        const { data } = await addExistingUser({
          path: { id: membership.account_id },
          body: { ...values, access: access ?? [], port_codes: parsePorts(port_codes ?? '') },
          headers: idempotencyKey(),
        });
        onDone(t('added', { name: fullName(data) }));
        await refresh();
      }}
    >
      {(values) => (
        <>
          <TextField name="user_id" label={t('common:fields.userId')} autoComplete="off" literal />
          <TextField name="email" type="email" label={t('common:email')} autoComplete="off" />
          <RadioGroup name="role" label={t('role')} options={roles} />
          <AccessFields subAccounts={subAccounts} role={values.role} />
        </>
      )}
    </Form>
  );
}
