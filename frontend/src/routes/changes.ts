// How accounts begin and change: applications, identifier claims, transfers, merges, the change of owner.
import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import * as z from 'zod/mini';
import { GuestLayout } from '../app/GuestLayout';
import { member, rootRoute } from './base';
import { cursor, optional } from './search';

export const applicationStates = [
  'draft',
  'awaiting_code',
  'not_confirmed',
  'claim_offered',
  'claim_filed',
  'in_review',
  'approved',
  'rejected',
  'withdrawn',
  'expired',
] as const;
export const claimStates = ['open', 'disputed', 'released', 'kept', 'withdrawn'] as const;
export const successionStates = ['waiting', 'completed', 'objected', 'rejected', 'withdrawn', 'lapsed'] as const;
const id = optional(z.string());

/** Pages that need nobody signed in. They share the guests' layout, under a branch of their own. */
const open = createRoute({ getParentRoute: () => rootRoute, id: 'guest/', component: GuestLayout });
