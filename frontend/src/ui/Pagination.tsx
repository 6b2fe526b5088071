import { useNavigate } from '@tanstack/react-router';
import { useCommonText } from '../i18n';
import { Button } from './Button';

interface Props {
  count: number;
  cursor: string | undefined;
  nextCursor: string | null | undefined;
}

/** Pages by cursor, kept in the URL as `cursor`; the browser's Back goes to the page before. */
export function Pagination({ count, cursor, nextCursor }: Props) {
  const t = useCommonText();
  const navigate = useNavigate();
  const go = (to: string | undefined) => {
    void navigate({ to: '.', search: (prev: object) => ({ ...prev, cursor: to }) as never });
  };
  return (
    <nav className="qm-below-table" aria-label={t('pagesNav')}>
      <span className="qm-muted">{t('shown', { count })}</span>
      <span className="qm-row">
        {cursor ? (
          <Button kind="secondary" small onClick={() => go(undefined)}>
            {t('firstPage')}
          </Button>
        ) : null}
        {nextCursor ? (
          <Button kind="secondary" small onClick={() => go(nextCursor)}>
            {t('nextPage')}
          </Button>
        ) : cursor ? (
          <span className="qm-muted">{t('lastPage')}</span>
        ) : null}
      </span>
    </nav>
  );
}
