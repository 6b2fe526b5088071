import { useMemo } from 'react';
import * as z from 'zod/mini';
import { type Company, updateCompany } from '../../api/gen';
import { ApiProblem, ifMatch } from '../../api/problem';
import { FormDialog } from '../../ui/FormDialog';
import { TextField } from '../../ui/TextField';
import { findParty } from './party';
import { useText } from './text';
import { useRefreshCompany } from './use-refresh';

interface Props {
  company: Company;
  onDone: () => void;
  onClose: () => void;
}

/** The problem of a form field that only a look-up could find. */
export const unknownParty = (field: string, detail: string) =>
  new ApiProblem({
    status: 422,
    code: 'invalid',
    fieldErrors: [{ pointer: `/${field}`, code: 'unknown', detail }],
  });

/** Name and party of a company. */
export function ChangeDialog({ company, onDone, onClose }: Props) {
  const t = useText();
  const refresh = useRefreshCompany(company.id);
  const schema = useMemo(
    () =>
      z.object({
        name: z.string().check(z.trim(), z.minLength(1, t('nameMissing'))),
        party_key: z.string().check(z.trim()),
      }),
    [t],
  );
  return (
    <FormDialog
      title={t('renameTitle', { name: company.name })}
      schema={schema}
      defaultValues={{ name: company.name, party_key: company.party?.key ?? '' }}
      submitLabel={t('common:save')}
      onSubmit={async ({ name, party_key }) => {
        let party_id = company.party?.id ?? null;
        if (party_key !== (company.party?.key ?? '')) {
          const party = party_key === '' ? null : await findParty(party_key);
          if (party_key !== '' && !party) throw unknownParty('party_key', t('partyUnknown'));
          party_id = party?.id ?? null;
        }
        await updateCompany({
          path: { id: company.id },
          body: { name, party_id },
          headers: ifMatch(company),
        });
        onDone();
        await refresh();
      }}
      fieldNames={{ party_id: 'party_key' }}
      onClose={onClose}
    >
      <TextField name="name" label={t('nameField')} maxLength={200} />
      <TextField
        name="party_key"
        label={t('partyKeyField')}
        hint={t('partyKeyHint')}
        optional
        literal
        maxLength={64}
      />
    </FormDialog>
  );
}
