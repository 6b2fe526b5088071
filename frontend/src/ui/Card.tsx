import { type ReactNode, useId } from 'react';

interface Props {
  title?: string;
  level?: 2 | 3;
  tone?: 'good' | 'warn' | 'bad';
  /** Beside the title. */
  side?: ReactNode;
  children: ReactNode;
}

/** A titled block of a page. */
export function Card({ title, level = 2, tone, side, children }: Props) {
  const id = useId();
  const Heading = level === 2 ? 'h2' : 'h3';
  return (
    <section className={`qm-card${tone ? ` qm-card--${tone}` : ''}`} aria-labelledby={title ? id : undefined}>
      {title ? (
        <div className="qm-card__head">
          <Heading id={id}>{title}</Heading>
          {side ? <div className="qm-row">{side}</div> : null}
        </div>
      ) : null}
      {children}
    </section>
  );
}
