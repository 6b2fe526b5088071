import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import * as z from 'zod/mini';
import { startPasswordReset } from '../../api/guest';
import { Alert } from '../../ui/Alert';
import { Form } from '../../ui/Form';
import { Page } from '../../ui/Page';
import { TextField } from '../../ui/TextField';
import { TextLink } from '../../ui/TextLink';
import { resetProgress } from './progress';
import { useText } from './text';

const route = getRouteApi('/guest/forgot-password');

export default function ForgotPage() {
  const t = useText();
  const navigate = useNavigate();
  const { restarted } = route.useSearch();
  const schema = useMemo(
    () => z.object({ user_id: z.string().check(z.trim(), z.minLength(1, t('userIdMissing'))) }),
    [t],
  );
  return (
    <Page title={t('title')} lead={t('startLead')} narrow>
      {restarted ? <Alert kind="info">{t('restart')}</Alert> : null}
      <p className="qm-muted">{t('step', { n: 1 })}</p>
      <Form
        schema={schema}
        defaultValues={{ user_id: '' }}
        submitLabel={t('common:continue')}
        extra={<TextLink to="/sign-in">{t('backToSignIn')}</TextLink>}
        onSubmit={async (values) => {
          const { data } = await startPasswordReset({ body: values });
          resetProgress.start(data);
          await navigate({ to: '/forgot-password/questions' });
        }}
      >
        <TextField name="user_id" label={t('common:fields.userId')} autoComplete="username" literal />
      </Form>
      <p>
        <TextLink to="/sign-in/locked">{t('lockedHelp')}</TextLink>
      </p>
    </Page>
  );
}
