import type { ApplicationChecks } from '../../api/gen';
import { StateTag } from '../../ui/StateTag';
import { useText } from './text';

const ORDER = [
  'email_is_new',
  'register_matches',
  'contact_reachable',
  'identifier_free',
  'code_confirmed',
  'activity_free',
  'self_service_activity',
] as const satisfies (keyof ApplicationChecks)[];

/** How many of the checks did not pass. */
export function ChecksSummary({ checks }: { checks: ApplicationChecks }) {
  const t = useText();
  const failed = ORDER.filter((name) => !checks[name]).length;
  return failed === 0 ? (
    <StateTag tone="good" icon="check">
      {t('allPassed')}
    </StateTag>
  ) : (
    <StateTag tone="warn" icon="alert">
      {t('notPassed', { count: failed })}
    </StateTag>
  );
}

/** Every check with its outcome, as things stand now. */
export function Checks({ checks }: { checks: ApplicationChecks }) {
  const t = useText();
  return (
    <ul className="qm-plain-list">
      {ORDER.map((name) => (
        <li key={name} className="qm-row">
          {checks[name] ? (
            <StateTag tone="good" icon="check">
              {t('passed')}
            </StateTag>
          ) : (
            <StateTag tone="warn" icon="alert">
              {t('failed')}
            </StateTag>
          )}
          <span>{t(checks[name] ? `checkPassed.${name}` : `checkFailed.${name}`)}</span>
        </li>
      ))}
    </ul>
  );
}
