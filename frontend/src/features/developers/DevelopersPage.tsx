import { getRouteApi } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { type DemoCaller, listDemoPeople } from '../../api/gen';
import { Alert } from '../../ui/Alert';
import { Card } from '../../ui/Card';
import { ExternalLink } from '../../ui/ExternalLink';
import { Facts } from '../../ui/Facts';
import { Markdown } from '../../ui/Markdown';
import { Narrow } from '../../ui/Narrow';
import { Page } from '../../ui/Page';
import { TextLink } from '../../ui/TextLink';
import { LANGUAGES, type Language, SECTIONS, textOf } from './content';
import { Examples } from './Examples';
import { useText } from './text';

const route = getRouteApi('/guest/developers');

// The server says so in the page itself; see Frame.
const demo = document.querySelector('meta[name="quaymaster-demo"]') !== null;

/** Between single quotation marks of a shell. */
const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

/** How to build on the API: programs to copy, for a person and for an API client, and what all operations have in common. */
export default function DevelopersPage() {
  const t = useText();
  const language = route.useSearch().language ?? LANGUAGES[0];
  const navigate = route.useNavigate();
  const [caller, setCaller] = useState<DemoCaller | null>(null);
  useEffect(() => {
    if (!demo) return;
    listDemoPeople().then(
      ({ data }) => setCaller(data.items[0] ?? null),
      // Without it the page shows what everybody puts in for themselves.
      () => undefined,
    );
  }, []);
  const where = `export QUAYMASTER_URL=${quoted(window.location.origin)}`;
  const shown = {
    language,
    onLanguage: (chosen: Language) =>
      void navigate({ search: { language: chosen }, replace: true, resetScroll: false }),
  };
  return (
    <Page title={t('title')} lead={t('lead')}>
      {demo ? (
        <Alert kind="info" title={t('sandbox')}>
          {t('sandboxText')}
        </Alert>
      ) : null}
      <Card title={t('where')}>
        <Facts
          items={[
            [t('base'), <code key="base">{`${window.location.origin}/api/v1`}</code>],
            [
              t('reference'),
              <ExternalLink key="reference" href="/docs/">
                {t('referenceText')}
              </ExternalLink>,
            ],
            [
              t('contract'),
              <ExternalLink key="contract" href="/api/openapi.json">
                {t('contractText')}
              </ExternalLink>,
            ],
            [
              t('codes'),
              <TextLink key="codes" to="/help/refusals">
                {t('codesText')}
              </TextLink>,
            ],
          ]}
        />
      </Card>
      <Card title={t('firstCalls.title')}>
        <Examples
          {...shown}
          thing="firstCalls"
          environment={[
            where,
            `export QUAYMASTER_USER=${quoted(caller?.user_id ?? t('yourUserId'))}`,
            `export QUAYMASTER_PASSWORD=${quoted(caller?.password ?? t('yourPassword'))}`,
          ]}
          note={caller ? t('setDemo', { name: caller.name, account: caller.account_name }) : t('setOwn')}
        />
      </Card>
      <Card title={t('asProgram.title')}>
        <Examples
          {...shown}
          thing="asProgram"
          environment={[
            where,
            `export QUAYMASTER_CLIENT_ID=${quoted(t('yourClientId'))}`,
            `export QUAYMASTER_CLIENT_SECRET=${quoted(t('yourClientSecret'))}`,
          ]}
          note={t('setClient')}
        />
      </Card>
      {SECTIONS.map((section) => (
        <Card key={section} title={t(`sections.${section}`)}>
          <Narrow>
            <Markdown source={textOf(section)} />
          </Narrow>
        </Card>
      ))}
    </Page>
  );
}
