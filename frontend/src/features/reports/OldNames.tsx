import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { getReport, type ReportChange, updateReport } from '../../api/gen';
import { listReportChangesOptions, listReportChangesQueryKey } from '../../api/gen/@tanstack/react-query.gen';
import { ifMatch } from '../../api/problem';
import { sentence } from '../../app/format';
import { Alert } from '../../ui/Alert';
import { Button } from '../../ui/Button';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { TextLink } from '../../ui/TextLink';
import { useRefreshReports } from './refresh';
import { renamed } from './renamed';
import { useText } from './text';

/** Own reports whose fields have new names, or are to go: they go on working, and their owner is told before the date. */
export function OldNames() {
  const t = useText();
  const query = useQuery(listReportChangesOptions());
  const reports = query.data?.items ?? [];
  if (reports.length === 0) return null;
  return (
    <Alert kind="warning" title={t('oldNames', { count: reports.length })}>
      <p>{t('oldNamesText')}</p>
      <ul>
        {reports.map((report) => (
          <Touched key={report.key} report={report} />
        ))}
      </ul>
    </Alert>
  );
}

function Touched({ report }: { report: ReportChange }) {
  const t = useText();
  const queries = useQueryClient();
  const refresh = useRefreshReports();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const renew = async () => {
    setBusy(true);
    setError(null);
    try {
      const path = { key: report.key };
      const { data } = await getReport({ path });
      await updateReport({
        path,
        body: { definition: renamed(data.definition, report.members) },
        headers: ifMatch({ version: data.version ?? 0 }),
      });
      await refresh(report.key);
      await queries.invalidateQueries({ queryKey: listReportChangesQueryKey() });
    } catch (caught) {
      setError(caught);
    } finally {
      setBusy(false);
    }
  };
  return (
    <li>
      <TextLink to="/reports/$reportKey" params={{ reportKey: report.key }}>
        {report.name}
      </TextLink>
      {': '}
      {report.members.map((member) => sentence(member.message)).join(' ')}{' '}
      <Button kind="link" busy={busy} aria-label={t('renewName', { name: report.name })} onClick={renew}>
        {t('renew')}
      </Button>
      {error ? <ProblemAlert error={error} /> : null}
    </li>
  );
}
