import { useState } from 'react';
import { type Application, submitApplication } from '../../api/gen';
import { Alert } from '../../ui/Alert';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { TextLink } from '../../ui/TextLink';
import { ApplicationFacts } from './ApplicationFacts';
import { about, type Kept } from './current';
import { missingParts, PARTS } from './tasks';
import { useText } from './text';

interface Props {
  application: Application;
  kept: Kept;
  onSent: () => void;
}

/** The last look before the application leaves. */
export function CheckPart({ application, kept, onSent }: Props) {
  const t = useText();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const missing = missingParts(application);
  return (
    <>
      {error ? <ProblemAlert error={error} focus listFields /> : null}
      <Card title={t('facts')}>
        <ApplicationFacts application={application} />
        <p className="qm-row">
          {PARTS.map((part) => (
            <TextLink
              key={part}
              to="/apply"
              search={{ step: part }}
              aria-label={t('changeName', { part: t(`task.${part}`) })}
            >
              {t('changeName', { part: t(`task.${part}`) })}
            </TextLink>
          ))}
        </p>
      </Card>
      {missing.length > 0 ? (
        <Alert kind="warning">
          {t('incomplete', { parts: missing.map((part) => t(`task.${part}`)).join(', ') })}
        </Alert>
      ) : (
        <>
          <p>{t('sendText')}</p>
          <p>
            <Button
              busy={busy}
              onClick={async () => {
                setBusy(true);
                setError(null);
                try {
                  await submitApplication(about(kept));
                  onSent();
                } catch (caught) {
                  setError(caught);
                  setBusy(false);
                }
              }}
            >
              {t('send')}
            </Button>
          </p>
        </>
      )}
    </>
  );
}
