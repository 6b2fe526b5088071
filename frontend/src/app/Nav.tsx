import { Link, useRouterState } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { Button } from '../ui/Button';
import { Icon } from '../ui/Icon';
import { Delivered } from './Delivered';
import type { NavEntry } from './nav';
import { useShellText } from './text';

/** The left navigation; behind a button on narrow screens. */
export function Nav({ entries }: { entries: NavEntry[] }) {
  const t = useShellText();
  const [open, setOpen] = useState(false);
  const path = useRouterState({ select: (state) => state.location.pathname });
  // biome-ignore lint/correctness/useExhaustiveDependencies: arriving on a page closes the list
  useEffect(() => setOpen(false), [path]);
  return (
    <nav className="qm-nav" aria-label={t('mainNav')} data-open={open}>
      <div className="qm-nav__toggle">
        <Button
          kind="secondary"
          small
          aria-expanded={open}
          aria-controls="main-nav"
          onClick={() => setOpen(!open)}
        >
          <Icon name="menu" /> {t('menu')}
        </Button>
      </div>
      <ul id="main-nav" className="qm-nav__list qm-nav__body">
        {entries.map((entry) => (
          <li key={entry.to}>
            <Link to={entry.to} activeOptions={{ exact: entry.exact ?? false, includeSearch: false }}>
              <Icon name={entry.icon} /> {t(entry.text)}
              {entry.to === '/reports' ? <Delivered /> : null}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
