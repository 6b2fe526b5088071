import type { Application } from '../../api/gen';
import { StateTag } from '../../ui/StateTag';
import { TextLink } from '../../ui/TextLink';
import { isDone, missingParts, PARTS } from './tasks';
import { useText } from './text';

/** The parts of an application in their order, each with how far it is. */
export function TaskList({ application }: { application: Application | null }) {
  const t = useText();
  const missing = missingParts(application);
  return (
    <section aria-label={t('tasks')}>
      <ol className="qm-plain-list">
        {PARTS.map((part) => (
          <li key={part} className="qm-row">
            <TextLink to="/apply" search={{ step: part }}>
              {t(`task.${part}`)}
            </TextLink>
            {isDone(application, part) ? (
              <StateTag tone="good" icon="check">
                {t('taskState.done')}
              </StateTag>
            ) : (
              <StateTag tone="info" icon="pending">
                {t('taskState.open')}
              </StateTag>
            )}
          </li>
        ))}
        <li className="qm-row">
          {missing.length === 0 ? (
            <>
              <TextLink to="/apply" search={{ step: 'check' }}>
                {t('task.check')}
              </TextLink>
              <StateTag tone="info" icon="pending">
                {t('taskState.open')}
              </StateTag>
            </>
          ) : (
            <>
              <span>{t('task.check')}</span>
              <StateTag tone="quiet" icon="stop">
                {t('taskState.blocked')}
              </StateTag>
            </>
          )}
        </li>
      </ol>
    </section>
  );
}
