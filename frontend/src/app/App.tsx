import { RouterProvider } from '@tanstack/react-router';
import { useEffect } from 'react';
import { session } from '../session';
import { forgetDrafts, keepDrafts, openDraftsTo } from '../ui/drafts';
import { router } from './router';
import { applyDensity, applyTheme, isDensity, isTheme } from './theme';

export function App() {
  useEffect(() => {
    let gate = '';
    let person: string | null = null;
    return session.subscribe(() => {
      const state = session.state;
      if (state.status === 'signed-in') {
        if (isTheme(state.me.theme)) applyTheme(state.me.theme);
        if (isDensity(state.me.density)) applyDensity(state.me.density);
        openDraftsTo(state.me.id);
        person = state.me.id;
      } else if (state.status === 'anonymous' && person !== null) {
        // The pages still stand here; they leave with the next render.
        if (state.reason === 'signed_out') forgetDrafts();
        else keepDrafts(person);
        person = null;
      }
      const next = state.status === 'signed-in' ? `in:${state.me.id}:${state.nextStep}` : state.status;
      if (next === gate) return;
      gate = next;
      // The guards of the routes decide again who may stay where.
      if (state.status !== 'starting') void router.invalidate();
    });
  }, []);
  return <RouterProvider router={router} />;
}
