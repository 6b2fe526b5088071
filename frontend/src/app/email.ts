import * as z from 'zod/mini';

/** A shape check only; the server and the delivered mail decide. */
export const emailSchema = (message: string) =>
  z.string().check(z.trim(), z.regex(/^[^\s@]+@[^\s@]+\.[^\s@]+$/, message));
