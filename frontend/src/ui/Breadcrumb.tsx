import { Link } from '@tanstack/react-router';
import { useCommonText } from '../i18n';

export interface Crumb {
  label: string;
  to: string;
}

/** Where the page stands. The last entry is the page itself and no link. */
export function Breadcrumb({ crumbs, here }: { crumbs: Crumb[]; here: string }) {
  const t = useCommonText();
  return (
    <nav className="usa-breadcrumb usa-breadcrumb--wrap" aria-label={t('breadcrumb')}>
      <ol className="usa-breadcrumb__list">
        {crumbs.map((crumb) => (
          <li key={crumb.to} className="usa-breadcrumb__list-item">
            <Link to={crumb.to} className="usa-breadcrumb__link">
              <span>{crumb.label}</span>
            </Link>
          </li>
        ))}
        <li className="usa-breadcrumb__list-item usa-current" aria-current="page">
          <span>{here}</span>
        </li>
      </ol>
    </nav>
  );
}
