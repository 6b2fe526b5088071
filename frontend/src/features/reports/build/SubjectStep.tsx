import { useQuery } from '@tanstack/react-query';
import type { Dispatch } from 'react';
import type { ReportSubject } from '../../../api/gen';
import { listReportSubjectsOptions } from '../../../api/gen/@tanstack/react-query.gen';
import { formatDateTime, sentence } from '../../../app/format';
import { formatCount } from '../../../app/money';
import type { Action } from '../builder';
import { Radios } from './controls';
import { useText } from './text';

/** Sample columns that tell what a subject is about. */
const SAMPLE = 5;

interface Props {
  subjects: readonly ReportSubject[];
  chosen: string | undefined;
  /** Something below would be lost by another choice. */
  begun: boolean;
  act: Dispatch<Action>;
}

export function SubjectStep({ subjects, chosen, begun, act }: Props) {
  const t = useText();
  // Counting takes longer than naming, and nobody has to wait for it to choose.
  const counted = useQuery({ ...listReportSubjectsOptions({ query: { counts: true } }), staleTime: 60_000 });
  const size = (id: string) => {
    const known = counted.data?.items.find((one) => one.id === id);
    if (!known?.rows) return null;
    const { count, exact } = known.rows;
    const rows = t(exact ? 'subjectRows' : 'subjectRowsMore', { count, number: formatCount(count) });
    return known.data_as_of
      ? t('subjectFresh', { rows, at: formatDateTime(known.data_as_of) })
      : t('subjectNow', { rows });
  };
  return (
    <>
      <p>
        {t('subjectText')} {begun ? t('subjectOther') : null}
      </p>
      <div className="qm-build__subjects">
        <Radios
          label={t('subjectChoice')}
          value={chosen ?? ''}
          options={subjects.map((one) => ({
            value: one.id,
            label: one.label,
            text: (
              <>
                {sentence(one.description)}{' '}
                {t('sample', {
                  names: one.members
                    .slice(0, SAMPLE)
                    .map((member) => member.label)
                    .join(', '),
                })}
                {/* The line is there from the start, so that nothing moves when the number comes. */}
                <br />
                {size(one.id) ?? (counted.isPending ? t('subjectCounting') : null)}
              </>
            ),
          }))}
          onChange={(subject) => act({ type: 'subject', subject })}
        />
      </div>
    </>
  );
}
