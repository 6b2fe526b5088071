// How accounts begin and change: applications, identifier claims, transfers, merges, the change of owner.
import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import * as z from 'zod/mini';
import { guest, member } from './base';
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
export const successionStates = [
  'waiting',
  'completed',
  'objected',
  'rejected',
  'withdrawn',
  'lapsed',
] as const;
const id = optional(z.string());

/* Guests */
const apply = createRoute({
  getParentRoute: () => guest,
  path: '/apply',
  validateSearch: z.object({ step: optional(z.enum(['company', 'owner', 'officer', 'check'])) }),
  component: lazyRouteComponent(() => import('../features/apply/ApplyPage')),
});
const applyStatus = createRoute({
  getParentRoute: () => guest,
  path: '/apply/status',
  component: lazyRouteComponent(() => import('../features/apply/StatusPage')),
});
const objection = createRoute({
  getParentRoute: () => guest,
  path: '/owner-succession-objections',
  component: lazyRouteComponent(() => import('../features/objection/ObjectionPage')),
});

/* Members */
const claims = createRoute({
  getParentRoute: () => member,
  path: '/company/claims',
  validateSearch: z.object({
    side: optional(z.enum(['claimant', 'holder'])),
    state: optional(z.enum(claimStates)),
    cursor,
  }),
  component: lazyRouteComponent(() => import('../features/claims/ClaimsPage')),
});
const claim = createRoute({
  getParentRoute: () => member,
  path: '/company/claims/$claimId',
  component: lazyRouteComponent(() => import('../features/claims/ClaimPage')),
});
const apiClients = createRoute({
  getParentRoute: () => member,
  path: '/company/api-clients',
  validateSearch: z.object({ cursor }),
  component: lazyRouteComponent(() => import('../features/api-clients/ApiClientsPage')),
});
const accountChanges = createRoute({
  getParentRoute: () => member,
  path: '/company/changes',
  component: lazyRouteComponent(() => import('../features/changes/ChangesPage')),
});
const webhooks = createRoute({
  getParentRoute: () => member,
  path: '/company/webhooks',
  component: lazyRouteComponent(() => import('../features/webhooks/WebhooksPage')),
});
const webhook = createRoute({
  getParentRoute: () => member,
  path: '/company/webhooks/$webhookId',
  validateSearch: z.object({ cursor }),
  component: lazyRouteComponent(() => import('../features/webhooks/WebhookPage')),
});
const newTransfer = createRoute({
  getParentRoute: () => member,
  path: '/company/transfers/new',
  validateSearch: z.object({ activity: id, to: id, shared: optional(z.enum(['move', 'stay'])) }),
  component: lazyRouteComponent(() => import('../features/changes/NewTransferPage')),
});
const transfer = createRoute({
  getParentRoute: () => member,
  path: '/company/transfers/$transferId',
  component: lazyRouteComponent(() => import('../features/changes/TransferPage')),
});
const newMerge = createRoute({
  getParentRoute: () => member,
  path: '/company/merges/new',
  validateSearch: z.object({
    other: id,
    keep: optional(z.enum(['this', 'other'])),
    managers: optional(z.enum(['proxy', 'user'])),
  }),
  component: lazyRouteComponent(() => import('../features/changes/NewMergePage')),
});
const merge = createRoute({
  getParentRoute: () => member,
  path: '/company/merges/$mergeId',
  component: lazyRouteComponent(() => import('../features/changes/MergePage')),
});
const newOwner = createRoute({
  getParentRoute: () => member,
  path: '/company/owner/new',
  validateSearch: z.object({
    successor: id,
    former: optional(z.enum(['proxy', 'user'])),
    way: optional(z.enum(['nomination', 'hand_over'])),
  }),
  component: lazyRouteComponent(() => import('../features/changes/NewOwnerPage')),
});
const owner = createRoute({
  getParentRoute: () => member,
  path: '/company/owner/$successionId',
  component: lazyRouteComponent(() => import('../features/changes/SuccessionPage')),
});

/** Where mails lead: the account stands in the path, since the reader may have several. */
const mailed = createRoute({
  getParentRoute: () => member,
  path: '/accounts/$accountId/$what/$thingId',
  component: lazyRouteComponent(() => import('../features/changes/MailedLinkPage')),
});

/* Staff */
const applications = createRoute({
  getParentRoute: () => member,
  path: '/applications',
  validateSearch: z.object({ q: id, state: optional(z.enum(applicationStates)), cursor }),
  component: lazyRouteComponent(() => import('../features/applications/ApplicationsPage')),
});
const application = createRoute({
  getParentRoute: () => member,
  path: '/applications/$applicationId',
  component: lazyRouteComponent(() => import('../features/applications/ApplicationPage')),
});
const allClaims = createRoute({
  getParentRoute: () => member,
  path: '/identifier-claims',
  validateSearch: z.object({
    state: optional(z.enum(claimStates)),
    due: optional(z.literal('yes')),
    cursor,
  }),
  component: lazyRouteComponent(() => import('../features/claims/AllClaimsPage')),
});
const anyClaim = createRoute({
  getParentRoute: () => member,
  path: '/identifier-claims/$claimId',
  component: lazyRouteComponent(() => import('../features/claims/AnyClaimPage')),
});
const successions = createRoute({
  getParentRoute: () => member,
  path: '/owner-successions',
  validateSearch: z.object({ state: optional(z.enum(successionStates)), cursor }),
  component: lazyRouteComponent(() => import('../features/changes/AllSuccessionsPage')),
});
const anySuccession = createRoute({
  getParentRoute: () => member,
  path: '/owner-successions/$accountId/$successionId',
  component: lazyRouteComponent(() => import('../features/changes/AnySuccessionPage')),
});

export const publicChangeRoutes = [apply, applyStatus, objection] as const;
export const changeRoutes = [
  claims,
  claim,
  apiClients,
  accountChanges,
  webhooks,
  webhook,
  newTransfer,
  transfer,
  newMerge,
  merge,
  newOwner,
  owner,
  mailed,
  applications,
  application,
  allClaims,
  anyClaim,
  successions,
  anySuccession,
] as const;
