import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { cancelReportRun, type ReportRun } from '../../api/gen';
import { getReportRunQueryKey } from '../../api/gen/@tanstack/react-query.gen';
import { sentence } from '../../app/format';
import { formatCount } from '../../app/money';
import { Alert } from '../../ui/Alert';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { isOpen, RunTag } from './RunTag';
import { useText } from './text';

/** What a run that has no rows to show says: how far it is, or why there are none. */
export function Running({ run }: { run: ReportRun }) {
  const t = useText();
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  if (run.state === 'failed') return <Alert kind="error">{sentence(run.failure) || t('failedText')}</Alert>;
  if (run.state === 'expired') return <Alert kind="info">{t('expiredText')}</Alert>;
  if (run.state === 'cancelled') return <Alert kind="info">{t('cancelledText')}</Alert>;
  if (!isOpen(run.state)) return null;
  return (
    <Card title={t('runProgress')} side={<RunTag state={run.state} />}>
      <p>
        <progress
          className="qm-progress"
          aria-label={t('runProgress')}
          {...(run.rows_expected ? { max: run.rows_expected, value: run.rows_written } : {})}
        />{' '}
        {typeof run.rows_expected !== 'number'
          ? t('soFar', { rows: formatCount(run.rows_written) })
          : t('soFarOf', { rows: formatCount(run.rows_written), all: formatCount(run.rows_expected) })}
      </p>
      <p>{t('mayLeave')}</p>
      <Button kind="secondary" onClick={() => setAsking(true)}>
        {t('cancelRun')}
      </Button>
      {asking ? (
        <ConfirmDialog
          title={t('cancelTitle')}
          confirmLabel={t('cancelRun')}
          destructive
          onConfirm={async () => {
            const { data } = await cancelReportRun({ path: { id: run.id } });
            queries.setQueryData(getReportRunQueryKey({ path: { id: run.id } }), data);
          }}
          onClose={() => setAsking(false)}
        >
          <p>{t('cancelText')}</p>
        </ConfirmDialog>
      ) : null}
    </Card>
  );
}
