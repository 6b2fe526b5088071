import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import * as z from 'zod/mini';
import { changePassword, chooseChallengeQuestions } from '../../api/gen';
import {
  getMyChallengeQuestionsOptions,
  getMyChallengeQuestionsQueryKey,
  listChallengeQuestionsOptions,
  listSessionsQueryKey,
} from '../../api/gen/@tanstack/react-query.gen';
import { newPasswordSchema } from '../../session/password';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { Form } from '../../ui/Form';
import { Loaded } from '../../ui/Loaded';
import { PasswordField } from '../../ui/PasswordField';
import { QuestionFields } from '../first-sign-in/QuestionFields';
import { answersSchema, emptyAnswers } from '../first-sign-in/question-schema';
import { useText as useQuestionText } from '../first-sign-in/text';
import type { PanelProps } from './panel';
import { useText } from './text';

export function PasswordPanel(props: PanelProps) {
  return (
    <>
      <PasswordCard {...props} />
      <QuestionsCard {...props} />
    </>
  );
}

function PasswordCard({ onDone }: PanelProps) {
  const t = useText();
  const queries = useQueryClient();
  const schema = useMemo(
    () =>
      z.object({
        current_password: z.string().check(z.minLength(1, t('currentMissing'))),
        new_password: newPasswordSchema((count) => t('common:fields.passwordShort', { count })),
      }),
    [t],
  );
  return (
    <Card title={t('password')}>
      <p>{t('common:fields.passwordRule')}</p>
      <p className="qm-muted">{t('common:fields.passwordMore')}</p>
      <Form
        schema={schema}
        defaultValues={{ current_password: '', new_password: '' }}
        submitLabel={t('changePassword')}
        label={t('password')}
        resetOnSuccess
        onSubmit={async (values) => {
          await changePassword({ body: values });
          onDone(t('passwordChanged'));
          await queries.invalidateQueries({ queryKey: listSessionsQueryKey() });
        }}
      >
        <PasswordField name="current_password" label={t('current')} />
        <PasswordField
          name="new_password"
          label={t('common:fields.newPassword')}
          autoComplete="new-password"
        />
      </Form>
    </Card>
  );
}

function QuestionsCard({ onDone }: PanelProps) {
  const t = useText();
  const tq = useQuestionText();
  const queries = useQueryClient();
  const [editing, setEditing] = useState(false);
  const mine = useQuery(getMyChallengeQuestionsOptions());
  const all = useQuery({ ...listChallengeQuestionsOptions(), enabled: editing });
  const schema = useMemo(
    () =>
      z.object({
        current_password: z.string().check(z.minLength(1, t('currentMissing'))),
        answers: answersSchema({
          questionMissing: tq('questions.questionMissing'),
          questionTwice: tq('questions.questionTwice'),
          answerMissing: tq('questions.answerMissing'),
        }),
      }),
    [t, tq],
  );
  const defaults = useMemo(() => ({ current_password: '', answers: emptyAnswers() }), []);
  return (
    <Card
      title={t('questions')}
      side={
        editing ? undefined : (
          <Button kind="secondary" small onClick={() => setEditing(true)}>
            {t('changeQuestions')}
          </Button>
        )
      }
    >
      <p className="qm-muted">{t('questionsLead')}</p>
      {editing ? (
        <Loaded query={all}>
          {(list) => (
            <Form
              schema={schema}
              defaultValues={defaults}
              submitLabel={t('saveQuestions')}
              label={t('questions')}
              extra={
                <Button kind="secondary" onClick={() => setEditing(false)}>
                  {t('common:cancel')}
                </Button>
              }
              onSubmit={async (values) => {
                await chooseChallengeQuestions({ body: values });
                setEditing(false);
                onDone(t('questionsChanged'));
                await queries.invalidateQueries({ queryKey: getMyChallengeQuestionsQueryKey() });
              }}
            >
              <PasswordField name="current_password" label={t('current')} />
              <QuestionFields questions={list.items} />
            </Form>
          )}
        </Loaded>
      ) : (
        <Loaded query={mine}>
          {(list) => (
            <ul>
              {list.items.map((question) => (
                <li key={question.id}>{question.text}</li>
              ))}
            </ul>
          )}
        </Loaded>
      )}
    </Card>
  );
}
