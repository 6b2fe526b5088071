// The cache of what the server said. Loaded with the first page that needs it; the sign-in page does not.
import { QueryClient } from '@tanstack/react-query';
import { ApiProblem } from '../api/problem';
import { session } from '../session';
import { forgetDrafts } from '../session/kept-drafts';

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // A refusal stays a refusal; only a dead line or a busy server is worth another try.
      retry: (count, error) =>
        count < 2 && error instanceof ApiProblem && (error.status === 0 || error.status === 503),
      // Renewing in the background must not keep an idle session alive.
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
    },
  },
});

const whoIsIn = () => (session.state.status === 'signed-in' ? session.state.me.id : null);

// Nothing one person saw may be shown to the next. At sign-out the pages are still there for a moment and
// would ask again for what is gone; `Queries` empties the cache once they have left.
let person = whoIsIn();
session.subscribe(() => {
  const now = whoIsIn();
  if (now === null) return;
  if (person !== null && now !== person) forget();
  person = now;
});

export function forgetAfterSignOut() {
  if (whoIsIn() === null) forget();
}

function forget() {
  queryClient.clear();
  forgetDrafts();
}
