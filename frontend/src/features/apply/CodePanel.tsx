import { useEffect, useMemo, useState } from 'react';
import * as z from 'zod/mini';
import { enterApplicationCode, resendApplicationCode } from '../../api/gen';
import { formatDateTime } from '../../app/format';
import { Button } from '../../ui/Button';
import { Form } from '../../ui/Form';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { TextField } from '../../ui/TextField';
import { about } from './current';
import type { PanelProps } from './StatusPage';
import { useText } from './text';

/** Seconds until a moment, counted down; 0 once it has come. */
function useSecondsUntil(moment: string | undefined) {
  const left = () => Math.max(0, Math.ceil((Date.parse(moment ?? '') - Date.now()) / 1000) || 0);
  const [seconds, setSeconds] = useState(left);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `left` is made anew at each render from `moment`
  useEffect(() => {
    setSeconds(left());
    const timer = setInterval(() => setSeconds(left()), 1000);
    return () => clearInterval(timer);
  }, [moment]);
  return seconds;
}

/** The six digits that the register's contact was mailed, and a new mail of them. */
export function CodePanel({ application, kept, onChange }: PanelProps) {
  const t = useText();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const code = application.code;
  const wait = useSecondsUntil(code?.resend_after);
  const valid = useSecondsUntil(code?.expires_at) > 0 && (code?.tries_left ?? 0) > 0;
  const schema = useMemo(
    () =>
      z.object({
        code: z.string().check(
          z.overwrite((value) => value.replace(/\s/g, '')),
          z.regex(/^\d{6}$/, t('codeMissing')),
        ),
      }),
    [t],
  );
  return (
    <>
      {code ? (
        <p>
          {t(valid ? 'codeUntil' : 'codeSpent', {
            sent: formatDateTime(code.sent_at),
            until: formatDateTime(code.expires_at),
          })}{' '}
          {valid ? t('tries', { count: code.tries_left }) : null}
        </p>
      ) : null}
      {valid ? (
        <Form
          key={code?.sent_at}
          schema={schema}
          defaultValues={{ code: '' }}
          submitLabel={t('enterCode')}
          onSubmit={async (values) => {
            setError(null);
            const { data } = await enterApplicationCode({ ...about(kept), body: values });
            onChange(data, t('codeRight'));
          }}
          onProblem={(problem, form) => {
            form.clear('code');
            // How many tries are left, or that none is, is on the server.
            if (problem.code === 'code-wrong' || problem.code === 'code-not-valid') onChange(null, null);
            return false;
          }}
        >
          <TextField name="code" label={t('code')} autoComplete="one-time-code" maxLength={9} literal />
        </Form>
      ) : null}
      {error ? <ProblemAlert error={error} focus /> : null}
      <p className="qm-row">
        <Button
          kind={valid ? 'link' : 'primary'}
          busy={busy}
          onClick={async () => {
            if (wait > 0) return;
            setBusy(true);
            setError(null);
            try {
              const { data } = await resendApplicationCode(about(kept));
              onChange(data, t('resent'));
            } catch (caught) {
              setError(caught);
            } finally {
              setBusy(false);
            }
          }}
          aria-disabled={wait > 0 || undefined}
        >
          {t('resend')}
        </Button>
        {wait > 0 ? <span className="qm-muted">{t('resendWait', { count: wait })}</span> : null}
      </p>
    </>
  );
}
