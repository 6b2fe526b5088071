import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import * as z from 'zod/mini';
import type { Membership } from '../../api/gen';
import { endOutsideAccess, type OutsidePerson, removeGrantPerson } from '../../api/gen';
import { getOutsideAccessOptions, listOutsidePeopleOptions } from '../../api/gen/@tanstack/react-query.gen';
import { AccountPage } from '../../app/AccountPage';
import { Alert } from '../../ui/Alert';
import { Button } from '../../ui/Button';
import { ButtonLink } from '../../ui/ButtonLink';
import { Card } from '../../ui/Card';
import { DataTable } from '../../ui/DataTable';
import { EmptyState } from '../../ui/EmptyState';
import { FilterForm, FilterText } from '../../ui/FilterForm';
import { FormDialog } from '../../ui/FormDialog';
import { Loaded } from '../../ui/Loaded';
import { Pagination } from '../../ui/Pagination';
import { TextArea } from '../../ui/TextArea';
import { TextLink } from '../../ui/TextLink';
import { useRefreshGrants } from './refresh';
import { useText } from './text';
import { useGrantWords } from './words';

const route = getRouteApi('/member/access/outside-people');

export default function OutsidePeoplePage() {
  const t = useText();
  return (
    <AccountPage
      title={t('ledgerTitle')}
      about={t('ledgerAbout')}
      guide="clients-accounts"
      crumbs={[{ label: t('title'), to: '/access/cross-account' }]}
      roles={['owner', 'proxy']}
    >
      {(membership) => <Ledger key={membership.account_id} membership={membership} />}
    </AccountPage>
  );
}

