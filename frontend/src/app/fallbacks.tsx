import { useCommonText } from '../i18n';
import { Button } from '../ui/Button';
import { Page } from '../ui/Page';
import { ProblemAlert } from '../ui/ProblemAlert';
import { TextLink } from '../ui/TextLink';
import { Frame } from './Frame';

export function NotFoundPage() {
  const t = useCommonText();
  return (
    <Frame>
      <Page title={t('notFoundTitle')} narrow>
        <p>{t('notFoundText')}</p>
        <p>
          <TextLink to="/">{t('goHome')}</TextLink>
        </p>
      </Page>
    </Frame>
  );
}

export function CrashPage({ error }: { error: unknown }) {
  const t = useCommonText();
  return (
    <Page title={t('crashTitle')} narrow>
      <ProblemAlert error={error} />
      <p>{t('crashText')}</p>
      <Button onClick={() => window.location.reload()}>{t('reload')}</Button>
    </Page>
  );
}
