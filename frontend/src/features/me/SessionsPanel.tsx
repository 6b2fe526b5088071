import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { endSession } from '../../api/gen';
import {
  listMySignInsOptions,
  listSessionsOptions,
  listSessionsQueryKey,
} from '../../api/gen/@tanstack/react-query.gen';
import { formatDateTime } from '../../app/format';
import { OutcomeTag } from '../../app/OutcomeTag';
import { useMe } from '../../session';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { DataTable } from '../../ui/DataTable';
import { Loaded } from '../../ui/Loaded';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { StateTag } from '../../ui/StateTag';
import type { PanelProps } from './panel';
import { useText } from './text';

export function SessionsPanel({ onDone }: PanelProps) {
  const t = useText();
  const me = useMe();
  const queries = useQueryClient();
  const [error, setError] = useState<unknown>(null);
  const sessions = useQuery({ ...listSessionsOptions({ query: { limit: 200 } }), staleTime: 0 });
  const signIns = useQuery({ ...listMySignInsOptions(), staleTime: 0 });
  const time = (value: string) => formatDateTime(value, me.time_zone);
  return (
    <>
      {error ? <ProblemAlert error={error} focus /> : null}
      <Card title={t('sessions')}>
        <Loaded query={sessions}>
          {(page) => (
            <DataTable
              caption={t('sessions')}
              rows={page.items}
              rowKey={(row) => row.id}
              columns={[
                {
                  key: 'device',
                  header: t('device'),
                  rowHeader: true,
                  cell: (row) => (
                    <>
                      {row.device}{' '}
                      {row.current ? (
                        <StateTag tone="info" icon="check">
                          {t('thisSession')}
                        </StateTag>
                      ) : null}
                    </>
                  ),
                },
                { key: 'network', header: t('network'), cell: (row) => row.network },
                { key: 'started', header: t('started'), cell: (row) => time(row.created_at) },
                { key: 'used', header: t('lastUsed'), cell: (row) => time(row.last_used_at) },
                { key: 'expires', header: t('expires'), cell: (row) => time(row.expires_at) },
                {
                  key: 'end',
                  header: t('common:actions'),
                  cell: (row) =>
                    row.current ? (
                      '–'
                    ) : (
                      <Button
                        kind="link"
                        aria-label={t('endOneName', { device: row.device })}
                        onClick={async () => {
                          setError(null);
                          try {
                            await endSession({ path: { id: row.id } });
                            onDone(t('ended'));
                            await queries.invalidateQueries({ queryKey: listSessionsQueryKey() });
                          } catch (caught) {
                            setError(caught);
                          }
                        }}
                      >
                        {t('endOne')}
                      </Button>
                    ),
                },
              ]}
            />
          )}
        </Loaded>
        <p className="qm-muted">{t('notYou')}</p>
      </Card>
      <Card title={t('signIns')}>
        <Loaded query={signIns}>
          {(page) =>
            page.items.length === 0 ? (
              <p>{t('noSignIns')}</p>
            ) : (
              <DataTable
                caption={t('signIns')}
                rows={page.items}
                rowKey={(row) => row.at + row.outcome}
                columns={[
                  { key: 'at', header: t('when'), rowHeader: true, cell: (row) => time(row.at) },
                  {
                    key: 'outcome',
                    header: t('result'),
                    cell: (row) => <OutcomeTag outcome={row.outcome} />,
                  },
                  { key: 'device', header: t('device'), cell: (row) => row.device },
                  { key: 'network', header: t('network'), cell: (row) => row.network },
                ]}
              />
            )
          }
        </Loaded>
      </Card>
    </>
  );
}
