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
        <span className="qm-menu__label">{label}</span> <Icon name="down" />
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

/** Names the entries below it; nothing to choose. */
export function MenuHeading({ children }: { children: ReactNode }) {
  return <li className="qm-menu__heading">{children}</li>;
}

/** A field among the entries. Using it leaves the menu open. */
export function MenuSearch({
  label,
  value,
  onChange,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
}) {
  const id = useId();
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: only keeps the click from closing the menu
    <li className="qm-menu__search" onClick={(event) => event.stopPropagation()}>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type="search"
        className="usa-input"
        autoComplete="off"
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </li>
  );
}
