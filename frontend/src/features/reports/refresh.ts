import { useQueryClient } from '@tanstack/react-query';
import { getReportQueryKey, listReportsQueryKey } from '../../api/gen/@tanstack/react-query.gen';

/** After a change to a report: every list of the library is asked again, and the report itself unless it is gone. */
export function useRefreshReports() {
  const queries = useQueryClient();
  return async (key?: string) => {
    // The key of a list without its filters fits the lists with any.
    const [list] = listReportsQueryKey();
    await queries.invalidateQueries({ queryKey: [{ _id: list._id }] });
    if (key) await queries.invalidateQueries({ queryKey: getReportQueryKey({ path: { key } }) });
  };
}
