// Cells of a result as people read them, and as a chart needs them.
import type { ReportColumn, ReportRow, ReportRows } from '../../api/gen';
import { formatDate } from '../../app/format';
import { formatMoney } from '../../app/money';
import type { ChartData } from '../../ui/chart/Chart';
import type { ChartView, Definition } from './definition';

const month = new Intl.DateTimeFormat('en-GB', { month: 'short', year: 'numeric', timeZone: 'UTC' });

export interface CellWords {
  yes: string;
  no: string;
}

/** Moves the point of a decimal text two places to the right, without going through a number. */
export function percentText(ratio: string, scale: number): string {
  const found = /^(-?)(\d+)(?:\.(\d+))?$/.exec(ratio);
  if (!found) return ratio;
  const [, sign = '', whole = '', part = ''] = found;
  const digits = part.padEnd(2 + scale, '0');
  const shown = `${whole}${digits.slice(0, 2)}`.replace(/^0+(?=\d)/, '');
  const rest = digits.slice(2, 2 + scale);
  return `${sign}${shown}${rest ? `.${rest}` : ''} %`;
}

export function cellText(value: string | null, column: ReportColumn, words: CellWords): string {
  if (value === null) return '';
  switch (column.kind) {
    case 'date':
      return formatDate(value);
    case 'month': {
      const at = new Date(`${value}-01T00:00:00Z`);
      return Number.isNaN(at.getTime()) ? value : month.format(at);
    }
    case 'integer':
      return formatMoney(value, 0);
    case 'decimal':
    case 'money':
      return formatMoney(value, column.scale);
    case 'percent':
      // The scale is that of the ratio: 0.0525 is 5.25 %.
      return percentText(value, Math.max(0, column.scale - 2));
    case 'boolean':
      return value === 'true' ? words.yes : words.no;
    default:
      return value;
  }
}

export const isNumeric = (column: ReportColumn) =>
  column.kind === 'integer' ||
  column.kind === 'decimal' ||
  column.kind === 'money' ||
  column.kind === 'percent';

/** A width in characters that suits the kind, so that columns do not jump while rows come in. */
export function widthOf(column: ReportColumn): number {
  const least = {
    date: 13,
    month: 11,
    integer: 12,
    decimal: 16,
    money: 18,
    percent: 11,
    boolean: 8,
    text: 24,
  };
  return Math.max(least[column.kind], Math.min(30, column.label.length + 3));
}

export const MOST_CATEGORIES = 60;
const MOST_SERIES = 6;

/** The rows of a result as a chart shows them: details only, at most so many categories and series. */
export function chartData(
  view: ChartView,
  result: Pick<ReportRows, 'columns' | 'rows'>,
  words: CellWords & { others: string; empty: string },
): ChartData | null {
  const at = (id: string | undefined) => result.columns.findIndex((column) => column.id === id);
  const x = at(view.x);
  const ys = view.y.map(at);
  const series = at(view.series);
  const [y] = ys;
  if (y === undefined || ys.some((one) => one < 0)) return null;
  const rows = result.rows.filter((row) => row.kind === 'detail' || row.kind === 'others');
  const number = (row: ReportRow | undefined, column: number) => {
    const cell = row?.cells[column];
    return cell === null || cell === undefined ? null : Number(cell);
  };
  const column = result.columns[y] as ReportColumn;
  const format = (value: number) => cellText(String(value), column, words);
  const base = { kind: view.kind, title: view.title, summary: view.summary, format, others: words.others };
  if (view.kind === 'number') {
    const total = result.rows.find((row) => row.kind === 'grand_total') ?? rows[0];
    return {
      ...base,
      categories: [''],
      series: ys.map((one) => ({ name: result.columns[one]?.label ?? '', values: [number(total, one)] })),
    };
  }
  if (x < 0) return null;
  const name = (row: ReportRow, place: number) =>
    (row.kind === 'others' && !row.cells[place]
      ? words.others
      : cellText(row.cells[place] ?? null, result.columns[place] as ReportColumn, words)) || words.empty;
  const categories: string[] = [];
  const places = new Map<string, number>();
  const found = new Map<string, (number | null)[]>();
  for (const row of rows) {
    const category = name(row, x);
    let place = places.get(category);
    if (place === undefined) {
      if (categories.length >= MOST_CATEGORIES) continue;
      place = categories.push(category) - 1;
      places.set(category, place);
    }
    const parts: [string, number | null][] =
      series >= 0
        ? [[name(row, series), number(row, y)]]
        : ys.map((one) => [result.columns[one]?.label ?? '', number(row, one)]);
    for (const [key, value] of parts) {
      if (value === null) continue;
      const values = found.get(key) ?? [];
      values[place] = (values[place] ?? 0) + value;
      found.set(key, values);
    }
  }
  const all = [...found].map(([key, values]) => ({
    name: key,
    values: Array.from({ length: categories.length }, (_, n) => values[n] ?? null),
  }));
  const weight = (values: (number | null)[]) =>
    values.reduce<number>((sum, one) => sum + Math.abs(one ?? 0), 0);
  const kept = all.toSorted((a, b) => weight(b.values) - weight(a.values)).slice(0, MOST_SERIES);
  return { ...base, categories, series: all.filter((one) => kept.includes(one)) };
}

