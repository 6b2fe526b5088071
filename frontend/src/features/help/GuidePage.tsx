import { getRouteApi } from '@tanstack/react-router';
import { EmptyState } from '../../ui/EmptyState';
import { Markdown } from '../../ui/Markdown';
import { Narrow } from '../../ui/Narrow';
import { Page } from '../../ui/Page';
import { TextLink } from '../../ui/TextLink';
import { findGuide, pictureUrl } from './content';
import { useText } from './text';

const route = getRouteApi('/guest/help/$slug');

/** One guide. */
export default function GuidePage() {
  const t = useText();
  const guide = findGuide(route.useParams().slug);
  return (
    <Page
      title={guide?.title ?? t('noGuide')}
      lead={guide?.summary}
      crumbs={[{ label: t('title'), to: '/help' }]}
    >
      {guide ? (
        <Narrow>
          <Markdown source={guide.body} picture={pictureUrl} />
        </Narrow>
      ) : (
        <EmptyState kind="nothing" title={t('noGuide')} action={<TextLink to="/help">{t('all')}</TextLink>}>
          {t('noGuideText')}
        </EmptyState>
      )}
    </Page>
  );
}
