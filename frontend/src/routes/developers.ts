// For people who write programs for the API. Open to everybody, also before signing in.
import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import * as z from 'zod/mini';
import { guest } from './base';
import { languages, optional } from './search';

export const developers = createRoute({
  getParentRoute: () => guest,
  path: '/developers',
  validateSearch: z.object({ language: optional(z.enum(languages)) }),
  component: lazyRouteComponent(() => import('../features/developers/DevelopersPage')),
});
