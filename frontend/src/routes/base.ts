// The routes that others hang from: the root, and the layouts of guests and of signed-in people.
import { createRootRoute, createRoute, lazyRouteComponent, retainSearchParams } from '@tanstack/react-router';
import * as z from 'zod/mini';
import { GuestLayout } from '../app/GuestLayout';
import { Root } from '../app/Root';
import { requireMember } from './guards';
import { optional } from './search';

export const rootRoute = createRootRoute({ component: Root });

/** Pages that need nobody signed in. */
export const guest = createRoute({ getParentRoute: () => rootRoute, id: 'guest', component: GuestLayout });

/** Members and staff, once every step of the first sign-in is done. */
export const member = createRoute({
  getParentRoute: () => rootRoute,
  id: 'member',
  validateSearch: z.object({ account: optional(z.string()) }),
  search: { middlewares: [retainSearchParams(['account'])] },
  beforeLoad: requireMember,
  component: lazyRouteComponent(() => import('../app/Shell'), 'Shell'),
});
