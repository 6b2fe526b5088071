import type { ReactNode } from 'react';
import { type ApiProblem, pointerToPath, toProblem } from '../api/problem';
import { useCommonText } from '../i18n';
import { Alert } from './Alert';
import { Button } from './Button';
import { RefusalLink } from './RefusalLink';

interface Props {
  error: unknown;
  onRetry?: () => void;
  focus?: boolean;
  /** Also list the field errors, for a form that has no such fields. */
  listFields?: boolean;
  /** A way on from here, such as a button. */
  children?: ReactNode;
}

/** The words for a problem: what the server says, else our own for a dead line or a crash. */
export function useProblemText() {
  const t = useCommonText();
  return (problem: ApiProblem) => {
    const words =
      problem.code === 'network'
        ? t('network')
        : (problem.detail ??
          problem.title ??
          (problem.code === 'unexpected' ? t('unexpected') : problem.code));
    return problem.retryAfter ? `${words} ${t('retryAfter', { count: problem.retryAfter })}` : words;
  };
}

/** An alert with the detail, the code and the request id of a problem. */
export function ProblemAlert({ error, onRetry, focus, listFields, children }: Props) {
  const t = useCommonText();
  const text = useProblemText();
  const problem = toProblem(error);
  return (
    <Alert kind="error" focus={focus}>
      <p>{text(problem)}</p>
      {listFields && problem.fieldErrors.length > 0 ? (
        <ul>
          {problem.fieldErrors.map((one) => (
            <li key={one.pointer + one.code}>
              {pointerToPath(one.pointer)}: {one.detail}
            </li>
          ))}
        </ul>
      ) : null}
      {problem.code === 'network' ? null : (
        <p className="qm-small">
          {t('errorCode', { code: problem.code })}
          {problem.requestId ? `, ${t('errorRequest', { id: problem.requestId })}` : null}
          {problem.code === 'unexpected' ? null : (
            <>
              {'. '}
              <RefusalLink code={problem.code} />
            </>
          )}
        </p>
      )}
      {onRetry ? (
        <p>
          <Button kind="link" onClick={onRetry}>
            {t('tryAgain')}
          </Button>
        </p>
      ) : null}
      {children}
    </Alert>
  );
}
