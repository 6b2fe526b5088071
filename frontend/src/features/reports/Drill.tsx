import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useId, useState } from 'react';
import { type ReportRow, type ReportRows, type ReportRun, startReportRun } from '../../api/gen';
import { listReportSubjectsOptions } from '../../api/gen/@tanstack/react-query.gen';
import { Alert } from '../../ui/Alert';
import { Button } from '../../ui/Button';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { type CellWords, cellText, drill, drillDown } from './cells';
import { definitionBody, definitionOf } from './contract';
import { type Column, isField } from './definition';
import { finerThan } from './levels';
import { useText } from './text';

/** More choices than this nobody looks through; the filters of the report narrow them. */
const MOST_CHOICES = 500;

/** What tells the single rows of a subject apart, where the subject has it. */
const TELLING = ['entry_number', 'line', 'ordinal', 'entry_date', 'hts', 'person', 'at'];

interface Props {
  run: ReportRun;
  page: ReportRows;
  /** The account to which the run kept, or every one in reach. */
  accountId: string | null;
  words: CellWords & { empty: string };
}

/** From a total to its rows: one choice for all rows, so that the keyboard does not go through each of them. */
export function Drill({ run, page, words, accountId }: Props) {
  const t = useText();
  const id = useId();
  const navigate = useNavigate();
  const definition = definitionOf(run);
  const subjects = useQuery({ ...listReportSubjectsOptions(), enabled: definition.mode === 'aggregate' });
  const [chosen, setChosen] = useState('');
  const [by, setBy] = useState('');
  const [busy, setBusy] = useState(false);
  const [lacking, setLacking] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const members = subjects.data?.items.find((one) => one.id === definition.subject)?.members;
  const rows = page.rows
    .map((row, at) => ({ row, at, name: nameOf(row) }))
    .filter(({ row, name }) => (row.kind === 'detail' || row.kind === 'subtotal') && name !== '')
    .slice(0, MOST_CHOICES);
  if (definition.mode !== 'aggregate' || !members || rows.length === 0) return null;
  const row = chosen === '' ? undefined : page.rows[Number(chosen)];
  // A subtotal fixes only the fields down to its level.
  const broken = (definition.breaks ?? []).slice(0, row?.level ?? 0).map((one) => one.col);
  const fixed = definition.columns.filter((one) => row?.kind === 'detail' || broken.includes(one.id));
  const finer = row ? fixed.flatMap(below) : [];
  const level = finer.find((one) => one.column === by);

  function nameOf(row: ReportRow): string {
    const breaks = (definition.breaks ?? []).slice(0, row.level ?? 0).map((one) => one.col);
    const parts = page.columns.flatMap((column, at) => {
      if (column.measure || (row.kind === 'subtotal' && !breaks.includes(column.id))) return [];
      return [cellText(row.cells[at] ?? null, column, words) || words.empty];
    });
    return row.kind === 'subtotal' && parts.length > 0
      ? t('subtotalOf', { name: parts.join(', ') })
      : parts.join(', ');
  }

  function below(column: Column) {
    const found = isField(column) && members ? finerThan(column.dim ?? '', members) : undefined;
    return found ? [{ column: column.id, dim: found.id, label: found.label }] : [];
  }

  const go = async () => {
    if (!row) {
      setLacking(true);
      return;
    }
    setBusy(true);
    setLacking(false);
    setError(null);
    try {
      const telling = TELLING.filter((dim) => members.some((one) => one.id === dim && !one.measure));
      const { data } = await startReportRun({
        body: {
          report: null,
          definition: definitionBody(
            level
              ? drillDown(definition, page.columns, row, level)
              : drill(definition, page.columns, row, telling),
          ),
          prompts: run.prompts,
          account_id: accountId,
          fresh: false,
        },
      });
      await navigate({ to: '/reports/runs/$runId', params: { runId: data.run.id } });
    } catch (caught) {
      setError(caught);
      setBusy(false);
    }
  };
  return (
    <div className="qm-screen">
      {lacking ? (
        <Alert kind="error" focus>
          {t('drillMissing')}
        </Alert>
      ) : null}
      {error ? <ProblemAlert error={error} focus listFields /> : null}
      <div className="qm-sentence">
        <div>
          <label className="usa-label" htmlFor={id}>
            {t('drill')}
          </label>
          <select
            id={id}
            className="usa-select"
            value={chosen}
            onChange={(event) => setChosen(event.target.value)}
          >
            <option value="">{t('common:chooseOne')}</option>
            {rows.map(({ at, name }) => (
              <option key={at} value={at}>
                {name}
              </option>
            ))}
          </select>
        </div>
        {finer.length > 0 ? (
          <div>
            <label className="usa-label" htmlFor={`${id}-by`}>
              {t('drillAs')}
            </label>
            <select
              id={`${id}-by`}
              className="usa-select"
              value={level ? by : ''}
              onChange={(event) => setBy(event.target.value)}
            >
              <option value="">{t('drillRows')}</option>
              {finer.map((one) => (
                <option key={one.column} value={one.column}>
                  {t('drillBy', { name: one.label })}
                </option>
              ))}
            </select>
          </div>
        ) : null}
        <Button kind="secondary" busy={busy} onClick={() => void go()}>
          {t('drillGo')}
        </Button>
      </div>
    </div>
  );
}
