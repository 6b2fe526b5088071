import { useMemo, useState } from 'react';
import * as z from 'zod/mini';
import { importUsers, type Membership, type UserImportReport } from '../../api/gen';
import { AccountPage } from '../../app/AccountPage';
import { Alert } from '../../ui/Alert';
import { Button } from '../../ui/Button';
import { ButtonLink } from '../../ui/ButtonLink';
import { Card } from '../../ui/Card';
import { DataTable } from '../../ui/DataTable';
import { FileField } from '../../ui/FileField';
import { Form } from '../../ui/Form';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { StateTag } from '../../ui/StateTag';
import { Toggle } from '../../ui/Toggle';
import { useRefreshPeople } from './refresh';
import { useText } from './text';

const MAX_BYTES = 1024 * 1024;

const EXAMPLE = [
  'email,given_name,family_name,role,sub_account,structure,records,reports,port_codes',
  'kim.doe@company.example,Kim,Doe,user,Importer West,read,read,run,"2704,2709"',
  'sam.roe@company.example,Sam,Roe,proxy,,,,,',
  '',
].join('\r\n');

export default function ImportPage() {
  const t = useText();
  return (
    <AccountPage
      title={t('importTitle')}
      about={t('importAbout')}
      lead={t('importLead')}
      crumbs={[{ label: t('back'), to: '/people' }]}
      roles={['owner', 'proxy']}
    >
      {(membership) => <Import key={membership.account_id} membership={membership} />}
    </AccountPage>
  );
}

function send(membership: Membership, file: File, dryRun: boolean) {
  return importUsers({
    path: { id: membership.account_id },
    query: { dry_run: dryRun },
    // The file goes as its bytes: the server judges the encoding, not the browser.
    body: file as unknown as string,
  });
}

function Import({ membership }: { membership: Membership }) {
  const t = useText();
  const refresh = useRefreshPeople(membership.account_id);
  const [checked, setChecked] = useState<{ file: File; report: UserImportReport } | null>(null);
  const [finished, setFinished] = useState<UserImportReport | null>(null);
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
    setFinished(null);
    setError(null);
  };

  if (finished) {
    return (
      <>
        <Alert kind={finished.rows_refused === 0 ? 'success' : 'warning'} focus>
          {t('imported', {
            ok: finished.rows_ok,
            total: finished.rows_total,
            refused: finished.rows_refused,
          })}
        </Alert>
        <Report report={finished} />
        <p className="qm-row">
          <ButtonLink to="/people/invitations">{t('seeInvitations')}</ButtonLink>
          <Button kind="secondary" onClick={startOver}>
            {t('anotherFile')}
          </Button>
        </p>
      </>
    );
  }
  if (checked) {
    const { report } = checked;
    return (
      <>
        <Alert kind={report.rows_refused === 0 ? 'info' : 'warning'} focus>
          {t('checked', { ok: report.rows_ok, total: report.rows_total, refused: report.rows_refused })}
        </Alert>
        {error ? <ProblemAlert error={error} focus /> : null}
        <Report report={report} />
        {report.rows_refused > 0 ? <p className="qm-muted">{t('importRefusedNote')}</p> : null}
        <p className="qm-row">
          {report.rows_ok > 0 ? (
            <Button
              busy={busy}
              onClick={async () => {
                setBusy(true);
                setError(null);
                try {
                  setFinished((await send(membership, checked.file, false)).data);
                  await refresh();
                } catch (caught) {
                  setError(caught);
                } finally {
                  setBusy(false);
                }
              }}
            >
              {t('confirmImport', { count: report.rows_ok })}
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
    <Card>
      <p>{t('importColumns')}</p>
      <p>{t('importSeveral')}</p>
      <p>
        <Button
          kind="link"
          onClick={() => {
            const url = URL.createObjectURL(new Blob([EXAMPLE], { type: 'text/csv' }));
            const link = document.createElement('a');
            link.href = url;
            link.download = 'people.csv';
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
        submitLabel={t('check')}
        onSubmit={async (values) => {
          const file = values.file[0];
          if (!file) return;
          const { data } = await send(membership, file, true);
          setChecked({ file, report: data });
        }}
      >
        <FileField name="file" label={t('file')} accept=".csv,text/csv" />
      </Form>
    </Card>
  );
}

function Report({ report }: { report: UserImportReport }) {
  const t = useText();
  const [onlyProblems, setOnlyProblems] = useState(false);
  const rows = onlyProblems ? report.rows.filter((row) => row.errors.length > 0) : report.rows;
  return (
    <>
      {report.rows_refused > 0 ? (
        <Toggle label={t('onlyProblems')} on={onlyProblems} onChange={setOnlyProblems} />
      ) : null}
      <DataTable
        caption={t('importTitle')}
        rows={rows}
        rowKey={(row) => String(row.row)}
        columns={[
          { key: 'row', header: t('row'), numeric: true, cell: (row) => String(row.row) },
          { key: 'email', header: t('email'), rowHeader: true, cell: (row) => row.email },
          {
            key: 'outcome',
            header: t('outcome'),
            cell: (row) => (
              <StateTag
                tone={row.outcome === 'refused' ? 'bad' : 'good'}
                icon={row.outcome === 'refused' ? 'stop' : 'check'}
              >
                {t(`rowOutcome.${row.outcome}`)}
              </StateTag>
            ),
          },
          {
            key: 'errors',
            header: t('problems'),
            cell: (row) =>
              row.errors.length === 0 ? (
                '–'
              ) : (
                <ul className="qm-plain-list">
                  {row.errors.map((one) => (
                    <li key={`${one.column}-${one.code}`}>
                      {one.column ? <code>{one.column}</code> : null} {one.detail}
                    </li>
                  ))}
                </ul>
              ),
          },
        ]}
      />
    </>
  );
}
