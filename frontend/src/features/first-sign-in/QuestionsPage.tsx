import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import * as z from 'zod/mini';
import { chooseChallengeQuestions } from '../../api/gen';
import { listChallengeQuestionsOptions } from '../../api/gen/@tanstack/react-query.gen';
import { session } from '../../session';
import { Form } from '../../ui/Form';
import { Loaded } from '../../ui/Loaded';
import { Page } from '../../ui/Page';
import { QuestionFields } from './QuestionFields';
import { answersSchema, emptyAnswers } from './question-schema';
import { useText } from './text';

export default function QuestionsPage() {
  const t = useText();
  const questions = useQuery(listChallengeQuestionsOptions());
  const schema = useMemo(
    () =>
      z.object({
        answers: answersSchema({
          questionMissing: t('questions.questionMissing'),
          questionTwice: t('questions.questionTwice'),
          answerMissing: t('questions.answerMissing'),
        }),
      }),
    [t],
  );
  return (
    <Page title={t('questions.title')} lead={t('questions.lead')} narrow>
      <p>{t('questions.caution')}</p>
      <Loaded query={questions}>
        {(list) => (
          <Form
            schema={schema}
            defaultValues={{ answers: emptyAnswers() }}
            submitLabel={t('questions.submit')}
            onSubmit={async (values) => {
              await chooseChallengeQuestions({ body: { current_password: null, answers: values.answers } });
              await session.refresh();
            }}
          >
            <QuestionFields questions={list.items} />
          </Form>
        )}
      </Loaded>
    </Page>
  );
}
