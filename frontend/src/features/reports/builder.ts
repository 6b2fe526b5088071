// The builder's state: a draft, changed by actions that keep it whole. What refers to a column goes with it;
// parts that the builder does not edit, e.g. alerts or a pivot, stay as they are.
import {
  type Bucket,
  type ChartView,
  type Column,
  type Condition,
  childrenOf,
  type Definition,
  empty,
  type Filter,
  type FilterNode,
  isChart,
  isGroup,
  type Prompt,
  type Value,
} from './definition';

export interface Draft {
  name: string;
  description: string;
  folder: string;
  definition: Definition | null;
}

export const MOST_BREAKS = 3;
export const MOST_COLUMNS = 64;
/** Groups stand in the outermost group, no deeper. */
export const MOST_LEVELS = 2;

/** Where a node of the filter stands: the positions from the outermost group down. */
export type Path = readonly number[];

export type Action =
  | { type: 'subject'; subject: string }
  | { type: 'load'; draft: Draft }
  | { type: 'describe'; name?: string; description?: string; folder?: string }
  | { type: 'add-column'; dim?: string; measure?: string }
  | { type: 'remove-column'; id: string }
  | { type: 'move-column'; id: string; to: number }
  | {
      type: 'change-column';
      id: string;
      label?: string;
      hidden?: boolean;
      bucket?: Bucket;
      agg?: Column['agg'];
    }
  | { type: 'add-condition'; group: Path; condition: Condition }
  | { type: 'add-group'; kind: 'and' | 'or' }
  | { type: 'group-kind'; group: Path; kind: 'and' | 'or' }
  | { type: 'change-condition'; at: Path; condition: Condition }
  | { type: 'remove-node'; at: Path }
  | { type: 'ask'; at: Path; label: string; multi: boolean }
  | { type: 'fix'; at: Path }
  | { type: 'change-prompt'; id: string; change: Partial<Omit<Prompt, 'id'>> }
  | { type: 'mode'; mode: Definition['mode'] }
  | { type: 'break'; col: string; on: boolean }
  | { type: 'grand-total'; on: boolean }
  | { type: 'sort'; col: string; dir: 'asc' | 'desc' | null }
  | { type: 'top'; top: Definition['top'] }
  | { type: 'chart'; chart: ChartView | null };

export const start: Draft = { name: '', description: '', folder: '', definition: null };

/** The first id of a kind that is free: c1, c2, … */
function freeId(prefix: string, taken: readonly string[]): string {
  let n = 1;
  while (taken.includes(`${prefix}${n}`)) n += 1;
  return `${prefix}${n}`;
}

const measures = (definition: Definition) =>
  definition.columns.filter((column) => column.measure || column.calc).map((column) => column.id);

/** Every column that an expression names. */
function columnsIn(expression: unknown): string[] {
  if (Array.isArray(expression)) return expression.flatMap(columnsIn);
  if (typeof expression !== 'object' || expression === null) return [];
  return Object.entries(expression).flatMap(([key, value]) =>
    key === 'col' && typeof value === 'string' ? [value] : columnsIn(value),
  );
}

/** Drops what refers to columns that are gone, and to prompts that nothing asks for. */
function tidy(definition: Definition): Definition {
  let columns = definition.columns;
  // A calculated column may stand on another one.
  for (;;) {
    const known = new Set(columns.map((column) => column.id));
    const kept = columns.filter((column) => columnsIn(column.calc).every((id) => known.has(id)));
    if (kept.length === columns.length) break;
    columns = kept;
  }
  const known = new Set(columns.map((column) => column.id));
  const asked = new Set(promptsIn(definition.filter));
  const next: Definition = { ...definition, columns };
  if (next.sort) next.sort = next.sort.filter((one) => known.has(one.col));
  if (next.breaks) {
    next.breaks = next.breaks
      .filter((one) => known.has(one.col))
      .map((one) => ({ ...one, totals: one.totals.filter((id) => known.has(id)) }));
  }
  if (next.top && !known.has(next.top.col)) next.top = null;
  if (columnsIn(next.having).some((id) => !known.has(id))) delete next.having;
  if (next.alerts) next.alerts = next.alerts.filter((one) => columnsIn(one).every((id) => known.has(id)));
  if (next.views) {
    next.views = next.views.filter(
      (view) =>
        !isChart(view) ||
        ((view.x === undefined || known.has(view.x)) &&
          (view.series === undefined || known.has(view.series)) &&
          view.y.length > 0 &&
          view.y.every((id) => known.has(id))),
    );
  }
  if (next.prompts) next.prompts = next.prompts.filter((prompt) => asked.has(prompt.id));
  return next;
}

