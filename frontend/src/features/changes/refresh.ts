import { useQueryClient } from '@tanstack/react-query';

/** After such a change much more has moved than can be named: everything shown is asked again. */
export function useRefreshAll() {
  const queries = useQueryClient();
  return () => queries.invalidateQueries();
}
