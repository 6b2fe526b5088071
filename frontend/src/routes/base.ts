// The two routes that others hang from: the root, and the layout of signed-in people.
import { createRootRoute, createRoute, lazyRouteComponent, retainSearchParams } from '@tanstack/react-router';
import * as z from 'zod/mini';
import { Root } from '../app/Root';
import { requireMember } from './guards';
import { optional } from './search';

export const rootRoute = createRootRoute({ component: Root });

/** Members and staff, once every step of the first sign-in is done. */
export const member = createRoute({
  getParentRoute: () => rootRoute,
  id: 'member',
  validateSearch: z.object({ account: optional(z.string()) }),
  search: { middlewares: [retainSearchParams(['account'])] },
  beforeLoad: requireMember,
  component: lazyRouteComponent(() => import('../app/Shell'), 'Shell'),
});
