import { getRouteApi } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import * as z from 'zod/mini';
import { createSession } from '../../api/guest';
import type { ApiProblem } from '../../api/problem';
import { session } from '../../session';
import { Alert } from '../../ui/Alert';
import { Form } from '../../ui/Form';
import { Page, usePageError } from '../../ui/Page';
import { PasswordField } from '../../ui/PasswordField';
import { TextField } from '../../ui/TextField';
import { TextLink } from '../../ui/TextLink';
import { useText } from './text';

const route = getRouteApi('/guest/sign-in');

export default function SignInPage() {
  const t = useText();
  const { reason } = route.useSearch();
  const [failed, setFailed] = useState<ApiProblem | null>(null);
  const [tries, setTries] = useState(0);
  const schema = useMemo(
    () =>
      z.object({
        user_id: z.string().check(z.trim(), z.minLength(1, t('userIdMissing'))),
        password: z.string().check(z.minLength(1, t('passwordMissing'))),
      }),
    [t],
  );
  return (
    <Page title={t('title')} narrow>
      {reason && !failed ? (
        <Alert kind={reason === 'timed_out' || reason === 'ended' ? 'warning' : 'success'}>
          {t(`reason.${reason}`)}
        </Alert>
      ) : null}
      {failed ? <Failed key={tries} problem={failed} /> : null}
      <div className="qm-card qm-stack">
        <Form
          schema={schema}
          defaultValues={{ user_id: '', password: '' }}
          submitLabel={t('submit')}
          onSubmit={async (values) => {
            const { data } = await createSession({ body: values });
            // The guard of this page then leads on to the next step or to where the person was going.
            session.accept(data);
          }}
          onProblem={(problem, form) => {
            form.clear('password');
            const refused = problem.code === 'sign-in-failed';
            setFailed(refused ? problem : null);
            setTries((n) => n + 1);
            return refused;
          }}
        >
          <TextField name="user_id" label={t('common:fields.userId')} autoComplete="username" literal />
          <PasswordField
            name="password"
            label={t('common:fields.password')}
            autoComplete="current-password"
          />
        </Form>
        <p>
          <TextLink to="/forgot-password">{t('help')}</TextLink>
        </p>
      </div>
      <p className="qm-muted">
        {t('newHere')} {t('noAccount')} <TextLink to="/apply">{t('apply')}</TextLink>
      </p>
    </Page>
  );
}

/** One answer for every cause, with the ways on inside it. */
function Failed({ problem }: { problem: ApiProblem }) {
  const t = useText();
  usePageError(true);
  return (
    <Alert kind="error" title={t('failedTitle')} focus>
      <p>{problem.detail}</p>
      <p>{t('failedHelp')}</p>
      <p className="qm-row">
        <TextLink to="/forgot-password">{t('resetIt')}</TextLink>
        <TextLink to="/sign-in/locked">{t('failedLocked')}</TextLink>
      </p>
      <p className="qm-small">
        {t('common:errorCode', { code: problem.code })}
        {problem.requestId ? `, ${t('common:errorRequest', { id: problem.requestId })}` : null}
      </p>
    </Alert>
  );
}
