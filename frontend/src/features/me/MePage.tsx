import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { Alert } from '../../ui/Alert';
import { Page } from '../../ui/Page';
import { Tabs } from '../../ui/Tabs';
import { DisplayPanel } from './DisplayPanel';
import { NoticesPanel } from './NoticesPanel';
import { PasswordPanel } from './PasswordPanel';
import { ProfilePanel } from './ProfilePanel';
import { SessionsPanel } from './SessionsPanel';
import { TermsPanel } from './TermsPanel';
import { useText } from './text';

const route = getRouteApi('/member/me');
const PANELS = {
  profile: ProfilePanel,
  password: PasswordPanel,
  sessions: SessionsPanel,
  display: DisplayPanel,
  notices: NoticesPanel,
  terms: TermsPanel,
};
type Tab = keyof typeof PANELS;

export default function MePage() {
  const t = useText();
  const navigate = useNavigate();
  const active: Tab = route.useSearch().tab ?? 'profile';
  const [done, setDone] = useState<string | null>(null);
  const Panel = PANELS[active];
  return (
    <Page title={t('title')} about={t('about')} guide="terms-and-sharing">
      {done ? (
        <Alert kind="success" focus key={done}>
          {done}
        </Alert>
      ) : null}
      <Tabs
        label={t('tabs.label')}
        active={active}
        onChange={(key) => {
          setDone(null);
          void navigate({
            to: '/me',
            search: { tab: key === 'profile' ? undefined : (key as Exclude<Tab, 'profile'>) },
            resetScroll: false,
          });
        }}
        tabs={(Object.keys(PANELS) as Tab[]).map((key) => ({ key, label: t(`tabs.${key}`) }))}
      >
        <Panel onDone={setDone} />
      </Tabs>
    </Page>
  );
}
