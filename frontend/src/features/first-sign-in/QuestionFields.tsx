import type { ChallengeQuestion } from '../../api/gen';
import { PasswordField } from '../../ui/PasswordField';
import { Select } from '../../ui/Select';
import { useText } from './text';

/** Five pairs of question and answer, as the forms at first sign-in and on the profile have them. */
export function QuestionFields({ questions }: { questions: ChallengeQuestion[] }) {
  const t = useText();
  const options = questions.map((question) => ({ value: question.id, label: question.text }));
  return [0, 1, 2, 3, 4].map((index) => (
    <div key={index} className="qm-card">
      <Select
        name={`answers.${index}.question_id`}
        label={t('questions.question', { n: index + 1 })}
        options={options}
        empty={t('common:chooseOne')}
      />
      <PasswordField
        name={`answers.${index}.answer`}
        label={t('questions.answer', { n: index + 1 })}
        autoComplete="off"
      />
    </div>
  ));
}
