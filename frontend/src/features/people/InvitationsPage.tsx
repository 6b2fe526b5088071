import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { type Invitation, type Membership, resendInvitation, revokeInvitation } from '../../api/gen';
import { listInvitationsOptions } from '../../api/gen/@tanstack/react-query.gen';
import { ifMatch } from '../../api/problem';
import { AccountPage } from '../../app/AccountPage';
import { formatDateTime, fullName } from '../../app/format';
import { invitationStates } from '../../routes/search';
import { useMe } from '../../session';
import { Alert } from '../../ui/Alert';
import { Button } from '../../ui/Button';
import { ButtonLink } from '../../ui/ButtonLink';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { DataTable } from '../../ui/DataTable';
import { EmptyState } from '../../ui/EmptyState';
import { FilterForm, FilterSelect } from '../../ui/FilterForm';
import type { IconName } from '../../ui/Icon';
import { Loaded } from '../../ui/Loaded';
import { Pagination } from '../../ui/Pagination';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { StateTag, type Tone } from '../../ui/StateTag';
import { useRefreshPeople } from './refresh';
import { useText } from './text';

const route = getRouteApi('/member/people/invitations');

const LOOK: Record<Invitation['state'], [Tone, IconName]> = {
  open: ['info', 'mail'],
  redeemed: ['good', 'check'],
  revoked: ['quiet', 'stop'],
  expired: ['warn', 'clock'],
};

export default function InvitationsPage() {
  const t = useText();
  return (
    <AccountPage
      title={t('invitationsTitle')}
      about={t('invitationsAbout')}
      crumbs={[{ label: t('back'), to: '/people' }]}
      lead={t('invitationsLead')}
      roles={['owner', 'proxy']}
      actions={() => <ButtonLink to="/people/new">{t('invite')}</ButtonLink>}
    >
      {(membership) => <Invitations key={membership.account_id} membership={membership} />}
    </AccountPage>
  );
}

function Invitations({ membership }: { membership: Membership }) {
  const t = useText();
  const me = useMe();
  const { state, cursor, account } = route.useSearch();
  const refresh = useRefreshPeople(membership.account_id);
  const [done, setDone] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [withdrawing, setWithdrawing] = useState<Invitation | null>(null);
  const query = useQuery({
    ...listInvitationsOptions({ path: { id: membership.account_id }, query: { state, cursor } }),
    placeholderData: keepPreviousData,
  });
  return (
    <>
      <FilterForm
        values={{ state }}
        chips={state ? [{ name: 'state', text: t(`common:invitationState.${state}`) }] : []}
        label={t('filters')}
      >
        <FilterSelect
          name="state"
          label={t('state')}
          options={invitationStates.map((value) => ({ value, label: t(`common:invitationState.${value}`) }))}
        />
      </FilterForm>
      {done ? (
        <Alert kind="success" focus key={done}>
          {done}
        </Alert>
      ) : null}
      {error ? <ProblemAlert error={error} focus /> : null}
      <Loaded query={query}>
        {(page) =>
          page.items.length === 0 ? (
            <EmptyState
              kind={state ? 'filtered' : 'nothing'}
              title={state ? t('invitationsFiltered') : t('invitationsEmpty')}
              action={
                state ? (
                  <ButtonLink to="/people/invitations" search={{ account }} kind="secondary">
                    {t('clear')}
                  </ButtonLink>
                ) : (
                  <ButtonLink to="/people/new">{t('invite')}</ButtonLink>
                )
              }
            >
              {state ? null : t('invitationsEmptyText')}
            </EmptyState>
          ) : (
            <>
              <DataTable
                caption={t('invitationsTitle')}
                rows={page.items}
                rowKey={(row) => row.id}
                stale={query.isPlaceholderData}
                columns={[
                  { key: 'email', header: t('email'), rowHeader: true, cell: (row) => row.email },
                  { key: 'name', header: t('name'), cell: (row) => fullName(row) },
                  {
                    key: 'role',
                    header: t('role'),
                    cell: (row) => (row.role ? t(`common:role.${row.role}`) : ''),
                  },
                  {
                    key: 'state',
                    header: t('state'),
                    cell: (row) => (
                      <StateTag tone={LOOK[row.state][0]} icon={LOOK[row.state][1]}>
                        {t(`common:invitationState.${row.state}`)}
                      </StateTag>
                    ),
                  },
                  { key: 'by', header: t('invitedBy'), cell: (row) => row.invited_by_name },
                  {
                    key: 'expires',
                    header: t('expires'),
                    cell: (row) => formatDateTime(row.expires_at, me.time_zone),
                  },
                  {
                    key: 'actions',
                    header: t('common:actions'),
                    cell: (row) =>
                      row.state === 'redeemed' || row.state === 'revoked' ? (
                        '–'
                      ) : (
                        <span className="qm-row">
                          <Button
                            kind="link"
                            aria-label={t('resendName', { email: row.email })}
                            onClick={async () => {
                              setError(null);
                              try {
                                await resendInvitation({
                                  path: { id: membership.account_id, invitation_id: row.id },
                                });
                                setDone(t('resent', { email: row.email }));
                                await refresh();
                              } catch (caught) {
                                setDone(null);
                                setError(caught);
                              }
                            }}
                          >
                            {t('resend')}
                          </Button>
                          {row.state === 'open' ? (
                            <Button
                              kind="link"
                              aria-label={t('withdrawName', { email: row.email })}
                              onClick={() => setWithdrawing(row)}
                            >
                              {t('withdraw')}
                            </Button>
                          ) : null}
                        </span>
                      ),
                  },
                ]}
              />
              <Pagination count={page.items.length} cursor={cursor} nextCursor={page.next_cursor} />
            </>
          )
        }
      </Loaded>
      {withdrawing ? (
        <ConfirmDialog
          title={t('withdrawTitle', { email: withdrawing.email })}
          confirmLabel={t('withdrawLabel')}
          destructive
          onConfirm={async () => {
            await revokeInvitation({
              path: { id: membership.account_id, invitation_id: withdrawing.id },
              headers: ifMatch(withdrawing),
            });
            setDone(t('withdrawn', { email: withdrawing.email }));
            await refresh();
          }}
          onClose={() => setWithdrawing(null)}
        >
          <p>{t('withdrawText')}</p>
        </ConfirmDialog>
      ) : null}
    </>
  );
}