export function promptsIn(node: FilterNode | undefined): string[] {
  if (!node) return [];
  if (isGroup(node)) return childrenOf(node).flatMap(promptsIn);
  return node.prompt ? [node.prompt] : [];
}

const withChildren = (group: Filter, children: FilterNode[]): Filter =>
  'and' in group ? { and: children } : { or: children };

/** The filter with the node at a path changed; `null` takes it away. */
function changeAt(filter: Filter, path: Path, change: (node: FilterNode) => FilterNode | null): Filter {
  const [at, ...rest] = path;
  if (at === undefined) return change(filter) as Filter;
  const children = childrenOf(filter).flatMap((child, n) => {
    if (n !== at) return [child];
    if (rest.length > 0) return isGroup(child) ? [changeAt(child, rest, change)] : [child];
    const changed = change(child);
    return changed ? [changed] : [];
  });
  return withChildren(filter, children);
}

export function nodeAt(filter: Filter | undefined, path: Path): FilterNode | null {
  let node: FilterNode | undefined = filter;
  for (const at of path) {
    if (!node || !isGroup(node)) return null;
    node = childrenOf(node)[at];
  }
  return node ?? null;
}

const rootOf = (definition: Definition): Filter => definition.filter ?? { and: [] };

/** An outermost group without children is no filter. */
function withFilter(definition: Definition, filter: Filter): Definition {
  const next = { ...definition, filter };
  if (childrenOf(filter).length === 0) delete (next as Partial<Definition>).filter;
  return tidy(next);
}

