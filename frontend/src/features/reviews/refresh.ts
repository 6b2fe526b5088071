import { useQueryClient } from '@tanstack/react-query';
import {
  getAccessReviewQueryKey,
  getAccessReviewScheduleQueryKey,
  getOutsideAccessQueryKey,
  listAccessReviewItemsQueryKey,
  listAccessReviewsQueryKey,
  listAccountAuditEventsQueryKey,
  listMyNeedsQueryKey,
  listOutsidePeopleQueryKey,
  listUsersQueryKey,
} from '../../api/gen/@tanstack/react-query.gen';

/** After an answer or a change to the reviews of an account: everything that shows them is asked again. */
export function useRefreshReviews(accountId: string) {
  const queries = useQueryClient();
  return async (reviewId?: string) => {
    const path = { id: accountId };
    const keys: readonly (readonly unknown[])[] = [
      listAccessReviewsQueryKey({ path }),
      getAccessReviewScheduleQueryKey({ path }),
      listUsersQueryKey({ path }),
      listOutsidePeopleQueryKey({ path }),
      getOutsideAccessQueryKey({ path }),
      listAccountAuditEventsQueryKey({ path }),
      listMyNeedsQueryKey(),
      ...(reviewId
        ? [
            getAccessReviewQueryKey({ path: { ...path, review_id: reviewId } }),
            listAccessReviewItemsQueryKey({ path: { ...path, review_id: reviewId } }),
          ]
        : []),
    ];
    await Promise.all(keys.map((queryKey) => queries.invalidateQueries({ queryKey })));
  };
}
