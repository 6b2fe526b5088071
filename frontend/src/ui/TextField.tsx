import type { HTMLInputAutoCompleteAttribute } from 'react';
import { Field, type FieldProps, useField } from './Field';

interface Props extends FieldProps {
  type?: 'text' | 'email' | 'tel' | 'search' | 'date' | 'time';
  autoComplete?: HTMLInputAutoCompleteAttribute;
  maxLength?: number;
  /** For codes: no correction, no capitals. */
  literal?: boolean;
}

export function TextField({ type = 'text', autoComplete, maxLength, literal, ...field }: Props) {
  const { id, error, startText, control } = useField(field.name, Boolean(field.hint));
  return (
    <Field id={id} error={error} {...field}>
      <input
        {...control}
        defaultValue={startText}
        className="usa-input"
        type={type}
        autoComplete={autoComplete}
        maxLength={maxLength}
        autoCapitalize={literal ? 'off' : undefined}
        autoCorrect={literal ? 'off' : undefined}
        spellCheck={literal ? false : undefined}
      />
    </Field>
  );
}
