import { useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import * as z from 'zod/mini';
import { createReport, type Report, updateReport } from '../../api/gen';
import { idempotencyKey } from '../../api/idempotency';
import { ifMatch } from '../../api/problem';
import { FormDialog } from '../../ui/FormDialog';
import { TextArea } from '../../ui/TextArea';
import { TextField } from '../../ui/TextField';
import { useRefreshReports } from './refresh';
import { useText } from './text';

interface Props {
  report: Report;
  onClose: () => void;
  onDone: (text: string) => void;
}

function useSchema() {
  const t = useText();
  return useMemo(
    () =>
      z.object({
        name: z.string().check(z.trim(), z.minLength(1, t('nameMissing'))),
        description: z.string().check(z.trim()),
        folder: z.string().check(z.trim()),
      }),
    [t],
  );
}

function Fields() {
  const t = useText();
  return (
    <>
      <TextField name="name" label={t('name')} maxLength={120} />
      <TextArea name="description" label={t('description')} maxLength={1000} optional />
      <TextField name="folder" label={t('folder')} hint={t('folderHint')} maxLength={80} optional />
    </>
  );
}

/** An own copy of any report, which then can be changed, shared and deleted. */
export function CopyDialog({ report, onClose }: Omit<Props, 'onDone'>) {
  const t = useText();
  const refresh = useRefreshReports();
  const navigate = useNavigate();
  return (
    <FormDialog
      title={t('copyTitle', { name: report.name })}
      schema={useSchema()}
      defaultValues={{
        name: t('copyOf', { name: report.name }),
        description: report.description,
        folder: '',
      }}
      submitLabel={t('copySave')}
      onClose={onClose}
      onSubmit={async (values) => {
        const { data } = await createReport({
          body: { ...values, definition: report.definition, based_on: report.key },
          headers: idempotencyKey(),
        });
        await refresh();
        await navigate({ to: '/reports/$reportKey', params: { reportKey: data.key } });
      }}
    >
      <p>{t('copyText')}</p>
      <Fields />
    </FormDialog>
  );
}

/** Name, description and folder of an own report. */
export function RenameDialog({ report, onClose, onDone }: Props) {
  const t = useText();
  const refresh = useRefreshReports();
  return (
    <FormDialog
      title={t('renameTitle', { name: report.name })}
      schema={useSchema()}
      defaultValues={{ name: report.name, description: report.description, folder: report.folder }}
      submitLabel={t('renameSave')}
      onClose={onClose}
      onSubmit={async (values) => {
        await updateReport({
          path: { key: report.key },
          body: values,
          headers: ifMatch({ version: report.version ?? 0 }),
        });
        await refresh(report.key);
        onDone(t('renamed'));
      }}
    >
      <Fields />
    </FormDialog>
  );
}
