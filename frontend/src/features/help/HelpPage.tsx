import { getRouteApi } from '@tanstack/react-router';
import { Card } from '../../ui/Card';
import { EmptyState } from '../../ui/EmptyState';
import { FilterForm, FilterText } from '../../ui/FilterForm';
import { Narrow } from '../../ui/Narrow';
import { Page } from '../../ui/Page';
import { TextLink } from '../../ui/TextLink';
import { fits, guides } from './content';
import { refusals } from './refusals';
import { useText } from './text';

const route = getRouteApi('/guest/help');

/** All guides and refusals, and the search in them. */
export default function HelpPage() {
  const t = useText();
  const q = route.useSearch().q ?? '';
  const found = guides.filter((one) => fits(q, one.title, one.summary, one.body));
  const codes = Object.entries(refusals).filter(([code, one]) =>
    fits(q, code, one.title, one.what, one.why, one.next),
  );
  return (
    <Page title={t('title')} lead={t('lead')}>
      <Narrow>
        <FilterForm label={t('searchForm')} values={{ q }} chips={q ? [{ name: 'q', text: q }] : []}>
          <FilterText name="q" label={t('search')} />
        </FilterForm>
        {found.length + codes.length === 0 ? (
          <EmptyState kind="filtered" title={t('noHits')}>
            {t('noHitsText')}
          </EmptyState>
        ) : null}
        {found.length > 0 ? (
          <Card title={t('guides')}>
            <ul className="qm-plain-list">
              {found.map((one) => (
                <li key={one.slug}>
                  <TextLink to="/help/$slug" params={{ slug: one.slug }}>
                    {one.title}
                  </TextLink>
                  <div className="qm-muted">{one.summary}</div>
                </li>
              ))}
            </ul>
          </Card>
        ) : null}
        {codes.length > 0 ? (
          <Card title={t('refusals')}>
            <ul className="qm-plain-list">
              {codes.map(([code, one]) => (
                <li key={code}>
                  <TextLink to="/help/refusals/$code" params={{ code }}>
                    {one.title}
                  </TextLink>{' '}
                  <span className="qm-muted">{code}</span>
                </li>
              ))}
            </ul>
          </Card>
        ) : null}
      </Narrow>
    </Page>
  );
}
