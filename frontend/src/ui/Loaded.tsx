import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { toProblem } from '../api/problem';
import { useCommonText } from '../i18n';
import { EmptyState } from './EmptyState';
import { ProblemAlert } from './ProblemAlert';
import { Skeleton } from './Skeleton';

interface Props<T> {
  query: UseQueryResult<T, unknown>;
  rows?: number;
  children: (data: T) => ReactNode;
}

/** Shows a query: skeleton, refusal, absence, error with another try, or its data. */
export function Loaded<T>({ query, rows, children }: Props<T>) {
  const t = useCommonText();
  if (query.data !== undefined) return children(query.data);
  if (query.error) {
    const problem = toProblem(query.error);
    if (problem.status === 403) {
      return (
        <EmptyState kind="forbidden" title={t('notAllowedTitle')}>
          {problem.detail ?? t('notAllowedText')}
        </EmptyState>
      );
    }
    if (problem.status === 404) {
      return (
        <EmptyState kind="nothing" title={t('goneTitle')}>
          {t('goneText')}
        </EmptyState>
      );
    }
    return <ProblemAlert error={problem} onRetry={() => void query.refetch()} />;
  }
  return <Skeleton rows={rows} />;
}
