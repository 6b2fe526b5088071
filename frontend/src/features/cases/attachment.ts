// What is known of a file before it is sent: its type, which the server holds against its first bytes.

/** The largest file, and how many a case may have; the server decides. */
export const MOST_BYTES = 5 * 1024 ** 2;

const TYPES: Record<string, string> = {
  pdf: 'application/pdf',
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  txt: 'text/plain',
  log: 'text/plain',
  csv: 'text/csv',
};

/** For the browser's file dialog. */
export const ACCEPT = Object.keys(TYPES)
  .map((ending) => `.${ending}`)
  .join(',');

/** The type that a file's name stands for, or null when such files are not taken. */
export function mediaTypeOf(name: string): string | null {
  const ending = /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase();
  return (ending && TYPES[ending]) ?? null;
}

/** Whole kilobytes up to a megabyte, then megabytes with one decimal. */
export function size(bytes: number): { key: 'kilobytes' | 'megabytes'; count: number } {
  if (bytes < 1_000_000) return { key: 'kilobytes', count: Math.max(1, Math.round(bytes / 1000)) };
  return { key: 'megabytes', count: Math.round(bytes / 100_000) / 10 };
}
