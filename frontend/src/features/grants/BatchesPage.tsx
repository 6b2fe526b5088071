import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import * as z from 'zod/mini';
import type { Membership } from '../../api/gen';
import { idempotencyKey } from '../../api/idempotency';
import {
  createGrantRequestBatch,
  type GrantRequestBatch,
  type GrantRequestBatchRow,
} from '../../api/pending';
import { listGrantRequestBatchesOptions } from '../../api/pending/query';
import { AccountPage } from '../../app/AccountPage';
import { Alert } from '../../ui/Alert';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { DataTable } from '../../ui/DataTable';
import { FileField } from '../../ui/FileField';
import { Form } from '../../ui/Form';
import { Loaded } from '../../ui/Loaded';
import { Pagination } from '../../ui/Pagination';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { TextLink } from '../../ui/TextLink';
import { Toggle } from '../../ui/Toggle';
import { BatchRows } from './BatchRows';
import { useRefreshGrants } from './refresh';
import { useText } from './text';
import { useGrantWords } from './words';

const route = getRouteApi('/member/access/cross-account/batches');
const MAX_BYTES = 16 * 1024 * 1024;
const EXAMPLE = [
  'account_number,owner_user_id,structure,records,reports,users,top_level,purpose,ends_on',
  'QM-0000-00001-8,kim.doe,yes,own_filings,no,no,no,We file your entries in Newark,2027-12-31',
  'QM-0000-00002-6,sam.roe,yes,all,yes,no,yes,Duty drawback,until revoked',
  '',
].join('\r\n');

export default function BatchesPage() {
  const t = useText();
  return (
    <AccountPage
      title={t('batchTitle')}
      about={t('batchAbout')}
      lead={t('batchLead')}
      crumbs={[{ label: t('title'), to: '/access/cross-account' }]}
      roles={['owner', 'proxy']}
    >
      {(membership) => (
        <>
          {membership.role === 'owner' ? (
            <Upload key={membership.account_id} membership={membership} />
          ) : (
            <p className="qm-muted">{t('batchOwner')}</p>
          )}
          <Batches membership={membership} />
        </>
      )}
    </AccountPage>
  );
}

type Answer = GrantRequestBatch & { rows: GrantRequestBatchRow[] };

function Upload({ membership }: { membership: Membership }) {
  const t = useText();
  const refresh = useRefreshGrants(membership.account_id);
  const [checked, setChecked] = useState<{ file: File; answer: Answer } | null>(null);
  const [finished, setFinished] = useState<Answer | null>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const send = (file: File, dryRun: boolean) =>
    createGrantRequestBatch({
      query: { account_id: membership.account_id, dry_run: dryRun },
      // The file goes as its bytes: the server judges the encoding, not the browser.
      body: file as unknown as string,
      headers: dryRun ? undefined : idempotencyKey(),
    });
  const schema = useMemo(
    () =>
      z.object({
        file: z.custom<FileList>().check(
          z.refine((files) => files instanceof FileList && files.length === 1, t('fileMissing')),
          z.refine(
            (files) => !(files instanceof FileList) || (files[0]?.size ?? 0) <= MAX_BYTES,
            t('fileBig'),
          ),
        ),
      }),
    [t],
  );
  const startOver = () => {
    setChecked(null);
    setFinished(null);
    setError(null);
  };
  if (finished) {
    return (
      <>
        <Alert kind={finished.rows_refused === 0 ? 'success' : 'warning'} focus>
          <p>{t('batchSent', counts(finished))}</p>
          <p className="qm-row">
            <TextLink to="/access/cross-account/batches/$batchId" params={{ batchId: finished.id }}>
              {t('batchSee')}
            </TextLink>
            <TextLink to="/access/cross-account" search={{ tab: 'pending' }}>
              {t('seePending')}
            </TextLink>
          </p>
        </Alert>
        <CheckTable rows={finished.rows} refused={finished.rows_refused} />
        <p>
          <Button kind="secondary" onClick={startOver}>
            {t('anotherFile')}
          </Button>
        </p>
      </>
    );
  }
  if (checked) {
    const { answer, file } = checked;
    return (
      <>
        <Alert kind={answer.rows_refused === 0 ? 'info' : 'warning'} focus>
          {t('batchChecked', counts(answer))}
        </Alert>
        {error ? <ProblemAlert error={error} focus /> : null}
        <CheckTable rows={answer.rows} refused={answer.rows_refused} />
        {answer.rows_refused > 0 ? <p className="qm-muted">{t('batchRefusedNote')}</p> : null}
        <p className="qm-row">
          {answer.rows_ok > 0 ? (
            <Button
              busy={busy}
              onClick={async () => {
                setBusy(true);
                setError(null);
                try {
                  const { data } = await send(file, false);
                  setFinished(data);
                  await refresh();
                } catch (caught) {
                  setError(caught);
                } finally {
                  setBusy(false);
                }
              }}
            >
              {t('batchConfirm', { count: answer.rows_ok })}
            </Button>
          ) : null}
          <Button kind="secondary" onClick={startOver}>
            {t('anotherFile')}
          </Button>
        </p>
      </>
    );
  }
  return (
    <Card title={t('batchUpload')}>
      <p>{t('batchColumns')}</p>
      <p>
        <Button
          kind="link"
          onClick={() => {
            const url = URL.createObjectURL(new Blob([EXAMPLE], { type: 'text/csv' }));
            const link = document.createElement('a');
            link.href = url;
            link.download = 'access-requests.csv';
            link.click();
            URL.revokeObjectURL(url);
          }}
        >
          {t('template')}
        </Button>
      </p>
      <Form
        schema={schema}
        defaultValues={{ file: null as unknown as FileList }}
        submitLabel={t('checkFile')}
        onSubmit={async (values) => {
          const file = values.file[0];
          if (!file) return;
          const { data } = await send(file, true);
          setChecked({ file, answer: data });
        }}
      >
        <FileField name="file" label={t('file')} accept=".csv,text/csv" />
      </Form>
    </Card>
  );
}

