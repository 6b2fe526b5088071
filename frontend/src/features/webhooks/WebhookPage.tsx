import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import {
  endWebhook,
  type Membership,
  redeliverFailedEvents,
  rotateWebhookSecret,
  sendTestEvent,
  updateWebhook,
} from '../../api/gen';
import { getWebhookOptions } from '../../api/gen/@tanstack/react-query.gen';
import { ifMatch } from '../../api/problem';
import { AccountPage } from '../../app/AccountPage';
import { formatDateTime } from '../../app/format';
import { useMe } from '../../session';
import { Alert } from '../../ui/Alert';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { Facts } from '../../ui/Facts';
import { Loaded } from '../../ui/Loaded';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { Deliveries } from './Deliveries';
import { useRefreshWebhooks } from './refresh';
import { SecretDialog } from './SecretDialog';
import { useText } from './text';
import { WebhookDialog } from './WebhookDialog';
import { WebhookTag } from './WebhookTag';

const route = getRouteApi('/member/company/webhooks/$webhookId');

export default function WebhookPage() {
  const t = useText();
  return (
    <AccountPage
      title={t('webhook')}
      about={t('about')}
      crumbs={[
        { label: t('company'), to: '/company' },
        { label: t('title'), to: '/company/webhooks' },
      ]}
      roles={['owner', 'proxy']}
    >
      {(membership) => <One key={membership.account_id} membership={membership} />}
    </AccountPage>
  );
}

function One({ membership }: { membership: Membership }) {
  const t = useText();
  const me = useMe();
  const navigate = useNavigate();
  const { webhookId } = route.useParams();
  const path = { id: membership.account_id, webhook_id: webhookId };
  const refreshAll = useRefreshWebhooks(membership.account_id);
  const refresh = () => refreshAll(webhookId);
  const [open, setOpen] = useState<'edit' | 'rotate' | 'end' | null>(null);
  const [secret, setSecret] = useState<string | null>(null);
  const [done, setDone] = useState<string | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const query = useQuery(getWebhookOptions({ path }));
  const moment = (at: string | null | undefined) => (at ? formatDateTime(at, me.time_zone) : t('never'));
  const act = async (what: () => Promise<string>) => {
    setProblem(null);
    try {
      setDone(await what());
      await refresh();
    } catch (caught) {
      setProblem(caught);
    }
  };
  return (
    <>
      {done ? (
        <Alert kind="success" focus key={done}>
          {done}
        </Alert>
      ) : null}
      {problem ? <ProblemAlert error={problem} /> : null}
      <Loaded query={query} rows={5}>
        {(webhook) => (
          <>
            {webhook.state === 'paused' ? (
              <Alert kind="warning" title={t('pausedTitle')}>
                {webhook.paused_reason ? `${webhook.paused_reason} ` : ''}
                {t('pausedText')}
              </Alert>
            ) : null}
            <Card
              title={webhook.description ?? t('webhook')}
              side={
                webhook.state === 'ended' ? undefined : (
                  <Button kind="secondary" small onClick={() => setOpen('edit')}>
                    {t('edit')}
                  </Button>
                )
              }
            >
              <Facts
                items={[
                  [t('url'), <code key="url">{webhook.url}</code>],
                  [t('stateName'), <WebhookTag key="state" state={webhook.state} />],
                  [t('which'), webhook.event_types ? webhook.event_types.join(', ') : t('allEvents')],
                  [t('lastDelivered'), moment(webhook.last_delivered_at)],
                  [t('lastFailed'), moment(webhook.last_failed_at)],
                  [t('waiting'), String(webhook.waiting)],
                  [t('failed'), String(webhook.failed)],
                  [
                    t('made'),
                    t('madeBy', { when: moment(webhook.created_at), name: webhook.created_by_name }),
                  ],
                  [t('rotated'), webhook.secret_rotated_at ? moment(webhook.secret_rotated_at) : undefined],
                ]}
              />
              {webhook.state === 'ended' ? null : (
                <p className="qm-row">
                  <Button
                    onClick={() =>
                      act(async () => {
                        await sendTestEvent({ path, throwOnError: true });
                        return t('testSent');
                      })
                    }
                  >
                    {t('test')}
                  </Button>
                  <Button
                    kind="secondary"
                    onClick={() =>
                      act(async () => {
                        const paused = webhook.state === 'active';
                        await updateWebhook({
                          path,
                          headers: ifMatch(webhook),
                          body: { paused },
                          throwOnError: true,
                        });
                        return t(paused ? 'paused' : 'resumed');
                      })
                    }
                  >
                    {webhook.state === 'active' ? t('pause') : t('resume')}
                  </Button>
                  <Button kind="secondary" onClick={() => setOpen('rotate')}>
                    {t('rotate')}
                  </Button>
                  {webhook.failed > 0 ? (
                    <Button
                      kind="secondary"
                      onClick={() =>
                        act(async () => {
                          const { data } = await redeliverFailedEvents({
                            path,
                            body: { since: webhook.created_at },
                            throwOnError: true,
                          });
                          return t('againAllDone', { count: Number(data.deliveries) });
                        })
                      }
                    >
                      {t('againAll')}
                    </Button>
                  ) : null}
                  <Button kind="danger" onClick={() => setOpen('end')}>
                    {t('end')}
                  </Button>
                </p>
              )}
            </Card>
            <Deliveries membership={membership} webhook={webhook} onDone={(text) => setDone(text)} />
            {open === 'edit' ? (
              <WebhookDialog
                webhook={webhook}
                onSubmit={async (body) => {
                  await updateWebhook({ path, headers: ifMatch(webhook), body, throwOnError: true });
                  setDone(t('saved'));
                  await refresh();
                }}
                onClose={() => setOpen(null)}
              />
            ) : null}
            {open === 'rotate' ? (
              <ConfirmDialog
                title={t('rotateTitle')}
                confirmLabel={t('rotate')}
                onConfirm={async () => {
                  const { data } = await rotateWebhookSecret({ path, throwOnError: true });
                  setSecret(data.signing_secret);
                  await refresh();
                }}
                onClose={() => setOpen(null)}
              >
                <p>{t('rotateText')}</p>
              </ConfirmDialog>
            ) : null}
            {open === 'end' ? (
              <ConfirmDialog
                title={t('endTitle')}
                confirmLabel={t('end')}
                destructive
                onConfirm={async () => {
                  await endWebhook({ path, headers: ifMatch(webhook), throwOnError: true });
                  await refresh();
                  await navigate({ to: '/company/webhooks' });
                }}
                onClose={() => setOpen(null)}
              >
                <p>{t('endText')}</p>
              </ConfirmDialog>
            ) : null}
            {secret && open === null ? (
              <SecretDialog secret={secret} onClose={() => setSecret(null)} />
            ) : null}
          </>
        )}
      </Loaded>
    </>
  );
}
