import { useMemo } from 'react';
import * as z from 'zod/mini';
import { changePassword } from '../../api/gen';
import { session } from '../../session';
import { newPasswordSchema } from '../../session/password';
import { Alert } from '../../ui/Alert';
import { Form } from '../../ui/Form';
import { Page } from '../../ui/Page';
import { PasswordField } from '../../ui/PasswordField';
import { useText } from './text';

export default function ChangePasswordPage() {
  const t = useText();
  const schema = useMemo(
    () =>
      z.object({
        current_password: z.string().check(z.minLength(1, t('change.currentMissing'))),
        new_password: newPasswordSchema((count) => t('common:fields.passwordShort', { count })),
      }),
    [t],
  );
  return (
    <Page title={t('change.title')} narrow>
      <Alert kind="warning">{t('change.why')}</Alert>
      <p>{t('common:fields.passwordRule')}</p>
      <p className="qm-muted">{t('common:fields.passwordMore')}</p>
      <Form
        schema={schema}
        defaultValues={{ current_password: '', new_password: '' }}
        submitLabel={t('change.submit')}
        onSubmit={async (values) => {
          await changePassword({ body: values });
          await session.refresh();
        }}
      >
        <PasswordField name="current_password" label={t('change.current')} />
        <PasswordField
          name="new_password"
          label={t('common:fields.newPassword')}
          autoComplete="new-password"
          hint={t('change.others')}
        />
      </Form>
    </Page>
  );
}
