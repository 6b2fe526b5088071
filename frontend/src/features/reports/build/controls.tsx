// Controls of the builder's steps. They change the draft at once, so they are no form.
import { type ReactNode, useEffect, useId, useRef } from 'react';

interface ChoiceProps {
  label: string;
  value: string;
  options: readonly { value: string; label: string }[];
  onChange: (value: string) => void;
  /** Options under headings of their own. */
  groups?: readonly { label: string; options: readonly { value: string; label: string }[] }[];
}

export function Choice({ label, value, options, groups = [], onChange }: ChoiceProps) {
  const id = useId();
  return (
    <div>
      <label className="usa-label" htmlFor={id}>
        {label}
      </label>
      <select id={id} className="usa-select" value={value} onChange={(event) => onChange(event.target.value)}>
        {options.map((one) => (
          <option key={one.value} value={one.value}>
            {one.label}
          </option>
        ))}
        {groups.map((group) => (
          <optgroup key={group.label} label={group.label}>
            {group.options.map((one) => (
              <option key={one.value} value={one.value}>
                {one.label}
              </option>
            ))}
          </optgroup>
        ))}
      </select>
    </div>
  );
}

interface WordsProps {
  label: string;
  hint?: string;
  error?: string;
  value: string;
  maxLength?: number;
  lines?: number;
  onChange: (value: string) => void;
}

export function Words({ label, hint, error, value, maxLength = 200, lines, onChange }: WordsProps) {
  const id = useId();
  const described = [hint ? `${id}-hint` : null, error ? `${id}-error` : null].filter(Boolean).join(' ');
  const common = {
    id,
    maxLength,
    value,
    'aria-describedby': described || undefined,
    'aria-invalid': error ? true : undefined,
  };
  return (
    <div>
      <label className="usa-label" htmlFor={id}>
        {label}
      </label>
      {hint ? (
        <span className="usa-hint" id={`${id}-hint`}>
          {hint}
        </span>
      ) : null}
      {error ? (
        <span className="usa-error-message" id={`${id}-error`}>
          {error}
        </span>
      ) : null}
      {lines ? (
        <textarea
          {...common}
          rows={lines}
          className="usa-textarea"
          onChange={(event) => onChange(event.target.value)}
        />
      ) : (
        <input {...common} className="usa-input" onChange={(event) => onChange(event.target.value)} />
      )}
    </div>
  );
}

interface RadiosProps {
  label: string;
  value: string;
  options: readonly { value: string; label: string; text?: ReactNode; disabled?: boolean }[];
  onChange: (value: string) => void;
}

export function Radios({ label, value, options, onChange }: RadiosProps) {
  const id = useId();
  return (
    <fieldset className="usa-fieldset">
      <legend className="usa-legend">{label}</legend>
      {options.map((one) => (
        <div key={one.value} className="usa-radio">
          <input
            className="usa-radio__input"
            type="radio"
            name={id}
            id={`${id}-${one.value}`}
            checked={one.value === value}
            disabled={one.disabled}
            aria-describedby={one.text ? `${id}-${one.value}-text` : undefined}
            onChange={() => onChange(one.value)}
          />
          <label className="usa-radio__label" htmlFor={`${id}-${one.value}`}>
            {one.label}
          </label>
          {one.text ? (
            <div className="usa-hint qm-build__about" id={`${id}-${one.value}-text`}>
              {one.text}
            </div>
          ) : null}
        </div>
      ))}
    </fieldset>
  );
}

/** Gives the focus to an element once it stands in its new place. */
export function useFocusLater() {
  const wanted = useRef<string | null>(null);
  useEffect(() => {
    if (!wanted.current) return;
    document.getElementById(wanted.current)?.focus();
    wanted.current = null;
  });
  return (id: string) => {
    wanted.current = id;
  };
}
