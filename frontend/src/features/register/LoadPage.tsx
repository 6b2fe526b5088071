import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import * as z from 'zod/mini';
import { importRegister } from '../../api/gen';
import {
  listRegisterEntriesQueryKey,
  listRegisterImportsQueryKey,
} from '../../api/gen/@tanstack/react-query.gen';
import { StaffPage } from '../../app/StaffPage';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { FileField } from '../../ui/FileField';
import { Form } from '../../ui/Form';
import { useText } from './text';

const MAX_BYTES = 2 * 1024 ** 3;

const EXAMPLE = [
  'kind,value,party_key,party_name,contact_email',
  'importer_number,00-1234567AB,P-1042,Harbor Home Goods LLC,customs@harborhome.example',
  'scac,ABCD,P-2001,Northline Trucking Inc,',
  '',
].join('\r\n');

export default function LoadPage() {
  const t = useText();
  return (
    <StaffPage
      title={t('importTitle')}
      crumbs={[
        { label: t('back'), to: '/register' },
        { label: t('imports'), to: '/register/imports' },
      ]}
      roles={['registrar']}
      narrow
    >
      {() => <Load />}
    </StaffPage>
  );
}

function Load() {
  const t = useText();
  const navigate = useNavigate();
  const queries = useQueryClient();
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
  return (
    <Card>
      <p>{t('importText')}</p>
      <p>
        <Button
          kind="link"
          onClick={() => {
            const url = URL.createObjectURL(new Blob([EXAMPLE], { type: 'text/csv' }));
            const link = document.createElement('a');
            link.href = url;
            link.download = 'register.csv';
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
        submitLabel={t('load')}
        onSubmit={async (values) => {
          const file = values.file[0];
          if (!file) return;
          const lines = /\.(ndjson|jsonl)$/i.test(file.name);
          const { data } = await importRegister({
            // The file goes as its bytes: the server judges the encoding, not the browser.
            body: file as unknown as string,
            bodySerializer: null,
            query: { file_name: file.name },
            headers: { 'Content-Type': lines ? 'application/x-ndjson' : 'text/csv' },
          });
          await Promise.all([
            queries.invalidateQueries({ queryKey: listRegisterImportsQueryKey() }),
            queries.invalidateQueries({ queryKey: listRegisterEntriesQueryKey() }),
          ]);
          await navigate({ to: '/register/imports/$importId', params: { importId: data.id } });
        }}
      >
        <FileField name="file" label={t('file')} accept=".csv,.ndjson,.jsonl,text/csv" />
      </Form>
    </Card>
  );
}
