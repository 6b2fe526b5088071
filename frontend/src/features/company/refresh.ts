import { useQueryClient } from '@tanstack/react-query';
import {
  getAccountQueryKey,
  getSubAccountQueryKey,
  listAccessRequestDraftsQueryKey,
  listAccountAuditEventsQueryKey,
  listActivitiesQueryKey,
  listAddressesQueryKey,
  listContactsQueryKey,
  listMyNeedsQueryKey,
  listSubAccountsQueryKey,
} from '../../api/gen/@tanstack/react-query.gen';

/** After a change to an account's structure: everything that shows it is asked again. */
export function useRefreshCompany(accountId: string) {
  const queries = useQueryClient();
  return async (subAccountId?: string) => {
    const path = { id: accountId };
    const keys: readonly (readonly unknown[])[] = [
      getAccountQueryKey({ path }),
      listActivitiesQueryKey({ path }),
      listSubAccountsQueryKey({ path }),
      listContactsQueryKey({ path }),
      listAddressesQueryKey({ path }),
      listAccessRequestDraftsQueryKey({ path }),
      listAccountAuditEventsQueryKey({ path }),
      listMyNeedsQueryKey(),
      ...(subAccountId ? [getSubAccountQueryKey({ path: { ...path, sub_id: subAccountId } })] : []),
    ];
    await Promise.all(keys.map((queryKey) => queries.invalidateQueries({ queryKey })));
  };
}
