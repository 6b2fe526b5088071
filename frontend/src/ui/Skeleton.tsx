import { useEffect, useState } from 'react';
import { useCommonText } from '../i18n';

/** Grey bars in the shape of what is coming. Invisible for the first 0.3 s; after 5 s it says that it takes long. */
export function Skeleton({ rows = 5 }: { rows?: number }) {
  const t = useCommonText();
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), 5000);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className="qm-skeleton" role="status">
      <span className="usa-sr-only">{t('loading')}</span>
      {slow ? <p className="qm-muted">{t('stillLoading')}</p> : null}
      {Array.from({ length: rows }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the bars have no identity
        <div key={index} className="qm-skeleton__bar" />
      ))}
    </div>
  );
}
