// The part of the password rules that a browser can check before asking the server.
import * as z from 'zod/mini';

export const PASSWORD_MIN = 15;

/** Length in characters as people count them, not in UTF-16 units. */
export const passwordLength = (value: string) => [...value].length;

export const newPasswordSchema = (tooShort: (length: number) => string) =>
  z.string().check(
    z.superRefine(
      (value: string, context: { addIssue: (issue: { code: 'custom'; message: string }) => void }) => {
        const length = passwordLength(value);
        if (length < PASSWORD_MIN) context.addIssue({ code: 'custom', message: tooShort(length) });
      },
    ),
  );
