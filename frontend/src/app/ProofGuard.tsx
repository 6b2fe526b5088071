import { useMemo, useSyncExternalStore } from 'react';
import * as z from 'zod/mini';
import { proveIdentity } from '../api/gen';
import { session } from '../session';
import { onProofChange, proofIsAsked, settleProof } from '../session/proof';
import { FormDialog } from '../ui/FormDialog';
import { PasswordField } from '../ui/PasswordField';
import { useShellText } from './text';

/** Asks for the password again when an act needs a fresh proof of identity; the act then goes on by itself. */
export function ProofGuard() {
  const t = useShellText();
  const asked = useSyncExternalStore(onProofChange, proofIsAsked);
  const schema = useMemo(
    () => z.object({ password: z.string().check(z.minLength(1, t('proofMissing'))) }),
    [t],
  );
  if (!asked) return null;
  return (
    <FormDialog
      title={t('proofTitle')}
      schema={schema}
      defaultValues={{ password: '' }}
      submitLabel={t('proofSubmit')}
      onSubmit={async (values) => {
        const { data } = await proveIdentity({ body: values });
        // A new session: what other tabs hold has ended, and they take up the new one.
        session.accept(data);
        settleProof(true);
      }}
      onProblem={(_problem, form) => {
        form.clear('password');
        return false;
      }}
      onClose={() => settleProof(false)}
    >
      <p>{t('proofText')}</p>
      <PasswordField name="password" label={t('common:fields.password')} />
    </FormDialog>
  );
}
