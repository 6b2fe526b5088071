import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import {
  type AccountUser,
  type BulkReactivationResult,
  type Membership,
  reactivateUsers,
} from '../../api/gen';
import { listUsersOptions } from '../../api/gen/@tanstack/react-query.gen';
import { AccountPage } from '../../app/AccountPage';
import { dayFromNow, formatDate, formatDateTime, fullName } from '../../app/format';
import { UserStateTag } from '../../app/UserStateTag';
import { memberRoles, userStates } from '../../routes/search';
import { useMe } from '../../session';
import { Alert } from '../../ui/Alert';
import { Button } from '../../ui/Button';
import { ButtonLink } from '../../ui/ButtonLink';
import { DataTable } from '../../ui/DataTable';
import { EmptyState } from '../../ui/EmptyState';
import { FilterForm, FilterSelect, FilterText } from '../../ui/FilterForm';
import { Loaded } from '../../ui/Loaded';
import { Pagination } from '../../ui/Pagination';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { StateTag } from '../../ui/StateTag';
import { TextLink } from '../../ui/TextLink';
import { BulkResult } from './BulkResult';
import { ReactivateDialog } from './ReactivateDialog';
import { useRefreshPeople } from './refresh';
import { resendTo } from './resend';
import { useText } from './text';

const route = getRouteApi('/member/people');

export default function PeoplePage() {
  const t = useText();
  return (
    <AccountPage
      title={t('title')}
      about={t('about')}
      guide="resetting-locks"
      roles={['owner', 'proxy']}
      actions={() => (
        <>
          <ButtonLink to="/people/new">{t('invite')}</ButtonLink>
          <ButtonLink to="/people/import" kind="secondary">
            {t('import')}
          </ButtonLink>
          <ButtonLink to="/people/invitations" kind="secondary">
            {t('invitations')}
          </ButtonLink>
          <ButtonLink to="/people/terms" kind="secondary">
            {t('termsLink')}
          </ButtonLink>
        </>
      )}
    >
      {(membership) => <People key={membership.account_id} membership={membership} />}
    </AccountPage>
  );
}

const isLocked = (person: AccountUser) =>
  person.state.kind === 'failed_attempts' || person.state.kind === 'dormant';

