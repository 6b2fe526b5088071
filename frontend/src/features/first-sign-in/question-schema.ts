import * as z from 'zod/mini';

interface Words {
  questionMissing: string;
  questionTwice: string;
  answerMissing: string;
}

/** Five different questions, each with an answer. */
export const answersSchema = (words: Words) => {
  const one = z.object({
    question_id: z.string().check(z.minLength(1, words.questionMissing)),
    answer: z.string().check(z.minLength(1, words.answerMissing)),
  });
  return z.tuple([one, one, one, one, one]).check((context) => {
    const seen = new Set<string>();
    context.value.forEach((one, index) => {
      if (one.question_id && seen.has(one.question_id)) {
        context.issues.push({
          code: 'custom',
          message: words.questionTwice,
          path: [index, 'question_id'],
          input: one.question_id,
        });
      }
      seen.add(one.question_id);
    });
  });
};

const empty = () => ({ question_id: '', answer: '' });

export const emptyAnswers = (): Answers => [empty(), empty(), empty(), empty(), empty()];

type Answer = ReturnType<typeof empty>;
type Answers = [Answer, Answer, Answer, Answer, Answer];
