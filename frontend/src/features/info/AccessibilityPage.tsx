import { Narrow } from '../../ui/Narrow';
import { Page } from '../../ui/Page';
import { useText } from './text';

export default function AccessibilityPage() {
  const t = useText();
  return (
    <Page title={t('title')} narrow>
      <Narrow>
        <p>{t('goal')}</p>
        <h2>{t('doTitle')}</h2>
        <ul>
          <li>{t('keyboard')}</li>
          <li>{t('themes')}</li>
          <li>{t('colour')}</li>
          <li>{t('motion')}</li>
        </ul>
        <h2>{t('checkTitle')}</h2>
        <p>{t('check')}</p>
        <h2>{t('reportTitle')}</h2>
        <p>{t('report')}</p>
      </Narrow>
    </Page>
  );
}
