import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useEffect } from 'react';
import { session } from '../session';
import { queryClient } from './query-client';
import { router } from './router';
import { applyDensity, applyTheme, isDensity, isTheme } from './theme';

export function App() {
  useEffect(() => {
    let person: string | null = null;
    let gate = '';
    return session.subscribe(() => {
      const state = session.state;
      const now = state.status === 'signed-in' ? state.me.id : null;
      if (state.status === 'signed-in') {
        if (isTheme(state.me.theme)) applyTheme(state.me.theme);
        if (isDensity(state.me.density)) applyDensity(state.me.density);
      }
      // Nothing one person saw may be shown to the next.
      if (person !== null && now !== person) queryClient.clear();
      person = now;
      const next = state.status === 'signed-in' ? `in:${state.me.id}:${state.nextStep}` : state.status;
      if (next !== gate) {
        gate = next;
        // The guards of the routes decide again who may stay where.
        if (state.status !== 'starting') void router.invalidate();
      }
    });
  }, []);
  return (
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  );
}
