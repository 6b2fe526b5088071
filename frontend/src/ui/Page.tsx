import { useRouterState } from '@tanstack/react-router';
import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from 'react';
import type { GuideSlug } from '../features/help/content';
import { useCommonText } from '../i18n';
import { announce } from './announce';
import { Breadcrumb, type Crumb } from './Breadcrumb';

const ErrorContext = createContext<(on: boolean) => void>(() => undefined);

/** Marks the page title with "Error:" while a form on the page has errors. */
export function usePageError(on: boolean) {
  const set = useContext(ErrorContext);
  useEffect(() => {
    set(on);
    return () => set(false);
  }, [on, set]);
}

let shownPath: string | null = null;

interface Props {
  title: string;
  lead?: ReactNode;
  /** Buttons beside the heading. */
  actions?: ReactNode;
  crumbs?: Crumb[];
  /** Two sentences for "About this page". */
  about?: string;
  /** The guide that explains the page, by its name in the address. */
  guide?: GuideSlug;
  narrow?: boolean;
  children: ReactNode;
}

/** A page: heading, document title, and focus on the heading after each navigation. */
export function Page({ title, lead, actions, crumbs, about, guide, narrow, children }: Props) {
  const t = useCommonText();
  const heading = useRef<HTMLHeadingElement>(null);
  const [hasError, setHasError] = useState(false);
  // The address changes before its page stands there; only the resolved one belongs to what is shown.
  const path = useRouterState({ select: (state) => state.resolvedLocation?.pathname });

  useEffect(() => {
    const named = t('documentTitle', { title });
    document.title = hasError ? t('errorTitle', { title: named }) : named;
  }, [title, hasError, t]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new path moves the focus, not a title that arrives later
  useEffect(() => {
    if (!path || shownPath === path) return;
    const first = shownPath === null;
    shownPath = path;
    if (first || document.querySelector('dialog[open]')) return;
    heading.current?.focus({ preventScroll: true });
    announce(title);
  }, [path]);

  const value = useMemo(() => setHasError, []);
  return (
    <ErrorContext.Provider value={value}>
      <div className={narrow ? 'qm-narrow' : undefined}>
        {crumbs ? <Breadcrumb crumbs={crumbs} here={title} /> : null}
        <div className="qm-page__head">
          <div>
            <h1 ref={heading} tabIndex={-1}>
              {title}
            </h1>
            {lead ? <div className="qm-lead">{lead}</div> : null}
          </div>
          {actions ? <div className="qm-row qm-page__actions">{actions}</div> : null}
        </div>
        {children}
        {about ? (
          <details className="qm-about">
            <summary>{t('about')}</summary>
            <p>{about}</p>
            {guide ? (
              <p>
                <a className="usa-link" href={`/help/${guide}`}>
                  {t('aboutGuide')}
                </a>
              </p>
            ) : null}
          </details>
        ) : null}
      </div>
    </ErrorContext.Provider>
  );
}
