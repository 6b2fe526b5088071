// The pages of trade records, each a chunk of its own. Named here and not in the route tree, which everybody
// loads before signing in.
import { lazyRouteComponent } from '@tanstack/react-router';

export const Entries = lazyRouteComponent(() => import('./EntriesPage'), 'EntriesPage');
export const Entry = lazyRouteComponent(() => import('./EntryPage'), 'EntryPage');
export const Imports = lazyRouteComponent(() => import('./ImportsPage'), 'ImportsPage');
export const NewImport = lazyRouteComponent(() => import('./NewImportPage'), 'NewImportPage');
export const Import = lazyRouteComponent(() => import('./ImportPage'), 'ImportPage');
