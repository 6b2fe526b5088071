import { useField } from './Field';

interface Props {
  name: string;
  label: string;
  options: { value: string; label: string }[];
}

/** A select without a visible label, for a table whose row and column name it. */
export function SelectCell({ name, label, options }: Props) {
  const { control, startText } = useField(name, false);
  return (
    <select {...control} defaultValue={startText} className="usa-select qm-cell-select" aria-label={label}>
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
    </select>
  );
}
