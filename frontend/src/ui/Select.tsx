import { Field, type FieldProps, useField } from './Field';

export interface Option {
  value: string;
  label: string;
}

interface Props extends FieldProps {
  options: Option[];
  /** First, empty entry. */
  empty?: string;
}

export function Select({ options, empty, ...field }: Props) {
  const { id, error, startText, control } = useField(field.name, Boolean(field.hint));
  return (
    <Field id={id} error={error} {...field}>
      <select {...control} defaultValue={startText} className="usa-select">
        {empty !== undefined ? <option value="">{empty}</option> : null}
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </Field>
  );
}
