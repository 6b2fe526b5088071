import { useMemo, useState } from 'react';
import * as z from 'zod/mini';
import type { GrantRights, Membership } from '../../api/gen';
import {
  type ClientGroup,
  removeTeamClientGroup,
  setTeamClientGroup,
  type Team,
  type TeamClientGroup,
} from '../../api/gen';
import { Button } from '../../ui/Button';
import { DataTable } from '../../ui/DataTable';
import { FormDialog } from '../../ui/FormDialog';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { RadioGroup } from '../../ui/RadioGroup';
import { TextLink } from '../../ui/TextLink';
import { RightsFields } from '../grants/GrantFields';
import { rightsSchema } from '../grants/grant-form';
import { useRefreshGroups } from './refresh';
import { useText } from './text';

interface Props {
  membership: Membership;
  groups: ClientGroup[];
  teams: Team[];
  onDone: (text: string) => void;
}

const FULL: GrantRights = { structure: true, records: 'all', reports: true, users: true };

/** Which team sees which group of clients. A tick takes effect at once and may be taken back the same way. */
export function Matrix({ membership, groups, teams, onDone }: Props) {
  const t = useText();
  const refresh = useRefreshGroups(membership.account_id);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState<string | null>(null);
  const [narrowing, setNarrowing] = useState<{ group: ClientGroup; team: Team; now: TeamClientGroup } | null>(
    null,
  );
  const assigned = (team: Team, group: ClientGroup) =>
    group.teams.find((one) => one.team_id === team.id) ?? null;
  const set = async (team: Team, group: ClientGroup, on: boolean) => {
    setError(null);
    setBusy(`${team.id}-${group.id}`);
    const path = { id: membership.account_id, team_id: team.id, group_id: group.id };
    try {
      if (on) await setTeamClientGroup({ path, body: { rights: null } });
      else await removeTeamClientGroup({ path });
      onDone(t(on ? 'assigned' : 'unassigned', { team: team.name, group: group.name }));
      await refresh({ teamId: team.id, groupId: group.id });
    } catch (caught) {
      setError(caught);
    } finally {
      setBusy(null);
    }
  };
  return (
    <>
      <p>{t('matrixLead')}</p>
      {error ? <ProblemAlert error={error} focus /> : null}
      <DataTable
        caption={t('tabs.matrix')}
        rows={groups}
        rowKey={(row) => row.id}
        columns={[
          {
            key: 'group',
            header: t('group'),
            rowHeader: true,
            cell: (group) => (
              <>
                <TextLink to="/access/client-groups/$groupId" params={{ groupId: group.id }}>
                  {group.name}
                </TextLink>
                <div className="qm-muted qm-small">{t('clientCount', { count: group.client_count })}</div>
              </>
            ),
          },
          ...teams.map((team) => ({
            key: team.id,
            header: team.name,
            cell: (group: ClientGroup) => {
              const now = assigned(team, group);
              return (
                <span className="qm-row">
                  <input
                    type="checkbox"
                    className="qm-check"
                    aria-label={t('cell', { team: team.name, group: group.name })}
                    checked={now !== null}
                    disabled={busy === `${team.id}-${group.id}`}
                    onChange={(event) => void set(team, group, event.target.checked)}
                  />
                  {now ? (
                    <Button
                      kind="link"
                      aria-label={`${now.rights ? t('inPart') : t('inFull')}: ${t('cell', { team: team.name, group: group.name })}`}
                      onClick={() => setNarrowing({ group, team, now })}
                    >
                      {now.rights ? t('inPart') : t('inFull')}
                    </Button>
                  ) : null}
                </span>
              );
            },
          })),
        ]}
      />
      {narrowing ? (
        <ExtentDialog
          membership={membership}
          {...narrowing}
          onDone={async (text) => {
            onDone(text);
            await refresh({ teamId: narrowing.team.id, groupId: narrowing.group.id });
          }}
          onClose={() => setNarrowing(null)}
        />
      ) : null}
    </>
  );
}

interface ExtentProps {
  membership: Membership;
  group: ClientGroup;
  team: Team;
  now: TeamClientGroup;
  onDone: (text: string) => Promise<void>;
  onClose: () => void;
}

function ExtentDialog({ membership, group, team, now, onDone, onClose }: ExtentProps) {
  const t = useText();
  const schema = useMemo(
    () =>
      z.object({
        extent: z.enum(['full', 'part']),
        rights: z.optional(rightsSchema(t('rightsMissing'))),
      }),
    [t],
  );
  return (
    <FormDialog
      title={t('extentOf', { team: team.name, group: group.name })}
      schema={schema}
      defaultValues={{ extent: now.rights ? 'part' : 'full', rights: now.rights ?? FULL }}
      submitLabel={t('common:save')}
      onSubmit={async (values) => {
        await setTeamClientGroup({
          path: { id: membership.account_id, team_id: team.id, group_id: group.id },
          body: { rights: values.extent === 'part' ? (values.rights ?? null) : null },
        });
        await onDone(t('extentSaved', { team: team.name, group: group.name }));
      }}
      onClose={onClose}
    >
      {(values) => (
        <>
          <RadioGroup
            name="extent"
            label={t('extent')}
            options={[
              { value: 'full', label: t('extentFull'), hint: t('extentFullHint') },
              { value: 'part', label: t('extentPart'), hint: t('extentPartHint') },
            ]}
          />
          {values.extent === 'part' ? <RightsFields /> : null}
        </>
      )}
    </FormDialog>
  );
}
