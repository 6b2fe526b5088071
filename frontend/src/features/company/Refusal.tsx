import type { ReactNode } from 'react';
import type { ApiProblem } from '../../api/problem';
import { Alert } from '../../ui/Alert';
import { RefusalLink } from '../../ui/RefusalLink';
import { useText } from './text';

const EXPLAINED = [
  'activity-held-by-sibling-account',
  'activity-restricted',
  'activity-closed',
  'identifier-held-by-another-account',
  'client-identifier',
] as const;

type Explained = (typeof EXPLAINED)[number];

export const isExplained = (code: string): code is Explained => EXPLAINED.some((one) => one === code);

/** Why a rule of the portal says no, and what to do instead. */
export function Refusal({ problem, children }: { problem: ApiProblem; children?: ReactNode }) {
  const t = useText();
  if (!isExplained(problem.code)) return null;
  const values = { company: problem.remedy?.company ?? '' };
  return (
    <Alert kind="warning" title={t(`refusal.${problem.code}.title`)} focus>
      {problem.detail ? <p>{problem.detail}</p> : null}
      <p>{t(`refusal.${problem.code}.why`, values)}</p>
      <p>{t(`refusal.${problem.code}.what`)}</p>
      {children}
      <p className="qm-small">
        {t('common:errorCode', { code: problem.code })}
        {problem.requestId ? `, ${t('common:errorRequest', { id: problem.requestId })}` : null}
        {'. '}
        <RefusalLink code={problem.code} />
      </p>
    </Alert>
  );
}
