import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import * as z from 'zod/mini';
import { decidePendingVerification, type PartyRef, type PendingVerification } from '../../api/gen';
import {
  getAccountOptions,
  getCompanyOptions,
  listMyNeedsQueryKey,
  listPendingVerificationsQueryKey,
  listRegisterEntriesQueryKey,
} from '../../api/gen/@tanstack/react-query.gen';
import { FormDialog } from '../../ui/FormDialog';
import { RadioGroup } from '../../ui/RadioGroup';
import { TextArea } from '../../ui/TextArea';
import { TextField } from '../../ui/TextField';
import { useText } from './text';

interface Props {
  item: PendingVerification;
  onDone: (decided: PendingVerification) => void;
  onClose: () => void;
}

/** Accepts or rejects an identifier that the register does not know. */
export function DecisionDialog(props: Props) {
  const account = useQuery(getAccountOptions({ path: { id: props.item.account.id } }));
  const company = useQuery({
    ...getCompanyOptions({ path: { id: account.data?.company_id ?? '' } }),
    enabled: account.data !== undefined,
  });
  // Mostly the identifier belongs to the party of the company that asks; so that stands there at the start.
  if (account.isPending || (account.data && company.isPending)) return null;
  return <Decision {...props} party={company.data?.party ?? null} />;
}

function Decision({ item, party, onDone, onClose }: Props & { party: PartyRef | null }) {
  const t = useText();
  const queries = useQueryClient();
  const schema = useMemo(
    () =>
      z
        .object({
          decision: z.enum(['accept', 'reject'], t('decisionMissing')),
          reason: z.string().check(z.trim(), z.minLength(1, t('common:reasonRequired'))),
          party_key: z.string().check(z.trim()),
          party_name: z.string().check(z.trim()),
        })
        .check(
          z.refine((values) => (values.party_key === '') === (values.party_name === ''), {
            message: t('partyBoth'),
            path: ['party_key'],
          }),
        ),
    [t],
  );
  return (
    <FormDialog
      title={t('decideTitle', { kind: t(`common:identifierKind.${item.kind}`), value: item.value })}
      schema={schema}
      defaultValues={{
        decision: '' as 'accept',
        reason: '',
        party_key: party?.key ?? '',
        party_name: party?.name ?? '',
      }}
      submitLabel={t('decideLabel')}
      onSubmit={async ({ decision, reason, party_key, party_name }) => {
        const owner = decision === 'accept' && party_key ? { key: party_key, name: party_name } : null;
        const { data } = await decidePendingVerification({
          path: { id: item.id },
          body: { decision, reason, party: owner },
        });
        onDone(data);
        await Promise.all([
          queries.invalidateQueries({ queryKey: listPendingVerificationsQueryKey() }),
          queries.invalidateQueries({ queryKey: listRegisterEntriesQueryKey() }),
          queries.invalidateQueries({ queryKey: listMyNeedsQueryKey() }),
        ]);
      }}
      fieldNames={{ 'party.key': 'party_key', 'party.name': 'party_name', party: 'party_key' }}
      onClose={onClose}
    >
      {(values) => (
        <>
          <p>{t('decideText', { account: item.account.name, subAccount: item.sub_account_name })}</p>
          <RadioGroup
            name="decision"
            label={t('decideField')}
            options={[
              { value: 'accept', label: t('accept'), hint: t('acceptHint') },
              { value: 'reject', label: t('reject'), hint: t('rejectHint') },
            ]}
          />
          <div hidden={values.decision !== 'accept'}>
            <p className="qm-muted">{t('partyText')}</p>
            <TextField name="party_key" label={t('partyKey')} literal maxLength={64} />
            <TextField name="party_name" label={t('partyNameField')} maxLength={200} />
          </div>
          <TextArea name="reason" label={t('common:fields.reason')} rows={3} maxLength={500} />
        </>
      )}
    </FormDialog>
  );
}
