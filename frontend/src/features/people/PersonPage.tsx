import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Membership } from '../../api/gen';
import { getUserOptions } from '../../api/gen/@tanstack/react-query.gen';
import { AccountPage } from '../../app/AccountPage';
import { useMembership } from '../../app/account';
import { fullName } from '../../app/format';
import { Alert } from '../../ui/Alert';
import { Card } from '../../ui/Card';
import { Facts } from '../../ui/Facts';
import { Loaded } from '../../ui/Loaded';
import { Tabs } from '../../ui/Tabs';
import { EventList } from '../audit/EventList';
import { AccessPanel } from './AccessPanel';
import { ClientsPanel } from './ClientsPanel';
import { RarePanel } from './RarePanel';
import { SignInsPanel } from './SignInsPanel';
import { StateCard } from './StateCard';
import { useText } from './text';

const route = getRouteApi('/member/people/$personId');

export default function PersonPage() {
  const t = useText();
  const { personId } = route.useParams();
  const membership = useMembership();
  const query = useQuery({
    ...getUserOptions({ path: { id: membership?.account_id ?? '', user_id: personId } }),
    enabled: membership !== null && membership.role !== 'user',
  });
  return (
    <AccountPage
      title={query.data ? fullName(query.data) : t('person')}
      about={t('personAbout')}
      guide="resetting-locks"
      crumbs={[{ label: t('back'), to: '/people' }]}
      roles={['owner', 'proxy']}
    >
      {(current) => (
        <Loaded query={query}>
          {() => <Person key={personId} membership={current} personId={personId} />}
        </Loaded>
      )}
    </AccountPage>
  );
}

function Person({ membership, personId }: { membership: Membership; personId: string }) {
  const t = useText();
  const navigate = useNavigate();
  const { tab } = route.useSearch();
  const [done, setDone] = useState<string | null>(null);
  const { data: person } = useQuery(
    getUserOptions({ path: { id: membership.account_id, user_id: personId } }),
  );
  if (!person) return null;
  const shared = { membership, person, onDone: setDone };
  return (
    <>
      {done ? (
        <Alert kind="success" focus key={done}>
          {done}
        </Alert>
      ) : null}
      <StateCard {...shared} />
      <Card title={t('contact')}>
        <Facts
          items={[
            [t('userId'), person.user_id ?? t('notRedeemed')],
            [t('common:email'), person.email],
            [t('common:fields.phone'), person.phone ?? undefined],
            [t('role'), t(`common:role.${person.role}`)],
          ]}
        />
      </Card>
      <Tabs
        label={t('tabs.label')}
        active={tab ?? 'access'}
        onChange={(key) =>
          void navigate({
            to: '/people/$personId',
            params: { personId },
            search: { tab: key === 'access' ? undefined : (key as 'clients' | 'sign-ins' | 'history') },
            resetScroll: false,
          })
        }
        tabs={[
          { key: 'access', label: t('tabs.access') },
          { key: 'clients', label: t('tabs.clients') },
          { key: 'sign-ins', label: t('tabs.signIns') },
          { key: 'history', label: t('tabs.history') },
        ]}
      >
        {tab === 'clients' ? (
          <ClientsPanel {...shared} />
        ) : tab === 'sign-ins' ? (
          <SignInsPanel {...shared} />
        ) : tab === 'history' ? (
          <EventList accountId={membership.account_id} filters={{ subject_id: person.id }} />
        ) : (
          <AccessPanel {...shared} />
        )}
      </Tabs>
      <RarePanel {...shared} />
    </>
  );
}
