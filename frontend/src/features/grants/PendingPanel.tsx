import { useQuery } from '@tanstack/react-query';
import type { Membership } from '../../api/gen';
import { listGrantsGivenOptions, listGrantsReceivedOptions } from '../../api/gen/@tanstack/react-query.gen';
import { Card } from '../../ui/Card';
import { EmptyState } from '../../ui/EmptyState';
import { Loaded } from '../../ui/Loaded';
import { TextLink } from '../../ui/TextLink';
import { GrantTable } from './GrantTable';
import { useText } from './text';

const WAITING = [
  { key: 'clientAsked', list: 'given', startedBy: 'recipient' },
  { key: 'clientInvited', list: 'received', startedBy: 'grantor' },
  { key: 'ownInvitations', list: 'given', startedBy: 'grantor' },
  { key: 'ownRequests', list: 'received', startedBy: 'recipient' },
] as const;

/** What waits for an answer: first what this account is asked, then what it asked of others. */
export function PendingPanel({ membership }: { membership: Membership }) {
  const t = useText();
  const list = (which: (typeof WAITING)[number]) => {
    const input = {
      path: { id: membership.account_id },
      query: { state: 'proposed' as const, started_by: which.startedBy, sort: 'newest' as const },
    };
    return which.list === 'given' ? listGrantsGivenOptions(input) : listGrantsReceivedOptions(input);
  };
  const queries = [
    useQuery(list(WAITING[0])),
    useQuery(list(WAITING[1])),
    useQuery(list(WAITING[2])),
    useQuery(list(WAITING[3])),
  ];
  const empty = queries.every((query) => query.data?.items.length === 0);
  if (empty) {
    return (
      <EmptyState kind="nothing" title={t('emptyPending')}>
        {t('emptyPendingText')}
      </EmptyState>
    );
  }
  return (
    <>
      {WAITING.map((which, at) => {
        const query = queries[at];
        if (!query || query.data?.items.length === 0) return null;
        return (
          <Card key={which.key} title={t(`pending.${which.key}`)} tone={at < 2 ? 'warn' : undefined}>
            <Loaded query={query} rows={2}>
              {(page) => (
                <>
                  <GrantTable caption={t(`pending.${which.key}`)} grants={page.items} pending />
                  {page.next_cursor ? (
                    <p>
                      <TextLink
                        to="/access/cross-account"
                        search={{
                          tab: which.list === 'received' ? 'received' : undefined,
                          state: 'proposed',
                          sort: 'newest',
                        }}
                      >
                        {t('seeAllPending')}
                      </TextLink>
                    </p>
                  ) : null}
                </>
              )}
            </Loaded>
          </Card>
        );
      })}
    </>
  );
}
