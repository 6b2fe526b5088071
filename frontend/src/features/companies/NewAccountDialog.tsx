import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import * as z from 'zod/mini';
import { type BusinessActivity, type Company, createAccount } from '../../api/gen';
import { listActivityKindsOptions } from '../../api/gen/@tanstack/react-query.gen';
import { idempotencyKey } from '../../api/idempotency';
import { emailSchema } from '../../app/email';
import { FormDialog } from '../../ui/FormDialog';
import { Select } from '../../ui/Select';
import { TextField } from '../../ui/TextField';
import { useText } from './text';
import { useRefreshCompany } from './use-refresh';

interface Props {
  company: Company;
  onDone: (text: string) => void;
  onClose: () => void;
}

/** A new account with its first sub-account; the owner is invited by e-mail. */
export function NewAccountDialog({ company, onDone, onClose }: Props) {
  const t = useText();
  const refresh = useRefreshCompany(company.id);
  const kinds = useQuery(listActivityKindsOptions());
  const options = (kinds.data?.items ?? [])
    .filter((kind) => kind.added_by !== 'closed')
    .map((kind) => ({ value: kind.activity, label: t(`common:activity.${kind.activity}`) }));
  const schema = useMemo(() => {
    const required = (message: string) => z.string().check(z.trim(), z.minLength(1, message));
    return z.object({
      name: required(t('accountNameMissing')),
      owner: z.object({
        given_name: required(t('nameRequired')),
        family_name: required(t('nameRequired')),
        email: emailSchema(t('common:emailInvalid')),
      }),
      first_sub_account: z.object({
        name: required(t('subNameMissing')),
        activity: required(t('activityMissing')),
      }),
    });
  }, [t]);
  return (
    <FormDialog
      title={t('newAccountTitle', { name: company.name })}
      schema={schema}
      defaultValues={{
        name: '',
        owner: { given_name: '', family_name: '', email: '' },
        first_sub_account: { name: '', activity: '' },
      }}
      submitLabel={t('createAccountLabel')}
      onSubmit={async ({ name, owner, first_sub_account }) => {
        const { data } = await createAccount({
          path: { id: company.id },
          body: {
            name,
            owner,
            first_sub_account: {
              name: first_sub_account.name,
              activity: first_sub_account.activity as BusinessActivity,
            },
          },
          headers: idempotencyKey(),
        });
        onDone(t('accountCreated', { number: data.account_number, email: owner.email }));
        await refresh();
      }}
      onClose={onClose}
    >
      <p>{t('newAccountText')}</p>
      <TextField name="name" label={t('accountName')} maxLength={200} />
      <TextField name="owner.given_name" label={t('ownerGiven')} maxLength={100} />
      <TextField name="owner.family_name" label={t('ownerFamily')} maxLength={100} />
      <TextField name="owner.email" type="email" label={t('ownerEmail')} maxLength={254} />
      <TextField name="first_sub_account.name" label={t('subName')} maxLength={200} />
      <Select
        name="first_sub_account.activity"
        label={t('activity')}
        options={options}
        empty={t('common:chooseOne')}
      />
    </FormDialog>
  );
}
