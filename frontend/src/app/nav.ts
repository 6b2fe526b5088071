// The main navigation by task. What a person's role does not reach is left out.
import type { Me, Membership } from '../api/gen';
import type { IconName } from '../ui/Icon';
import {
  ANY_STAFF,
  AUDIT_READERS,
  DESK_READERS,
  DESK_WATCHERS,
  isOneOf,
  REGISTER_READERS,
  REPORT_READERS,
} from './staff';

export interface NavEntry {
  to:
    | '/'
    | '/people'
    | '/company'
    | '/access/cross-account'
    | '/clients'
    | '/entries'
    | '/reports'
    | '/grant-reports'
    | '/audit'
    | '/me'
    | '/support'
    | '/support/figures'
    | '/case-queue'
    | '/cases'
    | '/notices'
    | '/staff-notices'
    | '/companies'
    | '/applications'
    | '/identifier-claims'
    | '/owner-successions'
    | '/register'
    | '/register/verifications'
    | '/staff'
    | '/terms-versions'
    | '/portal-audit';
  text:
    | 'nav.home'
    | 'nav.people'
    | 'nav.company'
    | 'nav.access'
    | 'nav.clients'
    | 'nav.entries'
    | 'nav.reports'
    | 'nav.reportLibrary'
    | 'nav.audit'
    | 'nav.me'
    | 'nav.support'
    | 'nav.figures'
    | 'nav.caseQueue'
    | 'nav.cases'
    | 'nav.notices'
    | 'nav.staffNotices'
    | 'nav.companies'
    | 'nav.applications'
    | 'nav.claims'
    | 'nav.successions'
    | 'nav.register'
    | 'nav.verifications'
    | 'nav.staff'
    | 'nav.terms'
    | 'nav.portalAudit';
  icon: IconName;
  exact?: boolean;
}

export function navFor(me: Me, membership: Membership | null, hasClients = false): NavEntry[] {
  const entries: NavEntry[] = [{ to: '/', text: 'nav.home', icon: 'home', exact: true }];
  const manages = membership?.role === 'owner' || membership?.role === 'proxy';
  if (manages) entries.push({ to: '/people', text: 'nav.people', icon: 'people' });
  if (membership) entries.push({ to: '/company', text: 'nav.company', icon: 'company' });
  if (manages) entries.push({ to: '/access/cross-account', text: 'nav.access', icon: 'linked' });
  if (hasClients) entries.push({ to: '/clients', text: 'nav.clients', icon: 'briefcase' });
  if (!me.staff_role || isOneOf(me.staff_role, AUDIT_READERS)) {
    entries.push({ to: '/entries', text: 'nav.entries', icon: 'register' });
  }
  const reports = membership?.access.some((one) => one.reports !== 'none');
  if (manages || reports || hasClients || isOneOf(me.staff_role, ANY_STAFF)) {
    entries.push({ to: '/reports', text: 'nav.reportLibrary', icon: 'chart' });
  }
  if (manages) entries.push({ to: '/audit', text: 'nav.audit', icon: 'history' });
  const role = me.staff_role;
  if (isOneOf(role, ANY_STAFF)) {
    entries.push({ to: '/support', text: 'nav.support', icon: 'search', exact: true });
    if (isOneOf(role, DESK_READERS))
      entries.push({ to: '/case-queue', text: 'nav.caseQueue', icon: 'clock' });
    if (isOneOf(role, DESK_WATCHERS))
      entries.push({ to: '/support/figures', text: 'nav.figures', icon: 'chart' });
    entries.push({ to: '/staff-notices', text: 'nav.staffNotices', icon: 'info' });
    entries.push({ to: '/companies', text: 'nav.companies', icon: 'company' });
    entries.push({ to: '/applications', text: 'nav.applications', icon: 'plus' });
    entries.push({ to: '/identifier-claims', text: 'nav.claims', icon: 'alert' });
    entries.push({ to: '/owner-successions', text: 'nav.successions', icon: 'person' });
  }
  if (isOneOf(role, REPORT_READERS)) {
    entries.push({ to: '/grant-reports', text: 'nav.reports', icon: 'alert' });
  }
  if (isOneOf(role, REGISTER_READERS)) {
    entries.push({ to: '/register', text: 'nav.register', icon: 'register', exact: true });
    entries.push({ to: '/register/verifications', text: 'nav.verifications', icon: 'pending' });
  }
  if (isOneOf(role, AUDIT_READERS)) {
    entries.push({ to: '/staff', text: 'nav.staff', icon: 'people' });
    entries.push({ to: '/terms-versions', text: 'nav.terms', icon: 'info' });
    entries.push({ to: '/portal-audit', text: 'nav.portalAudit', icon: 'history' });
  }
  if (!role) {
    entries.push({ to: '/notices', text: 'nav.notices', icon: 'info' });
    entries.push({ to: '/cases', text: 'nav.cases', icon: 'mail' });
  }
  entries.push({ to: '/me', text: 'nav.me', icon: 'person' });
  return entries;
}

/** Pages below those of the navigation, which the search of the header finds as well. */
export function furtherPages(membership: Membership | null) {
  const settings = [
    { to: '/me', search: { tab: 'password' }, text: 'pages.password' },
    { to: '/me', search: { tab: 'sessions' }, text: 'pages.sessions' },
    { to: '/me', search: { tab: 'display' }, text: 'pages.display' },
    { to: '/me', search: { tab: 'notices' }, text: 'pages.digest' },
  ] as const;
  if (membership === null || membership.role === 'user') return settings;
  return [
    { to: '/people/new', text: 'pages.invite' },
    { to: '/people/import', text: 'pages.import' },
    { to: '/people/invitations', text: 'pages.invitations' },
    { to: '/people/terms', text: 'pages.terms' },
    { to: '/people', search: { state: 'failed_attempts' }, text: 'pages.locked' },
    { to: '/entries/imports/new', text: 'pages.importRecords' },
    { to: '/reports/runs', text: 'pages.reportRuns' },
    { to: '/reports/schedules', text: 'pages.reportSchedules' },
    { to: '/reports/inbox', text: 'pages.reportInbox' },
    { to: '/company/claims', text: 'pages.claims' },
    { to: '/company/changes', text: 'pages.changes' },
    { to: '/company/webhooks', text: 'pages.webhooks' },
    { to: '/company/api-clients', text: 'pages.apiClients' },
    { to: '/access/cross-account/new', text: 'pages.inviteCompany' },
    { to: '/access/cross-account/new', search: { way: 'request' }, text: 'pages.requestAccess' },
    { to: '/access/cross-account', search: { tab: 'pending' }, text: 'pages.pendingAccess' },
    { to: '/access/outside-people', text: 'pages.outsidePeople' },
    { to: '/access/client-groups', text: 'pages.clientGroups' },
    { to: '/access/reviews', text: 'pages.reviews' },
    ...settings,
  ] as const;
}
