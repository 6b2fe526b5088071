import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useCommonText } from '../i18n';
import { windowOf } from './virtual';

export interface VirtualColumn {
  id: string;
  label: string;
  numeric?: boolean;
  /** In characters. */
  width?: number;
}

interface Props {
  caption: string;
  columns: VirtualColumn[];
  total: number;
  /** The cells of a row, or nothing while it is on its way. */
  cells: (row: number) => ReactNode[] | null;
  /** How a row stands out, e.g. a subtotal. */
  look?: (row: number) => string | undefined;
  /** Told which rows are seen, so that they can be fetched. */
  onWindow: (first: number, end: number) => void;
}

const ROW = 36;

/** A table of any length: only the rows in sight are in the document. Scrolls by itself, also with the keyboard. */
export function VirtualTable({ caption, columns, total, cells, look, onWindow }: Props) {
  const t = useCommonText();
  const box = useRef<HTMLElement>(null);
  const [scroll, setScroll] = useState(0);
  const [viewport, setViewport] = useState(600);
  useEffect(() => {
    const element = box.current;
    if (!element || !('ResizeObserver' in globalThis)) return;
    const observer = new ResizeObserver(() => setViewport(element.clientHeight || 600));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const { first, end, above, below } = windowOf(total, ROW, viewport, scroll);
  useEffect(() => onWindow(first, end), [first, end, onWindow]);
  const width = columns.reduce((sum, one) => sum + (one.width ?? 16), 0);
  return (
    <section
      ref={box}
      className="qm-virtual"
      aria-label={caption}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: whoever uses the keyboard must be able to scroll it
      tabIndex={0}
      style={{ maxHeight: '70vh' }}
      onScroll={(event) => setScroll(event.currentTarget.scrollTop)}
    >
      <table
        className="qm-virtual__table"
        aria-rowcount={total + 1}
        aria-label={caption}
        style={{ minWidth: `${width}ch` }}
      >
        <colgroup>
          {columns.map((column) => (
            <col key={column.id} style={{ width: `${column.width ?? 16}ch` }} />
          ))}
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map((column) => (
              <th key={column.id} scope="col" className={column.numeric ? 'qm-num' : undefined}>
                {column.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {above > 0 ? (
            // biome-ignore lint/a11y/noAriaHiddenOnFocusable: room for rows that are not drawn; nothing in it takes the focus
            <tr aria-hidden="true" style={{ height: above }}>
              <td colSpan={columns.length} />
            </tr>
          ) : null}
          {Array.from({ length: end - first }, (_, at) => {
            const row = first + at;
            const found = cells(row);
            return (
              <tr key={row} aria-rowindex={row + 2} data-look={look?.(row)} style={{ height: ROW }}>
                {found === null ? (
                  <td colSpan={columns.length} className="qm-muted">
                    {t('loading')}
                  </td>
                ) : (
                  columns.map((column, n) => (
                    <td key={column.id} className={column.numeric ? 'qm-num' : undefined}>
                      {found[n]}
                    </td>
                  ))
                )}
              </tr>
            );
          })}
          {below > 0 ? (
            // biome-ignore lint/a11y/noAriaHiddenOnFocusable: room for rows that are not drawn; nothing in it takes the focus
            <tr aria-hidden="true" style={{ height: below }}>
              <td colSpan={columns.length} />
            </tr>
          ) : null}
        </tbody>
      </table>
    </section>
  );
}
