import { type FieldProps, useField } from './Field';

export function Checkbox({ name, label, hint }: FieldProps) {
  const { id, error, start, control } = useField(name, Boolean(hint));
  return (
    <div className={`usa-form-group${error ? ' usa-form-group--error' : ''}`}>
      {error ? (
        <span className="usa-error-message" id={`${id}-error`}>
          {error}
        </span>
      ) : null}
      <div className="usa-checkbox">
        <input {...control} defaultChecked={start === true} className="usa-checkbox__input" type="checkbox" />
        <label className="usa-checkbox__label" htmlFor={id}>
          {label}
          {hint ? (
            <span className="usa-checkbox__label-description" id={`${id}-hint`}>
              {hint}
            </span>
          ) : null}
        </label>
      </div>
    </div>
  );
}
