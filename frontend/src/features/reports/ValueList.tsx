import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { findReportValues, listReportValues } from '../../api/gen';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { Skeleton } from '../../ui/Skeleton';
import type { PromptValues } from './contract';
import { useText } from './text';
import { useSettled } from './useSettled';

/** Of which field the values are, and of which account's rows; every account in reach unless one is named. */
export interface ValuesOf {
  subject: string;
  dim: string;
  accountId?: string | null;
  /** For a prompt: what the answers before it leave. */
  within?: { report: string; prompt: string; prompts: PromptValues };
}

interface Props {
  /** What the values are for. */
  label: string;
  of: ValuesOf;
  chosen: readonly string[];
  multi: boolean;
  onChange: (chosen: string[]) => void;
}

/** The values that occur in the reader's own rows, to choose instead of typing them. They are asked for when opened. */
export function ValueList(props: Props) {
  const t = useText();
  const [open, setOpen] = useState(false);
  return (
    <details className="qm-values" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary aria-label={t('valuesName', { label: props.label })}>{t('values')}</summary>
      {open ? <Values {...props} /> : null}
    </details>
  );
}

const found = (of: ValuesOf, q: string) =>
  queryOptions({
    queryKey: ['report-values', of, q],
    queryFn: async ({ signal }) => {
      const account_id = of.accountId ?? null;
      const { data } = of.within
        ? await findReportValues({
            body: { ...of.within, definition: null, q: q || null, account_id, limit: null },
            signal,
          })
        : await listReportValues({
            query: {
              subject: of.subject,
              dim: of.dim,
              q: q || undefined,
              account_id: account_id ?? undefined,
            },
            signal,
          });
      return data;
    },
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    retry: false,
  });

function Values({ label, of, chosen, multi, onChange }: Props) {
  const t = useText();
  const id = useId();
  const [typed, setTyped] = useState('');
  const q = useSettled(typed.trim());
  const query = useQuery(found(of, q));
  const items = query.data?.items ?? [];
  const searched = typed !== '' || query.data?.more === true;
  return (
    <div className="qm-values__body">
      {searched ? (
        <div>
          <label className="usa-label" htmlFor={`${id}-q`}>
            {t('valuesBegin')}
          </label>
          <input
            id={`${id}-q`}
            type="search"
            className="usa-input"
            maxLength={200}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        </div>
      ) : null}
      {query.error ? <ProblemAlert error={query.error} listFields /> : null}
      {query.isLoading ? <Skeleton rows={3} /> : null}
      {query.data && items.length === 0 ? <p role="status">{t('valuesNone')}</p> : null}
      {items.length > 0 ? (
        <fieldset className="usa-fieldset" aria-busy={query.isPlaceholderData || undefined}>
          <legend className="usa-sr-only">{t('valuesOf', { label })}</legend>
          {items.map((one, at) => (
            <label key={one.value} className="qm-values__one" htmlFor={`${id}-${at}`}>
              <input
                id={`${id}-${at}`}
                type={multi ? 'checkbox' : 'radio'}
                name={id}
                checked={chosen.includes(one.value)}
                onChange={(event) => {
                  if (!multi) onChange([one.value]);
                  else if (event.target.checked) onChange([...chosen, one.value]);
                  else onChange(chosen.filter((value) => value !== one.value));
                }}
              />
              {one.label}
            </label>
          ))}
        </fieldset>
      ) : null}
      {query.data?.more ? <p className="usa-hint">{t('valuesMore')}</p> : null}
    </div>
  );
}
