import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import * as z from 'zod/mini';
import type { Membership } from '../../api/gen';
import { createGrantRequestBatch } from '../../api/gen';
import { listGrantRequestBatchesOptions } from '../../api/gen/@tanstack/react-query.gen';
import { idempotencyKey } from '../../api/idempotency';
import { AccountPage } from '../../app/AccountPage';
import { saveBlob } from '../../app/download';
import { Alert } from '../../ui/Alert';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { DataTable } from '../../ui/DataTable';
import { FileField } from '../../ui/FileField';
import { Form } from '../../ui/Form';
import { Loaded } from '../../ui/Loaded';
import { Pagination } from '../../ui/Pagination';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { StateTag } from '../../ui/StateTag';
import { TextLink } from '../../ui/TextLink';
import { Toggle } from '../../ui/Toggle';
import { type Check, type CheckedRow, checkRequests } from './batch-check';
import { useRefreshGrants } from './refresh';
import { useText } from './text';
import { useGrantWords } from './words';

const route = getRouteApi('/member/access/cross-account/batches');
const MAX_BYTES = 64 * 1024 * 1024;
/** So many rows of a check are shown at once. */
const SHOWN = 100;
const EXAMPLE = [
  'account_number,owner_user_id,structure,records,reports,users,top_level,purpose,ends_on',
  'QM-0000-00001-8,kim.doe,yes,own_filings,no,no,no,We file your entries in Newark,2030-12-31',
  'QM-0000-00002-6,sam.roe,yes,all,yes,no,yes,Duty drawback,until revoked',
  '',
].join('\r\n');

export default function BatchesPage() {
  const t = useText();
  return (
    <AccountPage
      title={t('batchTitle')}
      about={t('batchAbout')}
      guide="clients-accounts"
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

function Upload({ membership }: { membership: Membership }) {
  const t = useText();
  const navigate = useNavigate();
  const refresh = useRefreshGrants(membership.account_id);
  const [checked, setChecked] = useState<{ file: File; check: Check } | null>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
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
    setError(null);
  };
  if (checked && 'problem' in checked.check) {
    const { problem, column } = checked.check;
    return (
      <>
        <Alert kind="error" focus>
          {t(`fileProblem.${problem}`, { column: column ?? '' })}
        </Alert>
        <p>
          <Button kind="secondary" onClick={startOver}>
            {t('anotherFile')}
          </Button>
        </p>
      </>
    );
  }
  if (checked && 'rows' in checked.check) {
    const { rows } = checked.check;
    const refused = rows.filter((row) => row.problems.length > 0).length;
    const good = rows.length - refused;
    return (
      <>
        <Alert kind={refused === 0 ? 'info' : 'warning'} focus>
          {t('batchChecked', { ok: good, total: rows.length, refused })}
        </Alert>
        {error ? <ProblemAlert error={error} focus /> : null}
        <CheckTable rows={rows} refused={refused} />
        <p className="qm-muted">{t(refused > 0 ? 'batchRefusedNote' : 'batchCheckNote')}</p>
        <p className="qm-row">
          {good > 0 ? (
            <Button
              busy={busy}
              onClick={async () => {
                setBusy(true);
                setError(null);
                try {
                  const { data } = await createGrantRequestBatch({
                    query: { account_id: membership.account_id, file_name: checked.file.name.slice(0, 200) },
                    // The file goes as its bytes: the server judges the encoding, not the browser.
                    body: checked.file as unknown as string,
                    headers: idempotencyKey(),
                  });
                  await refresh();
                  await navigate({
                    to: '/access/cross-account/batches/$batchId',
                    params: { batchId: data.id },
                  });
                } catch (caught) {
                  setError(caught);
                  setBusy(false);
                }
              }}
            >
              {t('batchConfirm', { count: good })}
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
            saveBlob(new Blob([EXAMPLE], { type: 'text/csv' }), 'access-requests.csv');
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
          if (file) setChecked({ file, check: checkRequests(await file.text()) });
        }}
      >
        <FileField name="file" label={t('file')} accept=".csv,text/csv" />
      </Form>
    </Card>
  );
}

function CheckTable({ rows, refused }: { rows: CheckedRow[]; refused: number }) {
  const t = useText();
  const [onlyProblems, setOnlyProblems] = useState(refused > 0);
  const wanted = onlyProblems ? rows.filter((row) => row.problems.length > 0) : rows;
  return (
    <>
      {refused > 0 ? <Toggle label={t('onlyProblems')} on={onlyProblems} onChange={setOnlyProblems} /> : null}
      <DataTable
        caption={t('rowsCaption')}
        rows={wanted.slice(0, SHOWN)}
        rowKey={(row) => String(row.row)}
        columns={[
          { key: 'row', header: t('row'), numeric: true, cell: (row) => String(row.row) },
          { key: 'whom', header: t('asksWhom'), rowHeader: true, cell: (row) => row.whom || '–' },
          {
            key: 'outcome',
            header: t('outcome'),
            cell: (row) =>
              row.problems.length > 0 ? (
                <StateTag tone="bad" icon="stop">
                  {t('rowOutcome.refused')}
                </StateTag>
              ) : (
                <StateTag tone="good" icon="check">
                  {t('rowOutcome.ok')}
                </StateTag>
              ),
          },
          {
            key: 'problems',
            header: t('problems'),
            cell: (row) =>
              row.problems.length === 0 ? (
                '–'
              ) : (
                <ul className="qm-plain-list">
                  {row.problems.map((one) => (
                    <li key={`${one.column}-${one.problem}`}>
                      {one.column ? <code>{one.column}</code> : null} {t(`rowProblem.${one.problem}`)}
                    </li>
                  ))}
                </ul>
              ),
          },
        ]}
      />
      {wanted.length > SHOWN ? (
        <p className="qm-muted">{t('rowsMore', { count: wanted.length - SHOWN })}</p>
      ) : null}
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
                      <>
                        <TextLink to="/access/cross-account/batches/$batchId" params={{ batchId: row.id }}>
                          {words.when(row.created_at)}
                        </TextLink>
                        <div className="qm-muted qm-small">{row.file_name}</div>
                      </>
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
