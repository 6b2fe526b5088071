// The route tree. Search params are declared here: what a page keeps in the URL, by readable names.
import { createRootRoute, createRoute, lazyRouteComponent, retainSearchParams } from '@tanstack/react-router';
import * as z from 'zod/mini';
import { GuestLayout } from '../app/GuestLayout';
import { Root } from '../app/Root';
import { requireGuest, requireMember, requireStep, safeReturn } from './guards';
import { optional } from './search';

export const rootRoute = createRootRoute({ component: Root });

/* Guests */
const guest = createRoute({ getParentRoute: () => rootRoute, id: 'guest', component: GuestLayout });

const signIn = createRoute({
  getParentRoute: () => guest,
  path: '/sign-in',
  validateSearch: z.object({
    reason: optional(
      z.enum(['signed_out', 'timed_out', 'ended', 'password_changed', 'welcome', 'administrator']),
    ),
    return: optional(z.string()),
  }),
  beforeLoad: ({ search }) => requireGuest(safeReturn(search.return)),
  component: lazyRouteComponent(() => import('../features/sign-in/SignInPage')),
});
const locked = createRoute({
  getParentRoute: () => guest,
  path: '/sign-in/locked',
  component: lazyRouteComponent(() => import('../features/sign-in/LockedPage')),
});
const forgot = createRoute({
  getParentRoute: () => guest,
  path: '/forgot-password',
  validateSearch: z.object({ restarted: optional(z.literal('1')) }),
  component: lazyRouteComponent(() => import('../features/password-reset/ForgotPage')),
});
const forgotQuestions = createRoute({
  getParentRoute: () => guest,
  path: '/forgot-password/questions',
  component: lazyRouteComponent(() => import('../features/password-reset/QuestionsPage')),
});
const forgotSent = createRoute({
  getParentRoute: () => guest,
  path: '/forgot-password/sent',
  component: lazyRouteComponent(() => import('../features/password-reset/SentPage')),
});
const redeemReset = createRoute({
  getParentRoute: () => guest,
  path: '/reset-password',
  component: lazyRouteComponent(() => import('../features/password-reset/RedeemPage')),
});
const accessibility = createRoute({
  getParentRoute: () => guest,
  path: '/accessibility',
  component: lazyRouteComponent(() => import('../features/info/AccessibilityPage')),
});
const mailbox = createRoute({
  getParentRoute: () => guest,
  path: '/demo/mailbox',
  validateSearch: z.object({ q: optional(z.string()) }),
  component: lazyRouteComponent(() => import('../features/demo/MailboxPage')),
});

/* Steps before anything else works */
const stepSearch = z.object({ return: optional(z.string()) });
const steps = createRoute({
  getParentRoute: () => rootRoute,
  id: 'steps',
  component: lazyRouteComponent(() => import('../app/StepLayout'), 'StepLayout'),
});
const changePassword = createRoute({
  getParentRoute: () => steps,
  path: '/change-password',
  validateSearch: stepSearch,
  beforeLoad: ({ search }) => requireStep('change_password', search.return),
  component: lazyRouteComponent(() => import('../features/first-sign-in/ChangePasswordPage')),
});
const chooseQuestions = createRoute({
  getParentRoute: () => steps,
  path: '/first-sign-in/questions',
  validateSearch: stepSearch,
  beforeLoad: ({ search }) => requireStep('choose_challenge_questions', search.return),
  component: lazyRouteComponent(() => import('../features/first-sign-in/QuestionsPage')),
});
const acceptTerms = createRoute({
  getParentRoute: () => steps,
  path: '/first-sign-in/terms',
  validateSearch: stepSearch,
  beforeLoad: ({ search }) => requireStep('accept_terms', search.return),
  component: lazyRouteComponent(() => import('../features/first-sign-in/TermsPage')),
});

/* Members */
const member = createRoute({
  getParentRoute: () => rootRoute,
  id: 'member',
  validateSearch: z.object({ account: optional(z.string()) }),
  search: { middlewares: [retainSearchParams(['account'])] },
  beforeLoad: requireMember,
  component: lazyRouteComponent(() => import('../app/Shell'), 'Shell'),
});
const home = createRoute({
  getParentRoute: () => member,
  path: '/',
  component: lazyRouteComponent(() => import('../features/home/HomePage')),
});

export const routeTree = rootRoute.addChildren([
  guest.addChildren([
    signIn,
    locked,
    forgot,
    forgotQuestions,
    forgotSent,
    redeemReset,
    accessibility,
    mailbox,
  ]),
  steps.addChildren([changePassword, chooseQuestions, acceptTerms]),
  member.addChildren([home]),
]);
