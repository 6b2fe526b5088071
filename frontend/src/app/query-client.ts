import { QueryClient } from '@tanstack/react-query';
import { ApiProblem } from '../api/problem';

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
