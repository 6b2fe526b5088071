import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import * as z from 'zod/mini';
import { addCaseAttachment, type Case, type CaseAttachment, downloadCaseAttachment } from '../../api/gen';
import {
  listCaseAttachmentsOptions,
  listCaseAttachmentsQueryKey,
} from '../../api/gen/@tanstack/react-query.gen';
import { saveBlob } from '../../app/download';
import { formatDateTime } from '../../app/format';
import { useMe } from '../../session';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { Checkbox } from '../../ui/Checkbox';
import { FileField } from '../../ui/FileField';
import { Form } from '../../ui/Form';
import { Loaded } from '../../ui/Loaded';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { ACCEPT, MOST_BYTES, mediaTypeOf, size } from './attachment';
import { useText } from './text';

/** The files of a case: what was added, and a way to add one. */
export function Attachments({ found, mayAdd }: { found: Case; mayAdd: boolean }) {
  const t = useText();
  const query = useQuery({ ...listCaseAttachmentsOptions({ path: { id: found.id } }), staleTime: 0 });
  const [error, setError] = useState<unknown>(null);
  return (
    <Card title={t('files')}>
      {error ? <ProblemAlert error={error} focus /> : null}
      <Loaded query={query} rows={2}>
        {(page) =>
          page.items.length === 0 ? (
            <p className="qm-muted">{t('noFiles')}</p>
          ) : (
            <ul className="qm-plain-list qm-stack">
              {page.items.map((one) => (
                <li key={one.id}>
                  <OneFile caseId={found.id} file={one} onError={setError} />
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
      {mayAdd ? <AddFile found={found} /> : null}
    </Card>
  );
}

function OneFile({
  caseId,
  file,
  onError,
}: {
  caseId: string;
  file: CaseAttachment;
  onError: (error: unknown) => void;
}) {
  const t = useText();
  const me = useMe();
  const [busy, setBusy] = useState(false);
  const { key, count } = size(file.size);
  return (
    <>
      <Button
        kind="link"
        busy={busy}
        onClick={async () => {
          setBusy(true);
          onError(null);
          try {
            const { data } = await downloadCaseAttachment({
              path: { id: caseId, attachment_id: file.id },
              parseAs: 'blob',
            });
            saveBlob(data as unknown as Blob, file.file_name);
          } catch (caught) {
            onError(caught);
          } finally {
            setBusy(false);
          }
        }}
      >
        {t('download', { name: file.file_name })}
      </Button>
      <p className="qm-muted qm-small">
        {t(key, { count })}, {file.author_name} ({t(`author.${file.author}`)}),{' '}
        {formatDateTime(file.at, me.time_zone)}
      </p>
    </>
  );
}

function AddFile({ found }: { found: Case }) {
  const t = useText();
  const queries = useQueryClient();
  const schema = useMemo(
    () =>
      z.object({
        file: z.custom<FileList>().check(
          z.refine((files) => files instanceof FileList && files.length === 1, t('fileMissing')),
          z.refine(
            (files) => !(files instanceof FileList) || !files[0] || mediaTypeOf(files[0].name) !== null,
            t('fileKind'),
          ),
          z.refine(
            (files) => !(files instanceof FileList) || (files[0]?.size ?? 0) <= MOST_BYTES,
            t('fileBig'),
          ),
        ),
        internal: z.optional(z.boolean()),
      }),
    [t],
  );
  return (
    <Form
      label={t('addFile')}
      schema={schema}
      defaultValues={{ file: null as unknown as FileList, internal: false }}
      submitLabel={t('addFile')}
      submitKind="secondary"
      fieldNames={{ '': 'file', '?file_name': 'file' }}
      resetOnSuccess
      onSubmit={async (values) => {
        const file = values.file[0];
        const type = file && mediaTypeOf(file.name);
        if (!file || !type) return;
        await addCaseAttachment({
          path: { id: found.id },
          query: { file_name: file.name, internal: values.internal || undefined },
          // The file goes as its bytes: the server judges it by them.
          body: file,
          bodySerializer: null,
          headers: { 'Content-Type': type },
        });
        await queries.invalidateQueries({
          queryKey: listCaseAttachmentsQueryKey({ path: { id: found.id } }),
        });
      }}
    >
      <FileField name="file" label={t('fileField')} hint={t('fileHint')} accept={ACCEPT} />
      {found.desk ? <Checkbox name="internal" label={t('fileInternal')} /> : null}
    </Form>
  );
}
