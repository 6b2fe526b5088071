import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import type { Membership } from '../../api/gen';
import { cancelRecordImport, getRecordImportErrorFile, type RecordImport } from '../../api/gen';
import {
  getRecordImportOptions,
  getRecordImportQueryKey,
  listRecordImportErrorsOptions,
} from '../../api/gen/@tanstack/react-query.gen';
import { AccountPage } from '../../app/AccountPage';
import { saveBlob } from '../../app/download';
import { formatDateTime } from '../../app/format';
import { formatCount } from '../../app/money';
import { useMe } from '../../session';
import { Alert } from '../../ui/Alert';
import { Button } from '../../ui/Button';
import { ButtonLink } from '../../ui/ButtonLink';
import { Card } from '../../ui/Card';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { DataTable } from '../../ui/DataTable';
import { Facts } from '../../ui/Facts';
import { Loaded } from '../../ui/Loaded';
import { Pagination } from '../../ui/Pagination';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { ImportTag } from './ImportTag';
import { useText } from './text';

const route = getRouteApi('/member/entries/imports/$importId');

const isOpen = (run: RecordImport) => run.state === 'queued' || run.state === 'running';

export function ImportPage() {
  const t = useText();
  return (
    <AccountPage
      title={t('summary')}
      crumbs={[
        { label: t('entries'), to: '/entries' },
        { label: t('imports'), to: '/entries/imports' },
      ]}
      roles={['owner', 'proxy']}
      actions={() => (
        <ButtonLink to="/entries/imports/new" kind="secondary">
          {t('importAnother')}
        </ButtonLink>
      )}
    >
      {(membership) => <Run membership={membership} />}
    </AccountPage>
  );
}

function Run({ membership }: { membership: Membership }) {
  const { importId } = route.useParams();
  const path = { id: membership.account_id, import_id: importId };
  const query = useQuery({
    ...getRecordImportOptions({ path }),
    refetchInterval: (known) => (known.state.data && isOpen(known.state.data) ? 1000 : false),
  });
  return (
    <Loaded query={query}>
      {(run) => (
        <div className="qm-stack">
          {isOpen(run) ? <Progress run={run} path={path} /> : <Outcome run={run} />}
          <Summary run={run} />
          {run.rows_refused > 0 && !isOpen(run) ? <Refused run={run} path={path} /> : null}
        </div>
      )}
    </Loaded>
  );
}

interface Path {
  id: string;
  import_id: string;
}

function Progress({ run, path }: { run: RecordImport; path: Path }) {
  const t = useText();
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  return (
    <Card title={t('progress')} side={<ImportTag state={run.state} />}>
      <p>
        <progress className="qm-progress" max={100} value={run.progress} aria-label={t('progress')} />{' '}
        {t('progressText', { percent: Math.floor(run.progress), rows: formatCount(run.rows_total) })}
      </p>
      <p>
        {t(`phase.${run.phase}`)} {run.cancel_asked ? t('cancelAsked') : t('mayLeave')}
      </p>
      {run.cancel_asked ? null : (
        <Button kind="secondary" onClick={() => setAsking(true)}>
          {t('cancelImport')}
        </Button>
      )}
      {asking ? (
        <ConfirmDialog
          title={t('cancelTitle')}
          confirmLabel={t('cancelImport')}
          destructive
          onConfirm={async () => {
            const { data } = await cancelRecordImport({ path });
            queries.setQueryData(getRecordImportQueryKey({ path }), data);
          }}
          onClose={() => setAsking(false)}
        >
          <p>{t('cancelText')}</p>
        </ConfirmDialog>
      ) : null}
    </Card>
  );
}

function Outcome({ run }: { run: RecordImport }) {
  const t = useText();
  if (run.state === 'failed') {
    return <Alert kind="error">{t('failedText', { reason: run.failure ?? '' })}</Alert>;
  }
  if (run.state === 'cancelled') return <Alert kind="info">{t('cancelledText')}</Alert>;
  return run.rows_refused > 0 ? (
    <Alert kind="warning">{t('finishedSome', { count: run.rows_refused })}</Alert>
  ) : (
    <Alert kind="success">{t('finishedAll')}</Alert>
  );
}

function Summary({ run }: { run: RecordImport }) {
  const t = useText();
  const me = useMe();
  return (
    <Card
      title={t('importOne', { time: formatDateTime(run.created_at, me.time_zone) })}
      side={<ImportTag state={run.state} />}
    >
      <Facts
        items={[
          [t('file'), run.file_name ?? t('noName')],
          [t('by'), run.by_name],
          [t('stateAtFact'), formatDateTime(run.state_at, me.time_zone)],
          [t('rows'), formatCount(run.rows_total)],
          [t('refused'), formatCount(run.rows_refused)],
          [t('duplicates'), formatCount(run.rows_duplicate)],
          [t('entriesNew'), formatCount(run.entries_new)],
          [t('entriesUpdated'), formatCount(run.entries_updated)],
          [t('entriesUnchanged'), formatCount(run.entries_unchanged)],
          [t('entriesOlder'), formatCount(run.entries_older)],
          [t('entriesRefused'), formatCount(run.entries_refused)],
        ]}
      />
      {run.notes.length > 0 ? (
        <>
          <h3>{t('notes')}</h3>
          <ul>
            {run.notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        </>
      ) : null}
    </Card>
  );
}

function Refused({ run, path }: { run: RecordImport; path: Path }) {
  const t = useText();
  const { cursor } = route.useSearch();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const query = useQuery({
    ...listRecordImportErrorsOptions({ path, query: { cursor } }),
    placeholderData: keepPreviousData,
  });
  return (
    <Card
      title={t('errors')}
      side={
        <Button
          kind="secondary"
          small
          busy={busy}
          onClick={async () => {
            setBusy(true);
            setError(null);
            try {
              const { data } = await getRecordImportErrorFile({ path, parseAs: 'blob' });
              saveBlob(data as unknown as Blob, `errors-${run.file_name ?? 'records'}.csv`);
            } catch (caught) {
              setError(caught);
            } finally {
              setBusy(false);
            }
          }}
        >
          {t('errorFile')}
        </Button>
      }
    >
      <p>{t('errorsText')}</p>
      {error ? <ProblemAlert error={error} /> : null}
      <Loaded query={query}>
        {(page) => (
          <>
            <DataTable
              caption={t('errors')}
              rows={page.items}
              rowKey={(row) => `${row.row}-${row.column}-${row.code}`}
              stale={query.isPlaceholderData}
              columns={[
                { key: 'row', header: t('row'), rowHeader: true, numeric: true, cell: (row) => row.row },
                {
                  key: 'entry',
                  header: t('entry'),
                  cell: (row) => <span className="qm-mono">{row.entry_number ?? '–'}</span>,
                },
                { key: 'column', header: t('column'), cell: (row) => row.column || t('wholeRow') },
                { key: 'problem', header: t('problem'), cell: (row) => row.detail },
                { key: 'code', header: t('code'), cell: (row) => <code>{row.code}</code> },
              ]}
            />
            <Pagination count={page.items.length} cursor={cursor} nextCursor={page.next_cursor} />
          </>
        )}
      </Loaded>
    </Card>
  );
}
