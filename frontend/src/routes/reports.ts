// Reports: the library, a report with its prompts, runs, and what was delivered.
import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import * as z from 'zod/mini';
import { member } from './base';
import { cursor, optional } from './search';

export const runStates = ['queued', 'running', 'writing', 'done', 'failed', 'cancelled', 'expired'] as const;

const pages = () => import('../features/reports/pages');

const library = createRoute({
  getParentRoute: () => member,
  path: '/reports',
  validateSearch: z.object({
    q: optional(z.string()),
    kind: optional(z.enum(['standard', 'shared', 'mine'])),
    starred: optional(z.literal('yes')),
  }),
  component: lazyRouteComponent(pages, 'Library'),
});
const runs = createRoute({
  getParentRoute: () => member,
  path: '/reports/runs',
  validateSearch: z.object({ state: optional(z.enum(runStates)), cursor }),
  component: lazyRouteComponent(pages, 'Runs'),
});
const run = createRoute({
  getParentRoute: () => member,
  path: '/reports/runs/$runId',
  component: lazyRouteComponent(pages, 'Run'),
});
const inbox = createRoute({
  getParentRoute: () => member,
  path: '/reports/inbox',
  validateSearch: z.object({ unread: optional(z.literal('yes')), cursor }),
  component: lazyRouteComponent(pages, 'Inbox'),
});
const report = createRoute({
  getParentRoute: () => member,
  path: '/reports/$reportKey',
  // Prompts are parameters of their own, p_ and the prompt's id.
  validateSearch: z.looseObject({ run: optional(z.string()), only: optional(z.literal('yes')) }),
  component: lazyRouteComponent(pages, 'Report'),
});

export const reportRoutes = [library, runs, run, inbox, report] as const;