const counts = (answer: GrantRequestBatch) => ({
  ok: answer.rows_ok,
  total: answer.rows_total,
  refused: answer.rows_refused,
});

function CheckTable({ rows, refused }: { rows: GrantRequestBatchRow[]; refused: number }) {
  const t = useText();
  const [onlyProblems, setOnlyProblems] = useState(false);
  return (
    <>
      {refused > 0 ? <Toggle label={t('onlyProblems')} on={onlyProblems} onChange={setOnlyProblems} /> : null}
      <BatchRows rows={onlyProblems ? rows.filter((row) => row.errors.length > 0) : rows} />
    </>
  );
}

function Batches({ membership }: { membership: Membership }) {
  const t = useText();
  const words = useGrantWords();
  const { cursor } = route.useSearch();
  const query = useQuery({
    ...listGrantRequestBatchesOptions({ path: { id: membership.account_id }, query: { cursor } }),
    placeholderData: keepPreviousData,
  });
  return (
    <Card title={t('batchesTitle')}>
      <Loaded query={query} rows={2}>
        {(page) =>
          page.items.length === 0 ? (
            <p>{t('batchesEmpty')}</p>
          ) : (
            <>
              <DataTable
                caption={t('batchesTitle')}
                rows={page.items}
                rowKey={(row) => row.id}
                columns={[
                  {
                    key: 'when',
                    header: t('sentOn'),
                    rowHeader: true,
                    cell: (row) => (
                      <TextLink to="/access/cross-account/batches/$batchId" params={{ batchId: row.id }}>
                        {words.when(row.created_at)}
                      </TextLink>
                    ),
                  },
                  { key: 'by', header: t('sentBy'), cell: (row) => row.created_by_name },
                  { key: 'total', header: t('rows'), numeric: true, cell: (row) => String(row.rows_total) },
                  { key: 'ok', header: t('rowsSent'), numeric: true, cell: (row) => String(row.rows_ok) },
                  {
                    key: 'refused',
                    header: t('rowsRefused'),
                    numeric: true,
                    cell: (row) => String(row.rows_refused),
                  },
                ]}
              />
              <Pagination count={page.items.length} cursor={cursor} nextCursor={page.next_cursor} />
            </>
          )
        }
      </Loaded>
    </Card>
  );
}
