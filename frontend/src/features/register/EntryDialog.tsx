import { useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import * as z from 'zod/mini';
import { type RegisterEntry, setRegisterEntry } from '../../api/gen';
import { listRegisterEntriesQueryKey } from '../../api/gen/@tanstack/react-query.gen';
import { emailSchema } from '../../app/email';
import { FormDialog } from '../../ui/FormDialog';
import { Select } from '../../ui/Select';
import { TextField } from '../../ui/TextField';
import { kindOptions, kindSchema } from './kinds';
import { useText } from './text';

interface Props {
  /** What is known already: a whole entry, or what was searched for in vain. */
  entry: Partial<RegisterEntry>;
  onDone: (saved: RegisterEntry) => void;
  onClose: () => void;
}

/** Sets one entry of the register, new or existing. */
export function EntryDialog({ entry, onDone, onClose }: Props) {
  const t = useText();
  const queries = useQueryClient();
  const schema = useMemo(
    () =>
      z.object({
        kind: kindSchema(t('kindMissing')),
        value: z.string().check(z.trim(), z.minLength(1, t('valueMissing'))),
        party_key: z.string().check(z.trim(), z.minLength(1, t('partyKeyMissing'))),
        party_name: z.string().check(z.trim(), z.minLength(1, t('partyNameMissing'))),
        contact_email: z.union([z.literal(''), emailSchema(t('common:emailInvalid'))]),
      }),
    [t],
  );
  // A masked number cannot be sent back; it has to be typed again.
  const value = entry.value?.includes('*') ? '' : (entry.value ?? '');
  return (
    <FormDialog
      title={t('setTitle')}
      schema={schema}
      defaultValues={{
        kind: entry.kind ?? 'importer_number',
        value,
        party_key: entry.party?.key ?? '',
        party_name: entry.party?.name ?? '',
        contact_email: entry.contact_email ?? '',
      }}
      submitLabel={t('setLabel')}
      onSubmit={async ({ contact_email, ...values }) => {
        const { data } = await setRegisterEntry({
          body: { ...values, contact_email: contact_email || null },
        });
        onDone(data);
        await queries.invalidateQueries({ queryKey: listRegisterEntriesQueryKey() });
      }}
      onClose={onClose}
    >
      <p>{t('setText')}</p>
      <Select
        name="kind"
        label={t('kind')}
        options={kindOptions((kind) => t(`common:identifierKind.${kind}`))}
      />
      <TextField name="value" label={t('identifier')} literal maxLength={40} />
      <TextField name="party_key" label={t('partyKey')} hint={t('partyKeyHint')} literal maxLength={64} />
      <TextField name="party_name" label={t('partyNameField')} maxLength={200} />
      <TextField
        name="contact_email"
        type="email"
        label={t('contactField')}
        hint={t('contactHint')}
        optional
        maxLength={254}
      />
    </FormDialog>
  );
}
