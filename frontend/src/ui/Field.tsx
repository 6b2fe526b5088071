import type { ReactNode } from 'react';
import { useCommonText } from '../i18n';
import { fieldId, useFormState } from './Form';
import { getPath } from './form-values';

export interface FieldProps {
  name: string;
  label: string;
  hint?: ReactNode;
  optional?: boolean;
}

/** What every control in a form needs: id, start value, error, and the attributes that tie them together. */
export function useField(name: string, hasHint: boolean) {
  const form = useFormState();
  const id = fieldId(form.id, name);
  const error = form.errors[name] ?? null;
  const start = getPath(form.defaults, name);
  const describedBy = [hasHint ? `${id}-hint` : null, error ? `${id}-error` : null].filter(Boolean).join(' ');
  return {
    id,
    error,
    start,
    startText: typeof start === 'string' ? start : '',
    control: {
      id,
      name,
      'aria-invalid': error ? (true as const) : undefined,
      'aria-describedby': describedBy || undefined,
    },
  };
}

interface FrameProps extends Omit<FieldProps, 'name'> {
  id: string;
  error: string | null;
  children: ReactNode;
}

/** Label, hint and error around a control. */
export function Field({ id, error, label, hint, optional, children }: FrameProps) {
  const t = useCommonText();
  return (
    <div className={`usa-form-group${error ? ' usa-form-group--error' : ''}`}>
      <label className={`usa-label${error ? ' usa-label--error' : ''}`} htmlFor={id}>
        {label} {optional ? <span className="usa-hint">{t('optional')}</span> : null}
      </label>
      {hint ? (
        <div className="usa-hint" id={`${id}-hint`}>
          {hint}
        </div>
      ) : null}
      {error ? (
        <span className="usa-error-message" id={`${id}-error`}>
          {error}
        </span>
      ) : null}
      {children}
    </div>
  );
}
