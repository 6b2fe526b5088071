import * as z from 'zod/mini';

interface Words {
  questionMissing: string;
  questionTwice: string;
  answerMissing: string;
}

/** Five different questions, each with an answer. */
export const answersSchema = (words: Words) =>
  z
    .array(
      z.object({
        question_id: z.string().check(z.minLength(1, words.questionMissing)),
        answer: z.string().check(z.minLength(1, words.answerMissing)),
      }),
    )
    .check((context) => {
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

export const emptyAnswers = () => [0, 1, 2, 3, 4].map(() => ({ question_id: '', answer: '' }));
