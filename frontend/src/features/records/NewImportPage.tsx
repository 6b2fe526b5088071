import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useMemo, useRef, useState } from 'react';
import * as z from 'zod/mini';
import type { Membership } from '../../api/gen';
import { listRecordImportsQueryKey } from '../../api/gen/@tanstack/react-query.gen';
import { AccountPage } from '../../app/AccountPage';
import { dayOf, endOfDay } from '../../app/zone';
import { useMe } from '../../session';
import { Alert } from '../../ui/Alert';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { FileField } from '../../ui/FileField';
import { Form } from '../../ui/Form';
import { TextField } from '../../ui/TextField';
import { useText } from './text';
import { uploadRecords } from './upload';

const MAX_BYTES = 2 * 1024 ** 3;

export function NewImportPage() {
  const t = useText();
  return (
    <AccountPage
      title={t('newTitle')}
      about={t('newAbout')}
      crumbs={[
        { label: t('entries'), to: '/entries' },
        { label: t('imports'), to: '/entries/imports' },
      ]}
      roles={['owner', 'proxy']}
      narrow
    >
      {(membership) => <Sending membership={membership} />}
    </AccountPage>
  );
}

function Sending({ membership }: { membership: Membership }) {
  const t = useText();
  const me = useMe();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [percent, setPercent] = useState<number | null>(null);
  const [stopped, setStopped] = useState(false);
  const stop = useRef<AbortController | null>(null);
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
        state_at: z
          .string()
          .check(z.refine((day) => day === '' || day <= dayOf(Date.now(), me.time_zone), t('stateAtFuture'))),
      }),
    [t, me.time_zone],
  );
  return (
    <Card>
      <p>{t('newText')}</p>
      {stopped ? <Alert kind="info">{t('stopped')}</Alert> : null}
      <Form
        schema={schema}
        defaultValues={{ file: null as unknown as FileList, state_at: '' }}
        submitLabel={t('send')}
        fieldNames={{ '': 'file' }}
        onSubmit={async (values) => {
          const file = values.file[0];
          if (!file) return;
          const control = new AbortController();
          stop.current = control;
          setStopped(false);
          setPercent(0);
          // The end of that day, but never later than now.
          const moment = values.state_at
            ? Math.min(endOfDay(values.state_at, me.time_zone).getTime(), Date.now() - 1000)
            : null;
          try {
            const run = await uploadRecords(
              membership.account_id,
              file,
              moment === null ? undefined : new Date(moment).toISOString(),
              (share) => setPercent(Math.floor(share * 100)),
              control.signal,
            );
            await queries.invalidateQueries({
              queryKey: listRecordImportsQueryKey({ path: { id: membership.account_id } }),
            });
            await navigate({ to: '/entries/imports/$importId', params: { importId: run.id } });
          } catch (error) {
            if (!control.signal.aborted) throw error;
            setStopped(true);
          } finally {
            setPercent(null);
          }
        }}
        extra={
          percent === null ? null : (
            <Button kind="secondary" onClick={() => stop.current?.abort()}>
              {t('stopSending')}
            </Button>
          )
        }
      >
        <FileField name="file" label={t('file')} hint={t('fileHint')} accept=".csv,.ndjson,.jsonl,text/csv" />
        <TextField name="state_at" type="date" label={t('stateAt')} hint={t('stateAtHint')} optional />
      </Form>
      {percent === null ? null : (
        <p>
          <progress className="qm-progress" max={100} value={percent} aria-label={t('sendingLabel')} />{' '}
          {t('sending', { percent })}
        </p>
      )}
    </Card>
  );
}
