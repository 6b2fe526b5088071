import { Field, type FieldProps, useField } from './Field';

/** A file picker. The value in the form is a `FileList`. */
export function FileField({ accept, ...field }: FieldProps & { accept?: string }) {
  const { id, error, control } = useField(field.name, Boolean(field.hint));
  return (
    <Field id={id} error={error} {...field}>
      <input {...control} className="usa-input" type="file" accept={accept} />
    </Field>
  );
}
