import { useEffect, useMemo, useState } from 'react';
import * as z from 'zod/mini';
import { type ObjectionPreview, objectByLink, previewOwnerSuccessionObjection } from '../../api/gen';
import { toProblem } from '../../api/problem';
import { formatDateTime } from '../../app/format';
import { linkToken } from '../../session/link-token';
import { Alert } from '../../ui/Alert';
import { Card } from '../../ui/Card';
import { Form } from '../../ui/Form';
import { Page } from '../../ui/Page';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { Skeleton } from '../../ui/Skeleton';
import { TextArea } from '../../ui/TextArea';
import { useText } from './text';

/** From the link in the mail, without signing in: the request in words, and the objection to it. */
export default function ObjectionPage() {
  const t = useText();
  const [token] = useState(linkToken);
  const [preview, setPreview] = useState<ObjectionPreview | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [tries, setTries] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each try asks again
  useEffect(() => {
    if (!token) return;
    setError(null);
    previewOwnerSuccessionObjection({ body: { token } }).then(({ data }) => setPreview(data), setError);
  }, [token, tries]);
  const spent = error ? toProblem(error).code === 'link-not-valid' : false;
  return (
    <Page title={t('title')} narrow>
      {!token ? (
        <Alert kind="warning">{t('noToken')}</Alert>
      ) : spent ? (
        <Alert kind="error" title={t('notValidTitle')}>
          {t('notValid')}
        </Alert>
      ) : error ? (
        <ProblemAlert error={error} onRetry={() => setTries((n) => n + 1)} />
      ) : preview ? (
        <Objection token={token} request={preview} />
      ) : (
        <Skeleton />
      )}
    </Page>
  );
}

function Objection({ token, request }: { token: string; request: ObjectionPreview }) {
  const t = useText();
  const [done, setDone] = useState(false);
  const schema = useMemo(
    () => z.object({ reason: z.string().check(z.trim(), z.minLength(1, t('common:reasonRequired'))) }),
    [t],
  );
  const { state } = request;
  return (
    <>
      {done ? (
        <Alert kind="success" title={t('objectedTitle')} focus>
          {t('objected')}
        </Alert>
      ) : null}
      <Card>
        <p>
          {t('asked', {
            name: request.asked_by_name,
            successor: request.successor_name,
            account: request.account_name,
            number: request.account_number,
            company: request.company_name,
          })}
        </p>
        <p>{t('reason', { reason: request.reason })}</p>
        <p>
          {t('since', { time: formatDateTime(request.asked_at) })}{' '}
          {state === 'waiting' && !done
            ? t('until', { until: formatDateTime(request.completes_after) })
            : null}
        </p>
        <p className="qm-muted">{t(`toldAs.${request.told_as}`)}</p>
      </Card>
      {done ? null : state === 'waiting' ? (
        <Form
          schema={schema}
          defaultValues={{ reason: '' }}
          submitLabel={t('submit')}
          onSubmit={async ({ reason }) => {
            await objectByLink({ body: { token, reason } });
            setDone(true);
          }}
        >
          <p>{t('effect')}</p>
          <TextArea name="reason" label={t('field')} hint={t('fieldHint')} rows={4} maxLength={500} />
        </Form>
      ) : (
        <Alert kind="info">
          {t(state === 'objected' || state === 'completed' ? `over.${state}` : 'over.other')}
        </Alert>
      )}
    </>
  );
}
