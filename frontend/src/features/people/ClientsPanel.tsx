import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { listGuestAccessOptions } from '../../api/gen/@tanstack/react-query.gen';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { DataTable } from '../../ui/DataTable';
import { Loaded } from '../../ui/Loaded';
import { TextLink } from '../../ui/TextLink';
import { useGrantWords } from '../grants/words';
import type { PanelProps } from './panel';
import { useText } from './text';

/** Which clients' accounts a person sees, and the source of each right. */
export function ClientsPanel({ membership, person }: PanelProps) {
  const t = useText();
  const words = useGrantWords();
  const [cursor, setCursor] = useState<string | undefined>();
  const query = useQuery({
    ...listGuestAccessOptions({
      path: { id: membership.account_id, user_id: person.id },
      query: { cursor },
    }),
    placeholderData: keepPreviousData,
  });
  return (
    <Card title={t('clientsTitle')}>
      <Loaded query={query}>
        {(page) =>
          page.items.length === 0 ? (
            <p>{t('clientsNone')}</p>
          ) : (
            <>
              <DataTable
                caption={t('clientsTitle')}
                rows={page.items}
                rowKey={(row) => row.grant_id}
                stale={query.isPlaceholderData}
                columns={[
                  {
                    key: 'client',
                    header: t('client'),
                    rowHeader: true,
                    cell: (row) => (
                      <>
                        <TextLink to="/access/cross-account/$grantId" params={{ grantId: row.grant_id }}>
                          {row.account.name}
                        </TextLink>
                        <div className="qm-muted qm-small">{row.account.account_number}</div>
                      </>
                    ),
                  },
                  { key: 'via', header: t('clientVia'), cell: (row) => words.via(row.via) },
                  { key: 'rights', header: t('clientMay'), cell: (row) => words.rights(row.rights) },
                  { key: 'until', header: t('clientUntil'), cell: (row) => words.until(row.until) },
                  { key: 'used', header: t('clientUsed'), cell: (row) => words.when(row.last_used_at) },
                ]}
              />
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
    </Card>
  );
}
