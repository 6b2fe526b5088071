import type { ReactNode } from 'react';

interface Props {
  /** nothing: none yet, with the first action · filtered: none match · forbidden: not allowed, with whom to ask */
  kind: 'nothing' | 'filtered' | 'forbidden';
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}

/** What stands where rows would be, told apart by why there are none. */
export function EmptyState({ kind, title, children, action }: Props) {
  return (
    <div className="qm-empty" data-kind={kind} role="status">
      <h2>{title}</h2>
      {children ? <p>{children}</p> : null}
      {action}
    </div>
  );
}
