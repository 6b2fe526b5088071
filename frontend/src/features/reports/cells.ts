// Cells of a result as people read them, and as a chart needs them.
import type { ReportColumn, ReportRow, ReportRows } from '../../api/gen';
import { formatDate } from '../../app/format';
import { formatMoney } from '../../app/money';
import type { ChartData } from '../../ui/chart/Chart';
import {
  type ChartView,
  type Condition,
  columnsIn,
  type Definition,
  type Filter,
  isField,
  isFigure,
} from './definition';

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

/** Every month from the first to the last of months that are in order; nothing when they are in none, or are too many. */
export function monthsBetween(found: readonly (string | null)[]): string[] {
  const at = found.flatMap((one) => {
    const [, year, month] = /^(\d{4})-(\d{2})$/.exec(one ?? '') ?? [];
    return year && month ? [Number(year) * 12 + Number(month) - 1] : [];
  });
  const [first] = at;
  const last = at.at(-1);
  if (first === undefined || last === undefined || at.length < found.length) return [];
  const step = first <= last ? 1 : -1;
  if (at.some((one, n) => n > 0 && (one - (at[n - 1] ?? one)) * step < 0)) return [];
  const length = Math.abs(last - first) + 1;
  if (length > MOST_CATEGORIES) return [];
  return Array.from({ length }, (_, n) => {
    const month = first + n * step;
    return `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}`;
  });
}

/** The columns that are drawn for one of the definition: the values of its pivot, both of two periods, or itself. */
function partsOf(columns: readonly ReportColumn[], id: string): number[] {
  const named = (part: string) => columns.findIndex((one) => one.id === `${id}@${part}`);
  const own = columns.findIndex((one) => one.id === id);
  if (named('rate') >= 0) return [own, named('before')];
  const values = columns.flatMap((one, at) => (one.id.startsWith(`${id}@`) ? [at] : []));
  // A total over the values of a pivot is no value of it.
  return values.length > 0 ? values : [own];
}

/** The rows of a result as a chart shows them: details only, at most so many categories and series. */
export function chartData(
  view: ChartView,
  result: Pick<ReportRows, 'columns' | 'rows'>,
  words: CellWords & { others: string; empty: string },
): ChartData | null {
  const at = (id: string | undefined) => result.columns.findIndex((column) => column.id === id);
  const x = at(view.x);
  const ys = view.y.flatMap((id) => partsOf(result.columns, id));
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
  const along = result.columns[x] as ReportColumn;
  if (along.kind === 'month' && view.kind !== 'pie') {
    // A month without rows keeps its place, so that the time along the picture runs evenly.
    for (const key of monthsBetween(rows.map((row) => row.cells[x] ?? null))) {
      const category = cellText(key, along, words);
      places.set(category, categories.push(category) - 1);
    }
  }
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
  const amounts = shown.filter(isFigure);
  // What became columns is no longer along the picture.
  const fields = shown.filter((one) => isField(one) && one.id !== definition.pivot?.col);
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

/** A condition for each field that a row fixes: all of a group, those of its level of a subtotal. */
function conditionsOf(definition: Definition, columns: readonly ReportColumn[], row: ReportRow): Condition[] {
  const breaks = (definition.breaks ?? []).slice(0, row.level ?? 0).map((one) => one.col);
  const fixed = columns.filter((column) =>
    row.kind === 'subtotal' ? breaks.includes(column.id) : row.kind === 'detail' && !column.measure,
  );
  return fixed.flatMap((column) => {
    const dim = definition.columns.find((one) => one.id === column.id && isField(one))?.dim;
    const value = row.cells[columns.indexOf(column)] ?? null;
    if (!dim) return [];
    return [value === null ? ({ dim, op: 'empty' } as const) : ({ dim, op: 'eq', value } as const)];
  });
}

const narrowed = (definition: Definition, conditions: readonly Condition[]): Filter => ({
  and: [...(definition.filter ? [definition.filter] : []), ...conditions],
});

/**
 * One level further down: the groups within a row, by a finer field in place of one of its own. What was said of
 * the groups as a whole, such as a ranking or an earlier period, is not said of these.
 */
export function drillDown(
  definition: Definition,
  columns: readonly ReportColumn[],
  row: ReportRow,
  finer: { column: string; dim: string },
): Definition {
  const { breaks: _, having: __, top: ___, sort: ____, pivot: _____, compare: ______, ...rest } = definition;
  return {
    ...rest,
    columns: definition.columns.map((one) => {
      if (one.id !== finer.column) return one;
      const { label: _______, ...column } = one;
      return { ...column, dim: finer.dim };
    }),
    filter: narrowed(definition, conditionsOf(definition, columns, row)),
    // The title of a chart would name the level above.
    views: [{ kind: 'table' }],
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
  const has = (dim: string) => definition.columns.some((one) => one.dim === dim);
  const added = telling.filter((dim) => !has(dim)).map((dim, at) => ({ id: `drill${at}`, dim }));
  const {
    breaks: _,
    having: __,
    top: ___,
    sort: ____,
    pivot: _____,
    compare: ______,
    merge: _______,
    ...rest
  } = definition;
  // Single rows have no figures of a group or of another subject, and nothing that was reckoned with them.
  const groups = new Set(
    definition.columns
      .filter((one) => one.aggregate ?? one.distinct ?? one.rank ?? one.share ?? one.subject)
      .map((one) => one.id),
  );
  return {
    ...rest,
    mode: 'detail',
    grand_total: false,
    columns: [
      ...added,
      ...definition.columns.filter(
        (one) => !groups.has(one.id) && !columnsIn(one.calc).some((id) => groups.has(id)),
      ),
    ],
    filter: narrowed(definition, conditionsOf(definition, columns, row)),
    views: [{ kind: 'table' }],
  };
}
