// What a finished result is narrowed to: values of the fields that it shows, one parameter of the address for each.
import type { ReportMember, ReportNarrowing } from '../../api/gen';
import { formatDate } from '../../app/format';
import { type Definition, isField, type Value } from './definition';
import { packValue, unpackValue } from './prompt-url';
import type { useText } from './text';

/** Fields by their ids. */
export type Narrowed = Record<string, Value>;

export const PREFIX = 'narrow_';

export interface Field {
  dim: string;
  label: string;
  kind: ReportMember['kind'];
}

const KINDS: readonly Field['kind'][] = ['text', 'date', 'month', 'boolean'];

/** The fields that a report shows and that somebody can choose values of. */
export function fieldsOf(
  definition: Definition,
  members: readonly Pick<ReportMember, 'id' | 'label' | 'kind'>[] | undefined,
): Field[] {
  const found = new Map<string, Field>();
  for (const column of definition.columns) {
    const member = members?.find((one) => one.id === column.dim);
    if (!member || !isField(column) || column.hidden || !KINDS.includes(member.kind)) continue;
    if (!found.has(member.id)) {
      found.set(member.id, { dim: member.id, label: column.label ?? member.label, kind: member.kind });
    }
  }
  return [...found.values()];
}

const isPeriod = (value: Value): value is Exclude<Value, string | string[]> =>
  typeof value === 'object' && !Array.isArray(value);

/** Whether a value says something: a list with an entry, or a period with both ends. */
export const isWhole = (value: Value | undefined): value is Value =>
  value !== undefined &&
  (isPeriod(value) ? 'relative' in value || (value.from !== '' && value.to !== '') : value.length > 0);

export function readNarrowed(search: Record<string, unknown>): Narrowed {
  const found: Narrowed = {};
  for (const [name, text] of Object.entries(search)) {
    if (!name.startsWith(PREFIX) || typeof text !== 'string') continue;
    const value = unpackValue(text, { id: '', label: '', multi: true });
    if (isWhole(value)) found[name.slice(PREFIX.length)] = value;
  }
  return found;
}

/** The parameters of the address; those of `before` that are gone are taken away. */
export const writeNarrowed = (narrowed: Narrowed, before: Narrowed): Record<string, string | undefined> =>
  Object.fromEntries(
    [...Object.keys(before), ...Object.keys(narrowed)].map((dim) => [PREFIX + dim, packValue(narrowed[dim])]),
  );

/** As the server takes it. */
export const narrowBody = (narrowed: Narrowed): ReportNarrowing =>
  Object.fromEntries(
    Object.entries(narrowed).map(([dim, value]) => [dim, typeof value === 'string' ? [value] : value]),
  );

/** "CN, VN", "Last full month", "1 Feb 2026 to 28 Feb 2026". */
export function narrowWords(value: Value, kind: Field['kind'], t: ReturnType<typeof useText>): string {
  const one = (text: string) => {
    if (kind === 'date') return formatDate(text);
    if (kind === 'boolean') return t(text === 'true' ? 'common:yes' : 'common:no');
    return text;
  };
  if (typeof value === 'string') return one(value);
  if (Array.isArray(value)) return value.map(one).join(', ');
  return 'relative' in value
    ? t(`relative.${value.relative}`)
    : t('narrowPeriod', { from: one(value.from), to: one(value.to) });
}
