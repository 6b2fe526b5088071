import { useMemo } from 'react';
import * as z from 'zod/mini';
import type { Membership } from '../../api/gen';
import { createClientGroup, createTeam, updateClientGroup, updateTeam } from '../../api/gen';
import { idempotencyKey } from '../../api/idempotency';
import { ifMatch } from '../../api/problem';
import { FormDialog } from '../../ui/FormDialog';
import { TextField } from '../../ui/TextField';
import { useRefreshGroups } from './refresh';
import { useText } from './text';

interface Props {
  membership: Membership;
  kind: 'group' | 'team';
  /** Given to rename; else a new one is made. */
  existing?: { id: string; name: string; version: number };
  onDone: (text: string) => void;
  onClose: () => void;
}

/** Makes or renames a client group or a team. */
export function NameDialog({ membership, kind, existing, onDone, onClose }: Props) {
  const t = useText();
  const refresh = useRefreshGroups(membership.account_id);
  const schema = useMemo(
    () => z.object({ name: z.string().check(z.trim(), z.minLength(1, t('nameMissing'))) }),
    [t],
  );
  const id = membership.account_id;
  const save = async (body: { name: string }) => {
    if (kind === 'group') {
      if (existing) {
        await updateClientGroup({ path: { id, group_id: existing.id }, headers: ifMatch(existing), body });
      } else await createClientGroup({ path: { id }, body, headers: idempotencyKey() });
    } else if (existing) {
      await updateTeam({ path: { id, team_id: existing.id }, headers: ifMatch(existing), body });
    } else await createTeam({ path: { id }, body, headers: idempotencyKey() });
  };
  return (
    <FormDialog
      title={existing ? t('rename', { name: existing.name }) : t(kind === 'group' ? 'newGroup' : 'newTeam')}
      schema={schema}
      defaultValues={{ name: existing?.name ?? '' }}
      submitLabel={existing ? t('common:save') : t(kind === 'group' ? 'makeGroup' : 'makeTeam')}
      onSubmit={async (values) => {
        await save(values);
        onDone(t(existing ? 'renamed' : 'made', { name: values.name }));
        await refresh(
          existing ? (kind === 'group' ? { groupId: existing.id } : { teamId: existing.id }) : {},
        );
      }}
      onClose={onClose}
    >
      <TextField
        name="name"
        label={t('name')}
        hint={t(kind === 'group' ? 'groupHint' : 'teamHint')}
        maxLength={100}
        autoComplete="off"
      />
    </FormDialog>
  );
}
