import type { ReactNode } from 'react';
import { useField } from './Field';

interface Props {
  name: string;
  label: string;
  hint?: ReactNode;
  children: ReactNode;
}

/** Several controls that answer one question, with the error of the question as a whole. */
export function FieldSet({ name, label, hint, children }: Props) {
  const { id, error } = useField(name, Boolean(hint));
  const describedBy = [hint ? `${id}-hint` : null, error ? `${id}-error` : null].filter(Boolean).join(' ');
  return (
    <div className={`usa-form-group${error ? ' usa-form-group--error' : ''}`}>
      <fieldset className="usa-fieldset" id={id} aria-describedby={describedBy || undefined} tabIndex={-1}>
        <legend className={`usa-legend${error ? ' usa-label--error' : ''}`}>{label}</legend>
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
      </fieldset>
    </div>
  );
}
