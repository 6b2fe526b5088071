import { getRouteApi } from '@tanstack/react-router';
import { useMemo } from 'react';
import * as z from 'zod/mini';
import { createSession } from '../../api/gen';
import { session } from '../../session';
import { Alert } from '../../ui/Alert';
import { Form } from '../../ui/Form';
import { Page } from '../../ui/Page';
import { PasswordField } from '../../ui/PasswordField';
import { TextField } from '../../ui/TextField';
import { TextLink } from '../../ui/TextLink';
import { useText } from './text';

const route = getRouteApi('/guest/sign-in');

export default function SignInPage() {
  const t = useText();
  const { reason } = route.useSearch();
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
      {reason ? (
        <Alert kind={reason === 'timed_out' || reason === 'ended' ? 'warning' : 'success'}>
          {t(`reason.${reason}`)}
        </Alert>
      ) : null}
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
          onProblem={(_problem, form) => {
            form.clear('password');
            return false;
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
      <p className="qm-muted">{t('newHere')}</p>
    </Page>
  );
}
