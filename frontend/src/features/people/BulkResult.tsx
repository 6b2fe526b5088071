import { useEffect, useRef } from 'react';
import type { AccountUser, BulkReactivationResult } from '../../api/gen';
import { fullName } from '../../app/format';
import { Alert } from '../../ui/Alert';
import { Button } from '../../ui/Button';
import { takeFocus } from '../../ui/focus';
import { useText } from './text';

interface Props {
  answer: BulkReactivationResult;
  people: AccountUser[];
  onRetry: (people: AccountUser[]) => void;
  onClose: () => void;
}

/** What became of each person of a bulk reactivation, refusals with their reasons. */
export function BulkResult({ answer, people, onRetry, onClose }: Props) {
  const t = useText();
  const ref = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: every new answer takes the focus
  useEffect(() => takeFocus(ref.current), [answer]);
  const nameOf = (id: string) => {
    const person = people.find((one) => one.id === id);
    return person ? fullName(person) : id;
  };
  const done = answer.results.filter((row) => row.outcome === 'reactivated');
  const refused = answer.results.filter((row) => row.outcome === 'refused');
  return (
    <div ref={ref} tabIndex={-1}>
      <Alert kind={refused.length === 0 ? 'success' : 'warning'} title={t('resultTitle')}>
        <p>
          {t('resultDone', { count: done.length })} {done.map((row) => nameOf(row.user_id)).join(', ')}
        </p>
        {refused.length > 0 ? (
          <>
            <p>{t('resultRefused', { count: refused.length })}</p>
            <ul>
              {refused.map((row) => (
                <li key={row.user_id}>
                  {nameOf(row.user_id)}: {row.detail ?? row.code} {row.code ? `(${row.code})` : null}
                </li>
              ))}
            </ul>
          </>
        ) : null}
        <p className="qm-row">
          {refused.length > 0 ? (
            <Button
              kind="link"
              onClick={() =>
                onRetry(people.filter((person) => refused.some((row) => row.user_id === person.id)))
              }
            >
              {t('retryRefused')}
            </Button>
          ) : null}
          <Button kind="link" onClick={onClose}>
            {t('common:close')}
          </Button>
        </p>
      </Alert>
    </div>
  );
}