function Ledger({ membership }: { membership: Membership }) {
  const t = useText();
  const words = useGrantWords();
  const { q, cursor } = route.useSearch();
  const refresh = useRefreshGrants(membership.account_id);
  const [done, setDone] = useState<string | null>(null);
  const [removing, setRemoving] = useState<OutsidePerson | null>(null);
  const schema = useMemo(() => z.object({ reason: z.string() }), []);
  const query = useQuery({
    ...listOutsidePeopleOptions({ path: { id: membership.account_id }, query: { q, cursor } }),
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
  const who = { name: removing?.person.name ?? '', company: removing?.company_name ?? '' };
  return (
    <>
      <p className="qm-lead">{t('ledgerLead', { account: membership.account_name })}</p>
      {done ? (
        <Alert kind="success" focus key={done}>
          {done}
        </Alert>
      ) : null}
      <KillSwitch membership={membership} onDone={setDone} />
      <FilterForm values={{ q }} chips={q ? [{ name: 'q', text: q }] : []} label={t('ledgerFilters')}>
        <FilterText name="q" label={t('ledgerSearch')} />
      </FilterForm>
      <Loaded query={query} rows={6}>
        {(page) =>
          page.items.length === 0 ? (
            q ? (
              <EmptyState
                kind="filtered"
                title={t('ledgerFiltered')}
                action={
                  <ButtonLink to="/access/outside-people" kind="secondary">
                    {t('common:clearFilters')}
                  </ButtonLink>
                }
              />
            ) : (
              <EmptyState kind="nothing" title={t('ledgerEmpty')}>
                {t('ledgerEmptyText')}
              </EmptyState>
            )
          ) : (
            <>
              <DataTable
                caption={t('ledgerTitle')}
                rows={page.items}
                rowKey={(row) => `${row.person.id}-${row.grant_id}`}
                stale={query.isPlaceholderData}
                columns={[
                  {
                    key: 'person',
                    header: t('person'),
                    rowHeader: true,
                    cell: (row) => (
                      <>
                        <TextLink to="/access/outside-people/$personId" params={{ personId: row.person.id }}>
                          {row.person.name}
                        </TextLink>
                        {row.person.user_id ? (
                          <div className="qm-muted qm-small">{row.person.user_id}</div>
                        ) : null}
                      </>
                    ),
                  },
                  {
                    key: 'company',
                    header: t('company'),
                    cell: (row) => (
                      <>
                        <TextLink to="/access/cross-account/$grantId" params={{ grantId: row.grant_id }}>
                          {row.company_name}
                        </TextLink>
                        <div className="qm-muted qm-small">{words.via(row.via)}</div>
                      </>
                    ),
                  },
                  {
                    key: 'rights',
                    header: t('mayDo'),
                    cell: (row) => (
                      <>
                        {words.rights(row.rights)}
                        <div className="qm-muted qm-small">{words.scope(row)}</div>
                      </>
                    ),
                  },
                  { key: 'last', header: t('lastUsed'), cell: (row) => words.when(row.last_used_at) },
                  { key: 'until', header: t('until'), cell: (row) => words.until(row.until) },
                  {
                    key: 'actions',
                    header: t('common:actions'),
                    cell: (row) => (
                      <Button
                        kind="link"
                        aria-label={t('removePersonName', { name: row.person.name })}
                        onClick={() => setRemoving(row)}
                      >
                        {t('common:remove')}
                      </Button>
                    ),
                  },
                ]}
              />
              <Pagination count={page.items.length} cursor={cursor} nextCursor={page.next_cursor} />
            </>
          )
        }
      </Loaded>
      {removing ? (
        <FormDialog
          title={t('removePersonTitle', who)}
          schema={schema}
          defaultValues={{ reason: '' }}
          submitLabel={t('removePersonName', who)}
          submitKind="danger"
          onSubmit={async (values) => {
            await removeGrantPerson({
              path: { id: removing.grant_id, user_id: removing.person.id },
              body: { reason: values.reason.trim() || null },
            });
            setDone(t('personRemoved', who));
            await refresh(removing.grant_id);
          }}
          onClose={() => setRemoving(null)}
        >
          <p>{t('removePersonText', who)}</p>
          <TextArea name="reason" label={t('common:fields.reason')} optional rows={2} maxLength={500} />
        </FormDialog>
      ) : null}
    </>
  );
}

/** How many outsiders can see the account, and the one act that ends all of it. */
function KillSwitch({ membership, onDone }: { membership: Membership; onDone: (text: string) => void }) {
  const t = useText();
  const refresh = useRefreshGrants(membership.account_id);
  const [asking, setAsking] = useState(false);
  const schema = useMemo(() => z.object({ reason: z.string() }), []);
  const query = useQuery({
    ...getOutsideAccessOptions({ path: { id: membership.account_id } }),
    staleTime: 0,
  });
  return (
    <Loaded query={query} rows={1}>
      {(access) => (
        <Card title={t('outsideNow', { count: access.people })} tone={access.people > 0 ? 'warn' : 'good'}>
          <p>
            {t('outsideGrants', { count: access.grants })}{' '}
            {access.proposals > 0 ? t('outsideProposals', { count: access.proposals }) : null}
          </p>
          {access.grants + access.proposals === 0 ? null : membership.role === 'owner' ? (
            <div className="qm-actions">
              <Button kind="danger" onClick={() => setAsking(true)}>
                {t('endAll')}
              </Button>
            </div>
          ) : (
            <p className="qm-muted">{t('endAllOwner')}</p>
          )}
          {asking ? (
            <FormDialog
              title={t('endAllTitle', { count: access.people })}
              schema={schema}
              defaultValues={{ reason: '' }}
              submitLabel={t('endAllLabel', { count: access.people })}
              submitKind="danger"
              onSubmit={async (values) => {
                const { data } = await endOutsideAccess({
                  path: { id: membership.account_id },
                  body: { people: access.people, reason: values.reason.trim() || null },
                });
                onDone(
                  t('endAllDone', {
                    people: t('peopleCount', { count: data.people }),
                    grants: t('grantsCount', { count: data.grants }),
                  }),
                );
                await refresh();
              }}
              onProblem={(problem) => {
                // The number is asked again, so that the next try names the right one.
                if (problem.code === 'preview-changed') void query.refetch();
                return false;
              }}
              onClose={() => setAsking(false)}
            >
              <p>{t('endAllText', { count: access.people })}</p>
              <p>{t('endAllMore')}</p>
              <TextArea name="reason" label={t('common:fields.reason')} optional rows={2} maxLength={500} />
            </FormDialog>
          ) : null}
        </Card>
      )}
    </Loaded>
  );
}
