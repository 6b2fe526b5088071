import { useNavigate } from '@tanstack/react-router';
import { useEffect, useMemo, useState } from 'react';
import * as z from 'zod/mini';
import { answerPasswordReset } from '../../api/guest';
import { Form } from '../../ui/Form';
import { Page } from '../../ui/Page';
import { PasswordField } from '../../ui/PasswordField';
import { TextLink } from '../../ui/TextLink';
import { resetProgress } from './progress';
import { useText } from './text';

export default function QuestionsPage() {
  const t = useText();
  const navigate = useNavigate();
  const [reset] = useState(resetProgress.current);
  const schema = useMemo(
    () =>
      z.object({
        answers: z.array(z.object({ answer: z.string().check(z.minLength(1, t('answerMissing'))) })),
      }),
    [t],
  );
  useEffect(() => {
    if (!reset) void navigate({ to: '/forgot-password', search: { restarted: '1' }, replace: true });
  }, [reset, navigate]);
  if (!reset) return null;
  return (
    <Page title={t('questionsTitle')} lead={t('questionsLead')} narrow>
      <p className="qm-muted">{t('step', { n: 2 })}</p>
      <Form
        schema={schema}
        defaultValues={{ answers: reset.questions.map(() => ({ answer: '' })) }}
        submitLabel={t('send')}
        extra={<TextLink to="/sign-in">{t('backToSignIn')}</TextLink>}
        onSubmit={async (values) => {
          const { data } = await answerPasswordReset({
            path: { id: reset.id },
            body: {
              answers: reset.questions.map((question, index) => ({
                question_id: question.id,
                answer: values.answers[index]?.answer ?? '',
              })),
            },
          });
          resetProgress.sent(data.link_minutes);
          await navigate({ to: '/forgot-password/sent', replace: true });
        }}
      >
        {reset.questions.map((question, index) => (
          <PasswordField
            key={question.id}
            name={`answers.${index}.answer`}
            label={question.text}
            autoComplete="off"
          />
        ))}
      </Form>
    </Page>
  );
}
