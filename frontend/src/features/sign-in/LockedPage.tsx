import { ButtonLink } from '../../ui/ButtonLink';
import { Card } from '../../ui/Card';
import { Page } from '../../ui/Page';
import { TextLink } from '../../ui/TextLink';
import { AccessHelp } from '../cases/AccessHelp';
import { useText } from './text';

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
      <AccessHelp />
      <Card title={t('lockedStaffTitle')}>
        <p>{t('lockedStaff')}</p>
      </Card>
      <p>
        <TextLink to="/sign-in">{t('backToSignIn')}</TextLink>
      </p>
    </Page>
  );
}
