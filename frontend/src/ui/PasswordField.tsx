import { useState } from 'react';
import { useCommonText } from '../i18n';
import { Button } from './Button';
import { Field, type FieldProps, useField } from './Field';

interface Props extends FieldProps {
  autoComplete?: 'current-password' | 'new-password' | 'off';
}

/** A password with a toggle that shows what was typed. Pasting is allowed. */
export function PasswordField({ autoComplete = 'current-password', ...field }: Props) {
  const t = useCommonText();
  const [shown, setShown] = useState(false);
  const { id, error, startText, control } = useField(field.name, Boolean(field.hint));
  return (
    <Field id={id} error={error} {...field}>
      <div className="qm-password">
        <input
          {...control}
          defaultValue={startText}
          className="usa-input"
          type={shown ? 'text' : 'password'}
          autoComplete={autoComplete}
          autoCapitalize="off"
          autoCorrect="off"
          spellCheck={false}
        />
        <Button
          kind="secondary"
          aria-controls={id}
          aria-label={shown ? t('hidePassword') : t('showPassword')}
          onClick={() => setShown(!shown)}
        >
          {shown ? t('hide') : t('show')}
        </Button>
      </div>
    </Field>
  );
}