function People({ membership }: { membership: Membership }) {
  const t = useText();
  const me = useMe();
  const navigate = useNavigate();
  const search = route.useSearch();
  const refresh = useRefreshPeople(membership.account_id);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [asking, setAsking] = useState<AccountUser[] | null>(null);
  const [nothingChosen, setNothingChosen] = useState(false);
  const [result, setResult] = useState<{ answer: BulkReactivationResult; people: AccountUser[] } | null>(
    null,
  );
  const [done, setDone] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);

  const { q, state, role, lapses, sort, cursor } = search;
  const query = useQuery({
    ...listUsersOptions({
      path: { id: membership.account_id },
      query: {
        q,
        state,
        role,
        sort,
        cursor,
        lapses_before: lapses ? dayFromNow(Number(lapses) + 1) : undefined,
      },
    }),
    placeholderData: keepPreviousData,
  });
  const filtered = Boolean(q ?? state ?? role ?? lapses);
  const chips = [
    q ? { name: 'q', text: q } : null,
    state ? { name: 'state', text: t(`common:state.${state}`) } : null,
    role ? { name: 'role', text: t(`common:role.${role}`) } : null,
    lapses ? { name: 'lapses', text: t('lapsesChip', { count: Number(lapses) }) } : null,
  ].filter((chip) => chip !== null);

  const onPage = query.data?.items ?? [];
  const chosenPeople = onPage.filter((person) => chosen.has(person.id));

  return (
    <>
      <p className="qm-lead">{t('lead', { account: membership.account_name })}</p>
      <FilterForm values={{ q, state, role, lapses }} chips={chips} label={t('filters')}>
        <FilterText name="q" label={t('search')} />
        <FilterSelect
          name="state"
          label={t('state')}
          options={userStates.map((value) => ({ value, label: t(`common:state.${value}`) }))}
        />
        <FilterSelect
          name="role"
          label={t('role')}
          options={memberRoles.map((value) => ({ value, label: t(`common:role.${value}`) }))}
        />
        <FilterSelect
          name="lapses"
          label={t('lapses')}
          options={['7', '15', '30'].map((value) => ({ value, label: t('days', { count: Number(value) }) }))}
        />
      </FilterForm>
      {done ? (
        <Alert kind="success" focus key={done}>
          {done}
        </Alert>
      ) : null}
      {error ? <ProblemAlert error={error} focus /> : null}
      {result ? (
        <BulkResult
          answer={result.answer}
          people={result.people}
          onRetry={(again) => setAsking(again)}
          onClose={() => setResult(null)}
        />
      ) : null}
      <Loaded query={query} rows={8}>
        {(page) =>
          page.items.length === 0 ? (
            filtered ? (
              <EmptyState
                kind="filtered"
                title={t('emptyFiltered')}
                action={
                  <ButtonLink to="/people" search={{ account: search.account }} kind="secondary">
                    {t('clear')}
                  </ButtonLink>
                }
              />
            ) : (
              <EmptyState
                kind="nothing"
                title={t('empty')}
                action={<ButtonLink to="/people/new">{t('invite')}</ButtonLink>}
              >
                {t('emptyText')}
              </EmptyState>
            )
          ) : (
            <>
              <div className="qm-bulk">
                <Button
                  small
                  onClick={() => {
                    setNothingChosen(chosenPeople.length === 0);
                    if (chosenPeople.length > 0) setAsking(chosenPeople);
                  }}
                >
                  {chosenPeople.length > 0
                    ? t('reactivateCount', { count: chosenPeople.length })
                    : t('reactivate')}
                </Button>
                <span aria-live="polite">
                  {chosenPeople.length > 0
                    ? t('chosen', { count: chosenPeople.length })
                    : nothingChosen
                      ? t('reactivateNone')
                      : ''}
                </span>
              </div>
              <DataTable
                caption={t('title')}
                rows={page.items}
                rowKey={(person) => person.id}
                stale={query.isPlaceholderData}
                selection={{
                  chosen,
                  onChange: (next) => {
                    setChosen(next);
                    setNothingChosen(false);
                  },
                  nameOf: fullName,
                  selectable: isLocked,
                }}
                columns={[
                  {
                    key: 'name',
                    header: t('name'),
                    rowHeader: true,
                    sort: {
                      direction: sort ? null : 'ascending',
                      onSort: () =>
                        void navigate({
                          to: '/people',
                          search: { ...search, sort: undefined, cursor: undefined },
                        }),
                    },
                    cell: (person) => (
                      <TextLink to="/people/$personId" params={{ personId: person.id }}>
                        {fullName(person)}
                      </TextLink>
                    ),
                  },
                  {
                    key: 'userId',
                    header: t('userId'),
                    cell: (person) => person.user_id ?? <span className="qm-muted">{t('notRedeemed')}</span>,
                  },
                  { key: 'role', header: t('role'), cell: (person) => t(`common:role.${person.role}`) },
                  {
                    key: 'state',
                    header: t('state'),
                    cell: (person) => (
                      <>
                        <UserStateTag state={person.state} />{' '}
                        {person.access_suspended_at ? (
                          <StateTag tone="warn" icon="stop">
                            {t('accessSuspended')}
                          </StateTag>
                        ) : null}
                      </>
                    ),
                  },
                  {
                    key: 'last',
                    header: t('lastSignIn'),
                    sort: {
                      direction: sort === 'last_sign_in' ? 'descending' : null,
                      onSort: () =>
                        void navigate({
                          to: '/people',
                          search: { ...search, sort: 'last_sign_in', cursor: undefined },
                        }),
                    },
                    cell: (person) =>
                      person.last_sign_in
                        ? formatDateTime(person.last_sign_in.at, me.time_zone)
                        : t('common:never'),
                  },
                  {
                    key: 'lapses',
                    header: t('lapsesOn'),
                    cell: (person) => formatDate(person.lapses_on) || '–',
                  },
                  {
                    key: 'next',
                    header: t('next'),
                    cell: (person) =>
                      person.next_action === 'reactivate' ? (
                        <Button
                          kind="link"
                          aria-label={t('reactivateName', { name: fullName(person) })}
                          onClick={() => setAsking([person])}
                        >
                          {t('reactivate')}
                        </Button>
                      ) : person.next_action === 'lift_suspension' ? (
                        <TextLink to="/people/$personId" params={{ personId: person.id }}>
                          {t('liftSuspension')}
                        </TextLink>
                      ) : person.next_action === 'resend_invitation' ? (
                        <Button
                          kind="link"
                          aria-label={t('resendName', { email: person.email })}
                          onClick={async () => {
                            setError(null);
                            try {
                              await resendTo(membership.account_id, person.email);
                              setDone(t('resent', { email: person.email }));
                            } catch (caught) {
                              setError(caught);
                            }
                          }}
                        >
                          {t('resend')}
                        </Button>
                      ) : (
                        '–'
                      ),
                  },
                ]}
              />
              <Pagination count={page.items.length} cursor={cursor} nextCursor={page.next_cursor} />
            </>
          )
        }
      </Loaded>
      {asking ? (
        <ReactivateDialog
          title={t('reactivateTitle', { count: asking.length })}
          label={
            asking.length === 1 && asking[0]
              ? t('reactivateName', { name: fullName(asking[0]) })
              : t('reactivateCount', { count: asking.length })
          }
          onReactivate={async (temporaryPassword) => {
            const { data } = await reactivateUsers({
              path: { id: membership.account_id },
              body: { user_ids: asking.map((person) => person.id), temporary_password: temporaryPassword },
            });
            setResult({ answer: data, people: asking });
            setDone(null);
            setChosen(new Set());
            await refresh();
          }}
          onClose={() => setAsking(null)}
        />
      ) : null}
    </>
  );
}
