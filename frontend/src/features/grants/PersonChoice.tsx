import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { listUsersOptions } from '../../api/gen/@tanstack/react-query.gen';
import { useSettled } from '../../app/commands/use-settled';
import { fullName } from '../../app/format';
import { Select } from '../../ui/Select';
import { TextField } from '../../ui/TextField';
import { useText } from './text';

/** A person of the account, found by name. */
export function PersonChoice({ accountId, typed }: { accountId: string; typed: string }) {
  const t = useText();
  const q = useSettled(typed.trim(), 250);
  const query = useQuery({
    ...listUsersOptions({ path: { id: accountId }, query: { q: q || undefined, limit: 50 } }),
    placeholderData: keepPreviousData,
  });
  return (
    <>
      <TextField name="find" type="search" label={t('findPerson')} autoComplete="off" optional />
      <Select
        name="user"
        label={t('person')}
        empty={t('common:chooseOne')}
        options={(query.data?.items ?? [])
          .filter((one) => one.role !== 'owner' && one.user_id)
          .map((one) => ({
            value: one.id,
            label: `${fullName(one)} (${one.user_id}), ${t(`common:role.${one.role}`)}`,
          }))}
      />
    </>
  );
}
