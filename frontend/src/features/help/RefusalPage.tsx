import { getRouteApi } from '@tanstack/react-router';
import { Card } from '../../ui/Card';
import { EmptyState } from '../../ui/EmptyState';
import { Markdown } from '../../ui/Markdown';
import { Narrow } from '../../ui/Narrow';
import { Page } from '../../ui/Page';
import { TextLink } from '../../ui/TextLink';
import { refusals } from './refusals';
import { useText } from './text';

const route = getRouteApi('/guest/help/refusals/$code');

/** What a refusal means; the `type` of a problem leads here. */
export default function RefusalPage() {
  const t = useText();
  const { code } = route.useParams();
  const text = Object.hasOwn(refusals, code) ? refusals[code] : undefined;
  return (
    <Page
      title={text?.title ?? t('unknown')}
      lead={text ? t('code', { code }) : undefined}
      crumbs={[{ label: t('title'), to: '/help' }]}
    >
      {text ? (
        <Narrow>
          <Card title={t('what')}>
            <Markdown source={text.what} />
          </Card>
          <Card title={t('why')}>
            <Markdown source={text.why} />
          </Card>
          <Card title={t('next')} tone="good">
            <Markdown source={text.next} />
          </Card>
        </Narrow>
      ) : (
        <EmptyState kind="nothing" title={t('unknown')} action={<TextLink to="/help">{t('all')}</TextLink>}>
          {t('unknownText', { code })}
        </EmptyState>
      )}
    </Page>
  );
}
