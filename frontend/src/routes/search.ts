// Schemas for search params. A value that does not fit is dropped, so that a mistyped link still opens.
import * as z from 'zod/mini';

export const optional = <T extends z.core.$ZodType>(schema: T) =>
  z.catch(z.optional(schema), undefined as never);

/** YYYY-MM-DD */
export const day = z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}$/));

export const cursor = optional(z.string());
