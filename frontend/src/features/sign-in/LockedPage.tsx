import { lazy, Suspense } from 'react';
import { ButtonLink } from '../../ui/ButtonLink';
import { Card } from '../../ui/Card';
import { Page } from '../../ui/Page';
import { TextLink } from '../../ui/TextLink';
import { useText } from './text';

// Asking for help brings a form of its own, which the words of this page need not wait for.
const AccessHelp = lazy(async () => ({ default: (await import('../cases/AccessHelp')).AccessHelp }));

export default function LockedPage() {
  const t = useText();
  return (
    <Page title={t('lockedTitle')} lead={t('lockedLead')} narrow>
      <Card title={t('lockedSelfTitle')}>
        <p>{t('lockedSelf')}</p>
        <p>
          <ButtonLink to="/forgot-password">{t('resetIt')}</ButtonLink>
        </p>
      </Card>
      <Card title={t('lockedOwnerTitle')}>
        <p>{t('lockedOwner')}</p>
        <p>{t('lockedMail')}</p>
      </Card>
      <Suspense>
        <AccessHelp />
      </Suspense>
      <Card title={t('lockedStaffTitle')}>
        <p>{t('lockedStaff')}</p>
      </Card>
      <p>
        <TextLink to="/sign-in">{t('backToSignIn')}</TextLink>
      </p>
    </Page>
  );
}
