// The report definition: one closed JSON document that says what a report shows. The server checks it.

export const PERIODS = [
  'today',
  'yesterday',
  'last_7_days',
  'last_30_days',
  'last_90_days',
  'this_month',
  'last_full_month',
  'last_12_months',
  'this_year',
  'last_year',
  'next_7_days',
  'next_30_days',
  'next_90_days',
] as const;

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

export type Bucket = 'day' | 'week' | 'month' | 'quarter' | 'year' | 'fiscal_quarter' | 'fiscal_year';
export type Aggregate = 'sum' | 'count' | 'count_distinct' | 'avg' | 'min' | 'max';

export interface Column {
  id: string;
  dim?: string;
  measure?: string;
  calc?: unknown;
  label?: string;
  type?: string;
  bucket?: Bucket;
  agg?: Aggregate;
  hidden?: boolean;
}

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
  columns: Column[];
  filter?: Filter;
  having?: unknown;
  prompts?: Prompt[];
  breaks?: { col: string; totals: string[] }[];
  grand_total?: boolean;
  sort?: { col: string; dir: 'asc' | 'desc' }[];
  top?: { col: string; n: number; others: boolean } | null;
  pivot?: unknown;
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
