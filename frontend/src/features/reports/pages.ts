// The pages of reports, each a chunk of its own. Named here and not in the route tree, which everybody loads
// before signing in.
import { lazyRouteComponent } from '@tanstack/react-router';

export const Library = lazyRouteComponent(() => import('./LibraryPage'), 'LibraryPage');
export const Report = lazyRouteComponent(() => import('./ReportPage'), 'ReportPage');
export const Runs = lazyRouteComponent(() => import('./RunsPage'), 'RunsPage');
export const Run = lazyRouteComponent(() => import('./RunPage'), 'RunPage');
export const Inbox = lazyRouteComponent(() => import('./InboxPage'), 'InboxPage');
export const New = lazyRouteComponent(() => import('./build/BuilderPage'), 'NewReportPage');
export const Edit = lazyRouteComponent(() => import('./build/BuilderPage'), 'EditReportPage');
