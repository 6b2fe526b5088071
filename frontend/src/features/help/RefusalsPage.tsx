import { Card } from '../../ui/Card';
import { Narrow } from '../../ui/Narrow';
import { Page } from '../../ui/Page';
import { TextLink } from '../../ui/TextLink';
import { refusals } from './refusals';
import { useText } from './text';

/** The catalogue of codes: all of them, each with the way to its page. */
export default function RefusalsPage() {
  const t = useText();
  return (
    <Page title={t('refusals')} lead={t('refusalsLead')} crumbs={[{ label: t('title'), to: '/help' }]}>
      <Narrow>
        <Card>
          <ul className="qm-plain-list">
            {Object.entries(refusals).map(([code, one]) => (
              <li key={code}>
                <TextLink to="/help/refusals/$code" params={{ code }}>
                  {one.title}
                </TextLink>{' '}
                <span className="qm-muted">{code}</span>
              </li>
            ))}
          </ul>
        </Card>
      </Narrow>
    </Page>
  );
}
