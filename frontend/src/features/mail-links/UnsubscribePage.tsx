import { useState } from 'react';
import { unsubscribeFromNotices } from '../../api/gen';
import { linkToken } from '../../session/link-token';
import { Alert } from '../../ui/Alert';
import { Button } from '../../ui/Button';
import { Page } from '../../ui/Page';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { useText } from './text';

/** From the link in a mail with notices. */
export default function UnsubscribePage() {
  const t = useText();
  const [token] = useState(linkToken);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [done, setDone] = useState(false);
  return (
    <Page title={t('unsubscribe.title')} lead={t('unsubscribe.lead')} narrow>
      {error ? <ProblemAlert error={error} focus /> : null}
      {done ? (
        <Alert kind="success" title={t('unsubscribe.doneTitle')} focus>
          {t('unsubscribe.done')}
        </Alert>
      ) : token ? (
        <Button
          busy={busy}
          onClick={async () => {
            setBusy(true);
            setError(null);
            try {
              await unsubscribeFromNotices({ body: { token } });
              setDone(true);
            } catch (caught) {
              setError(caught);
            } finally {
              setBusy(false);
            }
          }}
        >
          {t('unsubscribe.submit')}
        </Button>
      ) : (
        <Alert kind="warning">{t('noToken')}</Alert>
      )}
    </Page>
  );
}
