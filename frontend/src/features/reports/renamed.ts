// A definition with the names of today.
import type { ReportMemberChange } from '../../api/gen';

/** Where a definition names a member of its subject. */
const NAMING = ['dim', 'measure', 'distinct'];

/** The same definition with the members of today; nothing else in it is touched, not even a value that is spelled alike. */
export function renamed<T>(
  definition: T,
  members: readonly Pick<ReportMemberChange, 'name' | 'member'>[],
): T {
  const now = new Map(members.map((one) => [one.name, one.member]));
  const walk = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(walk);
    if (typeof node !== 'object' || node === null) return node;
    return Object.fromEntries(
      Object.entries(node).map(([key, value]) => [
        key,
        NAMING.includes(key) && typeof value === 'string' ? (now.get(value) ?? value) : walk(value),
      ]),
    );
  };
  return walk(definition) as T;
}
