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
const schedulePages = () => import('../features/schedules/pages');
const schedules = createRoute({
  getParentRoute: () => member,
  path: '/reports/schedules',
  validateSearch: z.object({ cursor }),
  component: lazyRouteComponent(schedulePages, 'Schedules'),
});
const newSchedule = createRoute({
  getParentRoute: () => member,
  path: '/reports/schedules/new',
  // The answers that the report page has become those of the schedule.
  validateSearch: z.looseObject({ report: z.catch(z.string(), ''), only: optional(z.literal('yes')) }),
  component: lazyRouteComponent(schedulePages, 'NewSchedule'),
});
const schedule = createRoute({
  getParentRoute: () => member,
  path: '/reports/schedules/$scheduleId',
  validateSearch: z.object({ saved: optional(z.literal('yes')) }),
  component: lazyRouteComponent(schedulePages, 'Schedule'),
});
const editSchedule = createRoute({
  getParentRoute: () => member,
  path: '/reports/schedules/$scheduleId/edit',
  component: lazyRouteComponent(schedulePages, 'EditSchedule'),
});
const build = createRoute({
  getParentRoute: () => member,
  path: '/reports/new',
  validateSearch: z.object({ from: optional(z.string()), draft: optional(z.string()) }),
  component: lazyRouteComponent(pages, 'New'),
});
const change = createRoute({
  getParentRoute: () => member,
  path: '/reports/$reportKey/edit',
  validateSearch: z.object({ draft: optional(z.string()) }),
  component: lazyRouteComponent(pages, 'Edit'),
});
const report = createRoute({
  getParentRoute: () => member,
  path: '/reports/$reportKey',
  // Prompts are parameters of their own, p_ and the prompt's id.
  validateSearch: z.looseObject({
    run: optional(z.string()),
    only: optional(z.literal('yes')),
    share: optional(z.literal('yes')),
  }),
  component: lazyRouteComponent(pages, 'Report'),
});

export const reportRoutes = [
  library,
  runs,
  run,
  inbox,
  schedules,
  newSchedule,
  schedule,
  editSchedule,
  build,
  change,
  report,
] as const;
