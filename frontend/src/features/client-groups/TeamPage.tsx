import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import * as z from 'zod/mini';
import type { Membership, PersonRef } from '../../api/gen';
import { deleteTeam, setTeamMembers, type Team } from '../../api/gen';
import {
  getTeamOptions,
  listTeamClientGroupsOptions,
  listTeamMembersOptions,
} from '../../api/gen/@tanstack/react-query.gen';
import { ifMatch } from '../../api/problem';
import { AccountPage } from '../../app/AccountPage';
import { useMembership } from '../../app/account';
import { Alert } from '../../ui/Alert';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { DataTable } from '../../ui/DataTable';
import { FormDialog } from '../../ui/FormDialog';
import { Loaded } from '../../ui/Loaded';
import { TextLink } from '../../ui/TextLink';
import { PersonChoice } from '../grants/PersonChoice';
import { NameDialog } from './NameDialog';
import { useRefreshGroups } from './refresh';
import { useText } from './text';

const route = getRouteApi('/member/access/teams/$teamId');

export default function TeamPage() {
  const t = useText();
  const { teamId } = route.useParams();
  const membership = useMembership();
  const query = useQuery({
    ...getTeamOptions({ path: { id: membership?.account_id ?? '', team_id: teamId } }),
    enabled: membership !== null && membership.role !== 'user',
  });
  const team = query.data;
  return (
    <AccountPage
      title={team?.name ?? t('team')}
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
          {(loaded) => <TeamView key={teamId} membership={current} team={loaded} />}
        </Loaded>
      )}
    </AccountPage>
  );
}

function TeamView({ membership, team }: { membership: Membership; team: Team }) {
  const t = useText();
  const navigate = useNavigate();
  const refresh = useRefreshGroups(membership.account_id);
  const [done, setDone] = useState<string | null>(null);
  const [act, setAct] = useState<'add' | 'rename' | 'delete' | null>(null);
  const [leaving, setLeaving] = useState<PersonRef | null>(null);
  const path = { id: membership.account_id, team_id: team.id };
  const members = useQuery(listTeamMembersOptions({ path, query: { limit: 200 } }));
  const groups = useQuery(listTeamClientGroupsOptions({ path }));
  const schema = useMemo(
    () =>
      z.object({
        find: z.optional(z.string()),
        user: z.string().check(z.minLength(1, t('personMissing'))),
      }),
    [t],
  );
  const close = () => setAct(null);
  const save = async (userIds: string[], text: string) => {
    await setTeamMembers({ path, body: { user_ids: userIds } });
    setDone(text);
    await refresh({ teamId: team.id });
  };
  const ids = (members.data?.items ?? []).map((one) => one.person.id);
  return (
    <>
      {done ? (
        <Alert kind="success" focus key={done}>
          {done}
        </Alert>
      ) : null}
      <p className="qm-row">
        <Button onClick={() => setAct('add')}>{t('addPerson')}</Button>
        <Button kind="secondary" onClick={() => setAct('rename')}>
          {t('renameShort')}
        </Button>
        <Button kind="secondary" onClick={() => setAct('delete')}>
          {t('deleteTeam')}
        </Button>
      </p>
      <Card title={t('people')}>
        <Loaded query={members} rows={3}>
          {(list) =>
            list.items.length === 0 ? (
              <p>{t('emptyTeam')}</p>
            ) : (
              <DataTable
                caption={t('people')}
                rows={list.items}
                rowKey={(row) => row.person.id}
                columns={[
                  {
                    key: 'name',
                    header: t('person'),
                    rowHeader: true,
                    cell: (row) => (
                      <TextLink to="/people/$personId" params={{ personId: row.person.id }}>
                        {row.person.name}
                      </TextLink>
                    ),
                  },
                  {
                    key: 'userId',
                    header: t('common:fields.userId'),
                    cell: (row) => row.person.user_id ?? '–',
                  },
                  {
                    key: 'actions',
                    header: t('common:actions'),
                    cell: (row) => (
                      <Button
                        kind="link"
                        aria-label={`${t('common:remove')}: ${row.person.name}`}
                        onClick={() => setLeaving(row.person)}
                      >
                        {t('common:remove')}
                      </Button>
                    ),
                  },
                ]}
              />
            )
          }
        </Loaded>
      </Card>
      <Card title={t('seesGroups')}>
        <Loaded query={groups} rows={2}>
          {(list) =>
            list.items.length === 0 ? (
              <p>
                {t('seesNone')} <TextLink to="/access/client-groups">{t('toMatrix')}</TextLink>
              </p>
            ) : (
              <ul>
                {list.items.map((one) => (
                  <li key={one.client_group_id}>
                    <TextLink to="/access/client-groups/$groupId" params={{ groupId: one.client_group_id }}>
                      {one.client_group_name}
                    </TextLink>{' '}
                    ({one.rights ? t('inPart') : t('inFull')})
                  </li>
                ))}
              </ul>
            )
          }
        </Loaded>
      </Card>
      {act === 'add' ? (
        <FormDialog
          title={t('addPersonTo', { name: team.name })}
          schema={schema}
          defaultValues={{ find: '', user: '' }}
          submitLabel={t('addPerson')}
          onSubmit={(values) => save([...new Set([...ids, values.user])], t('personAdded'))}
          onClose={close}
        >
          {(values) => (
            <>
              <p>{t('addPersonText')}</p>
              <PersonChoice accountId={membership.account_id} typed={values.find ?? ''} />
            </>
          )}
        </FormDialog>
      ) : null}
      {act === 'rename' ? (
        <NameDialog membership={membership} kind="team" existing={team} onDone={setDone} onClose={close} />
      ) : null}
      {act === 'delete' ? (
        <ConfirmDialog
          title={t('deleteTeamTitle', { name: team.name })}
          confirmLabel={t('deleteTeam')}
          destructive
          onConfirm={async () => {
            await deleteTeam({ path, headers: ifMatch(team) });
            await refresh();
            await navigate({ to: '/access/client-groups', search: { tab: 'teams' } });
          }}
          onClose={close}
        >
          <p>{t('deleteTeamText')}</p>
        </ConfirmDialog>
      ) : null}
      {leaving ? (
        <ConfirmDialog
          title={t('takeOutPersonTitle', { name: leaving.name, team: team.name })}
          confirmLabel={t('takeOutPerson', { name: leaving.name })}
          destructive
          onConfirm={() =>
            save(
              ids.filter((one) => one !== leaving.id),
              t('personTakenOut', { name: leaving.name }),
            )
          }
          onClose={() => setLeaving(null)}
        >
          <p>{t('takeOutPersonText')}</p>
        </ConfirmDialog>
      ) : null}
    </>
  );
}
