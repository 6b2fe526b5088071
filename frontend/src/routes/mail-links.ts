// Pages that links in mails lead to, for somebody who is not signed in.
import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { guest } from './base';

const notMe = createRoute({
  getParentRoute: () => guest,
  path: '/not-me',
  component: lazyRouteComponent(() => import('../features/mail-links/NotMePage')),
});
const unsubscribe = createRoute({
  getParentRoute: () => guest,
  path: '/unsubscribe',
  component: lazyRouteComponent(() => import('../features/mail-links/UnsubscribePage')),
});

export const mailLinkRoutes = [notMe, unsubscribe] as const;
