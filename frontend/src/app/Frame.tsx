import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useShellText } from './text';

// The server says so in the page itself, so that the banner moves nothing when it comes.
const demo = document.querySelector('meta[name="quaymaster-demo"]') !== null;

interface Props {
  bar?: ReactNode;
  nav?: ReactNode;
  children: ReactNode;
}

/** Skip link, header bar, demo banner, main and footer, for guests and members alike. */
export function Frame({ bar, nav, children }: Props) {
  const t = useShellText();
  return (
    <div className="qm-shell">
      <div>
        <a className="usa-skipnav" href="#main">
          {t('skip')}
        </a>
        {demo ? (
          <aside className="qm-demo" aria-label={t('demoLabel')}>
            {t('demo')} <Link to="/demo/mailbox">{t('demoMailbox')}</Link>
          </aside>
        ) : null}
        <header className="qm-bar">
          <div className="qm-bar__inner">
            <Link to="/" className="qm-brand">
              <svg width="28" height="28" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
                <path d="M6 21h20l-3 5H9zM15 5h2v14h-2zM18 7l7 10h-7zM14 9v8H8z" fill="currentColor" />
              </svg>
              <span className="qm-brand__name">{t('common:product')}</span>
            </Link>
            {bar}
          </div>
        </header>
      </div>
      <div className={`qm-body${nav ? ' qm-body--nav' : ''}`}>
        {nav}
        <main id="main" className="qm-main" tabIndex={-1}>
          {children}
        </main>
      </div>
      <footer className="qm-footer">
        <div className="qm-footer__inner">
          <span>{t('version', { version: __APP_VERSION__ })}</span>
          <Link to="/help">{t('help')}</Link>
          <Link to="/accessibility">{t('accessibility')}</Link>
          <Link to="/developers">{t('developers')}</Link>
          <a href="/docs/">{t('apiDocs')}</a>
        </div>
      </footer>
    </div>
  );
}
