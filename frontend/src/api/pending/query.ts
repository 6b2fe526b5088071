// Query options of the operations in `index.ts`, in the shape of the generated ones.
import { queryOptions } from '@tanstack/react-query';
import * as sdk from './index';

function make<In extends object, Out>(
  id: string,
  call: (options: In & { signal?: AbortSignal }) => Promise<{ data: Out }>,
) {
  const key = (options?: In) => [{ _id: id, ...(options as object) }] as const;
  const options = (input?: In) =>
    queryOptions({
      queryKey: key(input),
      queryFn: async ({ signal }) => (await call({ ...(input as In), signal })).data,
    });
  return { key, options };
}
const listClientGroupsQuery = make('listClientGroups', sdk.listClientGroups);
export const listClientGroupsOptions = listClientGroupsQuery.options;
export const listClientGroupsQueryKey = listClientGroupsQuery.key;
const getClientGroupQuery = make('getClientGroup', sdk.getClientGroup);
export const getClientGroupOptions = getClientGroupQuery.options;
export const getClientGroupQueryKey = getClientGroupQuery.key;
const listClientGroupClientsQuery = make('listClientGroupClients', sdk.listClientGroupClients);
export const listClientGroupClientsOptions = listClientGroupClientsQuery.options;
export const listClientGroupClientsQueryKey = listClientGroupClientsQuery.key;
const listTeamsQuery = make('listTeams', sdk.listTeams);
export const listTeamsOptions = listTeamsQuery.options;
export const listTeamsQueryKey = listTeamsQuery.key;
const getTeamQuery = make('getTeam', sdk.getTeam);
export const getTeamOptions = getTeamQuery.options;
export const getTeamQueryKey = getTeamQuery.key;
const listTeamMembersQuery = make('listTeamMembers', sdk.listTeamMembers);
export const listTeamMembersOptions = listTeamMembersQuery.options;
export const listTeamMembersQueryKey = listTeamMembersQuery.key;
const listTeamClientGroupsQuery = make('listTeamClientGroups', sdk.listTeamClientGroups);
export const listTeamClientGroupsOptions = listTeamClientGroupsQuery.options;
export const listTeamClientGroupsQueryKey = listTeamClientGroupsQuery.key;
const listGrantRequestBatchesQuery = make('listGrantRequestBatches', sdk.listGrantRequestBatches);
export const listGrantRequestBatchesOptions = listGrantRequestBatchesQuery.options;
export const listGrantRequestBatchesQueryKey = listGrantRequestBatchesQuery.key;
const getGrantRequestBatchQuery = make('getGrantRequestBatch', sdk.getGrantRequestBatch);
export const getGrantRequestBatchOptions = getGrantRequestBatchQuery.options;
export const getGrantRequestBatchQueryKey = getGrantRequestBatchQuery.key;
const listGrantRequestRowsQuery = make('listGrantRequestRows', sdk.listGrantRequestRows);
export const listGrantRequestRowsOptions = listGrantRequestRowsQuery.options;
export const listGrantRequestRowsQueryKey = listGrantRequestRowsQuery.key;
const listAccessReviewsQuery = make('listAccessReviews', sdk.listAccessReviews);
export const listAccessReviewsOptions = listAccessReviewsQuery.options;
export const listAccessReviewsQueryKey = listAccessReviewsQuery.key;
const getAccessReviewQuery = make('getAccessReview', sdk.getAccessReview);
export const getAccessReviewOptions = getAccessReviewQuery.options;
export const getAccessReviewQueryKey = getAccessReviewQuery.key;
const listAccessReviewItemsQuery = make('listAccessReviewItems', sdk.listAccessReviewItems);
export const listAccessReviewItemsOptions = listAccessReviewItemsQuery.options;
export const listAccessReviewItemsQueryKey = listAccessReviewItemsQuery.key;
const getAccessReviewScheduleQuery = make('getAccessReviewSchedule', sdk.getAccessReviewSchedule);
export const getAccessReviewScheduleOptions = getAccessReviewScheduleQuery.options;
export const getAccessReviewScheduleQueryKey = getAccessReviewScheduleQuery.key;
