import { useState } from 'react';
import { reportNotMe, type SecurityReport } from '../../api/gen';
import { forgetLinkToken, linkToken } from '../../session/link-token';
import { Alert } from '../../ui/Alert';
import { Button } from '../../ui/Button';
import { ButtonLink } from '../../ui/ButtonLink';
import { Card } from '../../ui/Card';
import { Page } from '../../ui/Page';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { TextLink } from '../../ui/TextLink';
import { resetProgress } from '../password-reset/progress';
import { useText } from './text';

/** From the link in a security mail. Nothing happens by opening it: mail programs open links by themselves. */
export default function NotMePage() {
  const t = useText();
  const [token] = useState(linkToken);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [done, setDone] = useState<SecurityReport | null>(null);
  return (
    <Page title={t('notMe.title')} lead={done ? undefined : t('notMe.lead')} narrow>
      {error ? <ProblemAlert error={error} focus /> : null}
      {done ? (
        <>
          <Alert kind="success" title={t('notMe.doneTitle')} focus>
            {t('notMe.done', { count: done.sessions_ended })}
          </Alert>
          {done.reset ? (
            <>
              <p>{t('notMe.next')}</p>
              <p>
                <ButtonLink to="/forgot-password/questions">{t('notMe.goOn')}</ButtonLink>
              </p>
            </>
          ) : (
            <>
              <p>{t('notMe.noQuestions')}</p>
              <p>
                <TextLink to="/sign-in/locked">{t('notMe.locked')}</TextLink>
              </p>
            </>
          )}
        </>
      ) : token ? (
        <>
          <Card title={t('notMe.what')}>
            <ul>
              <li>{t('notMe.sessions')}</li>
              <li>{t('notMe.password')}</li>
              <li>{t('notMe.told')}</li>
            </ul>
          </Card>
          <Button
            kind="danger"
            busy={busy}
            onClick={async () => {
              setBusy(true);
              setError(null);
              try {
                const { data } = await reportNotMe({ body: { token } });
                forgetLinkToken();
                if (data.reset) resetProgress.start(data.reset);
                setDone(data);
              } catch (caught) {
                setError(caught);
              } finally {
                setBusy(false);
              }
            }}
          >
            {t('notMe.submit')}
          </Button>
        </>
      ) : (
        <Alert kind="warning">{t('noToken')}</Alert>
      )}
      <p>
        <TextLink to="/help/$slug" params={{ slug: 'resetting-passwords' }}>
          {t('notMe.guide')}
        </TextLink>
      </p>
    </Page>
  );
}
