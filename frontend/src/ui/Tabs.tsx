import { type ReactNode, useId, useRef } from 'react';

interface Tab {
  key: string;
  label: string;
}

interface Props {
  label: string;
  tabs: Tab[];
  active: string;
  onChange: (key: string) => void;
  children: ReactNode;
}

/** Tabs whose choice the page keeps in the URL. Arrow keys move and choose; the focus stays on the tab. */
export function Tabs({ label, tabs, active, onChange, children }: Props) {
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  return (
    <>
      <div
        ref={list}
        className="qm-tabs"
        role="tablist"
        aria-label={label}
        onKeyDown={(event) => {
          const at = tabs.findIndex((tab) => tab.key === active);
          const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
          if (to === undefined) return;
          event.preventDefault();
          const next = tabs[(to + tabs.length) % tabs.length];
          if (!next) return;
          onChange(next.key);
          list.current?.querySelector<HTMLElement>(`[data-key="${next.key}"]`)?.focus();
        }}
      >
        {tabs.map((tab) => (
          <button
            key={tab.key}
            type="button"
            role="tab"
            className="qm-tab"
            id={`${id}-${tab.key}`}
            data-key={tab.key}
            aria-selected={tab.key === active}
            aria-controls={`${id}-panel`}
            tabIndex={tab.key === active ? 0 : -1}
            onClick={() => onChange(tab.key)}
          >
            {tab.label}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${active}`}>
        {children}
      </div>
    </>
  );
}
