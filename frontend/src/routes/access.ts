// Cross-account access: the grants of one's own account, and what one sees in other companies' accounts.
import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import * as z from 'zod/mini';
import { member } from './base';
import { cursor, grantStates, grantTabs, optional, reportStates, reviewItemStates } from './search';

const grantPages = () => import('../features/grants/pages');

const crossAccount = createRoute({
  getParentRoute: () => member,
  path: '/access/cross-account',
  validateSearch: z.object({
    tab: optional(z.enum(grantTabs)),
    q: optional(z.string()),
    state: optional(z.enum(grantStates)),
    ends: optional(z.enum(['7', '30', '90'])),
    sort: optional(z.literal('newest')),
    cursor,
  }),
  component: lazyRouteComponent(grantPages, 'CrossAccount'),
});
const newGrant = createRoute({
  getParentRoute: () => member,
  path: '/access/cross-account/new',
  validateSearch: z.object({
    way: optional(z.literal('request')),
    draft: optional(z.string()),
  }),
  component: lazyRouteComponent(grantPages, 'NewGrant'),
});
const requestBatches = createRoute({
  getParentRoute: () => member,
  path: '/access/cross-account/batches',
  validateSearch: z.object({ cursor }),
  component: lazyRouteComponent(grantPages, 'Batches'),
});
const requestBatch = createRoute({
  getParentRoute: () => member,
  path: '/access/cross-account/batches/$batchId',
  validateSearch: z.object({ outcome: optional(z.enum(['requested', 'refused'])), cursor }),
  component: lazyRouteComponent(grantPages, 'Batch'),
});
const grant = createRoute({
  getParentRoute: () => member,
  path: '/access/cross-account/$grantId',
  validateSearch: z.object({ tab: optional(z.enum(['people', 'history'])), cursor }),
  component: lazyRouteComponent(grantPages, 'Grant'),
});
const outsidePeople = createRoute({
  getParentRoute: () => member,
  path: '/access/outside-people',
  validateSearch: z.object({ q: optional(z.string()), cursor }),
  component: lazyRouteComponent(grantPages, 'OutsidePeople'),
});
const outsidePerson = createRoute({
  getParentRoute: () => member,
  path: '/access/outside-people/$personId',
  component: lazyRouteComponent(grantPages, 'OutsidePerson'),
});
const clientGroups = createRoute({
  getParentRoute: () => member,
  path: '/access/client-groups',
  validateSearch: z.object({ tab: optional(z.enum(['groups', 'teams'])) }),
  component: lazyRouteComponent(() => import('../features/client-groups/ClientGroupsPage')),
});
const clientGroup = createRoute({
  getParentRoute: () => member,
  path: '/access/client-groups/$groupId',
  validateSearch: z.object({ cursor }),
  component: lazyRouteComponent(() => import('../features/client-groups/GroupPage')),
});
const team = createRoute({
  getParentRoute: () => member,
  path: '/access/teams/$teamId',
  component: lazyRouteComponent(() => import('../features/client-groups/TeamPage')),
});
const reviews = createRoute({
  getParentRoute: () => member,
  path: '/access/reviews',
  validateSearch: z.object({ cursor }),
  component: lazyRouteComponent(() => import('../features/reviews/ReviewsPage')),
});
const newReview = createRoute({
  getParentRoute: () => member,
  path: '/access/reviews/new',
  component: lazyRouteComponent(() => import('../features/reviews/NewReviewPage')),
});
const review = createRoute({
  getParentRoute: () => member,
  path: '/access/reviews/$reviewId',
  validateSearch: z.object({
    state: optional(z.enum(reviewItemStates)),
    kind: optional(z.enum(['member', 'outside'])),
    cursor,
  }),
  component: lazyRouteComponent(() => import('../features/reviews/ReviewPage')),
});
const clients = createRoute({
  getParentRoute: () => member,
  path: '/clients',
  validateSearch: z.object({ q: optional(z.string()), cursor }),
  component: lazyRouteComponent(() => import('../features/clients/ClientsPage')),
});
const client = createRoute({
  getParentRoute: () => member,
  path: '/clients/$accountId',
  validateSearch: z.object({ tab: optional(z.enum(['contacts', 'people'])), cursor }),
  component: lazyRouteComponent(() => import('../features/clients/ClientPage')),
});
const grantReports = createRoute({
  getParentRoute: () => member,
  path: '/grant-reports',
  validateSearch: z.object({ state: optional(z.enum(reportStates)), cursor }),
  component: lazyRouteComponent(grantPages, 'Reports'),
});

export const accessRoutes = [
  crossAccount,
  newGrant,
  requestBatches,
  requestBatch,
  grant,
  outsidePeople,
  outsidePerson,
  clientGroups,
  clientGroup,
  team,
  reviews,
  newReview,
  review,
  clients,
  client,
  grantReports,
] as const;
