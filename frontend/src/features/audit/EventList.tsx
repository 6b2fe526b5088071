import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { listAccountAuditEventsOptions } from '../../api/gen/@tanstack/react-query.gen';
import { Button } from '../../ui/Button';
import { EmptyState } from '../../ui/EmptyState';
import { Loaded } from '../../ui/Loaded';
import { EventTable } from './EventTable';
import { useText } from './text';

interface Props {
  accountId: string;
  filters: { subject_id?: string; actor_id?: string };
}

/** The record about one person, inside another page. */
export function EventList({ accountId, filters }: Props) {
  const t = useText();
  const [cursor, setCursor] = useState<string | undefined>();
  const query = useQuery({
    ...listAccountAuditEventsOptions({ path: { id: accountId }, query: { ...filters, cursor } }),
    placeholderData: keepPreviousData,
  });
  return (
    <Loaded query={query}>
      {(page) =>
        page.items.length === 0 ? (
          <EmptyState kind="nothing" title={t('empty')} />
        ) : (
          <>
            <EventTable events={page.items} stale={query.isPlaceholderData} />
            <div className="qm-below-table">
              {cursor ? (
                <Button kind="secondary" small onClick={() => setCursor(undefined)}>
                  {t('common:firstPage')}
                </Button>
              ) : null}
              {page.next_cursor ? (
                <Button kind="secondary" small onClick={() => setCursor(page.next_cursor ?? undefined)}>
                  {t('common:nextPage')}
                </Button>
              ) : null}
            </div>
          </>
        )
      }
    </Loaded>
  );
}
