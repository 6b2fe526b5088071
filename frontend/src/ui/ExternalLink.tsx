import type { ReactNode } from 'react';

/** A link the router does not know, e.g. one out of a mail. */
export function ExternalLink({ href, children }: { href: string; children: ReactNode }) {
  return (
    <a className="usa-link" href={href}>
      {children}
    </a>
  );
}
