import { useQueries } from '@tanstack/react-query';
import { type ReactNode, useCallback, useEffect, useId, useMemo, useState } from 'react';
import { flushSync } from 'react-dom';
import {
  exportReportRun,
  type ReportFormat,
  type ReportRow,
  type ReportRows,
  type ReportRun,
} from '../../api/gen';
import { listReportRowsOptions } from '../../api/gen/@tanstack/react-query.gen';
import { saveBlob } from '../../app/download';
import { formatDateTime, sentence } from '../../app/format';
import { formatCount } from '../../app/money';
import { useMe } from '../../session';
import { Alert } from '../../ui/Alert';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { Chart } from '../../ui/chart/Chart';
import { Disclosure } from '../../ui/Disclosure';
import { EmptyState } from '../../ui/EmptyState';
import { Icon } from '../../ui/Icon';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { Skeleton } from '../../ui/Skeleton';
import { TextLink } from '../../ui/TextLink';
import { VirtualTable } from '../../ui/VirtualTable';
import { cellText, chartData, isNumeric, widthOf } from './cells';
import { definitionOf } from './contract';
import { Drill } from './Drill';
import { chartOf } from './definition';
import { useText } from './text';

const CHUNK = 1000;
/** The first rows of a result, as they are asked for. */
export const FIRST_ROWS = { from: 0, limit: CHUNK };
/** Results up to this length can be looked through in the browser. */
const MOST_SEARCHED = 5000;

