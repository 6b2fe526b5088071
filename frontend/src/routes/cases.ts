// Questions to support: those of the person who is signed in, and the desk's queue.
import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import * as z from 'zod/mini';
import { member } from './base';
import { cursor, optional } from './search';

export const caseStates = ['waiting', 'answered', 'closed'] as const;
export const caseTopics = [
  'access_and_lock',
  'password',
  'owner_change',
  'identifier_conflict',
  'restricted_activity',
  'cross_account_access',
  'application',
  'reports',
  'outage',
  'other',
] as const;
const topic = optional(z.enum(caseTopics));

const cases = createRoute({
  getParentRoute: () => member,
  path: '/cases',
  validateSearch: z.object({ state: optional(z.enum(caseStates)), topic, cursor }),
  component: lazyRouteComponent(() => import('../features/cases/CasesPage')),
});
const newCase = createRoute({
  getParentRoute: () => member,
  path: '/cases/new',
  validateSearch: z.object({ topic }),
  component: lazyRouteComponent(() => import('../features/cases/NewCasePage')),
});
const oneCase = createRoute({
  getParentRoute: () => member,
  path: '/cases/$caseId',
  component: lazyRouteComponent(() => import('../features/cases/CasePage')),
});
const queue = createRoute({
  getParentRoute: () => member,
  path: '/case-queue',
  validateSearch: z.object({ topic, mine: optional(z.literal('yes')), cursor }),
  component: lazyRouteComponent(() => import('../features/cases/QueuePage')),
});

const cannedAnswers = createRoute({
  getParentRoute: () => member,
  path: '/canned-answers',
  component: lazyRouteComponent(() => import('../features/cases/CannedAnswersPage')),
});

export const caseRoutes = [cases, newCase, oneCase, queue, cannedAnswers] as const;
