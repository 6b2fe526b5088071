import { Alert } from '../../ui/Alert';
import { Page } from '../../ui/Page';
import { TextLink } from '../../ui/TextLink';
import { resetProgress } from './progress';
import { useText } from './text';

export default function SentPage() {
  const t = useText();
  return (
    <Page title={t('sentTitle')} narrow>
      <p className="qm-muted">{t('step', { n: 3 })}</p>
      <Alert kind="info">{t('sentText', { count: resetProgress.linkMinutes() })}</Alert>
      <p>{t('sentTab')}</p>
      <p>{t('sentNothing')}</p>
      <p className="qm-row">
        <TextLink to="/forgot-password">{t('again')}</TextLink>
        <TextLink to="/sign-in">{t('backToSignIn')}</TextLink>
      </p>
    </Page>
  );
}
