import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { Icon } from './Icon';

interface Props {
  label: ReactNode;
  /** Spoken name when the label alone does not say what opens. */
  name?: string;
  end?: boolean;
  children: ReactNode;
}

/** A button that discloses links and buttons. Escape, a choice or leaving it closes it. */
export function Menu({ label, name, end, children }: Props) {
  const id = useId();
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!open) return;
    const outside = (event: Event) => {
      if (event.target instanceof Node && !root.current?.contains(event.target)) setOpen(false);
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      setOpen(false);
      button.current?.focus();
    };
    document.addEventListener('pointerdown', outside);
    document.addEventListener('focusin', outside);
    document.addEventListener('keydown', onKey);
    return () => {
      document.removeEventListener('pointerdown', outside);
      document.removeEventListener('focusin', outside);
      document.removeEventListener('keydown', onKey);
    };
  }, [open]);
  return (
    <div ref={root} className={`qm-menu${end ? ' qm-menu--end' : ''}`}>
      <button
        ref={button}
        type="button"
        className="qm-menu__button"
        aria-expanded={open}
        aria-controls={id}
        aria-label={name}
        onClick={() => setOpen(!open)}
      >
        {label} <Icon name="down" />
      </button>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the items handle the keys; this only closes after one was used */}
      <ul id={id} className="qm-menu__panel" hidden={!open} onClick={() => setOpen(false)}>
        {children}
      </ul>
    </div>
  );
}

/** An entry that acts; links stand in the menu as they are. */
export function MenuButton({
  onClick,
  current,
  children,
}: {
  onClick: () => void;
  current?: boolean;
  children: ReactNode;
}) {
  return (
    <li>
      <button type="button" className="qm-menu__item" aria-current={current || undefined} onClick={onClick}>
        {children}
      </button>
    </li>
  );
}

export function MenuNote({ children }: { children: ReactNode }) {
  return <span className="qm-menu__note">{children}</span>;
}
