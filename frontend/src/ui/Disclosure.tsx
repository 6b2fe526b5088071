import type { ReactNode } from 'react';

/** Native details. `name` is what a screen reader says when `label` repeats in a list. */
export function Disclosure({ label, name, children }: { label: string; name?: string; children: ReactNode }) {
  return (
    <details>
      <summary aria-label={name}>{label}</summary>
      {children}
    </details>
  );
}
