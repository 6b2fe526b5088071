import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { listNoticesOptions } from '../api/gen/@tanstack/react-query.gen';
import { queryClient } from './query-client';
import { useShellText } from './text';

/** More than this is not counted: it says "50+". */
const COUNTED = 50;

/** The way to the notices, with how many were not opened yet. */
export function Bell() {
  const t = useShellText();
  const { data } = useQuery(
    { ...listNoticesOptions({ query: { limit: COUNTED } }), staleTime: 60_000 },
    queryClient,
  );
  const unread = data?.items.filter((one) => !one.read_at).length ?? 0;
  const shown = unread === COUNTED && data?.next_cursor ? `${COUNTED}+` : String(unread);
  return (
    <Link
      to="/notices"
      className="qm-menu__button qm-bell"
      aria-label={unread > 0 ? t('noticesUnread', { count: unread, shown }) : t('notices')}
    >
      <svg className="qm-icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
        <path d="M12 22a2 2 0 0 0 2-2h-4a2 2 0 0 0 2 2zm6-6v-5c0-3-1.600-5.600-4.500-6.300V4a1.500 1.500 0 0 0-3 0v.700C7.600 5.400 6 7.900 6 11v5l-2 2v1h16v-1z" />
      </svg>
      {unread > 0 ? (
        <span className="qm-bell__count" aria-hidden="true">
          {shown}
        </span>
      ) : null}
    </Link>
  );
}
