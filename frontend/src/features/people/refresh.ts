import { useQueryClient } from '@tanstack/react-query';
import {
  getEffectiveAccessQueryKey,
  getUserQueryKey,
  listAccountAuditEventsQueryKey,
  listInvitationsQueryKey,
  listMyNeedsQueryKey,
  listUsersQueryKey,
} from '../../api/gen/@tanstack/react-query.gen';

/** After a change to people of an account: everything that shows them is asked again. */
export function useRefreshPeople(accountId: string) {
  const queries = useQueryClient();
  return async (personId?: string) => {
    const path = { id: accountId };
    const keys: readonly (readonly unknown[])[] = [
      listUsersQueryKey({ path }),
      listInvitationsQueryKey({ path }),
      listAccountAuditEventsQueryKey({ path }),
      listMyNeedsQueryKey(),
      ...(personId
        ? [
            getUserQueryKey({ path: { ...path, user_id: personId } }),
            getEffectiveAccessQueryKey({ path: { ...path, user_id: personId } }),
          ]
        : []),
    ];
    await Promise.all(keys.map((queryKey) => queries.invalidateQueries({ queryKey })));
  };
}
