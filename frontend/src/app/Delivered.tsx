import { useQuery } from '@tanstack/react-query';
import { listMyReportDeliveriesOptions } from '../api/gen/@tanstack/react-query.gen';
import { queryClient } from './query-client';
import { useShellText } from './text';

/** More than this is not counted: it says "20+". */
const COUNTED = 20;

/** How many reports were delivered and not opened yet; nothing when there are none. */
export function Delivered() {
  const t = useShellText();
  const { data } = useQuery(
    {
      ...listMyReportDeliveriesOptions({ query: { unread: true, limit: COUNTED } }),
      staleTime: 60_000,
      retry: false,
    },
    queryClient,
  );
  const count = data?.items.length ?? 0;
  if (count === 0) return null;
  const shown = data?.next_cursor ? `${COUNTED}+` : String(count);
  return (
    <>
      <span className="qm-nav__count" aria-hidden="true">
        {shown}
      </span>
      <span className="usa-sr-only">{t('deliveredUnread', { count, shown })}</span>
    </>
  );
}
