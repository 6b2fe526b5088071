// Which rows of a long list stand in the document.

export interface Window {
  /** First row that is drawn, and the one after the last. */
  first: number;
  end: number;
  /** Room above and below them, in pixels. */
  above: number;
  below: number;
}

/** Browsers stop laying out boxes somewhat beyond this height. */
export const TALLEST = 8_000_000;
const OVERSCAN = 8;

/**
 * The rows for a scroll position. A list taller than a browser can lay out is scrolled in proportion: the
 * bar's end is still the list's end.
 */
export function windowOf(
  total: number,
  rowHeight: number,
  viewport: number,
  scrollTop: number,
  tallest = TALLEST,
): Window {
  const full = total * rowHeight;
  const height = Math.min(full, tallest);
  const shown = Math.ceil(viewport / rowHeight);
  const way = Math.max(1, height - viewport);
  const at = Math.min(Math.max(0, scrollTop), Math.max(0, height - viewport));
  const top = full <= tallest ? at / rowHeight : (at / way) * Math.max(0, total - viewport / rowHeight);
  const first = Math.max(0, Math.floor(top) - OVERSCAN);
  const end = Math.min(total, Math.floor(top) + shown + 1 + OVERSCAN);
  const above = Math.max(0, full <= tallest ? first * rowHeight : at - (top - first) * rowHeight);
  return { first, end, above, below: Math.max(0, height - above - (end - first) * rowHeight) };
}

/** The scroll position that shows a row at the top. */
export function scrollTo(
  row: number,
  total: number,
  rowHeight: number,
  viewport: number,
  tallest = TALLEST,
): number {
  const full = total * rowHeight;
  if (full <= tallest) return row * rowHeight;
  const last = Math.max(1, total - viewport / rowHeight);
  return (Math.min(row, last) / last) * (tallest - viewport);
}