/** A finished run: its chart, its rows, its files, and why it shows these rows. */
export function Result({ run, accountId = null }: { run: ReportRun; accountId?: string | null }) {
  const t = useText();
  const me = useMe();
  const definition = useMemo(() => definitionOf(run), [run]);
  const [needed, setNeeded] = useState<readonly number[]>([0]);
  const [looked, setLooked] = useState('');
  const [view, setView] = useState<View>('both');
  const printing = usePrinting();
  const known = run.rows_total ?? 0;
  const searchable = known <= MOST_SEARCHED;
  const wanted = useMemo(() => {
    if (!looked || !searchable) return [...new Set([0, ...needed])];
    return Array.from({ length: Math.max(1, Math.ceil(known / CHUNK)) }, (_, at) => at);
  }, [looked, needed, searchable, known]);
  const found = useQueries({
    queries: wanted.map((at) => ({
      ...listReportRowsOptions({ path: { id: run.id }, query: { from: at * CHUNK, limit: CHUNK } }),
      // A snapshot does not change.
      staleTime: Number.POSITIVE_INFINITY,
    })),
  });
  const chunks = new Map<number, ReportRows>();
  wanted.forEach((at, n) => {
    const data = found[n]?.data;
    if (data) chunks.set(at, data);
  });
  const problem = found.find((one) => one.error)?.error;
  const first = chunks.get(0);
  const total = first?.total ?? known;
  const columns = first?.columns ?? [];
  const words = useMemo(
    () => ({ yes: t('common:yes'), no: t('common:no'), others: t('others'), empty: t('noValue') }),
    [t],
  );
  const onWindow = useCallback((from: number, end: number) => {
    const next: number[] = [];
    for (let at = Math.floor(from / CHUNK); at * CHUNK < Math.max(end, 1); at += 1) next.push(at);
    setNeeded((before) => (before.join() === next.join() ? before : next));
  }, []);
  const text = looked.trim().toLowerCase();
  const matching = text
    ? [...chunks.keys()]
        .sort((a, b) => a - b)
        .flatMap((at) => chunks.get(at)?.rows ?? [])
        .filter((row) =>
          row.cells.some((cell, at) => {
            const column = columns[at];
            return column ? cellText(cell, column, words).toLowerCase().includes(text) : false;
          }),
        )
    : null;
  const rowAt = (at: number): ReportRow | undefined =>
    matching ? matching[at] : chunks.get(Math.floor(at / CHUNK))?.rows[at % CHUNK];
  const chart = chartOf(definition);
  const picture = useMemo(
    () => (chart && first ? chartData(chart, first, words) : null),
    [chart, first, words],
  );
  const entryColumns = definition.columns.filter((one) => one.dim === 'entry_number').map((one) => one.id);
  const nameOf = (kind: ReportRow['kind']) =>
    kind === 'grand_total' ? t('grandTotal') : kind === 'others' ? t('others') : '';
  const cellsOf = (row: ReportRow) =>
    columns.map((column, n): ReactNode => {
      const shown =
        cellText(row.cells[n] ?? null, column, words) || (n === 0 && !column.measure ? nameOf(row.kind) : '');
      const alert = row.alerts[n];
      if (alert === 'warn' || alert === 'bad' || alert === 'good') {
        return (
          <mark key={column.id} className="qm-mark" data-alert={alert}>
            <Icon name={alert === 'good' ? 'check' : 'alert'} />
            <span className="usa-sr-only">{t(`alert.${alert}`)} </span>
            {shown}
          </mark>
        );
      }
      const number = row.cells[n];
      return number && entryColumns.includes(column.id) ? (
        <TextLink key={column.id} to="/entries/$entryNumber" params={{ entryNumber: number }}>
          {shown}
        </TextLink>
      ) : (
        shown
      );
    });

  if (problem) return <ProblemAlert error={problem} />;
  if (!first) return <Skeleton rows={8} />;
  return (
    <section className="qm-stack" aria-label={t('result')}>
      {run.limit_reached ? (
        <Alert kind="warning">{t('limited', { limit: formatCount(run.row_limit) })}</Alert>
      ) : null}
      {total === 0 ? (
        <EmptyState kind="filtered" title={t('empty')}>
          {t('emptyText')}
        </EmptyState>
      ) : (
        <>
          <Tools
            run={run}
            printable={total <= CHUNK}
            view={picture ? view : null}
            onView={setView}
            search={searchable ? <Look value={looked} onChange={setLooked} /> : null}
          />
          {picture && view !== 'table' ? (
            <Chart
              data={picture}
              table={
                <Disclosure label={t('chartTable')}>
                  <div className="usa-table-container--scrollable" tabIndex={-1}>
                    <table className="usa-table">
                      <caption className="usa-sr-only">{picture.title}</caption>
                      <thead>
                        <tr>
                          <th scope="col">
                            {columns.find((one) => one.id === chart?.x)?.label ?? t('figure')}
                          </th>
                          {picture.series.map((one) => (
                            <th key={one.name} scope="col" className="qm-num">
                              {one.name}
                            </th>
                          ))}
                        </tr>
                      </thead>
                      <tbody>
                        {picture.categories.map((name, at) => (
                          <tr key={name}>
                            <th scope="row">{name || picture.title}</th>
                            {picture.series.map((one) => {
                              const value = one.values[at];
                              return (
                                <td key={one.name} className="qm-num">
                                  {typeof value === 'number' ? picture.format(value) : '–'}
                                </td>
                              );
                            })}
                          </tr>
                        ))}
                      </tbody>
                    </table>
                  </div>
                </Disclosure>
              }
            />
          ) : null}
          {picture && view === 'chart' ? null : (
            <>
              <p className="qm-muted" role="status">
                {matching
                  ? t('filtered', { shown: formatCount(matching.length), all: formatCount(total) })
                  : t('rows', { count: total, rows: formatCount(total) })}
                {typeof run.took_ms === 'number'
                  ? ` · ${t('took', { seconds: (run.took_ms / 1000).toFixed(2) })}`
                  : null}
                {run.from_cache ? ` · ${t('fromCache')}` : null}
              </p>
              {printing ? (
                <PrintTable page={first} total={total} cellsOf={cellsOf} />
              ) : (
                <VirtualTable
                  caption={t('resultTable')}
                  columns={columns.map((one) => ({
                    id: one.id,
                    label: one.label,
                    numeric: isNumeric(one),
                    width: widthOf(one),
                  }))}
                  total={matching ? matching.length : total}
                  look={(at) => {
                    const kind = rowAt(at)?.kind;
                    return kind === 'detail' ? undefined : kind;
                  }}
                  cells={(at) => {
                    const row = rowAt(at);
                    return row ? cellsOf(row) : null;
                  }}
                  onWindow={onWindow}
                />
              )}
            </>
          )}
          <Drill run={run} page={first} words={words} accountId={accountId} />
        </>
      )}
      {run.explain ? (
        <Card title={t('explain')}>
          <ul>
            {run.explain.data_as_of ? (
              <li>{t('asOf', { time: formatDateTime(run.explain.data_as_of, me.time_zone) })}</li>
            ) : null}
            {run.explain.sentences.map((one) => (
              <li key={one}>{sentence(one)}</li>
            ))}
            {run.explain.row_limit ? <li>{sentence(run.explain.row_limit)}</li> : null}
            {run.explain.prompts.map((one) => (
              <li key={one.label}>{t('promptLine', { label: one.label, value: one.value })}</li>
            ))}
          </ul>
        </Card>
      ) : null}
    </section>
  );
}

