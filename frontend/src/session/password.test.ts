import { describe, expect, it } from 'vitest';
import { answersSchema } from '../features/first-sign-in/question-schema';
import { newPasswordSchema, passwordLength } from './password';

describe('new password', () => {
  const schema = newPasswordSchema((length) => `has ${length}`);

  it('needs 15 characters, counted as people count', () => {
    expect(passwordLength('naïve 🚢')).toBe(7);
    expect(schema.safeParse('fourteen chars').error?.issues[0]?.message).toBe('has 14');
    expect(schema.safeParse('fifteen chars!!').success).toBe(true);
    expect(schema.safeParse('🚢'.repeat(15)).success).toBe(true);
    expect(schema.safeParse('🚢'.repeat(8)).success).toBe(false);
  });
});

describe('challenge questions', () => {
  const schema = answersSchema({
    questionMissing: 'none',
    questionTwice: 'twice',
    answerMissing: 'no answer',
  });

  it('must differ and be answered', () => {
    const found = schema.safeParse([
      { question_id: 'a', answer: 'x' },
      { question_id: 'a', answer: 'y' },
      { question_id: 'b', answer: 'z' },
      { question_id: '', answer: 'z' },
      { question_id: 'c', answer: '' },
    ]);
    const messages = Object.fromEntries(
      (found.error?.issues ?? []).map((one) => [one.path.join('.'), one.message]),
    );
    expect(messages).toEqual({
      '1.question_id': 'twice',
      '3.question_id': 'none',
      '4.answer': 'no answer',
    });
  });
});
