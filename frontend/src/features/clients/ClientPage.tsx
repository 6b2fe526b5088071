import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import type { Account } from '../../api/gen';
import {
  getAccountOptions,
  listActivitiesOptions,
  listAddressesOptions,
  listContactsOptions,
  listSubAccountsOptions,
  listUsersOptions,
} from '../../api/gen/@tanstack/react-query.gen';
import { formatDateTime, fullName } from '../../app/format';
import { useMe } from '../../session';
import { Card } from '../../ui/Card';
import { DataTable } from '../../ui/DataTable';
import { EmptyState } from '../../ui/EmptyState';
import { Facts } from '../../ui/Facts';
import { Page } from '../../ui/Page';
import { Pagination } from '../../ui/Pagination';
import { Tabs } from '../../ui/Tabs';
import { TextLink } from '../../ui/TextLink';
import { GuestLoaded } from './GuestLoaded';
import { type Seat, seatOf } from './seat';
import { useText } from './text';

const route = getRouteApi('/member/clients/$accountId');

/** Somebody else's account, as far as its owner lets one look in. */
export default function ClientPage() {
  const t = useText();
  const { accountId } = route.useParams();
  const { tab } = route.useSearch();
  const query = useQuery({ ...getAccountOptions({ path: { id: accountId } }), staleTime: 0 });
  const { refetch } = query;
  // Every click asks whether one may still look.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another tab is another click
  useEffect(() => {
    void refetch();
  }, [tab, refetch]);
  const open = query.error ? undefined : query.data;
  return (
    <>
      {open ? <ClientBar account={open} /> : null}
      <Page
        title={query.data?.name ?? t('account')}
        about={t('about')}
        guide="clients-accounts"
        crumbs={[{ label: t('title'), to: '/clients' }]}
      >
        <GuestLoaded query={query}>{(account) => <Client account={account} />}</GuestLoaded>
      </Page>
    </>
  );
}

/** Says calmly, on top of every view, that this is somebody else's account. */
function ClientBar({ account }: { account: Account }) {
  const t = useText();
  const me = useMe();
  const seat = seatOf(account.guest);
  if (!seat) return null;
  const grant = account.guest?.grants.find((one) =>
    me.memberships.some((own) => own.account_id === one.through.id && own.role !== 'user'),
  );
  return (
    <aside className="qm-guest" aria-label={t('barLabel')}>
      <strong>{t('barClient', { name: account.name })}</strong>{' '}
      <span>
        {seat.until ? t('barUntil', { date: formatDateTime(seat.until, me.time_zone) }) : t('barOpen')}.{' '}
        {t('barNote')}
      </span>{' '}
      {grant ? (
        <TextLink
          to="/access/cross-account/$grantId"
          params={{ grantId: grant.grant_id }}
          search={{ account: grant.through.account_number }}
        >
          {t('barGrant')}
        </TextLink>
      ) : null}{' '}
      <TextLink to="/">{t('barLeave')}</TextLink>
    </aside>
  );
}

function Client({ account }: { account: Account }) {
  const t = useText();
  const navigate = useNavigate();
  const { tab } = route.useSearch();
  const seat = seatOf(account.guest);
  return (
    <>
      <Card title={t('profile')}>
        <Facts
          items={[
            [t('accountNumber'), <code key="number">{account.account_number}</code>],
            [t('company'), account.company_name],
            [t('owner'), account.owner.name],
          ]}
        />
      </Card>
      <Tabs
        label={t('tabs.label')}
        active={tab ?? 'structure'}
        onChange={(key) =>
          void navigate({
            to: '/clients/$accountId',
            params: { accountId: account.id },
            search: { tab: key === 'contacts' || key === 'people' ? key : undefined },
            resetScroll: false,
          })
        }
        tabs={(['structure', 'contacts', 'people'] as const).map((key) => ({ key, label: t(`tabs.${key}`) }))}
      >
        {tab === 'people' ? (
          <People accountId={account.id} seat={seat} />
        ) : tab === 'contacts' ? (
          <Contacts accountId={account.id} seat={seat} />
        ) : (
          <Structure accountId={account.id} seat={seat} />
        )}
      </Tabs>
    </>
  );
}

interface PanelProps {
  accountId: string;
  seat: Seat | null;
}

function NotIncluded() {
  const t = useText();
  return (
    <EmptyState kind="forbidden" title={t('notIncluded')}>
      {t('notIncludedText')}
    </EmptyState>
  );
}

