import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import * as z from 'zod/mini';
import { type GrantPerson, readmitGrantPerson, removeGrantPerson, unassignGrantPerson } from '../../api/gen';
import { listGrantPeopleOptions } from '../../api/gen/@tanstack/react-query.gen';
import { sentence } from '../../app/format';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { type Column, DataTable } from '../../ui/DataTable';
import { FormDialog } from '../../ui/FormDialog';
import { Loaded } from '../../ui/Loaded';
import { Pagination } from '../../ui/Pagination';
import { StateTag } from '../../ui/StateTag';
import { TextArea } from '../../ui/TextArea';
import { TextLink } from '../../ui/TextLink';
import { AssignDialog } from './AssignDialog';
import type { PanelProps } from './panel';
import { useRefreshGrants } from './refresh';
import { useText } from './text';
import { otherParty, partyName, useGrantWords } from './words';

const route = getRouteApi('/member/access/cross-account/$grantId');

type Act = { kind: 'assign' | 'unassign' | 'remove' | 'readmit'; person: GrantPerson | null };

/** The people behind a grant: how each came by it, what each may do, and when each last used it. */
export function GrantPeople(props: PanelProps) {
  const { membership, grant, onDone } = props;
  const t = useText();
  const words = useGrantWords();
  const { cursor } = route.useSearch();
  const refresh = useRefreshGrants(membership.account_id);
  const [act, setAct] = useState<Act | null>(null);
  const query = useQuery({
    ...listGrantPeopleOptions({ path: { id: grant.id }, query: { cursor } }),
    placeholderData: keepPreviousData,
  });
  const schema = useMemo(() => z.object({ reason: z.string() }), []);
  const close = () => setAct(null);
  const done = async (text: string) => {
    onDone(text);
    await refresh(grant.id);
  };
  const gives = grant.my_side === 'grantor';
  const ended = grant.state.kind === 'ended';
  const person = act?.person?.person;
  const who = { name: person?.name ?? '', company: partyName(otherParty(grant)) };
  const columns: Column<GrantPerson>[] = [
    {
      key: 'name',
      header: t('person'),
      rowHeader: true,
      cell: (row) => (
        <>
          {gives && grant.grantor.account_id ? (
            <TextLink to="/access/outside-people/$personId" params={{ personId: row.person.id }}>
              {row.person.name}
            </TextLink>
          ) : (
            row.person.name
          )}
          {row.person.user_id ? <div className="qm-muted qm-small">{row.person.user_id}</div> : null}
        </>
      ),
    },
    {
      key: 'via',
      header: t('through'),
      cell: (row) => (
        <>
          {words.via(row.via)}
          {row.teams.length > 0 ? <div className="qm-muted qm-small">{row.teams.join(', ')}</div> : null}
        </>
      ),
    },
    {
      key: 'rights',
      header: t('mayDo'),
      cell: (row) =>
        row.removed ? (
          <>
            <StateTag tone="bad" icon="stop">
              {t('removedTag')}
            </StateTag>
            <div className="qm-muted qm-small">
              {t('removedBy', { name: row.removed.by_name, date: words.when(row.removed.at) })}
              {row.removed.reason ? ` ${t('reasonGiven', { reason: row.removed.reason })}` : null}
            </div>
          </>
        ) : (
          words.rights(row.rights)
        ),
    },
    { key: 'last', header: t('lastUsed'), cell: (row) => words.when(row.last_used_at) },
  ];
  const acts = (row: GrantPerson) => {
    const name = row.person.name;
    if (gives) {
      if (row.removed) {
        return membership.role === 'owner' && !ended ? (
          <Button
            kind="link"
            aria-label={`${t('readmit')}: ${name}`}
            onClick={() => setAct({ kind: 'readmit', person: row })}
          >
            {t('readmit')}
          </Button>
        ) : null;
      }
      return grant.can.remove_people.allowed ? (
        <Button
          kind="link"
          aria-label={t('removePersonName', { name })}
          onClick={() => setAct({ kind: 'remove', person: row })}
        >
          {t('common:remove')}
        </Button>
      ) : null;
    }
    if (!grant.can.assign_people.allowed || row.removed || row.via.includes('owner')) return null;
    return (
      <span className="qm-row">
        <Button
          kind="link"
          aria-label={t('assignChangeName', { name })}
          onClick={() => setAct({ kind: 'assign', person: row })}
        >
          {t('assignChange')}
        </Button>
        {row.via.includes('assigned') ? (
          <Button
            kind="link"
            aria-label={`${t('unassign')}: ${name}`}
            onClick={() => setAct({ kind: 'unassign', person: row })}
          >
            {t('unassign')}
          </Button>
        ) : null}
      </span>
    );
  };
  if (grant.can.remove_people.allowed || grant.can.assign_people.allowed) {
    columns.push({ key: 'actions', header: t('common:actions'), cell: acts });
  }
  return (
    <Card
      title={t(gives ? 'peopleGiven' : 'peopleReceived')}
      side={
        grant.can.assign_people.allowed ? (
          <Button kind="secondary" small onClick={() => setAct({ kind: 'assign', person: null })}>
            {t('assign')}
          </Button>
        ) : undefined
      }
    >
      <p className="qm-muted">{t(gives ? 'peopleGivenLead' : 'peopleReceivedLead')}</p>
      {!gives && !grant.can.assign_people.allowed && grant.can.assign_people.why_not ? (
        <p className="qm-muted">{sentence(grant.can.assign_people.why_not)}</p>
      ) : null}
      <Loaded query={query} rows={3}>
        {(page) =>
          page.items.length === 0 ? (
            <p>{t('nobody')}</p>
          ) : (
            <>
              <DataTable
                caption={t(gives ? 'peopleGiven' : 'peopleReceived')}
                rows={page.items}
                rowKey={(row) => row.person.id}
                stale={query.isPlaceholderData}
                columns={columns}
              />
              <Pagination count={page.items.length} cursor={cursor} nextCursor={page.next_cursor} />
            </>
          )
        }
      </Loaded>
      {act?.kind === 'assign' ? (
        <AssignDialog {...props} person={act.person} onDone={done} onClose={close} />
      ) : null}
      {act?.kind === 'unassign' && person ? (
        <ConfirmDialog
          title={t('unassignTitle', who)}
          confirmLabel={t('unassignName', who)}
          destructive
          onConfirm={async () => {
            await unassignGrantPerson({ path: { id: grant.id, user_id: person.id } });
            await done(t('unassigned', who));
          }}
          onClose={close}
        >
          <p>{t('unassignText')}</p>
        </ConfirmDialog>
      ) : null}
      {act?.kind === 'remove' && person ? (
        <FormDialog
          title={t('removePersonTitle', who)}
          schema={schema}
          defaultValues={{ reason: '' }}
          submitLabel={t('removePersonName', who)}
          submitKind="danger"
          onSubmit={async (values) => {
            await removeGrantPerson({
              path: { id: grant.id, user_id: person.id },
              body: { reason: values.reason.trim() || null },
            });
            await done(t('personRemoved', who));
          }}
          onClose={close}
        >
          <p>{t('removePersonText', who)}</p>
          <TextArea name="reason" label={t('common:fields.reason')} optional rows={2} maxLength={500} />
        </FormDialog>
      ) : null}
      {act?.kind === 'readmit' && person ? (
        <ConfirmDialog
          title={t('readmitTitle', who)}
          confirmLabel={t('readmitName', who)}
          onConfirm={async () => {
            await readmitGrantPerson({ path: { id: grant.id, user_id: person.id } });
            await done(t('readmitted', who));
          }}
          onClose={close}
        >
          <p>{t('readmitText', who)}</p>
        </ConfirmDialog>
      ) : null}
    </Card>
  );
}
