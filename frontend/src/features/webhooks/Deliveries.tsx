import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { type Membership, redeliverEvent, type Webhook } from '../../api/gen';
import {
  getWebhookDeliveryOptions,
  listWebhookDeliveriesOptions,
} from '../../api/gen/@tanstack/react-query.gen';
import { formatDateTime } from '../../app/format';
import { useMe } from '../../session';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { DataTable } from '../../ui/DataTable';
import { Dialog } from '../../ui/Dialog';
import { EmptyState } from '../../ui/EmptyState';
import { Loaded } from '../../ui/Loaded';
import { Pagination } from '../../ui/Pagination';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { useRefreshWebhooks } from './refresh';
import { useText } from './text';
import { DeliveryTag } from './WebhookTag';

const route = getRouteApi('/member/company/webhooks/$webhookId');

interface Props {
  membership: Membership;
  webhook: Webhook;
  onDone: (text: string) => void;
}

/** What was sent, with what went wrong in words. Looks again by itself, for what is on its way. */
export function Deliveries({ membership, webhook, onDone }: Props) {
  const t = useText();
  const me = useMe();
  const { cursor } = route.useSearch();
  const path = { id: membership.account_id, webhook_id: webhook.id };
  const refresh = useRefreshWebhooks(membership.account_id);
  const [shown, setShown] = useState<string | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const query = useQuery({
    ...listWebhookDeliveriesOptions({ path, query: { cursor } }),
    placeholderData: keepPreviousData,
    refetchInterval: 5000,
  });
  return (
    <Card title={t('deliveries')}>
      {problem ? <ProblemAlert error={problem} /> : null}
      <Loaded query={query} rows={3}>
        {(page) =>
          page.items.length === 0 ? (
            <EmptyState kind="nothing" title={t('noDeliveries')}>
              {t('noDeliveriesText')}
            </EmptyState>
          ) : (
            <>
              <DataTable
                caption={t('deliveries')}
                rows={page.items}
                rowKey={(row) => row.id}
                stale={query.isPlaceholderData}
                columns={[
                  { key: 'event', header: t('event'), rowHeader: true, cell: (row) => row.event_type },
                  {
                    key: 'when',
                    header: t('when'),
                    cell: (row) => formatDateTime(row.created_at, me.time_zone),
                  },
                  {
                    key: 'state',
                    header: t('stateName'),
                    cell: (row) => (
                      <>
                        <DeliveryTag state={row.state} />
                        {row.next_attempt_at && row.attempts_made > 0 ? (
                          <div className="qm-muted qm-small">
                            {t('next', { when: formatDateTime(row.next_attempt_at, me.time_zone) })}
                          </div>
                        ) : null}
                      </>
                    ),
                  },
                  { key: 'problem', header: t('problem'), cell: (row) => row.last_problem ?? '–' },
                  {
                    key: 'attempts',
                    header: t('attempts'),
                    numeric: true,
                    cell: (row) => String(row.attempts_made),
                  },
                  {
                    key: 'actions',
                    header: t('common:actions'),
                    cell: (row) => (
                      <span className="qm-row">
                        <Button
                          kind="link"
                          aria-label={t('showName', { event: row.event_type })}
                          onClick={() => setShown(row.id)}
                        >
                          {t('show')}
                        </Button>
                        {webhook.state !== 'ended' && row.state !== 'waiting' ? (
                          <Button
                            kind="link"
                            aria-label={t('againName', { event: row.event_type })}
                            onClick={async () => {
                              setProblem(null);
                              try {
                                await redeliverEvent({
                                  path: { ...path, delivery_id: row.id },
                                  throwOnError: true,
                                });
                                onDone(t('againDone'));
                                await refresh(webhook.id, row.id);
                              } catch (caught) {
                                setProblem(caught);
                              }
                            }}
                          >
                            {t('again')}
                          </Button>
                        ) : null}
                      </span>
                    ),
                  },
                ]}
              />
              <Pagination count={page.items.length} cursor={cursor} nextCursor={page.next_cursor} />
            </>
          )
        }
      </Loaded>
      {shown ? <Details path={{ ...path, delivery_id: shown }} onClose={() => setShown(null)} /> : null}
    </Card>
  );
}

/** Every attempt, what the receiver answered, and what is sent. */
function Details({
  path,
  onClose,
}: {
  path: { id: string; webhook_id: string; delivery_id: string };
  onClose: () => void;
}) {
  const t = useText();
  const me = useMe();
  const query = useQuery(getWebhookDeliveryOptions({ path }));
  return (
    <Dialog title={query.data?.delivery.event_type ?? t('event')} onClose={onClose}>
      <div className="qm-stack">
        <Loaded query={query} rows={3}>
          {(detail) => (
            <>
              {detail.attempts.map((attempt) => (
                <section key={String(attempt.number)}>
                  <h3>
                    {t('attempt', {
                      number: String(attempt.number),
                      when: formatDateTime(attempt.at, me.time_zone),
                    })}
                  </h3>
                  <p>{attempt.detail}</p>
                  {attempt.response ? (
                    <>
                      <p className="qm-muted">{t('answer')}</p>
                      <pre className="qm-pre">{attempt.response}</pre>
                    </>
                  ) : null}
                </section>
              ))}
              <section>
                <h3>{t('sent')}</h3>
                <pre className="qm-pre">{JSON.stringify(JSON.parse(detail.payload), null, 2)}</pre>
              </section>
            </>
          )}
        </Loaded>
      </div>
      <div className="qm-actions">
        <Button onClick={onClose}>{t('common:close')}</Button>
      </div>
    </Dialog>
  );
}
