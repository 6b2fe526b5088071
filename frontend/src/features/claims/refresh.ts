import { useQueryClient } from '@tanstack/react-query';
import {
  getAnyIdentifierClaimQueryKey,
  getIdentifierClaimQueryKey,
  getSubAccountQueryKey,
  listAllIdentifierClaimsQueryKey,
  listIdentifierClaimsQueryKey,
  listMyNeedsQueryKey,
  listSubAccountsQueryKey,
} from '../../api/gen/@tanstack/react-query.gen';

const idOf = (key: readonly unknown[]) => key[0];

/** After a step of a claim: everything that shows it, or the identifiers that it moved, is asked again. */
export function useRefreshClaims() {
  const queries = useQueryClient();
  return async () => {
    const touched = [
      getAnyIdentifierClaimQueryKey({ path: { id: '' } }),
      getIdentifierClaimQueryKey({ path: { id: '', claim_id: '' } }),
      listAllIdentifierClaimsQueryKey(),
      listIdentifierClaimsQueryKey({ path: { id: '' } }),
      listSubAccountsQueryKey({ path: { id: '' } }),
      getSubAccountQueryKey({ path: { id: '', sub_id: '' } }),
      listMyNeedsQueryKey(),
    ].map((key) => (idOf(key) as { _id: string })._id);
    await queries.invalidateQueries({
      predicate: ({ queryKey }) => {
        const first = idOf(queryKey);
        return (
          typeof first === 'object' && first !== null && '_id' in first && touched.includes(String(first._id))
        );
      },
    });
  };
}
