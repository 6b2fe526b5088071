import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Membership } from '../../api/gen';
import { type ClientGroup, deleteClientGroup, removeClientsFromGroup } from '../../api/gen';
import {
  getClientGroupOptions,
  listClientGroupClientsOptions,
} from '../../api/gen/@tanstack/react-query.gen';
import { ifMatch } from '../../api/problem';
import { AccountPage } from '../../app/AccountPage';
import { useMembership } from '../../app/account';
import { Alert } from '../../ui/Alert';
import { Button } from '../../ui/Button';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { DataTable } from '../../ui/DataTable';
import { EmptyState } from '../../ui/EmptyState';
import { Loaded } from '../../ui/Loaded';
import { Pagination } from '../../ui/Pagination';
import { TextLink } from '../../ui/TextLink';
import { AddClients } from './AddClients';
import { NameDialog } from './NameDialog';
import { useRefreshGroups } from './refresh';
import { useText } from './text';

const route = getRouteApi('/member/access/client-groups/$groupId');

export default function GroupPage() {
  const t = useText();
  const { groupId } = route.useParams();
  const membership = useMembership();
  const query = useQuery({
    ...getClientGroupOptions({ path: { id: membership?.account_id ?? '', group_id: groupId } }),
    enabled: membership !== null && membership.role !== 'user',
  });
  const group = query.data;
  return (
    <AccountPage
      title={group?.name ?? t('group')}
      about={t('about')}
      guide="clients-accounts"
      crumbs={[
        { label: t('crossAccount'), to: '/access/cross-account' },
        { label: t('title'), to: '/access/client-groups' },
      ]}
      roles={['owner', 'proxy']}
    >
      {(current) => (
        <Loaded query={query}>
          {(loaded) => <Group key={groupId} membership={current} group={loaded} />}
        </Loaded>
      )}
    </AccountPage>
  );
}

function Group({ membership, group }: { membership: Membership; group: ClientGroup }) {
  const t = useText();
  const navigate = useNavigate();
  const { cursor } = route.useSearch();
  const refresh = useRefreshGroups(membership.account_id);
  const [done, setDone] = useState<string | null>(null);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [nothingChosen, setNothingChosen] = useState(false);
  const [act, setAct] = useState<'add' | 'remove' | 'rename' | 'delete' | null>(null);
  const path = { id: membership.account_id, group_id: group.id };
  const query = useQuery({
    ...listClientGroupClientsOptions({ path, query: { cursor } }),
    placeholderData: keepPreviousData,
  });
  const onPage = (query.data?.items ?? []).filter((one) => chosen.has(one.account.id));
  const close = () => setAct(null);
  return (
    <>
      <p className="qm-lead">{t('clientCount', { count: group.client_count })}</p>
      {done ? (
        <Alert kind="success" focus key={done}>
          {done}
        </Alert>
      ) : null}
      <p className="qm-row">
        <Button onClick={() => setAct('add')}>{t('addClients')}</Button>
        <Button kind="secondary" onClick={() => setAct('rename')}>
          {t('renameShort')}
        </Button>
        <Button kind="secondary" onClick={() => setAct('delete')}>
          {t('deleteGroup')}
        </Button>
      </p>
      <Loaded query={query} rows={6}>
        {(page) =>
          page.items.length === 0 ? (
            <EmptyState kind="nothing" title={t('emptyGroup')}>
              {t('emptyGroupText')}
            </EmptyState>
          ) : (
            <>
              <div className="qm-bulk">
                <Button
                  small
                  kind="secondary"
                  onClick={() => {
                    setNothingChosen(onPage.length === 0);
                    if (onPage.length > 0) setAct('remove');
                  }}
                >
                  {onPage.length > 0 ? t('takeOutCount', { count: onPage.length }) : t('takeOut')}
                </Button>
                <span aria-live="polite">
                  {onPage.length > 0
                    ? t('chosenCount', { count: onPage.length })
                    : nothingChosen
                      ? t('chooseFirst')
                      : ''}
                </span>
              </div>
              <DataTable
                caption={t('clients')}
                rows={page.items}
                rowKey={(row) => row.account.id}
                stale={query.isPlaceholderData}
                selection={{
                  chosen,
                  onChange: (next) => {
                    setChosen(next);
                    setNothingChosen(false);
                  },
                  nameOf: (row) => row.account.name,
                }}
                columns={[
                  {
                    key: 'name',
                    header: t('client'),
                    rowHeader: true,
                    cell: (row) => (
                      <>
                        {row.grant_id ? (
                          <TextLink to="/access/cross-account/$grantId" params={{ grantId: row.grant_id }}>
                            {row.account.name}
                          </TextLink>
                        ) : (
                          row.account.name
                        )}
                        <div className="qm-muted qm-small">{row.account.account_number}</div>
                      </>
                    ),
                  },
                  { key: 'company', header: t('company'), cell: (row) => row.company_name },
                  {
                    key: 'grant',
                    header: t('grant'),
                    cell: (row) =>
                      row.grant_id
                        ? t(row.grant_state === 'paused' ? 'grantPaused' : 'grantActive')
                        : t('noGrant'),
                  },
                ]}
              />
              <Pagination count={page.items.length} cursor={cursor} nextCursor={page.next_cursor} />
            </>
          )
        }
      </Loaded>
      {act === 'add' ? (
        <AddClients
          membership={membership}
          group={group}
          onDone={async (text) => {
            setDone(text);
            await refresh({ groupId: group.id });
          }}
          onClose={close}
        />
      ) : null}
      {act === 'rename' ? (
        <NameDialog membership={membership} kind="group" existing={group} onDone={setDone} onClose={close} />
      ) : null}
      {act === 'remove' ? (
        <ConfirmDialog
          title={t('takeOutTitle', { count: onPage.length, name: group.name })}
          confirmLabel={t('takeOutCount', { count: onPage.length })}
          destructive
          onConfirm={async () => {
            await removeClientsFromGroup({
              path,
              body: { client_account_ids: onPage.map((one) => one.account.id) },
            });
            setDone(t('takenOut', { count: onPage.length }));
            setChosen(new Set());
            await refresh({ groupId: group.id });
          }}
          onClose={close}
        >
          <p>{t('takeOutText')}</p>
        </ConfirmDialog>
      ) : null}
      {act === 'delete' ? (
        <ConfirmDialog
          title={t('deleteGroupTitle', { name: group.name })}
          confirmLabel={t('deleteGroup')}
          destructive
          onConfirm={async () => {
            await deleteClientGroup({ path, headers: ifMatch(group) });
            await refresh();
            await navigate({ to: '/access/client-groups', search: { tab: 'groups' } });
          }}
          onClose={close}
        >
          <p>{t('deleteGroupText')}</p>
        </ConfirmDialog>
      ) : null}
    </>
  );
}
