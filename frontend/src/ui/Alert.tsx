import { type ReactNode, useEffect, useRef } from 'react';
import { takeFocus } from './focus';

export type AlertKind = 'info' | 'success' | 'warning' | 'error';

interface Props {
  kind: AlertKind;
  title?: string;
  children?: ReactNode;
  /** Take the focus when it appears: for the answer to something the person just did. */
  focus?: boolean;
}

/** A message that stays until its cause is gone. Errors interrupt, the others wait their turn. */
export function Alert({ kind, title, children, focus = false }: Props) {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (focus) takeFocus(ref.current);
  }, [focus]);
  return (
    <div
      ref={ref}
      className={`usa-alert usa-alert--${kind}${title ? '' : ' usa-alert--slim'}`}
      role={kind === 'error' ? 'alert' : 'status'}
      tabIndex={focus ? -1 : undefined}
    >
      <div className="usa-alert__body">
        {title ? <h2 className="usa-alert__heading">{title}</h2> : null}
        <div className="usa-alert__text">{children}</div>
      </div>
    </div>
  );
}
