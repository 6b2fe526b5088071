import { useState } from 'react';
import type { TemporaryPassword } from '../../api/gen';
import { redeemPasswordReset } from '../../api/guest';
import { formatDateTime } from '../../app/format';
import { forgetLinkToken, linkToken } from '../../session/link-token';
import { Alert } from '../../ui/Alert';
import { Button } from '../../ui/Button';
import { ButtonLink } from '../../ui/ButtonLink';
import { CopyText } from '../../ui/CopyText';
import { Page } from '../../ui/Page';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { TextLink } from '../../ui/TextLink';
import { useText } from './text';

export default function RedeemPage() {
  const t = useText();
  const [token] = useState(linkToken);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [shown, setShown] = useState<TemporaryPassword | null>(null);

  if (shown) {
    return (
      <Page title={t('redeemTitle')} lead={t('redeemLead')} narrow>
        <CopyText value={shown.temporary_password} label={t('temporary')} />
        <p>{t('until', { time: formatDateTime(shown.expires_at) })}</p>
        <p>
          <ButtonLink to="/sign-in">{t('signInWithIt')}</ButtonLink>
        </p>
      </Page>
    );
  }
  return (
    <Page title={t('redeemTitle')} lead={token ? t('redeemLead') : undefined} narrow>
      {error ? <ProblemAlert error={error} focus /> : null}
      {token ? (
        <Button
          busy={busy}
          onClick={async () => {
            setBusy(true);
            setError(null);
            try {
              const { data } = await redeemPasswordReset({ body: { token } });
              forgetLinkToken();
              setShown(data);
            } catch (caught) {
              setError(caught);
            } finally {
              setBusy(false);
            }
          }}
        >
          {t('redeem')}
        </Button>
      ) : (
        <Alert kind="warning">{t('noToken')}</Alert>
      )}
      <p>
        <TextLink to="/forgot-password">{t('newLink')}</TextLink>
      </p>
    </Page>
  );
}
