// The pages of notices, each a chunk of its own. Named here and not in the route tree, which everybody loads
// before signing in.
import { lazyRouteComponent } from '@tanstack/react-router';

export const Notices = lazyRouteComponent(() => import('./NoticesPage'));
export const Notice = lazyRouteComponent(() => import('./NoticePage'));
export const StaffNotices = lazyRouteComponent(() => import('./StaffNoticesPage'));
export const StaffNotice = lazyRouteComponent(() => import('./StaffNoticePage'));
export const NewNotice = lazyRouteComponent(() => import('./NewNoticePage'));
export const EditNotice = lazyRouteComponent(() => import('./EditNoticePage'));
