// Keys and the header's search. What they open is loaded when first asked for.
import { useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { Icon } from '../../ui/Icon';
import type { NavEntry } from '../nav';
import { useShellText } from '../text';
import { Keys, shortcutsOn } from './shortcuts';

const Palette = lazy(() => import('./Palette'));
const ShortcutList = lazy(() => import('./ShortcutList'));

export type Opened = 'palette' | 'help' | null;

export function SearchButton({ onOpen }: { onOpen: () => void }) {
  const t = useShellText();
  return (
    <button
      type="button"
      className="qm-menu__button qm-search-button"
      aria-label={t('search.openName')}
      aria-haspopup="dialog"
      aria-keyshortcuts="Control+K Meta+K"
      onClick={onOpen}
    >
      <Icon name="search" /> <span className="qm-bar__wide">{t('search.open')}</span>
    </button>
  );
}

function focusFilter(): boolean {
  const field = document.querySelector<HTMLElement>(
    'main search input:not([type=hidden]), main search select, main input[type=search]',
  );
  field?.focus();
  if (field instanceof HTMLInputElement) field.select();
  return field !== null;
}

interface Props {
  opened: Opened;
  onOpen: (what: Opened) => void;
  entries: NavEntry[];
}

export function Commands({ opened, onOpen, entries }: Props) {
  const navigate = useNavigate();
  const [keys] = useState(() => new Keys(() => Date.now(), shortcutsOn));
  const next = useRef<(() => void) | null>(null);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return;
      const dialog = document.querySelector('dialog[open]');
      const command = keys.press(event);
      if (command === null) return;
      if (command === 'palette') {
        // Over another dialog it would hide a decision that is due.
        if (dialog && opened !== 'palette') return;
        event.preventDefault();
        onOpen(opened === 'palette' ? null : 'palette');
      } else if (dialog) {
        return;
      } else if (command === 'help') {
        event.preventDefault();
        onOpen('help');
      } else if (command === 'filter') {
        if (focusFilter()) event.preventDefault();
      } else if (entries.some((entry) => entry.to === command)) {
        event.preventDefault();
        void navigate({ to: command });
      }
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [keys, opened, onOpen, entries, navigate]);

  // After the closed dialog has given the focus back, so that the page that is opened takes it last.
  useEffect(() => {
    if (opened !== null) return;
    const run = next.current;
    next.current = null;
    if (run) setTimeout(run);
  }, [opened]);

  return (
    <Suspense>
      {opened === 'palette' ? (
        <Palette
          entries={entries}
          onShortcuts={() => onOpen('help')}
          onClose={(run) => {
            next.current = run ?? null;
            onOpen(null);
          }}
        />
      ) : null}
      {opened === 'help' ? <ShortcutList entries={entries} onClose={() => onOpen(null)} /> : null}
    </Suspense>
  );
}
