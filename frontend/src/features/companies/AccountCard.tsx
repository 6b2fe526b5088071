import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import * as z from 'zod/mini';
import { type Account, addActivity, type BusinessActivity, type StaffRole } from '../../api/gen';
import {
  listActivitiesOptions,
  listActivitiesQueryKey,
  listActivityKindsOptions,
  listSubAccountsOptions,
  listUsersOptions,
} from '../../api/gen/@tanstack/react-query.gen';
import { idempotencyKey } from '../../api/idempotency';
import { formatDateTime, fullName } from '../../app/format';
import { AUDIT_READERS, isOneOf } from '../../app/staff';
import { UserStateTag } from '../../app/UserStateTag';
import { useMe } from '../../session';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { DataTable } from '../../ui/DataTable';
import { Facts } from '../../ui/Facts';
import { FormDialog } from '../../ui/FormDialog';
import { Loaded } from '../../ui/Loaded';
import { Select } from '../../ui/Select';
import { TextLink } from '../../ui/TextLink';
import { useText } from './text';

interface Props {
  account: Account;
  role: StaffRole;
  onDone: (text: string) => void;
}

/** One account on the staff's page of a company: facts, structure and people. */
export function AccountCard({ account, role, onDone }: Props) {
  const t = useText();
  const [adding, setAdding] = useState(false);
  const path = { id: account.id };
  const activities = useQuery(listActivitiesOptions({ path, query: { limit: 200 } }));
  return (
    <Card
      title={account.name}
      level={3}
      side={
        role === 'registrar' ? (
          <Button
            kind="secondary"
            small
            aria-label={t('addActivityName', { name: account.name })}
            onClick={() => setAdding(true)}
          >
            {t('addActivity')}
          </Button>
        ) : null
      }
    >
      <Facts
        items={[
          [t('number'), account.account_number],
          [t('state'), t(`accountState.${account.state}`)],
          [t('owner'), <Owner key="owner" account={account} />],
          [
            t('activities'),
            activities.data
              ? activities.data.items.map((one) => t(`common:activity.${one.activity}`)).join(', ') ||
                t('noActivities')
              : undefined,
          ],
        ]}
      />
      {isOneOf(role, AUDIT_READERS) ? (
        <p>
          <TextLink to="/portal-audit" search={{ in: account.id }}>
            {t('auditLink')}
          </TextLink>
        </p>
      ) : null}
      <SubAccounts account={account} />
      <People account={account} />
      {adding ? (
        <AddActivity
          account={account}
          held={(activities.data?.items ?? []).map((one) => one.activity)}
          onDone={onDone}
          onClose={() => setAdding(false)}
        />
      ) : null}
    </Card>
  );
}

function Owner({ account }: { account: Account }) {
  const t = useText();
  const { owner } = account;
  // Somebody who was invited and has not answered has no User ID and no page yet.
  if (!owner?.user_id) return owner ? `${owner.name} (${t('noOwner')})` : t('noOwner');
  return (
    <TextLink to="/support/people/$personId" params={{ personId: owner.id }}>
      {owner.name}
    </TextLink>
  );
}

function SubAccounts({ account }: { account: Account }) {
  const t = useText();
  const query = useQuery(listSubAccountsOptions({ path: { id: account.id }, query: { limit: 200 } }));
  return (
    <Loaded query={query} rows={2}>
      {(page) => (
        <DataTable
          caption={t('subAccounts')}
          showCaption
          rows={page.items}
          rowKey={(row) => row.id}
          columns={[
            { key: 'name', header: t('person'), rowHeader: true, cell: (row) => row.name },
            {
              key: 'activity',
              header: t('activity'),
              cell: (row) => t(`common:activity.${row.activity}`),
            },
            {
              key: 'identifiers',
              header: t('identifiers'),
              cell: (row) =>
                row.identifiers.length === 0
                  ? t('noIdentifiers')
                  : row.identifiers.map((one) => (
                      <div key={one.id}>
                        <span className="qm-mono">{one.value}</span>{' '}
                        <span className="qm-muted qm-small">
                          {t(`common:identifierKind.${one.kind}`)}
                          {one.state === 'pending_verification' ? `, ${t('identifierPending')}` : null}
                        </span>
                      </div>
                    )),
            },
          ]}
        />
      )}
    </Loaded>
  );
}

const SHOWN = 50;

function People({ account }: { account: Account }) {
  const t = useText();
  const me = useMe();
  const query = useQuery(listUsersOptions({ path: { id: account.id }, query: { limit: SHOWN } }));
  return (
    <Loaded query={query} rows={4}>
      {(page) => (
        <>
          <DataTable
            caption={t('people')}
            showCaption
            rows={page.items}
            rowKey={(row) => row.id}
            columns={[
              {
                key: 'name',
                header: t('person'),
                rowHeader: true,
                cell: (row) =>
                  row.state.kind === 'invited' ? (
                    fullName(row)
                  ) : (
                    <TextLink to="/support/people/$personId" params={{ personId: row.id }}>
                      {fullName(row)}
                    </TextLink>
                  ),
              },
              { key: 'user', header: t('userId'), cell: (row) => row.user_id ?? t('invited') },
              { key: 'role', header: t('role'), cell: (row) => t(`common:role.${row.role}`) },
              { key: 'state', header: t('state'), cell: (row) => <UserStateTag state={row.state} /> },
              {
                key: 'last',
                header: t('lastSignIn'),
                cell: (row) =>
                  row.last_sign_in ? formatDateTime(row.last_sign_in.at, me.time_zone) : t('common:never'),
              },
            ]}
          />
          {page.next_cursor ? <p className="qm-muted">{t('morePeople', { count: SHOWN })}</p> : null}
        </>
      )}
    </Loaded>
  );
}

interface AddProps {
  account: Account;
  held: BusinessActivity[];
  onDone: (text: string) => void;
  onClose: () => void;
}

function AddActivity({ account, held, onDone, onClose }: AddProps) {
  const t = useText();
  const queries = useQueryClient();
  const kinds = useQuery(listActivityKindsOptions());
  const options = (kinds.data?.items ?? [])
    .filter((kind) => kind.added_by !== 'closed' && !held.includes(kind.activity))
    .map((kind) => ({ value: kind.activity, label: t(`common:activity.${kind.activity}`) }));
  const schema = useMemo(
    () => z.object({ activity: z.string().check(z.minLength(1, t('activityMissing'))) }),
    [t],
  );
  return (
    <FormDialog
      title={t('addActivityTitle', { name: account.name })}
      schema={schema}
      defaultValues={{ activity: '' }}
      submitLabel={t('addActivityLabel')}
      onSubmit={async (values) => {
        const activity = values.activity as BusinessActivity;
        await addActivity({ path: { id: account.id }, body: { activity }, headers: idempotencyKey() });
        onDone(t('activityAdded', { activity: t(`common:activity.${activity}`) }));
        await queries.invalidateQueries({ queryKey: listActivitiesQueryKey({ path: { id: account.id } }) });
      }}
      onClose={onClose}
    >
      <p>{t('addActivityText')}</p>
      <Select name="activity" label={t('activity')} options={options} empty={t('common:chooseOne')} />
    </FormDialog>
  );
}
