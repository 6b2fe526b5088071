// The pages of the identifier register, each a chunk of its own. Named here and not in the route tree, which
// everybody loads before signing in.
import { lazyRouteComponent } from '@tanstack/react-router';

export const Register = lazyRouteComponent(() => import('./RegisterPage'));
export const Imports = lazyRouteComponent(() => import('./ImportsPage'));
export const Load = lazyRouteComponent(() => import('./LoadPage'));
export const Import = lazyRouteComponent(() => import('./ImportPage'));
export const Verifications = lazyRouteComponent(() => import('./VerificationsPage'));
