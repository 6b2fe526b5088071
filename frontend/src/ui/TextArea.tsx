import { Field, type FieldProps, useField } from './Field';

export function TextArea({
  rows = 4,
  maxLength,
  ...field
}: FieldProps & { rows?: number; maxLength?: number }) {
  const { id, error, startText, control } = useField(field.name, Boolean(field.hint));
  return (
    <Field id={id} error={error} {...field}>
      <textarea
        {...control}
        defaultValue={startText}
        className="usa-textarea"
        rows={rows}
        maxLength={maxLength}
      />
    </Field>
  );
}
