import { useId, useRef, useState } from 'react';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { Icon } from '../../ui/Icon';
import { ProblemAlert } from '../../ui/ProblemAlert';
import type { Value } from './definition';
import { type Field, isWhole, type Narrowed, narrowWords } from './narrow';
import { useText } from './text';
import { leaveOnEnter, ValueInput } from './ValueInput';

interface Props {
  subject: string;
  accountId: string | null;
  fields: readonly Field[];
  narrowed: Narrowed;
  /** How many rows there are, in words; nothing while that is not known. */
  rows: string | null;
  /** Runs the report anew with these. Answers what went wrong. */
  onNarrow: (narrowed: Narrowed) => Promise<unknown>;
}

/**
 * Narrows a finished result by the fields that it shows: rows, totals, chart and files alike, since the report is run
 * anew with these conditions beside its own.
 */
export function NarrowBar({ subject, accountId, fields, narrowed, rows, onNarrow }: Props) {
  const t = useText();
  const id = useId();
  const choice = useRef<HTMLSelectElement>(null);
  const [dim, setDim] = useState('');
  const [value, setValue] = useState<Value | undefined>(undefined);
  const [lacking, setLacking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const field = fields.find((one) => one.dim === dim);
  const chosen = Object.entries(narrowed).map(([of, one]) => {
    const known = fields.find((other) => other.dim === of);
    const values = narrowWords(one, known?.kind ?? 'text', t);
    return { dim: of, text: t('narrowLine', { name: known?.label ?? of, values }) };
  });

  const choose = (next: string) => {
    setDim(next);
    setValue(narrowed[next]);
    setLacking(false);
  };
  const apply = async (next: Narrowed) => {
    setBusy(true);
    const problem = await onNarrow(next);
    setBusy(false);
    setError(problem ?? null);
    if (problem) return;
    choose('');
    // What was pressed may be gone.
    choice.current?.focus();
  };
  const without = (of: string) => Object.fromEntries(Object.entries(narrowed).filter(([one]) => one !== of));
  return (
    <Card title={t('narrow')}>
      <p className="usa-hint">{t('narrowHint')}</p>
      {error ? <ProblemAlert error={error} focus listFields /> : null}
      {chosen.length > 0 ? (
        <ul className="qm-chips" aria-label={t('narrowedTo')}>
          {chosen.map((one) => (
            <li key={one.dim}>
              <button
                type="button"
                className="qm-chip"
                aria-label={t('common:removeFilter', { name: one.text })}
                aria-disabled={busy || undefined}
                onClick={() => busy || void apply(without(one.dim))}
              >
                {one.text} <Icon name="close" />
              </button>
            </li>
          ))}
          <li>
            <Button kind="link" busy={busy} onClick={() => void apply({})}>
              {t('common:clearFilters')}
            </Button>
          </li>
        </ul>
      ) : null}
      <p className="qm-muted" role="status">
        {chosen.length > 0 && rows && !busy ? t('narrowedRows', { rows }) : ''}
      </p>
      <form
        className="qm-sentence"
        onKeyDown={leaveOnEnter}
        onSubmit={(event) => {
          event.preventDefault();
          if (!field || !isWhole(value)) setLacking(true);
          else void apply({ ...narrowed, [field.dim]: value });
        }}
      >
        <div>
          <label className="usa-label" htmlFor={id}>
            {t('narrowBy')}
          </label>
          <select
            ref={choice}
            id={id}
            className="usa-select"
            value={dim}
            onChange={(event) => choose(event.target.value)}
          >
            <option value="">{t('common:chooseOne')}</option>
            {fields.map((one) => (
              <option key={one.dim} value={one.dim}>
                {one.label}
              </option>
            ))}
          </select>
        </div>
        {field ? (
          <>
            <ValueInput
              key={field.dim}
              label={t('narrowOnly', { name: field.label })}
              kind={field.kind}
              period={field.kind === 'date' || field.kind === 'month'}
              multi={field.kind === 'text'}
              value={value}
              of={field.kind === 'text' ? { subject, dim: field.dim, accountId } : undefined}
              error={lacking ? t('promptLacks') : undefined}
              onChange={(next) => {
                setValue(next);
                setLacking(false);
              }}
            />
            <Button type="submit" kind="secondary" busy={busy}>
              {t('narrowGo')}
            </Button>
          </>
        ) : null}
      </form>
    </Card>
  );
}
