// The route tree. Search params are declared here: what a page keeps in the URL, by readable names.
import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import * as z from 'zod/mini';
import { accessRoutes } from './access';
import { guest, member, rootRoute } from './base';
import { caseRoutes } from './cases';
import { changeRoutes, publicChangeRoutes } from './changes';
import { developers } from './developers';
import { requireGuest, requireStep, safeReturn } from './guards';
import { helpRoutes } from './help';
import { mailLinkRoutes } from './mail-links';
import { noticeRoutes } from './notices';
import { recordRoutes } from './records';
import { reportRoutes } from './reports';
import {
  cursor,
  day,
  identifierKinds,
  invitationStates,
  optional,
  peopleSearch,
  signInReasons,
  verificationStates,
} from './search';

/* Guests */
const signIn = createRoute({
  getParentRoute: () => guest,
  path: '/sign-in',
  validateSearch: z.object({
    reason: optional(z.enum(signInReasons)),
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
const welcome = createRoute({
  getParentRoute: () => guest,
  path: '/welcome',
  component: lazyRouteComponent(() => import('../features/welcome/WelcomePage')),
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

const setup = createRoute({
  getParentRoute: () => guest,
  path: '/setup',
  component: lazyRouteComponent(() => import('../features/setup/SetupPage')),
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
const home = createRoute({
  getParentRoute: () => member,
  path: '/',
  component: lazyRouteComponent(() => import('../features/home/HomePage')),
});

const people = createRoute({
  getParentRoute: () => member,
  path: '/people',
  validateSearch: peopleSearch,
  component: lazyRouteComponent(() => import('../features/people/PeoplePage')),
});
const invitePerson = createRoute({
  getParentRoute: () => member,
  path: '/people/new',
  validateSearch: z.object({ way: optional(z.literal('existing')) }),
  component: lazyRouteComponent(() => import('../features/people/InvitePage')),
});
const importPeople = createRoute({
  getParentRoute: () => member,
  path: '/people/import',
  component: lazyRouteComponent(() => import('../features/people/ImportPage')),
});
const invitations = createRoute({
  getParentRoute: () => member,
  path: '/people/invitations',
  validateSearch: z.object({ state: optional(z.enum(invitationStates)), cursor }),
  component: lazyRouteComponent(() => import('../features/people/InvitationsPage')),
});
const peopleTerms = createRoute({
  getParentRoute: () => member,
  path: '/people/terms',
  validateSearch: z.object({ state: optional(z.enum(['missing', 'accepted'])), cursor }),
  component: lazyRouteComponent(() => import('../features/people/TermsPage')),
});
const person = createRoute({
  getParentRoute: () => member,
  path: '/people/$personId',
  validateSearch: z.object({ tab: optional(z.enum(['clients', 'sign-ins', 'history'])) }),
  component: lazyRouteComponent(() => import('../features/people/PersonPage')),
});
const company = createRoute({
  getParentRoute: () => member,
  path: '/company',
  validateSearch: z.object({ tab: optional(z.enum(['contacts', 'requests'])) }),
  component: lazyRouteComponent(() => import('../features/company/CompanyPage')),
});
const subAccount = createRoute({
  getParentRoute: () => member,
  path: '/company/sub-accounts/$subAccountId',
  component: lazyRouteComponent(() => import('../features/company/SubAccountPage')),
});
const audit = createRoute({
  getParentRoute: () => member,
  path: '/audit',
  validateSearch: z.object({
    actor: optional(z.string()),
    subject: optional(z.string()),
    action: optional(z.string()),
    from: optional(day),
    to: optional(day),
    cursor,
  }),
  component: lazyRouteComponent(() => import('../features/audit/AuditPage')),
});
const me = createRoute({
  getParentRoute: () => member,
  path: '/me',
  validateSearch: z.object({
    tab: optional(z.enum(['password', 'sessions', 'display', 'notices', 'terms'])),
  }),
  component: lazyRouteComponent(() => import('../features/me/MePage')),
});

/* The people who run the portal */
const support = createRoute({
  getParentRoute: () => member,
  path: '/support',
  validateSearch: z.object({ q: optional(z.string()) }),
  component: lazyRouteComponent(() => import('../features/support/SearchPage')),
});
const supportCompany = createRoute({
  getParentRoute: () => member,
  path: '/support/companies/$companyId',
  validateSearch: z.object({ case: optional(z.string()) }),
  component: lazyRouteComponent(() => import('../features/companies/CompanyPage')),
});
const supportFigures = createRoute({
  getParentRoute: () => member,
  path: '/support/figures',
  component: lazyRouteComponent(() => import('../features/support/FiguresPage')),
});
const supportAccount = createRoute({
  getParentRoute: () => member,
  path: '/support/accounts/$accountId',
  component: lazyRouteComponent(() => import('../features/support/AccountRedirectPage')),
});
const supportPerson = createRoute({
  getParentRoute: () => member,
  path: '/support/people/$personId',
  validateSearch: z.object({ case: optional(z.string()) }),
  component: lazyRouteComponent(() => import('../features/support/PersonPage')),
});
const companies = createRoute({
  getParentRoute: () => member,
  path: '/companies',
  validateSearch: z.object({ q: optional(z.string()), cursor }),
  component: lazyRouteComponent(() => import('../features/companies/CompaniesPage')),
});
const newCompany = createRoute({
  getParentRoute: () => member,
  path: '/companies/new',
  validateSearch: z.object({ q: optional(z.string()), cursor }),
  component: lazyRouteComponent(() => import('../features/companies/NewCompanyPage')),
});
const registerPages = () => import('../features/register/pages');
const identifierRegister = createRoute({
  getParentRoute: () => member,
  path: '/register',
  validateSearch: z.object({
    q: optional(z.string()),
    kind: optional(z.enum(identifierKinds)),
    value: optional(z.string()),
    party: optional(z.string()),
    entry: optional(z.string()),
    cursor,
  }),
  component: lazyRouteComponent(registerPages, 'Register'),
});
const registerImports = createRoute({
  getParentRoute: () => member,
  path: '/register/imports',
  validateSearch: z.object({ cursor }),
  component: lazyRouteComponent(registerPages, 'Imports'),
});
const loadRegister = createRoute({
  getParentRoute: () => member,
  path: '/register/imports/new',
  component: lazyRouteComponent(registerPages, 'Load'),
});
const registerImport = createRoute({
  getParentRoute: () => member,
  path: '/register/imports/$importId',
  validateSearch: z.object({ cursor }),
  component: lazyRouteComponent(registerPages, 'Import'),
});
const verifications = createRoute({
  getParentRoute: () => member,
  path: '/register/verifications',
  validateSearch: z.object({ state: optional(z.enum(verificationStates)), cursor }),
  component: lazyRouteComponent(registerPages, 'Verifications'),
});
const staffMembers = createRoute({
  getParentRoute: () => member,
  path: '/staff',
  validateSearch: z.object({ cursor }),
  component: lazyRouteComponent(() => import('../features/staff/StaffMembersPage')),
});
const inviteStaff = createRoute({
  getParentRoute: () => member,
  path: '/staff/new',
  component: lazyRouteComponent(() => import('../features/staff/InvitePage')),
});
const termsVersions = createRoute({
  getParentRoute: () => member,
  path: '/terms-versions',
  validateSearch: z.object({ cursor }),
  component: lazyRouteComponent(() => import('../features/terms-admin/TermsVersionsPage')),
});
const publishTerms = createRoute({
  getParentRoute: () => member,
  path: '/terms-versions/new',
  component: lazyRouteComponent(() => import('../features/terms-admin/PublishPage')),
});
const portalAudit = createRoute({
  getParentRoute: () => member,
  path: '/portal-audit',
  validateSearch: z.object({
    actor: optional(z.string()),
    subject: optional(z.string()),
    in: optional(z.string()),
    action: optional(z.string()),
    from: optional(day),
    to: optional(day),
    cursor,
  }),
  component: lazyRouteComponent(() => import('../features/audit/PortalAuditPage')),
});

export const routeTree = rootRoute.addChildren([
  guest.addChildren([
    signIn,
    locked,
    forgot,
    forgotQuestions,
    forgotSent,
    redeemReset,
    welcome,
    accessibility,
    mailbox,
    setup,
    developers,
    ...publicChangeRoutes,
    ...helpRoutes,
    ...mailLinkRoutes,
  ]),
  steps.addChildren([changePassword, chooseQuestions, acceptTerms]),
  member.addChildren([
    home,
    people,
    invitePerson,
    importPeople,
    invitations,
    peopleTerms,
    person,
    company,
    subAccount,
    audit,
    me,
    support,
    supportFigures,
    supportCompany,
    supportAccount,
    supportPerson,
    companies,
    newCompany,
    identifierRegister,
    registerImports,
    loadRegister,
    registerImport,
    verifications,
    staffMembers,
    inviteStaff,
    termsVersions,
    publishTerms,
    portalAudit,
    ...accessRoutes,
    ...changeRoutes,
    ...caseRoutes,
    ...recordRoutes,
    ...reportRoutes,
    ...noticeRoutes,
  ]),
]);
