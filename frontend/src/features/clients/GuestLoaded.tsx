import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { toProblem } from '../../api/problem';
import { sentence } from '../../app/format';
import { EmptyState } from '../../ui/EmptyState';
import { Loaded } from '../../ui/Loaded';
import { useText } from './text';

interface Props<T> {
  query: UseQueryResult<T, unknown>;
  rows?: number;
  children: (data: T) => ReactNode;
}

/** As `Loaded`, but what was seen before disappears as soon as the server refuses it. */
export function GuestLoaded<T>({ query, rows, children }: Props<T>) {
  const t = useText();
  const problem = query.error ? toProblem(query.error) : null;
  if (problem?.code === 'grant-not-active') {
    return (
      <EmptyState kind="forbidden" title={t('notOpen')}>
        {sentence(problem.detail)} {t('notOpenNext')}
      </EmptyState>
    );
  }
  if (problem && (problem.status === 403 || problem.status === 404)) {
    return (
      <EmptyState
        kind={problem.status === 403 ? 'forbidden' : 'nothing'}
        title={problem.status === 403 ? t('common:notAllowedTitle') : t('common:goneTitle')}
      >
        {problem.status === 403 ? sentence(problem.detail) : t('common:goneText')}
      </EmptyState>
    );
  }
  return (
    <Loaded query={query} rows={rows}>
      {children}
    </Loaded>
  );
}
