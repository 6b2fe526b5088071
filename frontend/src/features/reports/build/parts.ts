// What the steps of the builder know of a subject's members and of the columns of a draft.
import type { ReportMember, ReportSubject } from '../../../api/gen';
import {
  type Column,
  type Condition,
  type Definition,
  isField,
  isFigure,
  isGroup,
  type Operator,
} from '../definition';

/** Where the words of a refusal belong. */
export type Step = 'subject' | 'fields' | 'filters' | 'group' | 'sort' | 'chart' | 'save';

const PLACES: [RegExp, Step][] = [
  [/^\/definition\/subject/, 'subject'],
  [/^\/definition\/(columns|merge)/, 'fields'],
  [/^\/(definition\/(filter|prompts)|prompts)/, 'filters'],
  [/^\/definition\/(mode|breaks|grand_total|having|pivot|compare)/, 'group'],
  [/^\/definition\/(sort|top)/, 'sort'],
  [/^\/definition\/views/, 'chart'],
  [/^\/(name|description|folder)/, 'save'],
];

/** The step to which a place in a request belongs; `null` when to none of them. */
export const stepOf = (pointer: string): Step | null =>
  PLACES.find(([place]) => place.test(pointer))?.[1] ?? null;

export const memberOf = (subject: ReportSubject, id: string | undefined): ReportMember | undefined =>
  id === undefined ? undefined : subject.members.find((one) => one.id === id || one.aliases.includes(id));

/** A subject with those that can stand beside it. */
export type Subject = ReportSubject & { beside?: readonly ReportSubject[] };

export const besideOf = (subject: Subject, id: string | undefined) =>
  subject.beside?.find((one) => one.id === id);

export const fieldOf = (subject: Subject, column: Column) => {
  const home = column.subject ? besideOf(subject, column.subject) : subject;
  return home && memberOf(home, column.dim ?? column.measure ?? column.distinct);
};

interface LabelWords {
  aggregate: (name: string, of: 'least' | 'greatest' | 'earliest' | 'latest' | 'average') => string;
  rank: (name: string) => string;
  share: (name: string) => string;
  /** A figure of another subject. */
  beside: (name: string, subject: string) => string;
  /** The columns, for those that are about another one. */
  columns: readonly Column[];
  different: (name: string) => string;
  calculated: string;
}

/** The heading of a column, as the result will show it. */
export function labelOf(subject: Subject, column: Column, words: LabelWords): string {
  if (column.label) return column.label;
  const about = words.columns.find((one) => one.id === (column.rank ?? column.share));
  if (about) {
    const name = labelOf(subject, about, words);
    return column.rank ? words.rank(name) : words.share(name);
  }
  const field = fieldOf(subject, column);
  const home = besideOf(subject, column.subject);
  const name = field && home ? words.beside(field.label, home.label) : field?.label;
  if (!name) return column.calc ? words.calculated : column.id;
  if (column.aggregate === 'average') return words.aggregate(name, 'average');
  if (column.aggregate) {
    const most = column.aggregate === 'max';
    const day = field?.kind === 'date';
    return words.aggregate(name, most ? (day ? 'latest' : 'greatest') : day ? 'earliest' : 'least');
  }
  return column.distinct ? words.different(name) : name;
}

export const topicsOf = (members: readonly ReportMember[]) => [...new Set(members.map((one) => one.topic))];

const BUCKETS = ['month', 'quarter', 'year', 'fiscal_year'] as const;
export type BucketKind = 'date' | (typeof BUCKETS)[number];

/** The same date by day, month and so on: the subject has a field for each. */
export function bucketsOf(subject: ReportSubject, column: Column): { kind: BucketKind; id: string }[] {
  const field = isField(column) ? fieldOf(subject, column) : undefined;
  if (!field) return [];
  const stem = field.id.replace(/_(date|on|month|quarter|fiscal_year|year)$/, '');
  const day = subject.members.find(
    (one) => one.kind === 'date' && [stem, `${stem}_date`, `${stem}_on`].includes(one.id),
  );
  if (!day) return [];
  const found = BUCKETS.flatMap((kind) => {
    const member = subject.members.find((one) => one.id === `${stem}_${kind}`);
    return member ? [{ kind, id: member.id }] : [];
  });
  return found.length > 0 ? [{ kind: 'date', id: day.id }, ...found] : [];
}

/** How a field is filtered at first: dates by a period that moves along, everything else by the first operator. */
export function conditionOn(field: ReportMember, op?: Operator): Condition {
  const operators = field.operators as Operator[];
  const dated = field.kind === 'date' || field.kind === 'month';
  const first = dated && operators.includes('between') ? 'between' : (operators[0] ?? 'eq');
  const chosen = op ?? first;
  const condition = { dim: field.id, op: chosen };
  return chosen === 'between' && dated ? { ...condition, value: { relative: 'last_full_month' } } : condition;
}

/** The operators of a field, those for periods first. */
export const operatorsOf = (field: ReportMember | undefined, known: Operator): Operator[] => {
  const all = (field?.operators ?? [known]) as Operator[];
  if (field?.kind !== 'date' && field?.kind !== 'month') return all;
  return [...all.filter((one) => one === 'between'), ...all.filter((one) => one !== 'between')];
};

/** Two amounts of one kind make a number or a share; money by something else stays money. */
export function ratioKind(subject: Subject, of: Column, by: Column): 'money' | 'percent' | 'decimal' {
  const money = (column: Column) => fieldOf(subject, column)?.kind === 'money' && !column.distinct;
  if (money(of)) return money(by) ? 'percent' : 'money';
  return 'decimal';
}

/** Amounts that can be calculated with. */
export const countable = (columns: readonly Column[]) =>
  columns.filter((column) => isFigure(column) && column.calc === undefined);

/** Dates that the filter keeps within a period, whatever else it asks for: an earlier period can stand beside it. */
export function periodsOf(subject: ReportSubject, definition: Definition): { id: string; label: string }[] {
  const { filter } = definition;
  const conditions =
    filter && 'and' in filter ? filter.and.flatMap((one) => (isGroup(one) ? [] : [one])) : [];
  return conditions.flatMap(({ dim, op }) => {
    const field = memberOf(subject, dim);
    return op === 'between' && field?.kind === 'date' ? [{ id: dim, label: field.label }] : [];
  });
}
