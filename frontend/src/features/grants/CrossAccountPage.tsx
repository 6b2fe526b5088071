import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Membership } from '../../api/gen';
import { AccountPage } from '../../app/AccountPage';
import { grantTabs } from '../../routes/search';
import { Alert } from '../../ui/Alert';
import { ButtonLink } from '../../ui/ButtonLink';
import { Tabs } from '../../ui/Tabs';
import { TextLink } from '../../ui/TextLink';
import { BlockedPanel } from './BlockedPanel';
import { GrantList } from './GrantList';
import { PendingPanel } from './PendingPanel';
import { useText } from './text';

const route = getRouteApi('/member/access/cross-account');

export default function CrossAccountPage() {
  const t = useText();
  return (
    <AccountPage
      title={t('title')}
      about={t('about')}
      guide="clients-accounts"
      roles={['owner', 'proxy']}
      actions={(membership) =>
        membership.role === 'owner' ? (
          <>
            <ButtonLink to="/access/cross-account/new">{t('invite')}</ButtonLink>
            <ButtonLink to="/access/cross-account/new" search={{ way: 'request' }} kind="secondary">
              {t('request')}
            </ButtonLink>
          </>
        ) : null
      }
    >
      {(membership) => <CrossAccount key={membership.account_id} membership={membership} />}
    </AccountPage>
  );
}

function CrossAccount({ membership }: { membership: Membership }) {
  const t = useText();
  const navigate = useNavigate();
  const search = route.useSearch();
  const [done, setDone] = useState<string | null>(null);
  const tab = search.tab ?? 'given';
  return (
    <>
      <p className="qm-lead">{t('lead', { account: membership.account_name })}</p>
      <p className="qm-row">
        <TextLink to="/access/outside-people">{t('ledgerLink')}</TextLink>
        <TextLink to="/access/client-groups">{t('groupsLink')}</TextLink>
        <TextLink to="/access/cross-account/batches">{t('batchesLink')}</TextLink>
        <TextLink to="/access/reviews">{t('reviewsLink')}</TextLink>
      </p>
      {done ? (
        <Alert kind="success" focus key={done}>
          {done}
        </Alert>
      ) : null}
      <Tabs
        label={t('tabs.label')}
        active={tab}
        onChange={(key) =>
          void navigate({
            to: '/access/cross-account',
            search: { tab: grantTabs.find((one) => one === key) },
            resetScroll: false,
          })
        }
        tabs={(['given', 'received', 'pending', 'blocked'] as const).map((key) => ({
          key,
          label: t(`tabs.${key}`),
        }))}
      >
        {tab === 'pending' ? (
          <PendingPanel membership={membership} />
        ) : tab === 'blocked' ? (
          <BlockedPanel membership={membership} onDone={setDone} />
        ) : (
          <GrantList key={tab} side={tab} membership={membership} />
        )}
      </Tabs>
    </>
  );
}
