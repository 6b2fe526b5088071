import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useCommonText } from '../i18n';

export interface Column<Row> {
  key: string;
  header: string;
  cell: (row: Row) => ReactNode;
  /** The cell that names the row. */
  rowHeader?: boolean;
  numeric?: boolean;
  /** Given when the server can sort by this column. */
  sort?: { direction: 'ascending' | 'descending' | null; onSort: () => void };
}

export interface Selection<Row> {
  chosen: ReadonlySet<string>;
  onChange: (chosen: Set<string>) => void;
  nameOf: (row: Row) => string;
  /** Rows that cannot be chosen get no box. */
  selectable?: (row: Row) => boolean;
}

interface Props<Row> {
  caption: string;
  /** Show the caption to the eye as well. */
  showCaption?: boolean;
  columns: Column<Row>[];
  rows: Row[];
  rowKey: (row: Row) => string;
  selection?: Selection<Row>;
  /** Old rows stay, dimmed, while new ones load. */
  stale?: boolean;
}

/** Whether a box is wider inside than outside, so that the keyboard must be able to scroll it. */
function useOverflow() {
  const ref = useRef<HTMLDivElement>(null);
  const [over, setOver] = useState(false);
  useEffect(() => {
    const box = ref.current;
    if (!box || !('ResizeObserver' in globalThis)) return;
    const observer = new ResizeObserver(() => setOver(box.scrollWidth > box.clientWidth));
    observer.observe(box);
    if (box.firstElementChild) observer.observe(box.firstElementChild);
    return () => observer.disconnect();
  }, []);
  return [ref, over] as const;
}

/** A table that becomes a list of cards on a narrow screen. Order and filters are the server's. */
export function DataTable<Row>({
  caption,
  showCaption,
  columns,
  rows,
  rowKey,
  selection,
  stale,
}: Props<Row>) {
  const t = useCommonText();
  const [wrap, wide] = useOverflow();
  const selectable = selection ? rows.filter((row) => selection.selectable?.(row) ?? true) : [];
  const allChosen = selectable.length > 0 && selectable.every((row) => selection?.chosen.has(rowKey(row)));
  return (
    <div
      ref={wrap}
      className="qm-table-wrap"
      data-dimmed={stale || undefined}
      {...(wide ? { role: 'group', 'aria-label': caption, tabIndex: 0 } : {})}
    >
      <table className="usa-table">
        <caption className={showCaption ? undefined : 'usa-sr-only'}>{caption}</caption>
        <thead>
          <tr>
            {selection ? (
              <th scope="col" className="qm-th-act">
                <input
                  type="checkbox"
                  className="qm-check"
                  aria-label={t('selectAll')}
                  checked={allChosen}
                  disabled={selectable.length === 0}
                  onChange={() => selection.onChange(allChosen ? new Set() : new Set(selectable.map(rowKey)))}
                />{' '}
                <span className="qm-narrow-only" aria-hidden="true">
                  {t('selectAll')}
                </span>
              </th>
            ) : null}
            {columns.map((column) => (
              <th
                key={column.key}
                scope="col"
                className={column.sort ? 'qm-th-act' : column.numeric ? 'qm-num' : undefined}
                aria-sort={column.sort?.direction ?? undefined}
              >
                {column.sort ? (
                  <button type="button" className="qm-sort" onClick={column.sort.onSort}>
                    {column.header}
                    {column.sort.direction ? (column.sort.direction === 'ascending' ? ' ↑' : ' ↓') : null}
                  </button>
                ) : (
                  column.header
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => {
            const key = rowKey(row);
            const chosen = selection?.chosen.has(key) ?? false;
            return (
              <tr key={key} data-chosen={chosen || undefined}>
                {selection ? (
                  <td>
                    {(selection.selectable?.(row) ?? true) ? (
                      <input
                        type="checkbox"
                        className="qm-check"
                        aria-label={t('select', { name: selection.nameOf(row) })}
                        checked={chosen}
                        onChange={() => {
                          const next = new Set(selection.chosen);
                          if (chosen) next.delete(key);
                          else next.add(key);
                          selection.onChange(next);
                        }}
                      />
                    ) : null}
                  </td>
                ) : null}
                {columns.map((column) =>
                  column.rowHeader ? (
                    <th key={column.key} scope="row" data-label={column.header}>
                      {column.cell(row)}
                    </th>
                  ) : (
                    <td
                      key={column.key}
                      data-label={column.header}
                      className={column.numeric ? 'qm-num' : undefined}
                    >
                      {column.cell(row)}
                    </td>
                  ),
                )}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
