import { useMemo } from 'react';
import * as z from 'zod/mini';
import {
  type ApiClient,
  type ApiScopeInfo,
  createApiClient,
  type Membership,
  updateApiClient,
} from '../../api/gen';
import { ifMatch } from '../../api/problem';
import { dayAfter } from '../../app/format';
import { Checkbox } from '../../ui/Checkbox';
import { FieldSet } from '../../ui/FieldSet';
import { FormDialog } from '../../ui/FormDialog';
import { TextArea } from '../../ui/TextArea';
import { TextField } from '../../ui/TextField';
import { useSubAccounts } from '../people/use-sub-accounts';
import { useText } from './text';

interface Props {
  /** The client to change; null makes a new one. */
  client: ApiClient | null;
  scopes: ApiScopeInfo[];
  membership: Membership;
  onDone: (text: string, secret: { name: string; secret: string } | null) => Promise<void>;
  onClose: () => void;
}

/** Names of controls hold no colon. */
const control = (scope: string) => scope.replace(':', '_');

/** What a program is to be called, and what it may do, from where and until when. */
export function ClientDialog({ client, scopes, membership, onDone, onClose }: Props) {
  const t = useText();
  const subAccounts = useSubAccounts(membership.account_id);
  const own = subAccounts.data?.items ?? [];
  const wanted = client?.pending_scopes ?? client?.scopes ?? [];
  const schema = useMemo(
    () =>
      z.object({
        name: z.string().check(z.trim(), z.minLength(2, t('nameMissing'))),
        contact_email: z.string().check(
          z.trim(),
          z.refine((value) => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value), t('emailMissing')),
        ),
        scopes: z
          .record(z.string(), z.boolean())
          .check(z.refine((ticked) => Object.values(ticked).some(Boolean), t('scopesMissing'))),
        chosen: z.optional(z.record(z.string(), z.boolean())),
        networks: z.string(),
        ends: client ? z.string().check(z.minLength(1, t('endsMissing'))) : z.string(),
      }),
    [t, client],
  );
  return (
    <FormDialog
      title={client ? t('changeOf', { name: client.name }) : t('add')}
      schema={schema}
      defaultValues={{
        name: client?.name ?? '',
        contact_email: client?.contact_email ?? '',
        scopes: Object.fromEntries(scopes.map((one) => [control(one.scope), wanted.includes(one.scope)])),
        chosen: Object.fromEntries(
          own.map((one) => [one.id, client?.sub_account_ids?.includes(one.id) ?? false]),
        ),
        networks: client?.networks.join('\n') ?? '',
        // The end is the first moment after its last day.
        ends: client ? new Date(Date.parse(client.expires_at) - 1).toISOString().slice(0, 10) : '',
      }}
      submitLabel={client ? t('common:save') : t('make')}
      onSubmit={async (values) => {
        const limits = own.map((one) => one.id).filter((id) => values.chosen?.[id]);
        const body = {
          name: values.name,
          contact_email: values.contact_email,
          scopes: scopes.map((one) => one.scope).filter((scope) => values.scopes[control(scope)]),
          sub_account_ids: limits.length > 0 ? limits : null,
          networks: values.networks.split(/\s+/).filter(Boolean),
          ...(values.ends ? { expires_at: dayAfter(values.ends) } : {}),
        };
        const path = { id: membership.account_id };
        if (client) {
          await updateApiClient({ path: { ...path, client_id: client.id }, headers: ifMatch(client), body });
          await onDone(t('changed', { name: values.name }), null);
        } else {
          const made = await createApiClient({ path, body });
          const secret = made.data.secret?.secret;
          await onDone(t('made', { name: values.name }), secret ? { name: values.name, secret } : null);
        }
      }}
      onClose={onClose}
    >
      <TextField name="name" label={t('name')} hint={t('nameHint')} maxLength={80} autoComplete="off" />
      <TextField
        name="contact_email"
        type="email"
        label={t('contact')}
        hint={t('contactHint')}
        autoComplete="off"
      />
      <FieldSet name="scopes" label={t('scopes')}>
        {scopes.map((one) => (
          <Checkbox
            key={one.scope}
            name={`scopes.${control(one.scope)}`}
            label={one.scope}
            hint={one.needs_approval ? t('ownerDecides', { words: one.words }) : one.words}
          />
        ))}
      </FieldSet>
      {own.length > 1 ? (
        <FieldSet name="chosen" label={t('limits')} hint={t('limitsHint')}>
          {own.map((one) => (
            <Checkbox key={one.id} name={`chosen.${one.id}`} label={one.name} />
          ))}
        </FieldSet>
      ) : null}
      <TextArea name="networks" label={t('networks')} hint={t('networksHint')} optional />
      <TextField name="ends" type="date" label={t('ends')} hint={t('endsHint')} optional={client === null} />
    </FormDialog>
  );
}
