import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Membership } from '../../api/gen';
import { listClientGroupsOptions, listTeamsOptions } from '../../api/gen/@tanstack/react-query.gen';
import { AccountPage } from '../../app/AccountPage';
import { Alert } from '../../ui/Alert';
import { Button } from '../../ui/Button';
import { DataTable } from '../../ui/DataTable';
import { EmptyState } from '../../ui/EmptyState';
import { Loaded } from '../../ui/Loaded';
import { Tabs } from '../../ui/Tabs';
import { TextLink } from '../../ui/TextLink';
import { Matrix } from './Matrix';
import { NameDialog } from './NameDialog';
import { useText } from './text';

const route = getRouteApi('/member/access/client-groups');

export default function ClientGroupsPage() {
  const t = useText();
  return (
    <AccountPage
      title={t('title')}
      about={t('about')}
      guide="clients-accounts"
      lead={t('lead')}
      crumbs={[{ label: t('crossAccount'), to: '/access/cross-account' }]}
      roles={['owner', 'proxy']}
    >
      {(membership) => <ClientGroups key={membership.account_id} membership={membership} />}
    </AccountPage>
  );
}

function ClientGroups({ membership }: { membership: Membership }) {
  const t = useText();
  const navigate = useNavigate();
  const { tab } = route.useSearch();
  const [done, setDone] = useState<string | null>(null);
  const [naming, setNaming] = useState<'group' | 'team' | null>(null);
  const path = { id: membership.account_id };
  const groups = useQuery(listClientGroupsOptions({ path, query: { limit: 200 } }));
  const teams = useQuery(listTeamsOptions({ path, query: { limit: 200 } }));
  return (
    <>
      {done ? (
        <Alert kind="success" focus key={done}>
          {done}
        </Alert>
      ) : null}
      <p className="qm-row">
        <Button kind="secondary" onClick={() => setNaming('group')}>
          {t('newGroup')}
        </Button>
        <Button kind="secondary" onClick={() => setNaming('team')}>
          {t('newTeam')}
        </Button>
      </p>
      <Tabs
        label={t('tabs.label')}
        active={tab ?? 'matrix'}
        onChange={(key) =>
          void navigate({
            to: '/access/client-groups',
            search: { tab: key === 'groups' || key === 'teams' ? key : undefined },
            resetScroll: false,
          })
        }
        tabs={(['matrix', 'groups', 'teams'] as const).map((key) => ({ key, label: t(`tabs.${key}`) }))}
      >
        <Loaded query={groups}>
          {(groupPage) => (
            <Loaded query={teams}>
              {(teamPage) =>
                tab === 'groups' ? (
                  groupPage.items.length === 0 ? (
                    <EmptyState kind="nothing" title={t('noGroups')}>
                      {t('noGroupsText')}
                    </EmptyState>
                  ) : (
                    <DataTable
                      caption={t('tabs.groups')}
                      rows={groupPage.items}
                      rowKey={(row) => row.id}
                      columns={[
                        {
                          key: 'name',
                          header: t('group'),
                          rowHeader: true,
                          cell: (row) => (
                            <TextLink to="/access/client-groups/$groupId" params={{ groupId: row.id }}>
                              {row.name}
                            </TextLink>
                          ),
                        },
                        {
                          key: 'clients',
                          header: t('clients'),
                          numeric: true,
                          cell: (row) => String(row.client_count),
                        },
                        {
                          key: 'teams',
                          header: t('tabs.teams'),
                          numeric: true,
                          cell: (row) => String(row.teams.length),
                        },
                      ]}
                    />
                  )
                ) : tab === 'teams' ? (
                  teamPage.items.length === 0 ? (
                    <EmptyState kind="nothing" title={t('noTeams')}>
                      {t('noTeamsText')}
                    </EmptyState>
                  ) : (
                    <DataTable
                      caption={t('tabs.teams')}
                      rows={teamPage.items}
                      rowKey={(row) => row.id}
                      columns={[
                        {
                          key: 'name',
                          header: t('team'),
                          rowHeader: true,
                          cell: (row) => (
                            <TextLink to="/access/teams/$teamId" params={{ teamId: row.id }}>
                              {row.name}
                            </TextLink>
                          ),
                        },
                        {
                          key: 'people',
                          header: t('people'),
                          numeric: true,
                          cell: (row) => String(row.member_count),
                        },
                        {
                          key: 'groups',
                          header: t('tabs.groups'),
                          numeric: true,
                          cell: (row) => String(row.client_group_count),
                        },
                      ]}
                    />
                  )
                ) : groupPage.items.length === 0 || teamPage.items.length === 0 ? (
                  <EmptyState kind="nothing" title={t('noMatrix')}>
                    {t('noMatrixText')}
                  </EmptyState>
                ) : (
                  <Matrix
                    membership={membership}
                    groups={groupPage.items}
                    teams={teamPage.items}
                    onDone={setDone}
                  />
                )
              }
            </Loaded>
          )}
        </Loaded>
      </Tabs>
      {naming ? (
        <NameDialog membership={membership} kind={naming} onDone={setDone} onClose={() => setNaming(null)} />
      ) : null}
    </>
  );
}
