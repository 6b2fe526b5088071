import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Membership } from '../../api/gen';
import { getAccountOptions } from '../../api/gen/@tanstack/react-query.gen';
import { AccountPage } from '../../app/AccountPage';
import { Alert } from '../../ui/Alert';
import { Tabs } from '../../ui/Tabs';
import { ActivitiesCard } from './ActivitiesCard';
import { AddressesCard } from './AddressesCard';
import { ContactsCard } from './ContactsCard';
import { DraftsCard } from './DraftsCard';
import { FindIdentifierCard } from './FindIdentifierCard';
import { ProfileCard } from './ProfileCard';
import { SubAccountsCard } from './SubAccountsCard';
import { useText } from './text';

const route = getRouteApi('/member/company');

export default function CompanyPage() {
  const t = useText();
  return (
    <AccountPage title={t('title')} about={t('about')} guide="account-structure">
      {(membership) => <Company key={membership.account_id} membership={membership} />}
    </AccountPage>
  );
}

function Company({ membership }: { membership: Membership }) {
  const t = useText();
  const navigate = useNavigate();
  const { tab } = route.useSearch();
  const [done, setDone] = useState<string | null>(null);
  const account = useQuery(getAccountOptions({ path: { id: membership.account_id } }));
  const closed = account.data?.state === 'closed';
  const shared = { membership, manages: membership.role !== 'user' && !closed, onDone: setDone };
  return (
    <>
      {done ? (
        <Alert kind="success" focus key={done}>
          {done}
        </Alert>
      ) : null}
      {closed ? (
        <Alert kind="info" title={t('closedTitle')}>
          {account.data?.merged_into
            ? t('mergedInto', { number: account.data.merged_into.account_number })
            : t('closedText')}
        </Alert>
      ) : null}
      <ProfileCard {...shared} />
      <Tabs
        label={t('tabs.label')}
        active={tab ?? 'structure'}
        onChange={(key) =>
          void navigate({
            to: '/company',
            search: { tab: key === 'structure' ? undefined : (key as 'contacts' | 'requests') },
            resetScroll: false,
          })
        }
        tabs={[
          { key: 'structure', label: t('tabs.structure') },
          { key: 'contacts', label: t('tabs.contacts') },
          ...(shared.manages ? [{ key: 'requests', label: t('tabs.requests') }] : []),
        ]}
      >
        {tab === 'contacts' ? (
          <>
            <ContactsCard {...shared} />
            <AddressesCard {...shared} />
          </>
        ) : tab === 'requests' ? (
          <DraftsCard {...shared} />
        ) : (
          <>
            <ActivitiesCard {...shared} />
            <SubAccountsCard {...shared} />
            <FindIdentifierCard {...shared} />
          </>
        )}
      </Tabs>
    </>
  );
}
