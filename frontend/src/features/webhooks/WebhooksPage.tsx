import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { createWebhook, type Membership } from '../../api/gen';
import { listWebhooksOptions } from '../../api/gen/@tanstack/react-query.gen';
import { AccountPage } from '../../app/AccountPage';
import { formatDateTime } from '../../app/format';
import { useMe } from '../../session';
import { Button } from '../../ui/Button';
import { DataTable } from '../../ui/DataTable';
import { EmptyState } from '../../ui/EmptyState';
import { Loaded } from '../../ui/Loaded';
import { TextLink } from '../../ui/TextLink';
import { useRefreshWebhooks } from './refresh';
import { SecretDialog } from './SecretDialog';
import { useText } from './text';
import { WebhookDialog } from './WebhookDialog';
import { WebhookTag } from './WebhookTag';

export default function WebhooksPage() {
  const t = useText();
  return (
    <AccountPage
      title={t('title')}
      about={t('about')}
      lead={t('lead')}
      crumbs={[{ label: t('company'), to: '/company' }]}
      roles={['owner', 'proxy']}
    >
      {(membership) => <Webhooks key={membership.account_id} membership={membership} />}
    </AccountPage>
  );
}

function Webhooks({ membership }: { membership: Membership }) {
  const t = useText();
  const me = useMe();
  const path = { id: membership.account_id };
  const refresh = useRefreshWebhooks(membership.account_id);
  const [adding, setAdding] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const query = useQuery(listWebhooksOptions({ path }));
  const moment = (at: string | null | undefined) => (at ? formatDateTime(at, me.time_zone) : t('never'));
  const add = <Button onClick={() => setAdding(true)}>{t('add')}</Button>;
  return (
    <>
      <Loaded query={query} rows={3}>
        {(list) =>
          list.items.length === 0 ? (
            <EmptyState kind="nothing" title={t('empty')} action={add}>
              {t('emptyText')}
            </EmptyState>
          ) : (
            <>
              <DataTable
                caption={t('title')}
                rows={list.items}
                rowKey={(row) => row.id}
                columns={[
                  {
                    key: 'url',
                    header: t('url'),
                    rowHeader: true,
                    cell: (row) => (
                      <>
                        <TextLink to="/company/webhooks/$webhookId" params={{ webhookId: row.id }}>
                          {row.description ?? row.url}
                        </TextLink>
                        {row.description ? <div className="qm-muted qm-small">{row.url}</div> : null}
                      </>
                    ),
                  },
                  { key: 'state', header: t('stateName'), cell: (row) => <WebhookTag state={row.state} /> },
                  {
                    key: 'events',
                    header: t('which'),
                    cell: (row) =>
                      row.event_types ? t('events', { count: row.event_types.length }) : t('allEvents'),
                  },
                  {
                    key: 'arrived',
                    header: t('lastDelivered'),
                    cell: (row) => moment(row.last_delivered_at),
                  },
                  { key: 'waiting', header: t('waiting'), numeric: true, cell: (row) => String(row.waiting) },
                  { key: 'failed', header: t('failed'), numeric: true, cell: (row) => String(row.failed) },
                ]}
              />
              <p>{add}</p>
            </>
          )
        }
      </Loaded>
      {adding ? (
        <WebhookDialog
          webhook={null}
          onSubmit={async (body) => {
            const { data } = await createWebhook({ path, body, throwOnError: true });
            setSecret(data.signing_secret);
            await refresh();
          }}
          onClose={() => setAdding(false)}
        />
      ) : null}
      {secret && !adding ? <SecretDialog secret={secret} onClose={() => setSecret(null)} /> : null}
    </>
  );
}
