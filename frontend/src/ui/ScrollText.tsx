import type { ReactNode } from 'react';

/** A long text in a box of its own, scrollable with the keyboard too. */
export function ScrollText({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section className="qm-terms" aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}
