import { useQueryClient } from '@tanstack/react-query';
import {
  getReportScheduleQueryKey,
  listReportSchedulesQueryKey,
} from '../../api/gen/@tanstack/react-query.gen';

/** After a change to a schedule: the lists are asked again, and the schedule itself unless it is gone. */
export function useRefreshSchedules() {
  const queries = useQueryClient();
  return async (id?: string) => {
    const [list] = listReportSchedulesQueryKey();
    await queries.invalidateQueries({ queryKey: [{ _id: list._id }] });
    if (id) await queries.invalidateQueries({ queryKey: getReportScheduleQueryKey({ path: { id } }) });
  };
}
