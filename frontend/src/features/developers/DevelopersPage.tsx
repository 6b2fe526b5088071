import { getRouteApi } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { type DemoCaller, listDemoPeople } from '../../api/gen';
import { Alert } from '../../ui/Alert';
import { Card } from '../../ui/Card';
import { CodeBlock } from '../../ui/CodeBlock';
import { ExternalLink } from '../../ui/ExternalLink';
import { Facts } from '../../ui/Facts';
import { Markdown } from '../../ui/Markdown';
import { Narrow } from '../../ui/Narrow';
import { Page } from '../../ui/Page';
import { Tabs } from '../../ui/Tabs';
import { TextLink } from '../../ui/TextLink';
import { CALLS, examplesOf, LANGUAGES, type Language, SECTIONS, textOf } from './content';
import { useText } from './text';

const route = getRouteApi('/guest/developers');

// The server says so in the page itself; see Frame.
const demo = document.querySelector('meta[name="quaymaster-demo"]') !== null;

/** Between single quotation marks of a shell. */
const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

/** How to build on the API: the first calls as programs to copy, and what all operations have in common. */
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
  const environment = [
    `export QUAYMASTER_URL=${quoted(window.location.origin)}`,
    `export QUAYMASTER_USER=${quoted(caller?.user_id ?? t('yourUserId'))}`,
    `export QUAYMASTER_PASSWORD=${quoted(caller?.password ?? t('yourPassword'))}`,
  ].join('\n');
  const examples = examplesOf('firstCalls');
  const example = examples.find((one) => one.language === language) ?? examples[0];
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
      <Card title={t('firstCalls')}>
        <p>{t('firstCallsText')}</p>
        <p>{t('setFirst')}</p>
        <CodeBlock
          label={t('environment')}
          copy={t('copyOf', { name: t('environment') })}
          source={environment}
        />
        <p className="qm-muted">
          {caller ? t('setDemo', { name: caller.name, account: caller.account_name }) : t('setOwn')}
        </p>
        <Tabs
          label={t('language')}
          tabs={LANGUAGES.map((key) => ({ key, label: t(`languages.${key}`) }))}
          active={language}
          onChange={(key) =>
            void navigate({ search: { language: key as Language }, replace: true, resetScroll: false })
          }
        >
          {example ? (
            <>
              <p>{t('save', { file: example.file })}</p>
              <CodeBlock
                label={example.file}
                copy={t('copyOf', { name: example.file })}
                source={example.source}
              />
              <p>{t('run')}</p>
              <CodeBlock
                label={t('command')}
                copy={t('copyOf', { name: example.run })}
                source={example.run}
              />
            </>
          ) : null}
        </Tabs>
        <h3>{t('operations')}</h3>
        <ul>
          {CALLS.map(([operation, address]) => (
            <li key={address}>
              <ExternalLink href={`/docs/#/${address}`}>{operation}</ExternalLink>
            </li>
          ))}
        </ul>
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
