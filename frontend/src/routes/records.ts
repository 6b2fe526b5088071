// Trade records: the entries that the reader may see, and the imports of an account.
import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import * as z from 'zod/mini';
import { member } from './base';
import { cursor, day, optional } from './search';

export const liquidationChoices = ['due_soon', 'liquidated', 'open', 'extended', 'suspended'] as const;
export const feeChecks = ['fits', 'differs', 'unknown'] as const;

const pages = () => import('../features/records/pages');

const entries = createRoute({
  getParentRoute: () => member,
  path: '/entries',
  validateSearch: z.object({
    q: optional(z.string()),
    importer: optional(z.string()),
    filer: optional(z.string()),
    port: optional(z.string()),
    type: optional(z.string()),
    from: optional(day),
    to: optional(day),
    liquidation: optional(z.enum(liquidationChoices)),
    fees: optional(z.enum(feeChecks)),
    only: optional(z.literal('yes')),
    cursor,
  }),
  component: lazyRouteComponent(pages, 'Entries'),
});
const imports = createRoute({
  getParentRoute: () => member,
  path: '/entries/imports',
  validateSearch: z.object({ cursor }),
  component: lazyRouteComponent(pages, 'Imports'),
});
const newImport = createRoute({
  getParentRoute: () => member,
  path: '/entries/imports/new',
  component: lazyRouteComponent(pages, 'NewImport'),
});
const oneImport = createRoute({
  getParentRoute: () => member,
  path: '/entries/imports/$importId',
  validateSearch: z.object({ cursor }),
  component: lazyRouteComponent(pages, 'Import'),
});
const entry = createRoute({
  getParentRoute: () => member,
  path: '/entries/$entryNumber',
  validateSearch: z.object({ cursor }),
  component: lazyRouteComponent(pages, 'Entry'),
});

export const recordRoutes = [entries, imports, newImport, oneImport, entry] as const;
