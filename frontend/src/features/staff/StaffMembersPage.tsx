import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import type { StaffMember, StaffRole } from '../../api/gen';
import { listStaffOptions } from '../../api/gen/@tanstack/react-query.gen';
import { formatDateTime, fullName } from '../../app/format';
import { StaffPage } from '../../app/StaffPage';
import { AUDIT_READERS } from '../../app/staff';
import { UserStateTag } from '../../app/UserStateTag';
import { useMe } from '../../session';
import { Alert } from '../../ui/Alert';
import { Button } from '../../ui/Button';
import { ButtonLink } from '../../ui/ButtonLink';
import { DataTable } from '../../ui/DataTable';
import { EmptyState } from '../../ui/EmptyState';
import { Loaded } from '../../ui/Loaded';
import { Pagination } from '../../ui/Pagination';
import { type StaffAct, StaffDialog } from './StaffDialog';
import { useText } from './text';

const route = getRouteApi('/member/staff');

export default function StaffMembersPage() {
  const t = useText();
  return (
    <StaffPage
      title={t('title')}
      lead={t('lead')}
      about={t('about')}
      roles={AUDIT_READERS}
      actions={(role) =>
        role === 'administrator' ? <ButtonLink to="/staff/new">{t('invite')}</ButtonLink> : null
      }
    >
      {(role) => <Members role={role} />}
    </StaffPage>
  );
}

/** What an administrator can do about the state of this person, if anything. */
function stateAct(member: StaffMember): StaffAct | null {
  if (member.state.kind === 'invited') return null;
  if (member.state.kind === 'suspended') return 'lift';
  if (member.state.kind === 'active') return 'suspend';
  return 'reactivate';
}

function Members({ role }: { role: StaffRole }) {
  const t = useText();
  const me = useMe();
  const { cursor } = route.useSearch();
  const [dialog, setDialog] = useState<{ act: StaffAct; member: StaffMember } | null>(null);
  const [done, setDone] = useState<string | null>(null);
  const query = useQuery({ ...listStaffOptions({ query: { cursor } }), placeholderData: keepPreviousData });
  return (
    <>
      {done ? (
        <Alert kind="success" focus key={done}>
          {done}
        </Alert>
      ) : null}
      <Loaded query={query}>
        {(page) =>
          page.items.length === 0 ? (
            <EmptyState kind="nothing" title={t('empty')} />
          ) : (
            <>
              <DataTable
                caption={t('title')}
                rows={page.items}
                rowKey={(row) => row.id}
                stale={query.isPlaceholderData}
                columns={[
                  {
                    key: 'name',
                    header: t('name'),
                    rowHeader: true,
                    cell: (row) => (
                      <>
                        {fullName(row)}
                        <div className="qm-muted qm-small">{row.email}</div>
                      </>
                    ),
                  },
                  { key: 'user', header: t('userId'), cell: (row) => row.user_id ?? t('notYet') },
                  { key: 'role', header: t('role'), cell: (row) => t(`common:staffRole.${row.staff_role}`) },
                  { key: 'state', header: t('state'), cell: (row) => <UserStateTag state={row.state} /> },
                  {
                    key: 'last',
                    header: t('lastSignIn'),
                    cell: (row) =>
                      row.last_sign_in
                        ? formatDateTime(row.last_sign_in.at, me.time_zone)
                        : t('common:never'),
                  },
                  ...(role === 'administrator'
                    ? [
                        {
                          key: 'actions',
                          header: t('common:actions'),
                          cell: (row: StaffMember) =>
                            row.id === me.id ? (
                              <span className="qm-muted">{t('you')}</span>
                            ) : row.state.kind === 'invited' ? (
                              '–'
                            ) : (
                              <Acts member={row} onAct={(act) => setDialog({ act, member: row })} />
                            ),
                        },
                      ]
                    : []),
                ]}
              />
              <Pagination count={page.items.length} cursor={cursor} nextCursor={page.next_cursor} />
            </>
          )
        }
      </Loaded>
      {dialog ? (
        <StaffDialog
          act={dialog.act}
          member={dialog.member}
          onDone={setDone}
          onClose={() => setDialog(null)}
        />
      ) : null}
    </>
  );
}

function Acts({ member, onAct }: { member: StaffMember; onAct: (act: StaffAct) => void }) {
  const t = useText();
  const name = fullName(member);
  const second = stateAct(member);
  return (
    <span className="qm-row">
      <Button kind="link" aria-label={t('changeName', { name })} onClick={() => onAct('change')}>
        {t('change')}
      </Button>
      {second ? (
        <Button
          kind="link"
          aria-label={t(`${second}Name` as 'suspendName', { name })}
          onClick={() => onAct(second)}
        >
          {t(second as 'suspend')}
        </Button>
      ) : null}
    </span>
  );
}