type View = 'both' | 'chart' | 'table';

/** True while the browser prints: rows in sight are not enough then. */
function usePrinting() {
  const [printing, setPrinting] = useState(false);
  useEffect(() => {
    // The picture of the page is taken as soon as the listener returns.
    const before = () => flushSync(() => setPrinting(true));
    const after = () => setPrinting(false);
    window.addEventListener('beforeprint', before);
    window.addEventListener('afterprint', after);
    return () => {
      window.removeEventListener('beforeprint', before);
      window.removeEventListener('afterprint', after);
    };
  }, []);
  return printing;
}

interface PrintProps {
  page: ReportRows;
  total: number;
  cellsOf: (row: ReportRow) => ReactNode[];
}

/** Every row, for paper. A result that is longer than a page of rows says where all of it is instead of being cut. */
function PrintTable({ page, total, cellsOf }: PrintProps) {
  const t = useText();
  if (page.rows.length < total) return <p>{t('printLong', { rows: formatCount(total) })}</p>;
  return (
    <table className="usa-table usa-table--compact qm-print-table">
      <thead>
        <tr>
          {page.columns.map((one) => (
            <th key={one.id} scope="col" className={isNumeric(one) ? 'qm-num' : undefined}>
              {one.label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {page.rows.map((row, at) => {
          const cells = cellsOf(row);
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows of a snapshot never move
            <tr key={at} data-look={row.kind === 'detail' ? undefined : row.kind}>
              {page.columns.map((one, n) => (
                <td key={one.id} className={isNumeric(one) ? 'qm-num' : undefined}>
                  {cells[n]}
                </td>
              ))}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function Look({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const t = useText();
  const id = useId();
  return (
    <div>
      <label className="usa-label" htmlFor={id}>
        {t('filterRows')}
      </label>
      <span className="usa-hint" id={`${id}-hint`}>
        {t('filterRowsHint')}
      </span>
      <input
        id={id}
        type="search"
        className="usa-input"
        aria-describedby={`${id}-hint`}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </div>
  );
}

interface ToolProps {
  run: ReportRun;
  /** Short enough for the browser to print; longer ones are printed from the PDF of the server. */
  printable: boolean;
  view: View | null;
  onView: (view: View) => void;
  search: ReactNode;
}

const FORMATS = ['csv', 'xlsx', 'pdf'] as const;

function Tools({ run, printable, view, onView, search }: ToolProps) {
  const t = useText();
  const id = useId();
  const [busy, setBusy] = useState<ReportFormat | null>(null);
  const [error, setError] = useState<unknown>(null);
  const save = async (format: ReportFormat) => {
    setBusy(format);
    setError(null);
    try {
      const { data } = await exportReportRun({ path: { id: run.id }, query: { format }, parseAs: 'blob' });
      const name = run.name.replace(/[^\p{L}\p{N}]+/gu, '-').toLowerCase() || 'report';
      saveBlob(data as unknown as Blob, `${name}.${format}`);
    } catch (caught) {
      setError(caught);
    } finally {
      setBusy(null);
    }
  };
  return (
    <div className="qm-screen">
      {error ? <ProblemAlert error={error} focus /> : null}
      <div className="qm-sentence">
        {view ? (
          <div>
            <label className="usa-label" htmlFor={`${id}-view`}>
              {t('view')}
            </label>
            <select
              id={`${id}-view`}
              className="usa-select"
              value={view}
              onChange={(event) => onView(event.target.value as View)}
            >
              <option value="both">{t('viewBoth')}</option>
              <option value="chart">{t('viewChart')}</option>
              <option value="table">{t('viewTable')}</option>
            </select>
          </div>
        ) : null}
        {search}
      </div>
      <div className="qm-actions">
        {FORMATS.map((format) => (
          <Button
            key={format}
            kind="secondary"
            small
            busy={busy === format}
            onClick={() => void save(format)}
          >
            {t(`format.${format}`)}
          </Button>
        ))}
        <Button
          kind="secondary"
          small
          onClick={() => {
            if (printable) window.print();
            else void save('pdf');
          }}
        >
          {t(printable ? 'print' : 'printPdf')}
        </Button>
      </div>
    </div>
  );
}
