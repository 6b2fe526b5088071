import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import * as z from 'zod/mini';
import { type CannedAnswer, createCannedAnswer, deleteCannedAnswer, updateCannedAnswer } from '../../api/gen';
import { listCannedAnswersOptions } from '../../api/gen/@tanstack/react-query.gen';
import { idempotencyKey } from '../../api/idempotency';
import { formatDateTime } from '../../app/format';
import { StaffPage } from '../../app/StaffPage';
import { ANSWER_READERS, ANSWER_WRITERS, isOneOf } from '../../app/staff';
import { caseTopics } from '../../routes/cases';
import { useMe } from '../../session';
import { Alert } from '../../ui/Alert';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { EmptyState } from '../../ui/EmptyState';
import { FormDialog } from '../../ui/FormDialog';
import { Loaded } from '../../ui/Loaded';
import { Select } from '../../ui/Select';
import { TextArea } from '../../ui/TextArea';
import { TextField } from '../../ui/TextField';
import { useText } from './text';

type Open = { what: 'new' } | { what: 'edit' | 'delete'; answer: CannedAnswer };

export default function CannedAnswersPage() {
  const t = useText();
  const [open, setOpen] = useState<Open | null>(null);
  return (
    <StaffPage
      title={t('cannedTitle')}
      lead={t('cannedLead')}
      roles={ANSWER_READERS}
      actions={(role) =>
        isOneOf(role, ANSWER_WRITERS) ? (
          <Button onClick={() => setOpen({ what: 'new' })}>{t('cannedNew')}</Button>
        ) : null
      }
    >
      {(role) => <Answers writes={isOneOf(role, ANSWER_WRITERS)} open={open} onOpen={setOpen} />}
    </StaffPage>
  );
}

function Answers({
  writes,
  open,
  onOpen,
}: {
  writes: boolean;
  open: Open | null;
  onOpen: (open: Open | null) => void;
}) {
  const t = useText();
  const me = useMe();
  const queries = useQueryClient();
  const query = useQuery({ ...listCannedAnswersOptions(), staleTime: 0 });
  const [done, setDone] = useState<string | null>(null);
  const say = async (words: string) => {
    await queries.invalidateQueries();
    setDone(words);
  };
  return (
    <>
      {done ? (
        <Alert kind="success" focus key={done}>
          {done}
        </Alert>
      ) : null}
      <Loaded query={query} rows={4}>
        {(list) =>
          list.items.length === 0 ? (
            <EmptyState kind="nothing" title={t('cannedEmpty')}>
              {t('cannedEmptyText')}
            </EmptyState>
          ) : (
            <div className="qm-stack">
              {list.items.map((one) => (
                <Card
                  key={one.id}
                  title={one.title}
                  side={
                    writes ? (
                      <span className="qm-row">
                        <Button kind="link" onClick={() => onOpen({ what: 'edit', answer: one })}>
                          {t('cannedEdit', { title: one.title })}
                        </Button>
                        <Button kind="link" onClick={() => onOpen({ what: 'delete', answer: one })}>
                          {t('cannedDelete', { title: one.title })}
                        </Button>
                      </span>
                    ) : null
                  }
                >
                  {one.body.split('\n').map((line, at) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: lines of a text that never changes
                    <p key={at}>{line}</p>
                  ))}
                  <p className="qm-muted qm-small">
                    {one.topic ? t(`topic.${one.topic}`) : t('cannedAnyTopic')},{' '}
                    {t('cannedBy', {
                      name: one.updated_by_name,
                      at: formatDateTime(one.updated_at, me.time_zone),
                    })}
                  </p>
                </Card>
              ))}
            </div>
          )
        }
      </Loaded>
      {open && open.what !== 'delete' ? (
        <Edit
          answer={open.what === 'edit' ? open.answer : null}
          onClose={() => onOpen(null)}
          onSaved={(title) => say(t('cannedSaved', { title }))}
        />
      ) : null}
      {open?.what === 'delete' ? (
        <ConfirmDialog
          title={t('cannedDeleteTitle', { title: open.answer.title })}
          confirmLabel={t('cannedDelete', { title: open.answer.title })}
          destructive
          onConfirm={async () => {
            await deleteCannedAnswer({
              path: { id: open.answer.id },
              headers: { 'If-Match': `"${open.answer.version}"` },
            });
            await say(t('cannedDeleted', { title: open.answer.title }));
          }}
          onClose={() => onOpen(null)}
        >
          <p>{t('cannedDeleteText')}</p>
        </ConfirmDialog>
      ) : null}
    </>
  );
}

function Edit({
  answer,
  onClose,
  onSaved,
}: {
  answer: CannedAnswer | null;
  onClose: () => void;
  onSaved: (title: string) => Promise<void>;
}) {
  const t = useText();
  const schema = useMemo(
    () =>
      z.object({
        title: z.string().check(z.trim(), z.minLength(1, t('cannedTitleMissing'))),
        body: z.string().check(z.trim(), z.minLength(2, t('messageMissing'))),
        topic: z.union([z.literal(''), z.enum(caseTopics)]),
      }),
    [t],
  );
  return (
    <FormDialog
      title={answer ? t('cannedEdit', { title: answer.title }) : t('cannedNew')}
      schema={schema}
      defaultValues={{ title: answer?.title ?? '', body: answer?.body ?? '', topic: answer?.topic ?? '' }}
      submitLabel={t('cannedSave')}
      onSubmit={async ({ title, body, topic }) => {
        const written = { title, body, topic: topic || null };
        if (answer) {
          await updateCannedAnswer({
            path: { id: answer.id },
            headers: { 'If-Match': `"${answer.version}"` },
            body: written,
          });
        } else {
          await createCannedAnswer({ body: written, headers: idempotencyKey() });
        }
        await onSaved(title);
      }}
      onClose={onClose}
    >
      <TextField name="title" label={t('cannedTitleField')} />
      <Select
        name="topic"
        label={t('cannedTopic')}
        empty={t('cannedAnyTopic')}
        options={caseTopics.map((value) => ({ value, label: t(`topic.${value}`) }))}
      />
      <TextArea name="body" label={t('cannedBody')} rows={8} maxLength={4000} />
    </FormDialog>
  );
}
