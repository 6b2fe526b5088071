import { useQueryClient } from '@tanstack/react-query';
import {
  getCompanyQueryKey,
  listAccountsQueryKey,
  listCompaniesQueryKey,
} from '../../api/gen/@tanstack/react-query.gen';

/** What shows a company is read again after a change of it. */
export function useRefreshCompany(companyId: string) {
  const queries = useQueryClient();
  return async () => {
    await Promise.all([
      queries.invalidateQueries({ queryKey: getCompanyQueryKey({ path: { id: companyId } }) }),
      queries.invalidateQueries({ queryKey: listAccountsQueryKey() }),
      queries.invalidateQueries({ queryKey: listCompaniesQueryKey() }),
    ]);
  };
}
