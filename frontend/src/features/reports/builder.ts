// The builder's state: a draft, changed by actions that keep it whole. What refers to a column goes with it;
// parts that the builder does not edit, e.g. alerts or a pivot, stay as they are.
import {
  type Aggregate,
  type ChartView,
  type Column,
  type Condition,
  childrenOf,
  columnsIn,
  type Definition,
  empty,
  type Filter,
  type FilterNode,
  isAmount,
  isChart,
  isField,
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
/** Subjects beside the report's own. */
export const MOST_BESIDE = 3;
/** Groups stand in the outermost group, no deeper. */
export const MOST_LEVELS = 2;

/** Where a node of the filter stands: the positions from the outermost group down. */
export type Path = readonly number[];

export type Action =
  | { type: 'subject'; subject: string }
  | { type: 'load'; draft: Draft }
  | { type: 'describe'; name?: string; description?: string; folder?: string }
  | { type: 'add-column'; dim?: string; measure?: string; distinct?: string; aggregate?: Aggregate }
  | { type: 'add-beside'; subject: string; measure: string }
  | { type: 'add-placed'; kind: 'rank' | 'share'; of: string }
  | { type: 'hide-column'; id: string; on: boolean }
  | { type: 'pivot'; pivot: Definition['pivot'] }
  | { type: 'compare'; compare: Definition['compare'] }
  | { type: 'add-ratio'; of: string; by: string; label: string; kind: string }
  | { type: 'remove-column'; id: string }
  | { type: 'move-column'; id: string; to: number }
  | { type: 'rename-column'; id: string; label: string }
  | { type: 'take-field'; id: string; dim: string }
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
  | { type: 'sort-at'; at: number; col: string | null }
  | { type: 'sort-dir'; at: number; dir: 'asc' | 'desc' }
  | { type: 'top'; top: Definition['top'] }
  | { type: 'chart'; chart: ChartView | null };

export const start: Draft = { name: '', description: '', folder: '', definition: null };

/** The first id of a kind that is free: c1, c2, … */
function freeId(prefix: string, taken: readonly string[]): string {
  let n = 1;
  while (taken.includes(`${prefix}${n}`)) n += 1;
  return `${prefix}${n}`;
}

/** What a subtotal has a figure of. */
const measures = (definition: Definition) =>
  definition.columns.filter((one) => isAmount(one) && !one.rank && !one.hidden).map((one) => one.id);

/** Drops what refers to columns that are gone, and to prompts that nothing asks for. */
function tidy(definition: Definition): Definition {
  let columns = definition.columns;
  // A calculated column may stand on another one.
  for (;;) {
    const known = new Set(columns.map((column) => column.id));
    const kept = columns.filter((column) =>
      [...columnsIn(column.calc), column.rank, column.share].every((id) => id === undefined || known.has(id)),
    );
    if (kept.length === columns.length) break;
    columns = kept;
  }
  const known = new Set(columns.map((column) => column.id));
  const shown = new Set(columns.filter((column) => !column.hidden).map((column) => column.id));
  const filters = [definition.filter, ...(definition.merge ?? []).map((one) => one.filter)];
  const asked = new Set(filters.flatMap(promptsIn));
  const next: Definition = { ...definition, columns };
  if (next.sort) next.sort = next.sort.filter((one) => known.has(one.col));
  if (next.breaks) {
    next.breaks = next.breaks
      .filter((one) => known.has(one.col))
      .map((one) => ({ ...one, totals: one.totals.filter((id) => known.has(id)) }));
  }
  if (next.top && !known.has(next.top.col)) next.top = null;
  if (next.pivot && !known.has(next.pivot.col)) next.pivot = null;
  if (columnsIn(next.having).some((id) => !known.has(id))) delete next.having;
  if (next.alerts) next.alerts = next.alerts.filter((one) => columnsIn(one).every((id) => known.has(id)));
  if (next.views) {
    next.views = next.views.filter(
      (view) =>
        !isChart(view) ||
        ((view.x === undefined || shown.has(view.x)) &&
          (view.series === undefined || shown.has(view.series)) &&
          view.y.length > 0 &&
          view.y.every((id) => shown.has(id))),
    );
  }
  if (next.prompts) next.prompts = next.prompts.filter((prompt) => asked.has(prompt.id));
  if (next.merge) {
    next.merge = next.merge.filter((one) => columns.some((column) => column.subject === one.subject));
    if (next.merge.length === 0) delete next.merge;
  }
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
      const column: Column = action.aggregate
        ? {
            id: freeId('m', ids),
            ...(action.measure ? { measure: action.measure } : { dim: action.dim ?? '' }),
            aggregate: action.aggregate,
          }
        : action.measure
          ? { id: freeId('m', ids), measure: action.measure }
          : action.distinct
            ? { id: freeId('m', ids), distinct: action.distinct }
            : { id: freeId('c', ids), dim: action.dim ?? '' };
      // Fields stand before amounts, so that a reader finds what a row is about on its left.
      const firstAmount = columns.findIndex(isAmount);
      const place = isAmount(column) || firstAmount < 0 ? columns.length : firstAmount;
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
    case 'add-ratio': {
      if (columns.length >= MOST_COLUMNS) return definition;
      const id = freeId(
        'x',
        columns.map((column) => column.id),
      );
      const calc = { div: [{ col: action.of }, { col: action.by }] };
      return { ...definition, columns: [...columns, { id, calc, label: action.label, type: action.kind }] };
    }
    case 'add-beside': {
      if (columns.length >= MOST_COLUMNS) return definition;
      const ids = columns.map((column) => column.id);
      const column: Column = { id: freeId('m', ids), measure: action.measure, subject: action.subject };
      const merge = definition.merge ?? [];
      const known = merge.some((one) => one.subject === action.subject);
      if (!known && merge.length >= MOST_BESIDE) return definition;
      return {
        ...definition,
        columns: [...columns, column],
        merge: known ? merge : [...merge, { subject: action.subject }],
      };
    }
    case 'add-placed': {
      if (columns.length >= MOST_COLUMNS) return definition;
      const id = freeId(
        'x',
        columns.map((column) => column.id),
      );
      const column: Column = action.kind === 'rank' ? { id, rank: action.of } : { id, share: action.of };
      return { ...definition, columns: [...columns, column] };
    }
    case 'hide-column':
      return tidy({
        ...definition,
        columns: columns.map((column) => {
          if (column.id !== action.id) return column;
          const { hidden: _, ...rest } = column;
          return action.on ? { ...rest, hidden: true } : rest;
        }),
      });
    case 'pivot':
      return { ...definition, pivot: action.pivot ?? null };
    case 'compare':
      return { ...definition, compare: action.compare ?? null };
    case 'rename-column':
      return {
        ...definition,
        columns: columns.map((column) => {
          if (column.id !== action.id) return column;
          const { label: _, ...rest } = column;
          // A heading that is emptied is left out, so that it does not count as a change.
          return action.label ? { ...rest, label: action.label } : rest;
        }),
      };
    case 'take-field':
      return {
        ...definition,
        columns: columns.map((column) =>
          column.id === action.id && column.dim ? { ...column, dim: action.dim } : column,
        ),
      };
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
        next.pivot = null;
        next.compare = null;
        // Only groups have different values to count, a least and a greatest one, a place and a share, and figures of
        // another subject beside them.
        next.columns = columns.filter(
          (one) => !(one.distinct ?? one.aggregate ?? one.rank ?? one.share ?? one.subject),
        );
      } else {
        // What is grouped by is shown, or groups could not be told apart.
        next.columns = columns.map(({ hidden, ...rest }) =>
          hidden && !isField(rest) ? { ...rest, hidden } : rest,
        );
      }
      return tidy(next);
    }
    case 'break': {
      const rest = (definition.breaks ?? []).filter((one) => one.col !== action.col);
      if (!action.on) return { ...definition, breaks: rest };
      if (rest.length >= MOST_BREAKS || rest.length < (definition.breaks ?? []).length) return definition;
      const order = columns.map((column) => column.id);
      const breaks = [...rest, { col: action.col, totals: measures(definition) }].sort(
        (a, b) => order.indexOf(a.col) - order.indexOf(b.col),
      );
      // A ranking has no subtotals, and the other way round.
      return { ...definition, breaks, top: null };
    }
    case 'grand-total':
      return { ...definition, grand_total: action.on };
    case 'sort': {
      const rest = (definition.sort ?? []).filter((one) => one.col !== action.col);
      return { ...definition, sort: action.dir ? [...rest, { col: action.col, dir: action.dir }] : rest };
    }
    case 'sort-at': {
      const sort = definition.sort ?? [];
      const { col } = action;
      if (col === null) return { ...definition, sort: sort.toSpliced(action.at, 1) };
      if (sort.some((one) => one.col === col)) return definition;
      // The largest amounts are what people look for; of everything else, the first.
      const amount = columns.some((column) => column.id === col && isAmount(column));
      return { ...definition, sort: sort.toSpliced(action.at, 1, { col, dir: amount ? 'desc' : 'asc' }) };
    }
    case 'sort-dir':
      return {
        ...definition,
        sort: definition.sort?.map((one, at) => (at === action.at ? { ...one, dir: action.dir } : one)),
      };
    case 'top':
      return action.top ? { ...definition, top: action.top, breaks: [] } : { ...definition, top: null };
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
  if (definition.columns.every((column) => column.calc)) found.push('columns');
  if (definition.filter && !complete(definition.filter)) found.push('values');
  const chart = definition.views?.find(isChart);
  if (chart && (chart.title.trim() === '' || chart.summary.trim() === '')) found.push('chart');
  return found;
}

function complete(node: FilterNode): boolean {
  if (isGroup(node)) return childrenOf(node).every(complete);
  if (node.prompt || node.op === 'empty' || node.op === 'not_empty') return true;
  const { value } = node;
  if (value === undefined) return false;
  if (typeof value === 'string') return value !== '';
  if (Array.isArray(value)) return value.length > 0;
  return 'relative' in value ? true : value.from !== '' && value.to !== '';
}
