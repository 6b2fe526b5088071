import * as z from 'zod/mini';

export const accessSchema = z.array(
  z.object({
    sub_account_id: z.string(),
    structure: z.enum(['none', 'read', 'write']),
    records: z.enum(['none', 'read']),
    reports: z.enum(['none', 'run', 'share']),
  }),
);

/** "2704, 2709" → ['2704', '2709'] */
export const parsePorts = (text: string) => text.split(/[\s,;]+/).filter(Boolean);

export const portsSchema = (message: string) =>
  z.string().check(z.refine((text) => parsePorts(text).every((code) => /^\d{4}$/.test(code)), message));
