import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import * as z from 'zod/mini';
import { createFirstAdministrator } from '../../api/gen';
import { getSetupOptions, getSetupQueryKey } from '../../api/gen/@tanstack/react-query.gen';
import { emailSchema } from '../../app/email';
import { Queries } from '../../app/Queries';
import { forgetLinkToken, linkToken } from '../../session/link-token';
import { newPasswordSchema } from '../../session/password';
import { Alert } from '../../ui/Alert';
import { ButtonLink } from '../../ui/ButtonLink';
import { Card } from '../../ui/Card';
import { Form } from '../../ui/Form';
import { Loaded } from '../../ui/Loaded';
import { Page } from '../../ui/Page';
import { PasswordField } from '../../ui/PasswordField';
import { TextField } from '../../ui/TextField';
import { useText } from './text';

export default function SetupPage() {
  return (
    <Queries>
      <Setup />
    </Queries>
  );
}

function Setup() {
  const t = useText();
  const setup = useQuery({ ...getSetupOptions(), staleTime: 0 });
  const open = setup.data?.needs_first_administrator;
  return (
    <Page title={t('title')} lead={open ? t('lead') : undefined} narrow>
      <Loaded query={setup}>
        {(state) =>
          state.needs_first_administrator ? (
            <Create />
          ) : (
            <Card title={t('doneTitle')}>
              <p>{t('done')}</p>
              <ButtonLink to="/sign-in">{t('toSignIn')}</ButtonLink>
            </Card>
          )
        }
      </Loaded>
    </Page>
  );
}

function Create() {
  const t = useText();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [token] = useState(linkToken);
  const [notValid, setNotValid] = useState(false);
  const schema = useMemo(() => {
    const required = (message: string) => z.string().check(z.trim(), z.minLength(1, message));
    return z.object({
      token: required(t('tokenMissing')),
      given_name: required(t('givenMissing')),
      family_name: required(t('familyMissing')),
      email: emailSchema(t('common:emailInvalid')),
      user_id: z
        .string()
        .check(z.trim(), z.minLength(6, t('userIdMissing')), z.maxLength(32, t('userIdMissing'))),
      password: newPasswordSchema((count) => t('common:fields.passwordShort', { count })),
    });
  }, [t]);
  return (
    <Card>
      <p>{t('text')}</p>
      {notValid ? (
        <Alert kind="error" focus>
          {t('notValid')}
        </Alert>
      ) : null}
      <Form
        schema={schema}
        defaultValues={{
          token: token ?? '',
          given_name: '',
          family_name: '',
          email: '',
          user_id: '',
          password: '',
        }}
        submitLabel={t('submit')}
        onSubmit={async (values) => {
          setNotValid(false);
          await createFirstAdministrator({ body: values });
          forgetLinkToken();
          await queries.invalidateQueries({ queryKey: getSetupQueryKey() });
          await navigate({ to: '/sign-in', search: { reason: 'administrator' } });
        }}
        onProblem={(problem) => {
          if (problem.code !== 'link-not-valid') return false;
          setNotValid(true);
          return true;
        }}
      >
        {token ? (
          <input type="hidden" name="token" value={token} />
        ) : (
          <TextField name="token" label={t('token')} hint={t('tokenHint')} literal maxLength={200} />
        )}
        <TextField
          name="given_name"
          label={t('common:fields.givenName')}
          autoComplete="given-name"
          maxLength={100}
        />
        <TextField
          name="family_name"
          label={t('common:fields.familyName')}
          autoComplete="family-name"
          maxLength={100}
        />
        <TextField name="email" type="email" label={t('common:email')} autoComplete="email" maxLength={254} />
        <TextField
          name="user_id"
          label={t('common:fields.userId')}
          hint={t('common:fields.userIdHint')}
          autoComplete="username"
          literal
          maxLength={32}
        />
        <p>{t('common:fields.passwordRule')}</p>
        <p className="qm-muted">{t('common:fields.passwordMore')}</p>
        <PasswordField name="password" label={t('common:fields.password')} autoComplete="new-password" />
      </Form>
    </Card>
  );
}
