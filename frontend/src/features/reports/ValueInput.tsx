import {
  type HTMLInputTypeAttribute,
  type InputHTMLAttributes,
  type KeyboardEvent,
  useEffect,
  useId,
  useRef,
} from 'react';
import type { ReportValueKind } from '../../api/gen';
import { MONTHLY, PERIODS, type Relative, type Value } from './definition';
import { packValue, unpackValue } from './prompt-url';
import { useText } from './text';
import { ValueList, type ValuesOf } from './ValueList';

interface Props {
  label: string;
  value: Value | undefined;
  onChange: (value: Value | undefined) => void;
  /** What kind of values the field holds; text as long as that is not known. */
  kind?: ReportValueKind;
  /** From one value to another. Periods of days are asked with relative choices first. */
  period: boolean;
  multi?: boolean;
  /** What an empty choice means. */
  unset?: string;
  /** Why the value cannot be taken. */
  error?: string;
  /** Values to choose from. Texts are offered; days and amounts are typed. */
  of?: ValuesOf;
}

const TYPES: Partial<Record<ReportValueKind, HTMLInputTypeAttribute>> = { date: 'date', month: 'month' };

/** For a form of these: the value of the field counts before Enter sends the form. */
export function leaveOnEnter(event: KeyboardEvent) {
  const field = event.target;
  if (event.key === 'Enter' && field instanceof HTMLInputElement) {
    field.blur();
    field.focus();
  }
}

/** One value of a condition or a prompt: a period, several values, or one. */
export function ValueInput(props: Props) {
  return props.period ? <Period {...props} /> : <Single {...props} />;
}

function Fault({ id, error }: { id: string; error: string | undefined }) {
  return error ? (
    <span className="usa-error-message" id={`${id}-error`}>
      {error}
    </span>
  ) : null;
}

function Period({ label, value, onChange, kind = 'date', unset, error }: Props) {
  const t = useText();
  const id = useId();
  const range = typeof value === 'object' && 'from' in value ? value : null;
  const relative = typeof value === 'object' && 'relative' in value ? value.relative : '';
  const chosen = range ? 'range' : relative;
  return (
    <>
      <div>
        <label className="usa-label" htmlFor={id}>
          {label}
        </label>
        <Fault id={id} error={error} />
        <select
          className="usa-select"
          id={id}
          value={chosen}
          aria-invalid={error ? true : undefined}
          aria-describedby={error ? `${id}-error` : undefined}
          onChange={(event) => {
            const next = event.target.value;
            if (next === '') onChange(undefined);
            else if (next === 'range') onChange({ from: '', to: '' });
            else onChange({ relative: next as Relative });
          }}
        >
          <option value="">{unset ?? t('common:chooseOne')}</option>
          {(kind === 'date' ? PERIODS : kind === 'month' ? MONTHLY : []).map((one) => (
            <option key={one} value={one}>
              {t(`relative.${one}`)}
            </option>
          ))}
          <option value="range">
            {t(kind === 'date' ? 'range' : kind === 'month' ? 'rangeMonths' : 'rangeOther')}
          </option>
        </select>
      </div>
      {range
        ? (['from', 'to'] as const).map((end) => (
            <div key={end}>
              <label className="usa-label" htmlFor={`${id}-${end}`}>
                {t(end === 'from' ? 'from' : 'until')}
              </label>
              <Typed
                id={`${id}-${end}`}
                type={TYPES[kind] ?? 'text'}
                text={range[end]}
                onLeave={(next) => {
                  if (next !== range[end]) onChange({ ...range, [end]: next });
                }}
              />
            </div>
          ))
        : null}
    </>
  );
}

interface TypedProps extends InputHTMLAttributes<HTMLInputElement> {
  text: string;
  onLeave: (text: string) => void;
}

/** What is being typed stays as it is typed; it becomes a value when the field is left. */
function Typed({ text, onLeave, ...rest }: TypedProps) {
  const ref = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const field = ref.current;
    if (field && field !== document.activeElement) field.value = text;
  }, [text]);
  return (
    <input
      {...rest}
      ref={ref}
      className="usa-input"
      defaultValue={text}
      onBlur={(event) => onLeave(event.target.value)}
    />
  );
}

function Single({ label, value, onChange, kind = 'text', multi = false, unset, error, of }: Props) {
  const t = useText();
  const id = useId();
  const packed = packValue(value) ?? '';
  const described = [multi ? `${id}-hint` : null, error ? `${id}-error` : null].filter(Boolean).join(' ');
  const common = {
    id,
    'aria-invalid': error ? true : undefined,
    'aria-describedby': described || undefined,
  };
  const set = (text: string) => {
    const next = unpackValue(text, { id: '', label: '', multi });
    if ((packValue(next) ?? '') !== packed) onChange(next);
  };
  return (
    <div>
      <label className="usa-label" htmlFor={id}>
        {label}
      </label>
      <Fault id={id} error={error} />
      {multi ? (
        <span className="usa-hint" id={`${id}-hint`}>
          {t('several')}
        </span>
      ) : null}
      {kind === 'boolean' ? (
        <select
          {...common}
          className="usa-select"
          value={packed}
          onChange={(event) => set(event.target.value)}
        >
          <option value="">{unset ?? t('common:chooseOne')}</option>
          <option value="true">{t('common:yes')}</option>
          <option value="false">{t('common:no')}</option>
        </select>
      ) : (
        <Typed
          {...common}
          type={multi ? 'text' : (TYPES[kind] ?? 'text')}
          placeholder={unset}
          // As the hint asks for it.
          text={Array.isArray(value) ? value.join('; ') : packed}
          onLeave={set}
        />
      )}
      {of && kind === 'text' ? (
        <ValueList
          label={label}
          of={of}
          multi={multi}
          chosen={Array.isArray(value) ? value : typeof value === 'string' ? [value] : []}
          onChange={(chosen) => onChange(chosen.length === 0 ? undefined : multi ? chosen : chosen[0])}
        />
      ) : null}
    </div>
  );
}
