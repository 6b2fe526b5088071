// The report definition: one closed JSON document that says what a report shows. The server checks it.

export const PERIODS = [
  'today',
  'yesterday',
  'last_7_days',
  'last_30_days',
  'last_90_days',
  'this_month',
  'last_full_month',
  'this_quarter',
  'last_full_quarter',
  'this_year',
  'year_to_date',
  'last_year',
  'this_fiscal_year',
  'last_fiscal_year',
  'last_12_months',
  'next_7_days',
  'next_30_days',
  'next_90_days',
] as const;

/** Those that are made of whole months. */
export const MONTHLY = PERIODS.filter((one) => /month|quarter|year/.test(one));

export type Relative = (typeof PERIODS)[number];

export type Value = string | string[] | { relative: Relative } | { from: string; to: string };

export type Operator =
  | 'eq'
  | 'ne'
  | 'in'
  | 'not_in'
  | 'lt'
  | 'le'
  | 'gt'
  | 'ge'
  | 'between'
  | 'contains'
  | 'starts_with'
  | 'empty'
  | 'not_empty';

export interface Condition {
  dim: string;
  op: Operator;
  value?: Value;
  prompt?: string;
}
export type Filter = { and: FilterNode[] } | { or: FilterNode[] };
export type FilterNode = Condition | Filter;

export type Aggregate = 'min' | 'max' | 'average';

/** Exactly one of dim, measure, distinct, calc, rank and share. */
export interface Column {
  id: string;
  dim?: string;
  measure?: string;
  /** How many different values of this field a group has. */
  distinct?: string;
  calc?: unknown;
  /** Of a measure or a dimension: the least, the greatest or the average value within a group. */
  aggregate?: Aggregate;
  /** The place of a group by another column, the greatest first. */
  rank?: string;
  /** How much of the total another column is. */
  share?: string;
  /** Computed, and shown nowhere. */
  hidden?: boolean;
  label?: string;
  type?: string;
  /** The subject beside the report's own whose figure this is. */
  subject?: string;
}

/** What rows are grouped by, or a plain cell of them. */
export const isField = (column: Column) => column.dim !== undefined && column.aggregate === undefined;
export const isAmount = (column: Column) => !isField(column);
/** An amount that can be drawn, ranked and reckoned with: a latest day cannot. */
export const isFigure = (column: Column) => column.dim === undefined && !column.rank && !column.share;

export interface Prompt {
  id: string;
  label: string;
  required?: boolean;
  multi?: boolean;
  default?: Value | 'all_granted';
}

export type ViewKind = 'bar' | 'stacked' | 'line' | 'area' | 'pie' | 'number';
export interface ChartView {
  kind: ViewKind;
  x?: string;
  y: string[];
  series?: string;
  title: string;
  summary: string;
}
export type View = { kind: 'table' } | ChartView;

export interface Definition {
  v: 1;
  subject: string;
  mode: 'detail' | 'aggregate';
  /** Subjects whose figures stand beside those of the report's own, by the fields that they share. */
  merge?: { subject: string; filter?: Filter }[];
  columns: Column[];
  filter?: Filter;
  having?: unknown;
  prompts?: Prompt[];
  breaks?: { col: string; totals: string[] }[];
  grand_total?: boolean;
  sort?: { col: string; dir: 'asc' | 'desc' }[];
  top?: { col: string; n: number; others: boolean } | null;
  /** The values of this column become columns. */
  pivot?: { col: string; totals: boolean } | null;
  /** The figures of an earlier period beside those of the period that the filter names. */
  compare?: { dim: string; with: 'previous_period' | 'previous_year' } | null;
  alerts?: unknown[];
  views?: View[];
}

export const isGroup = (node: FilterNode): node is Filter => 'and' in node || 'or' in node;
export const childrenOf = (group: Filter): FilterNode[] => ('and' in group ? group.and : group.or);
export const isChart = (view: View): view is ChartView => view.kind !== 'table';
export const chartOf = (definition: Definition): ChartView | null => definition.views?.find(isChart) ?? null;

export const empty = (subject: string): Definition => ({
  v: 1,
  subject,
  mode: 'detail',
  columns: [],
  views: [{ kind: 'table' }],
});

/** The filter with each of its conditions changed, whatever holds them together. */
function mapConditions(node: FilterNode, change: (condition: Condition) => Condition): FilterNode {
  if (!isGroup(node)) return change(node);
  const children = childrenOf(node).map((child) => mapConditions(child, change));
  return 'and' in node ? { and: children } : { or: children };
}

/** A definition as the builder works on it: the filter is a group, and periods have their two ends by name. */
export function forBuilder(definition: Definition): Definition {
  if (!definition.filter) return definition;
  const filter = mapConditions(definition.filter, (condition) => {
    const { values, ...rest } = condition as Condition & { values?: Value };
    const value = rest.value ?? values;
    if (value === undefined) return rest;
    const [from, to] = Array.isArray(value) ? value : [];
    const period = rest.op === 'between' && from !== undefined && to !== undefined;
    return { ...rest, value: period ? { from, to } : value };
  });
  return { ...definition, filter: isGroup(filter) ? filter : { and: [filter] } };
}

/** The same as the server reads it: the two ends of a fixed period are a list. */
export function forServer(definition: Definition): Definition {
  if (!definition.filter) return definition;
  const filter = mapConditions(definition.filter, (condition) => {
    const { value } = condition;
    const range = typeof value === 'object' && 'from' in value;
    return range ? { ...condition, value: [value.from, value.to] } : condition;
  });
  return { ...definition, filter: filter as Filter };
}

/** Every column that an expression names. */
export function columnsIn(expression: unknown): string[] {
  if (Array.isArray(expression)) return expression.flatMap(columnsIn);
  if (typeof expression !== 'object' || expression === null) return [];
  return Object.entries(expression).flatMap(([key, value]) =>
    key === 'col' && typeof value === 'string' ? [value] : columnsIn(value),
  );
}
