import { QueryClientProvider } from '@tanstack/react-query';
import { type ReactNode, useEffect } from 'react';
import { forgetAfterSignOut, queryClient } from './query-client';

/** Around every part of the app that asks the server through the query cache. */
export function Queries({ children }: { children: ReactNode }) {
  useEffect(() => forgetAfterSignOut, []);
  return <QueryClientProvider client={queryClient}>{children}</QueryClientProvider>;
}
