import { useId } from 'react';

/** A box that changes what is shown at once, outside any form. */
export function Toggle({
  label,
  on,
  onChange,
}: {
  label: string;
  on: boolean;
  onChange: (on: boolean) => void;
}) {
  const id = useId();
  return (
    <div className="usa-checkbox">
      <input
        className="usa-checkbox__input"
        type="checkbox"
        id={id}
        checked={on}
        onChange={(event) => onChange(event.target.checked)}
      />
      <label className="usa-checkbox__label" htmlFor={id}>
        {label}
      </label>
    </div>
  );
}
