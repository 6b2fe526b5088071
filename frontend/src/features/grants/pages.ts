// The pages of cross-account access, each a chunk of its own. Named here and not in the route tree, which
// everybody loads before signing in.
import { lazyRouteComponent } from '@tanstack/react-router';

export const Batch = lazyRouteComponent(() => import('./BatchPage'));
export const Batches = lazyRouteComponent(() => import('./BatchesPage'));
export const CrossAccount = lazyRouteComponent(() => import('./CrossAccountPage'));
export const Grant = lazyRouteComponent(() => import('./GrantPage'));
export const NewGrant = lazyRouteComponent(() => import('./NewGrantPage'));
export const OutsidePeople = lazyRouteComponent(() => import('./OutsidePeoplePage'));
export const OutsidePerson = lazyRouteComponent(() => import('./OutsidePersonPage'));
export const Reports = lazyRouteComponent(() => import('./ReportsPage'));
