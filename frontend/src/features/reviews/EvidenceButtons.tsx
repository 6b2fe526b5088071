import { useState } from 'react';
import { type AccessReview, getAccessReviewEvidence } from '../../api/gen';
import { saveBlob } from '../../app/download';
import { Button } from '../../ui/Button';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { useText } from './text';

/** The record of the review as a file, for auditors. */
export function EvidenceButtons({ accountId, review }: { accountId: string; review: AccessReview }) {
  const t = useText();
  const [busy, setBusy] = useState<'csv' | 'pdf' | null>(null);
  const [error, setError] = useState<unknown>(null);
  const download = async (format: 'csv' | 'pdf') => {
    setBusy(format);
    setError(null);
    try {
      const { data } = await getAccessReviewEvidence({
        path: { id: accountId, review_id: review.id },
        query: { format },
        parseAs: 'blob',
      });
      saveBlob(data as unknown as Blob, `access-review-${review.due_on}.${format}`);
    } catch (caught) {
      setError(caught);
    } finally {
      setBusy(null);
    }
  };
  return (
    <>
      {error ? <ProblemAlert error={error} focus /> : null}
      <p className="qm-row">
        {t('evidence')}
        {(['csv', 'pdf'] as const).map((format) => (
          <Button
            key={format}
            kind="secondary"
            small
            busy={busy === format}
            aria-label={t('evidenceName', { format: format.toUpperCase() })}
            onClick={() => void download(format)}
          >
            {format.toUpperCase()}
          </Button>
        ))}
      </p>
    </>
  );
}
