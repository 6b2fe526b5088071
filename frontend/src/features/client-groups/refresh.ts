import { useQueryClient } from '@tanstack/react-query';
import {
  getClientGroupQueryKey,
  getTeamQueryKey,
  listAccountAuditEventsQueryKey,
  listAccountsQueryKey,
  listClientGroupClientsQueryKey,
  listClientGroupsQueryKey,
  listTeamClientGroupsQueryKey,
  listTeamMembersQueryKey,
  listTeamsQueryKey,
} from '../../api/gen/@tanstack/react-query.gen';

/** After a change to groups or teams: everything that shows them is asked again. */
export function useRefreshGroups(accountId: string) {
  const queries = useQueryClient();
  return async (changed: { groupId?: string; teamId?: string } = {}) => {
    const path = { id: accountId };
    const keys: readonly (readonly unknown[])[] = [
      listClientGroupsQueryKey({ path }),
      listTeamsQueryKey({ path }),
      listAccountsQueryKey(),
      listAccountAuditEventsQueryKey({ path }),
      ...(changed.groupId
        ? [
            listClientGroupClientsQueryKey({ path: { ...path, group_id: changed.groupId } }),
            getClientGroupQueryKey({ path: { ...path, group_id: changed.groupId } }),
          ]
        : []),
      ...(changed.teamId
        ? [
            getTeamQueryKey({ path: { ...path, team_id: changed.teamId } }),
            listTeamMembersQueryKey({ path: { ...path, team_id: changed.teamId } }),
            listTeamClientGroupsQueryKey({ path: { ...path, team_id: changed.teamId } }),
          ]
        : []),
    ];
    await Promise.all(keys.map((queryKey) => queries.invalidateQueries({ queryKey })));
  };
}
