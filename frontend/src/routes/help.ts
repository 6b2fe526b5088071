// Help: guides by task, and a page for each refusal. Open to everybody, also before signing in.
import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import * as z from 'zod/mini';
import { guest } from './base';
import { optional } from './search';

const help = createRoute({
  getParentRoute: () => guest,
  path: '/help',
  validateSearch: z.object({ q: optional(z.string()) }),
  component: lazyRouteComponent(() => import('../features/help/HelpPage')),
});
const guide = createRoute({
  getParentRoute: () => guest,
  path: '/help/$slug',
  component: lazyRouteComponent(() => import('../features/help/GuidePage')),
});
const refusalCodes = createRoute({
  getParentRoute: () => guest,
  path: '/help/refusals',
  component: lazyRouteComponent(() => import('../features/help/RefusalsPage')),
});
const refusal = createRoute({
  getParentRoute: () => guest,
  path: '/help/refusals/$code',
  component: lazyRouteComponent(() => import('../features/help/RefusalPage')),
});

export const helpRoutes = [help, guide, refusalCodes, refusal] as const;
