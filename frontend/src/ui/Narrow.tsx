import type { ReactNode } from 'react';

/** Keeps a form or a text readable on a wide screen. */
export function Narrow({ children }: { children: ReactNode }) {
  return <div className="qm-prose">{children}</div>;
}
