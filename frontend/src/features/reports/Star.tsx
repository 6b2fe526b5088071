import { useState } from 'react';
import { type ReportSummary, starReport, unstarReport } from '../../api/gen';
import { Button } from '../../ui/Button';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { useRefreshReports } from './refresh';
import { useText } from './text';

/** Marks a report for the reader alone, and takes the mark off again. */
export function Star({ report }: { report: Pick<ReportSummary, 'key' | 'name' | 'starred'> }) {
  const t = useText();
  const refresh = useRefreshReports();
  const [error, setError] = useState<unknown>(null);
  return (
    <>
      <Button
        kind="link"
        aria-label={t('starName', { name: report.name })}
        aria-pressed={report.starred}
        onClick={async () => {
          setError(null);
          try {
            await (report.starred ? unstarReport : starReport)({ path: { key: report.key } });
            await refresh(report.key);
          } catch (caught) {
            setError(caught);
          }
        }}
      >
        <span aria-hidden="true" className="qm-star">
          {report.starred ? '★' : '☆'}
        </span>
      </Button>
      {error ? <ProblemAlert error={error} /> : null}
    </>
  );
}
