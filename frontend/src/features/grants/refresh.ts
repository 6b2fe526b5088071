import { useQueryClient } from '@tanstack/react-query';
import {
  getGrantQueryKey,
  getOutsideAccessQueryKey,
  listAccessRequestDraftsQueryKey,
  listAccountAuditEventsQueryKey,
  listAccountsQueryKey,
  listBlockedCompaniesQueryKey,
  listGrantPeopleQueryKey,
  listGrantsGivenQueryKey,
  listGrantsReceivedQueryKey,
  listMyNeedsQueryKey,
  listOutsidePeopleQueryKey,
} from '../../api/gen/@tanstack/react-query.gen';

/** After a change to grants of an account: everything that shows them is asked again. */
export function useRefreshGrants(accountId: string) {
  const queries = useQueryClient();
  return async (grantId?: string) => {
    const path = { id: accountId };
    const keys: readonly (readonly unknown[])[] = [
      listGrantsGivenQueryKey({ path }),
      listGrantsReceivedQueryKey({ path }),
      listOutsidePeopleQueryKey({ path }),
      getOutsideAccessQueryKey({ path }),
      listBlockedCompaniesQueryKey({ path }),
      listAccessRequestDraftsQueryKey({ path }),
      listAccountAuditEventsQueryKey({ path }),
      listAccountsQueryKey(),
      listMyNeedsQueryKey(),
      ...(grantId
        ? [getGrantQueryKey({ path: { id: grantId } }), listGrantPeopleQueryKey({ path: { id: grantId } })]
        : []),
    ];
    await Promise.all(keys.map((queryKey) => queries.invalidateQueries({ queryKey })));
  };
}
