// What the forms about a grant hold, and how it becomes what the server is sent.
import * as z from 'zod/mini';
import type { Grant, GrantRights } from '../../api/gen';
import { dayOf, endOfDay, startOfDay, yearsOn } from '../../app/zone';

export interface ScopeForm {
  scope: 'all' | 'named';
  /** By the id of the sub-account. */
  chosen?: Record<string, boolean>;
  top_level: boolean;
  rights: { structure: boolean; records: GrantRights['records']; reports: boolean; users: boolean };
}

export interface Scope {
  all_sub_accounts: boolean;
  sub_account_ids: string[];
  top_level: boolean;
  rights: GrantRights;
}

export const toScope = (form: ScopeForm): Scope => ({
  all_sub_accounts: form.scope === 'all',
  sub_account_ids:
    form.scope === 'all' ? [] : Object.keys(form.chosen ?? {}).filter((id) => form.chosen?.[id] === true),
  top_level: form.top_level,
  rights: {
    structure: form.rights.structure,
    records: form.rights.records,
    reports: form.rights.reports,
    users: form.rights.users,
  },
});

export const fromScope = (scope: {
  all_sub_accounts: boolean;
  sub_account_ids: string[];
  top_level: boolean;
  rights: GrantRights;
}): ScopeForm => ({
  scope: scope.all_sub_accounts ? 'all' : 'named',
  chosen: Object.fromEntries(scope.sub_account_ids.map((id) => [id, true])),
  top_level: scope.top_level,
  rights: { ...scope.rights },
});

export const scopeOf = (grant: Grant): Scope => ({
  all_sub_accounts: grant.all_sub_accounts,
  sub_account_ids: grant.sub_accounts.map((one) => one.id),
  top_level: grant.top_level,
  rights: grant.rights,
});

export const hasRights = (rights: GrantRights) =>
  rights.structure || rights.records !== 'none' || rights.reports || rights.users;

const RECORDS: GrantRights['records'][] = ['none', 'own_filings', 'all'];

/** Whether `asked` goes beyond `limit` in anything. */
export function exceeds(asked: Scope, limit: Scope): boolean {
  const subs =
    !limit.all_sub_accounts &&
    (asked.all_sub_accounts || asked.sub_account_ids.some((id) => !limit.sub_account_ids.includes(id)));
  return subs || (asked.top_level && !limit.top_level) || exceedsRights(asked.rights, limit.rights);
}

export const exceedsRights = (asked: GrantRights, limit: GrantRights) =>
  (asked.structure && !limit.structure) ||
  (asked.reports && !limit.reports) ||
  (asked.users && !limit.users) ||
  RECORDS.indexOf(asked.records) > RECORDS.indexOf(limit.records);

/** Whether a new end is later than the old one; null never ends. */
export const endsLater = (asked: string | null, limit: string | null) =>
  limit !== null && (asked === null || Date.parse(asked) > Date.parse(limit));

export interface EndForm {
  end: 'year' | 'day' | 'open';
  ends: string;
}

/** The end a form stands for; null is "until revoked". */
export function toEnd(form: EndForm, zone: string, now = Date.now()): string | null {
  if (form.end === 'open') return null;
  const day = form.end === 'year' ? yearsOn(dayOf(now, zone), 1) : form.ends;
  return endOfDay(day, zone).toISOString();
}

export const fromEnd = (endsAt: string | null | undefined, zone: string): EndForm =>
  endsAt ? { end: 'day', ends: dayOf(endsAt, zone) } : { end: 'open', ends: '' };

/** An empty start means: as soon as it is accepted. */
export const toStart = (day: string, zone: string): string | null =>
  day ? startOfDay(day, zone).toISOString() : null;

interface Texts {
  scopeMissing: string;
  rightsMissing: string;
  dayMissing: string;
  purposeMissing: string;
}

const recordsSchema = z.enum(['none', 'own_filings', 'all']);

export const rightsSchema = (missing: string) =>
  z
    .object({
      structure: z.boolean(),
      records: recordsSchema,
      reports: z.boolean(),
      users: z.boolean(),
    })
    .check(z.refine(hasRights, missing));

export const scopeShape = (texts: Pick<Texts, 'rightsMissing'>) => ({
  scope: z.enum(['all', 'named']),
  chosen: z.optional(z.record(z.string(), z.boolean())),
  top_level: z.boolean(),
  rights: rightsSchema(texts.rightsMissing),
});

export const endShape = { end: z.enum(['year', 'day', 'open']), ends: z.string() };

/** "All or named" needs a name, and "until a day" a day. */
export const namedChosen = (missing: string) =>
  z.refine<{ scope: string; chosen?: Record<string, boolean> | undefined }>(
    (form) => form.scope === 'all' || Object.values(form.chosen ?? {}).some(Boolean),
    { message: missing, path: ['chosen'] },
  );

export const dayChosen = (missing: string) =>
  z.refine<EndForm>((form) => form.end !== 'day' || /^\d{4}-\d{2}-\d{2}$/.test(form.ends), {
    message: missing,
    path: ['ends'],
  });