/** A chart for the fields that were chosen, or nothing when there is nothing to draw. */
export function suggestChart(
  definition: Definition,
  known: { id: string; label: string; kind: ReportColumn['kind'] }[],
): ChartView | null {
  const label = (id: string | undefined) => known.find((one) => one.id === id)?.label ?? '';
  const shown = definition.columns.filter((column) => !column.hidden);
  const amounts = shown.filter((column) => column.measure || column.calc);
  const fields = shown.filter((column) => column.dim);
  const [amount] = amounts;
  if (!amount) return null;
  const name = amount.label ?? label(amount.id);
  const [field, second] = fields;
  if (!field) {
    return {
      kind: 'number',
      y: amounts.map((one) => one.id),
      title: name,
      summary: `${name} as a whole.`,
    };
  }
  const kind = known.find((one) => one.id === field.id)?.kind;
  const by = field.label ?? label(field.id);
  const title = `${name} by ${by.toLowerCase()}`;
  const over = kind === 'date' || kind === 'month';
  return {
    kind: over ? 'line' : second ? 'stacked' : 'bar',
    x: field.id,
    y: [amount.id],
    ...(second ? { series: second.id } : {}),
    title,
    summary: `${title}${second ? `, split by ${(second.label ?? label(second.id)).toLowerCase()}` : ''}.`,
  };
}

/**
 * The rows behind a row: the same report row by row, with a condition for each field that the row fixes. What
 * tells single rows apart stands first.
 */
export function drill(
  definition: Definition,
  columns: readonly ReportColumn[],
  row: ReportRow,
  telling: readonly string[] = [],
): Definition {
  const breaks = (definition.breaks ?? []).slice(0, row.level ?? 0).map((one) => one.col);
  const fixed = columns.filter((column) =>
    row.kind === 'subtotal' ? breaks.includes(column.id) : row.kind === 'detail' && !column.measure,
  );
  const conditions = fixed.flatMap((column) => {
    const dim = definition.columns.find((one) => one.id === column.id)?.dim;
    const value = row.cells[columns.indexOf(column)] ?? null;
    if (!dim) return [];
    return [value === null ? ({ dim, op: 'empty' } as const) : ({ dim, op: 'eq', value } as const)];
  });
  const has = (dim: string) => definition.columns.some((one) => one.dim === dim);
  const added = telling.filter((dim) => !has(dim)).map((dim, at) => ({ id: `drill${at}`, dim }));
  const { breaks: _, having: __, top: ___, sort: ____, ...rest } = definition;
  return {
    ...rest,
    mode: 'detail',
    grand_total: false,
    columns: [...added, ...definition.columns],
    filter: { and: [...(definition.filter ? [definition.filter] : []), ...conditions] },
    views: [{ kind: 'table' }],
  };
}
