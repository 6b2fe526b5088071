// A draft in the address of the page, so that a reload or a kept link loses nothing.
import { keep, kept } from '../../session/kept-drafts';
import { type Draft, start } from './builder';

/** Longer addresses are cut by servers and mail programs on their way. */
export const LONGEST = 6_000;

/** Stands in the address instead of a draft that is too long for it and is kept in this tab. */
export const KEPT = 'kept';

export function packDraft(draft: Draft): string | undefined {
  if (draft === start) return undefined;
  const bytes = new TextEncoder().encode(JSON.stringify(draft));
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  const packed = btoa(text).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
  return packed.length > LONGEST ? undefined : packed;
}

/** What the address is to say. A draft that is too long is kept in this tab's storage, by the path of its page. */
export function keepDraft(path: string, draft: Draft): string | undefined {
  const packed = packDraft(draft);
  if (packed || draft === start) return packed;
  keep(path, JSON.stringify(draft));
  return KEPT;
}

/** The draft that an address stands for. */
export function findDraft(path: string, packed: string | undefined): Draft | null {
  if (packed !== KEPT) return unpackDraft(packed);
  try {
    const found: unknown = JSON.parse(kept(path) ?? 'null');
    return isDraft(found) ? found : null;
  } catch {
    return null;
  }
}

/** The draft of an address; nothing when it was mistyped or is of another shape. */
export function unpackDraft(packed: string | undefined): Draft | null {
  if (!packed) return null;
  try {
    const text = atob(packed.replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(text, (one) => one.charCodeAt(0));
    const found: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return isDraft(found) ? found : null;
  } catch {
    return null;
  }
}

function isDraft(found: unknown): found is Draft {
  if (typeof found !== 'object' || found === null) return false;
  const { name, description, folder, definition } = found as Record<string, unknown>;
  if ([name, description, folder].some((one) => typeof one !== 'string')) return false;
  if (definition === null) return true;
  if (typeof definition !== 'object') return false;
  const { v, subject, mode, columns } = definition as Record<string, unknown>;
  return (
    v === 1 &&
    typeof subject === 'string' &&
    (mode === 'detail' || mode === 'aggregate') &&
    Array.isArray(columns) &&
    columns.every((one) => typeof one === 'object' && one !== null && typeof one.id === 'string')
  );
}