function edit(definition: Definition, action: Action): Definition {
  const { columns } = definition;
  switch (action.type) {
    case 'add-column': {
      if (columns.length >= MOST_COLUMNS) return definition;
      const ids = columns.map((column) => column.id);
      const column: Column = action.measure
        ? { id: freeId('m', ids), measure: action.measure }
        : { id: freeId('c', ids), dim: action.dim ?? '' };
      // Fields stand before amounts, so that a reader finds what a row is about on its left.
      const firstAmount = columns.findIndex((one) => one.measure || one.calc);
      const place = action.measure || firstAmount < 0 ? columns.length : firstAmount;
      return { ...definition, columns: columns.toSpliced(place, 0, column) };
    }
    case 'remove-column':
      return tidy({ ...definition, columns: columns.filter((column) => column.id !== action.id) });
    case 'move-column': {
      const from = columns.findIndex((column) => column.id === action.id);
      const moved = columns[from];
      const to = Math.min(Math.max(0, action.to), columns.length - 1);
      if (!moved || from === to) return definition;
      return { ...definition, columns: columns.toSpliced(from, 1).toSpliced(to, 0, moved) };
    }
    case 'change-column': {
      const { type: _, id, ...change } = action;
      return {
        ...definition,
        columns: columns.map((column) => {
          if (column.id !== id) return column;
          const next: Column = { ...column, ...change };
          // What is switched off or emptied is left out, so that it does not count as a change.
          if (!next.label) delete next.label;
          if (!next.hidden) delete next.hidden;
          if (!next.bucket) delete next.bucket;
          if (!next.agg) delete next.agg;
          return next;
        }),
      };
    }
    case 'add-condition':
      return withFilter(
        definition,
        changeAt(rootOf(definition), action.group, (node) =>
          isGroup(node) ? withChildren(node, [...childrenOf(node), action.condition]) : node,
        ),
      );
    case 'add-group': {
      const root = rootOf(definition);
      const group: Filter = action.kind === 'and' ? { and: [] } : { or: [] };
      return withFilter(definition, withChildren(root, [...childrenOf(root), group]));
    }
    case 'group-kind':
      return withFilter(
        definition,
        changeAt(rootOf(definition), action.group, (node) => {
          if (!isGroup(node)) return node;
          return action.kind === 'and' ? { and: childrenOf(node) } : { or: childrenOf(node) };
        }),
      );
    case 'change-condition':
      return withFilter(
        definition,
        changeAt(rootOf(definition), action.at, () => action.condition),
      );
    case 'remove-node':
      if (action.at.length === 0) return definition;
      return withFilter(
        definition,
        changeAt(rootOf(definition), action.at, () => null),
      );
    case 'ask': {
      const node = nodeAt(definition.filter, action.at);
      if (!node || isGroup(node) || node.prompt) return definition;
      const prompts = definition.prompts ?? [];
      const id = freeId(
        'p',
        prompts.map((prompt) => prompt.id),
      );
      const { value, ...condition } = node;
      const prompt: Prompt = { id, label: action.label };
      if (action.multi) prompt.multi = true;
      if (value !== undefined) prompt.default = value;
      return withFilter(
        { ...definition, prompts: [...prompts, prompt] },
        changeAt(rootOf(definition), action.at, () => ({ ...condition, prompt: id })),
      );
    }
    case 'fix': {
      const node = nodeAt(definition.filter, action.at);
      if (!node || isGroup(node) || !node.prompt) return definition;
      const { prompt: id, ...condition } = node;
      const known = definition.prompts?.find((one) => one.id === id)?.default;
      const value: Value | undefined = known === 'all_granted' ? undefined : known;
      return withFilter(
        definition,
        changeAt(rootOf(definition), action.at, () =>
          value === undefined ? condition : { ...condition, value },
        ),
      );
    }
    case 'change-prompt':
      return {
        ...definition,
        prompts: definition.prompts?.map((prompt) =>
          prompt.id === action.id ? { ...prompt, ...action.change } : prompt,
        ),
      };
    case 'mode': {
      if (action.mode === definition.mode) return definition;
      const next: Definition = { ...definition, mode: action.mode };
      // Rows as they are have nothing to add up by level.
      if (action.mode === 'detail') {
        delete next.breaks;
        delete next.having;
        next.top = null;
      }
      return next;
    }
    case 'break': {
      const rest = (definition.breaks ?? []).filter((one) => one.col !== action.col);
      if (!action.on) return { ...definition, breaks: rest };
      if (rest.length >= MOST_BREAKS || rest.length < (definition.breaks ?? []).length) return definition;
      const order = columns.map((column) => column.id);
      const breaks = [...rest, { col: action.col, totals: measures(definition) }].sort(
        (a, b) => order.indexOf(a.col) - order.indexOf(b.col),
      );
      return { ...definition, breaks };
    }
    case 'grand-total':
      return { ...definition, grand_total: action.on };
    case 'sort': {
      const rest = (definition.sort ?? []).filter((one) => one.col !== action.col);
      return { ...definition, sort: action.dir ? [...rest, { col: action.col, dir: action.dir }] : rest };
    }
    case 'top':
      return { ...definition, top: action.top };
    case 'chart': {
      const others = (definition.views ?? []).filter((view) => !isChart(view));
      return { ...definition, views: action.chart ? [...others, action.chart] : others };
    }
    default:
      return definition;
  }
}

export function builder(draft: Draft, action: Action): Draft {
  switch (action.type) {
    case 'load':
      return action.draft;
    case 'describe': {
      const { type: _, ...change } = action;
      return { ...draft, ...change };
    }
    case 'subject':
      if (draft.definition?.subject === action.subject) return draft;
      return { ...draft, definition: empty(action.subject) };
    default: {
      if (!draft.definition) return draft;
      const definition = edit(draft.definition, action);
      return definition === draft.definition ? draft : { ...draft, definition };
    }
  }
}

/** What is still missing before the draft can be run. */
export function missing(draft: Draft): ('subject' | 'columns' | 'values' | 'chart')[] {
  const { definition } = draft;
  if (!definition) return ['subject'];
  const found: ('columns' | 'values' | 'chart')[] = [];
  if (!definition.columns.some((column) => !column.hidden)) found.push('columns');
  if (definition.filter && !complete(definition.filter)) found.push('values');
  const chart = definition.views?.find(isChart);
  if (chart && (chart.title.trim() === '' || chart.summary.trim() === '')) found.push('chart');
  return found;
}

function complete(node: FilterNode): boolean {
  if (isGroup(node)) return childrenOf(node).length > 0 && childrenOf(node).every(complete);
  if (node.prompt || node.op === 'empty' || node.op === 'not_empty') return true;
  const { value } = node;
  if (value === undefined) return false;
  if (typeof value === 'string') return value !== '';
  if (Array.isArray(value)) return value.length > 0;
  return 'relative' in value ? true : value.from !== '' && value.to !== '';
}