function Structure({ accountId, seat }: PanelProps) {
  const t = useText();
  const included = seat === null || seat.rights.structure;
  const query = useQuery({
    ...listSubAccountsOptions({ path: { id: accountId }, query: { limit: 200 } }),
    enabled: included,
    staleTime: 0,
  });
  if (!included) return <NotIncluded />;
  return (
    <GuestLoaded query={query}>
      {(page) =>
        page.items.length === 0 ? (
          <p>{t('noSubAccounts')}</p>
        ) : (
          <DataTable
            caption={t('subAccounts')}
            rows={page.items}
            rowKey={(row) => row.id}
            columns={[
              {
                key: 'name',
                header: t('subAccount'),
                rowHeader: true,
                cell: (row) => (
                  <>
                    {row.name}
                    <div className="qm-muted qm-small">{t(`common:activity.${row.activity}`)}</div>
                  </>
                ),
              },
              {
                key: 'identifiers',
                header: t('identifiers'),
                cell: (row) =>
                  row.identifiers.length === 0 ? (
                    t('noIdentifiers')
                  ) : (
                    <ul className="qm-plain-list">
                      {row.identifiers.map((one) => (
                        <li key={one.id}>
                          {t(`common:identifierKind.${one.kind}`)} <code>{one.value}</code>
                        </li>
                      ))}
                    </ul>
                  ),
              },
            ]}
          />
        )
      }
    </GuestLoaded>
  );
}

function Contacts({ accountId, seat }: PanelProps) {
  const t = useText();
  const included = seat === null || (seat.rights.structure && seat.top_level);
  const path = { id: accountId };
  const ask = { enabled: included, staleTime: 0 };
  const activities = useQuery({ ...listActivitiesOptions({ path }), ...ask });
  const contacts = useQuery({ ...listContactsOptions({ path }), ...ask });
  const addresses = useQuery({ ...listAddressesOptions({ path }), ...ask });
  if (!included) return <NotIncluded />;
  return (
    <>
      <Card title={t('activities')}>
        <GuestLoaded query={activities} rows={2}>
          {(list) =>
            list.items.length === 0 ? (
              <p>{t('noActivities')}</p>
            ) : (
              <ul>
                {list.items.map((one) => (
                  <li key={one.activity}>{t(`common:activity.${one.activity}`)}</li>
                ))}
              </ul>
            )
          }
        </GuestLoaded>
      </Card>
      <Card title={t('contacts')}>
        <GuestLoaded query={contacts} rows={2}>
          {(list) =>
            list.items.length === 0 ? (
              <p>{t('noContacts')}</p>
            ) : (
              <DataTable
                caption={t('contacts')}
                rows={list.items}
                rowKey={(row) => row.id}
                columns={[
                  { key: 'name', header: t('name'), rowHeader: true, cell: (row) => row.name },
                  { key: 'kind', header: t('kind'), cell: (row) => t(`contactKind.${row.kind}`) },
                  { key: 'email', header: t('common:email'), cell: (row) => row.email ?? '–' },
                  { key: 'phone', header: t('common:fields.phone'), cell: (row) => row.phone ?? '–' },
                ]}
              />
            )
          }
        </GuestLoaded>
      </Card>
      <Card title={t('addresses')}>
        <GuestLoaded query={addresses} rows={2}>
          {(list) =>
            list.items.length === 0 ? (
              <p>{t('noAddresses')}</p>
            ) : (
              <ul className="qm-plain-list">
                {list.items.map((one) => (
                  <li key={one.id}>
                    {[one.line1, one.line2, one.city, one.region, one.postal_code, one.country]
                      .filter(Boolean)
                      .join(', ')}
                  </li>
                ))}
              </ul>
            )
          }
        </GuestLoaded>
      </Card>
    </>
  );
}

function People({ accountId, seat }: PanelProps) {
  const t = useText();
  const { cursor } = route.useSearch();
  const included = seat === null || seat.rights.users;
  const query = useQuery({
    ...listUsersOptions({ path: { id: accountId }, query: { cursor } }),
    enabled: included,
    staleTime: 0,
  });
  if (!included) return <NotIncluded />;
  return (
    <GuestLoaded query={query}>
      {(page) => (
        <>
          <DataTable
            caption={t('people')}
            rows={page.items}
            rowKey={(row) => row.id}
            columns={[
              { key: 'name', header: t('person'), rowHeader: true, cell: fullName },
              { key: 'role', header: t('role'), cell: (row) => t(`common:role.${row.role}`) },
            ]}
          />
          <Pagination count={page.items.length} cursor={cursor} nextCursor={page.next_cursor} />
        </>
      )}
    </GuestLoaded>
  );
}
