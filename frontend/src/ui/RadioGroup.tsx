import { type FieldProps, useField } from './Field';

interface Props extends FieldProps {
  options: { value: string; label: string; hint?: string }[];
}

export function RadioGroup({ name, label, hint, options }: Props) {
  const { id, error, start } = useField(name, Boolean(hint));
  const describedBy = [hint ? `${id}-hint` : null, error ? `${id}-error` : null].filter(Boolean).join(' ');
  return (
    <div className={`usa-form-group${error ? ' usa-form-group--error' : ''}`}>
      <fieldset className="usa-fieldset" id={id} aria-describedby={describedBy || undefined}>
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
        {options.map((option) => (
          <div key={option.value} className="usa-radio">
            <input
              name={name}
              defaultChecked={start === option.value}
              className="usa-radio__input"
              type="radio"
              id={`${id}-${option.value}`}
              value={option.value}
              aria-describedby={option.hint ? `${id}-${option.value}-hint` : undefined}
            />
            <label className="usa-radio__label" htmlFor={`${id}-${option.value}`}>
              {option.label}
              {option.hint ? (
                <span className="usa-radio__label-description" id={`${id}-${option.value}-hint`}>
                  {option.hint}
                </span>
              ) : null}
            </label>
          </div>
        ))}
      </fieldset>
    </div>
  );
}
