// What the operator tells people: reading it, and for staff writing it.
import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import * as z from 'zod/mini';
import { member } from './base';
import { cursor, optional } from './search';

export const noticeCategories = ['outage', 'maintenance', 'security', 'rules', 'news'] as const;
export const noticeStates = ['draft', 'scheduled', 'current', 'expired', 'withdrawn'] as const;
const pages = () => import('../features/notices/pages');

const notices = createRoute({
  getParentRoute: () => member,
  path: '/notices',
  validateSearch: z.object({
    category: optional(z.enum(noticeCategories)),
    unacknowledged: optional(z.literal('yes')),
    cursor,
  }),
  component: lazyRouteComponent(pages, 'Notices'),
});
const notice = createRoute({
  getParentRoute: () => member,
  path: '/notices/$noticeId',
  component: lazyRouteComponent(pages, 'Notice'),
});
const staffNotices = createRoute({
  getParentRoute: () => member,
  path: '/staff-notices',
  validateSearch: z.object({ state: optional(z.enum(noticeStates)), cursor }),
  component: lazyRouteComponent(pages, 'StaffNotices'),
});
const newNotice = createRoute({
  getParentRoute: () => member,
  path: '/staff-notices/new',
  component: lazyRouteComponent(pages, 'NewNotice'),
});
const staffNotice = createRoute({
  getParentRoute: () => member,
  path: '/staff-notices/$noticeId',
  validateSearch: z.object({ who: optional(z.enum(['acknowledged', 'missing'])), cursor }),
  component: lazyRouteComponent(pages, 'StaffNotice'),
});
const editNotice = createRoute({
  getParentRoute: () => member,
  path: '/staff-notices/$noticeId/edit',
  component: lazyRouteComponent(pages, 'EditNotice'),
});

export const noticeRoutes = [notices, notice, staffNotices, newNotice, staffNotice, editNotice] as const;
