// Which parts of an application are filled in.
import type { Application, ApplicationPatch } from '../../api/gen';

export const PARTS = ['company', 'owner', 'officer'] as const;
export type Part = (typeof PARTS)[number];
export type Step = Part | 'check';

const NEEDED: Record<Part, (keyof ApplicationPatch)[]> = {
  company: ['company_name', 'activity', 'identifier_kind', 'identifier_value'],
  owner: ['owner_given_name', 'owner_family_name', 'email', 'phone'],
  officer: ['officer_name', 'officer_title', 'officer_acknowledges'],
};

export const isDone = (application: Application | null, part: Part) =>
  application !== null && NEEDED[part].every((field) => Boolean(application[field]));

export const missingParts = (application: Application | null) =>
  PARTS.filter((part) => !isDone(application, part));

/** The step after one is saved: the next part that is not done, else the last look. */
export const nextStep = (application: Application): Step => missingParts(application)[0] ?? 'check';

/** What was shown in part, e.g. a Social Security number, is no value to send back. */
export const isMasked = (value: string | null | undefined) => value?.includes('*') ?? false;
