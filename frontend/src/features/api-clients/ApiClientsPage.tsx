import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import {
  type ApiClient,
  type ApiClientSecret,
  addApiClientSecret,
  approveApiClient,
  endApiClient,
  type Membership,
  removeApiClientSecret,
} from '../../api/gen';
import {
  listAccountAuditEventsQueryKey,
  listApiClientScopesOptions,
  listApiClientsOptions,
  listApiClientsQueryKey,
  listMyNeedsQueryKey,
} from '../../api/gen/@tanstack/react-query.gen';
import { ifMatch } from '../../api/problem';
import { AccountPage } from '../../app/AccountPage';
import { Alert } from '../../ui/Alert';
import { Button } from '../../ui/Button';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { CopyText } from '../../ui/CopyText';
import { EmptyState } from '../../ui/EmptyState';
import { Loaded } from '../../ui/Loaded';
import { Pagination } from '../../ui/Pagination';
import { TextLink } from '../../ui/TextLink';
import { ClientCard } from './ClientCard';
import { ClientDialog } from './ClientDialog';
import { useText } from './text';

const route = getRouteApi('/member/company/api-clients');

/** What is being asked about a client. */
type Asked =
  | { act: 'new' }
  | { act: 'change' | 'approve' | 'secret' | 'end'; client: ApiClient }
  | { act: 'remove'; client: ApiClient; secret: ApiClientSecret };

export default function ApiClientsPage() {
  const t = useText();
  return (
    <AccountPage
      title={t('title')}
      lead={t('lead')}
      about={t('about')}
      crumbs={[{ label: t('common:companyPage'), to: '/company' }]}
      roles={['owner', 'proxy']}
    >
      {(membership) => <ApiClients key={membership.account_id} membership={membership} />}
    </AccountPage>
  );
}

function ApiClients({ membership }: { membership: Membership }) {
  const t = useText();
  const queries = useQueryClient();
  const { cursor } = route.useSearch();
  const path = { id: membership.account_id };
  const clients = useQuery(listApiClientsOptions({ path, query: { cursor } }));
  const scopes = useQuery(listApiClientScopesOptions());
  const [asked, setAsked] = useState<Asked | null>(null);
  const [done, setDone] = useState<string | null>(null);
  const [shown, setShown] = useState<{ name: string; secret: string } | null>(null);
  const close = () => setAsked(null);
  const finish = async (text: string | null) => {
    setDone(text);
    await Promise.all(
      [listApiClientsQueryKey({ path }), listMyNeedsQueryKey(), listAccountAuditEventsQueryKey({ path })].map(
        (queryKey) => queries.invalidateQueries({ queryKey }),
      ),
    );
  };
  const at = (client: ApiClient) => ({ ...path, client_id: client.id });
  return (
    <>
      {done ? (
        <Alert kind="success" focus key={done}>
          {done}
        </Alert>
      ) : null}
      {shown ? (
        <Alert kind="warning" title={t('shown', { name: shown.name })}>
          <p>{t('shownText')}</p>
          <CopyText value={shown.secret} label={t('shown', { name: shown.name })} />
        </Alert>
      ) : null}
      <p className="qm-row">
        <Button kind="secondary" onClick={() => setAsked({ act: 'new' })}>
          {t('add')}
        </Button>
        <TextLink to="/developers">{t('developers')}</TextLink>
      </p>
      <Loaded query={scopes}>
        {(known) => (
          <Loaded query={clients}>
            {(page) => (
              <>
                {page.items.length === 0 ? (
                  <EmptyState kind="nothing" title={t('none')}>
                    {t('noneText')}
                  </EmptyState>
                ) : (
                  page.items.map((client) => (
                    <ClientCard
                      key={client.id}
                      client={client}
                      scopes={known.items}
                      membership={membership}
                      onAsk={(act) => setAsked({ act, client })}
                      onRemove={(secret) => setAsked({ act: 'remove', client, secret })}
                    />
                  ))
                )}
                <Pagination count={page.items.length} cursor={cursor} nextCursor={page.next_cursor} />
                {asked?.act === 'new' || asked?.act === 'change' ? (
                  <ClientDialog
                    client={asked.act === 'change' ? asked.client : null}
                    scopes={known.items}
                    membership={membership}
                    onDone={async (text, secret) => {
                      setShown(secret);
                      await finish(text);
                    }}
                    onClose={close}
                  />
                ) : null}
              </>
            )}
          </Loaded>
        )}
      </Loaded>
      {asked?.act === 'approve' ? (
        <ConfirmDialog
          title={t('approveOf', { name: asked.client.name })}
          confirmLabel={t('approve')}
          onConfirm={async () => {
            await approveApiClient({ path: at(asked.client) });
            await finish(t('approved', { name: asked.client.name }));
          }}
          onClose={close}
        >
          <p>{t('waitingText')}</p>
          <ul>
            {scopes.data?.items
              .filter((one) => asked.client.pending_scopes?.includes(one.scope))
              .map((one) => (
                <li key={one.scope}>{one.words}</li>
              ))}
          </ul>
        </ConfirmDialog>
      ) : null}
      {asked?.act === 'secret' ? (
        <ConfirmDialog
          title={t('newSecretOf', { name: asked.client.name })}
          confirmLabel={t('newSecret')}
          onConfirm={async () => {
            const made = await addApiClientSecret({ path: at(asked.client) });
            setShown({ name: asked.client.name, secret: made.data.secret });
            await finish(null);
          }}
          onClose={close}
        >
          <p>{t('newSecretText')}</p>
        </ConfirmDialog>
      ) : null}
      {asked?.act === 'remove' ? (
        <ConfirmDialog
          title={t('removeSecret', { hint: asked.secret.hint })}
          confirmLabel={t('common:remove')}
          destructive
          onConfirm={async () => {
            await removeApiClientSecret({ path: { ...at(asked.client), secret_id: asked.secret.id } });
            await finish(t('removed'));
          }}
          onClose={close}
        >
          <p>{t('removeSecretText')}</p>
        </ConfirmDialog>
      ) : null}
      {asked?.act === 'end' ? (
        <ConfirmDialog
          title={t('endOf', { name: asked.client.name })}
          confirmLabel={t('endOf', { name: asked.client.name })}
          destructive
          onConfirm={async () => {
            await endApiClient({ path: at(asked.client), headers: ifMatch(asked.client) });
            await finish(t('ended', { name: asked.client.name }));
          }}
          onClose={close}
        >
          <p>{t('endText')}</p>
        </ConfirmDialog>
      ) : null}
    </>
  );
}
