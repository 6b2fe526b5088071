// Schemas for search params. A value that does not fit is dropped, so that a mistyped link still opens.
import * as z from 'zod/mini';

export const optional = <T extends z.core.$ZodType>(schema: T) =>
  z.catch(z.optional(schema), undefined as never);

/** YYYY-MM-DD */
export const day = z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}$/));

export const cursor = optional(z.string());

export const signInReasons = [
  'signed_out',
  'timed_out',
  'ended',
  'password_changed',
  'welcome',
  'administrator',
] as const;

export const invitationStates = ['open', 'redeemed', 'revoked', 'expired'] as const;
export const userStates = ['active', 'invited', 'failed_attempts', 'dormant', 'suspended'] as const;
export const memberRoles = ['owner', 'proxy', 'user'] as const;
export const verificationStates = ['pending', 'accepted', 'rejected'] as const;
export const identifierKinds = [
  'importer_number',
  'ein',
  'filer_code',
  'scac',
  'air_carrier_code',
  'firms_code',
  'surety_code',
  'ftz_zone',
] as const;

/** The list of people. `lapses` counts days, so that a kept link does not age. */
export const peopleSearch = z.object({
  q: optional(z.string()),
  state: optional(z.enum(userStates)),
  role: optional(z.enum(memberRoles)),
  lapses: optional(z.enum(['7', '15', '30'])),
  sort: optional(z.literal('last_sign_in')),
  cursor,
});

export const grantTabs = ['received', 'pending', 'blocked'] as const;
export const grantStates = ['living', 'proposed', 'active', 'paused', 'ended'] as const;
export const reportStates = ['open', 'closed'] as const;
export const reviewItemStates = [
  'open',
  'kept',
  'changed',
  'removed',
  'suspended',
  'reported',
  'left',
] as const;

/** The languages of the examples for developers. */
export const languages = ['curl', 'python', 'typescript', 'rust'] as const;
