import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import * as z from 'zod/mini';
import { publishTerms, type TermsNew } from '../../api/gen';
import {
  getCurrentTermsOptions,
  getCurrentTermsQueryKey,
  listTermsVersionsQueryKey,
} from '../../api/gen/@tanstack/react-query.gen';
import { idempotencyKey } from '../../api/idempotency';
import { toProblem } from '../../api/problem';
import { StaffPage } from '../../app/StaffPage';
import { session } from '../../session';
import { Alert } from '../../ui/Alert';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { Form } from '../../ui/Form';
import { Markdown } from '../../ui/Markdown';
import { ScrollText } from '../../ui/ScrollText';
import { Skeleton } from '../../ui/Skeleton';
import { TextArea } from '../../ui/TextArea';
import { TextField } from '../../ui/TextField';
import { useText } from './text';

export default function PublishPage() {
  const t = useText();
  return (
    <StaffPage
      title={t('newTitle')}
      crumbs={[{ label: t('title'), to: '/terms-versions' }]}
      roles={['administrator']}
    >
      {() => <Start />}
    </StaffPage>
  );
}

/** Opens with the text in force, if there is one, because most versions change a few sentences. */
function Start() {
  const query = useQuery({ ...getCurrentTermsOptions(), retry: false });
  if (query.isPending) return <Skeleton rows={8} />;
  const none = query.error && toProblem(query.error).status !== 404;
  return (
    <Publish
      start={{
        title: (!none && query.data?.title) || '',
        body: (!none && query.data?.body) || '',
        what_changed: '',
      }}
    />
  );
}

function Publish({ start }: { start: TermsNew }) {
  const t = useText();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [draft, setDraft] = useState(start);
  const [previewing, setPreviewing] = useState(false);
  const [asking, setAsking] = useState(false);
  const schema = useMemo(
    () =>
      z.object({
        title: z.string().check(z.trim(), z.minLength(1, t('titleMissing'))),
        what_changed: z.string().check(z.trim(), z.minLength(1, t('changedMissing'))),
        body: z.string().check(z.trim(), z.minLength(1, t('bodyMissing'))),
      }),
    [t],
  );
  if (!previewing) {
    return (
      <>
        <Alert kind="warning">{t('newText')}</Alert>
        <Card>
          <Form
            schema={schema}
            defaultValues={draft}
            submitLabel={t('check')}
            onSubmit={(values) => {
              setDraft(values);
              setPreviewing(true);
            }}
          >
            <TextField name="title" label={t('titleField')} maxLength={200} />
            <TextArea name="what_changed" label={t('changedField')} hint={t('changedHint')} rows={3} />
            <TextArea name="body" label={t('body')} hint={t('bodyHint')} rows={18} />
          </Form>
        </Card>
      </>
    );
  }
  return (
    <>
      <Card title={draft.title}>
        <Alert kind="info" title={t('changedField')}>
          {draft.what_changed}
        </Alert>
        <ScrollText label={t('previewText')}>
          <Markdown source={draft.body} />
        </ScrollText>
      </Card>
      <div className="qm-actions">
        <Button onClick={() => setAsking(true)}>{t('publishNow')}</Button>
        <Button kind="secondary" onClick={() => setPreviewing(false)}>
          {t('edit')}
        </Button>
      </div>
      {asking ? (
        <ConfirmDialog
          title={t('publishTitle')}
          confirmLabel={t('publishNow')}
          destructive
          onConfirm={async () => {
            await publishTerms({ body: draft, headers: idempotencyKey() });
            await Promise.all([
              queries.invalidateQueries({ queryKey: listTermsVersionsQueryKey() }),
              queries.invalidateQueries({ queryKey: getCurrentTermsQueryKey() }),
            ]);
            await navigate({ to: '/terms-versions' });
            // The publisher has to accept it too: the renewed session says so.
            await session.refresh();
          }}
          onClose={() => setAsking(false)}
        >
          <p>{t('newText')}</p>
        </ConfirmDialog>
      ) : null}
    </>
  );
}
