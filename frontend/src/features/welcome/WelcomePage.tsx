import { useNavigate } from '@tanstack/react-router';
import { useEffect, useMemo, useState } from 'react';
import * as z from 'zod/mini';
import type { InvitationPreview } from '../../api/gen';
import { previewInvitation, redeemInvitation } from '../../api/guest';
import { toProblem } from '../../api/problem';
import { formatDateTime } from '../../app/format';
import { forgetLinkToken, linkToken } from '../../session/link-token';
import { newPasswordSchema } from '../../session/password';
import { Alert } from '../../ui/Alert';
import { ButtonLink } from '../../ui/ButtonLink';
import { Card } from '../../ui/Card';
import { Form } from '../../ui/Form';
import { Page } from '../../ui/Page';
import { PasswordField } from '../../ui/PasswordField';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { Skeleton } from '../../ui/Skeleton';
import { TextField } from '../../ui/TextField';
import { useText } from './text';

export default function WelcomePage() {
  const t = useText();
  const [token] = useState(linkToken);
  const [preview, setPreview] = useState<InvitationPreview | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [tries, setTries] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each try asks again
  useEffect(() => {
    if (!token) return;
    setError(null);
    previewInvitation({ body: { token } }).then(({ data }) => setPreview(data), setError);
  }, [token, tries]);
  const title = preview ? t('titleFor', { name: preview.given_name }) : t('title');
  if (!token) {
    return (
      <Page title={title} narrow>
        <Alert kind="warning">{t('noToken')}</Alert>
      </Page>
    );
  }
  const spent = error ? toProblem(error).code === 'link-not-valid' : false;
  return (
    <Page title={title} narrow>
      {spent ? (
        <Alert kind="error" title={t('notValidTitle')}>
          {t('notValid')}
        </Alert>
      ) : error ? (
        <ProblemAlert error={error} onRetry={() => setTries((n) => n + 1)} />
      ) : preview ? (
        <Accept token={token} invitation={preview} />
      ) : (
        <Skeleton />
      )}
    </Page>
  );
}

function Accept({ token, invitation }: { token: string; invitation: InvitationPreview }) {
  const t = useText();
  const navigate = useNavigate();
  const schema = useMemo(
    () =>
      z.object({
        user_id: z
          .string()
          .check(z.trim(), z.minLength(6, t('userIdMissing')), z.maxLength(32, t('userIdMissing'))),
        password: newPasswordSchema((count) => t('common:fields.passwordShort', { count })),
      }),
    [t],
  );
  const role = invitation.role
    ? t(`common:role.${invitation.role}`)
    : invitation.staff_role
      ? t(`common:staffRole.${invitation.staff_role}`)
      : '';
  return (
    <>
      <Card>
        <p>
          {invitation.account_name
            ? t('invited', {
                by: invitation.invited_by_name,
                account: invitation.account_name,
                company: invitation.company_name ?? '',
              })
            : t('invitedStaff', { by: invitation.invited_by_name })}
        </p>
        <p>
          <strong>{t('asRole', { role })}</strong>{' '}
          {invitation.role ? t(`common:roleHint.${invitation.role}`) : null}
        </p>
        <p className="qm-muted">
          {t('email', { email: invitation.email_masked, until: formatDateTime(invitation.expires_at) })}
        </p>
      </Card>
      {invitation.existing_user ? (
        <>
          <p>{t('existing')}</p>
          <ButtonLink to="/sign-in">{t('toSignIn')}</ButtonLink>
        </>
      ) : (
        <Card title={t('chooseTitle')}>
          <p>{t('common:fields.passwordRule')}</p>
          <p className="qm-muted">{t('common:fields.passwordMore')}</p>
          <Form
            schema={schema}
            defaultValues={{ user_id: '', password: '' }}
            submitLabel={t('submit')}
            onSubmit={async (values) => {
              await redeemInvitation({ body: { token, ...values } });
              forgetLinkToken();
              await navigate({ to: '/sign-in', search: { reason: 'welcome' } });
            }}
          >
            <TextField
              name="user_id"
              label={t('common:fields.userId')}
              hint={`${t('common:fields.userIdHint')}. ${t('userIdOwn')}`}
              autoComplete="username"
              literal
              maxLength={32}
            />
            <PasswordField name="password" label={t('common:fields.password')} autoComplete="new-password" />
          </Form>
          <p className="qm-muted">{t('next')}</p>
        </Card>
      )}
    </>
  );
}
