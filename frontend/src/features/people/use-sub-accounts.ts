import { useQuery } from '@tanstack/react-query';
import { listSubAccountsOptions } from '../../api/gen/@tanstack/react-query.gen';

/** All sub-accounts that fit one page of the list; accounts have a handful. */
export const useSubAccounts = (accountId: string) =>
  useQuery(listSubAccountsOptions({ path: { id: accountId }, query: { limit: 200 } }));
