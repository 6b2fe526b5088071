import type { ReactNode } from 'react';

/** Names and values, as a definition list. Entries whose value is undefined are left out. */
export function Facts({ items }: { items: [string, ReactNode | undefined][] }) {
  return (
    <dl className="qm-facts">
      {items.map(([name, value]) =>
        value === undefined ? null : (
          <div key={name} className="qm-facts__item">
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ),
      )}
    </dl>
  );
}
