import type { Case } from '../../api/gen';
import { formatDateTime } from '../../app/format';
import { useMe } from '../../session';
import { DataTable } from '../../ui/DataTable';
import type { IconName } from '../../ui/Icon';
import { StateTag, type Tone } from '../../ui/StateTag';
import { TextLink } from '../../ui/TextLink';
import { useText } from './text';

const LOOK: Record<Case['state'], [Tone, IconName]> = {
  waiting: ['warn', 'clock'],
  answered: ['good', 'check'],
  closed: ['quiet', 'stop'],
};

/** Cases on the screen of a company or a person. What is done on record is done in the case. */
export function CaseList({ cases }: { cases: Case[] }) {
  const t = useText();
  const me = useMe();
  if (cases.length === 0) return <p>{t('noCases')}</p>;
  return (
    <DataTable
      caption={t('cases')}
      rows={cases}
      rowKey={(row) => row.id}
      columns={[
        {
          key: 'case',
          header: t('case'),
          rowHeader: true,
          cell: (row) => (
            <TextLink to="/cases/$caseId" params={{ caseId: row.id }}>
              {`${row.number}: ${row.subject}`}
            </TextLink>
          ),
        },
        { key: 'topic', header: t('topicHeader'), cell: (row) => t(`topic.${row.topic}`) },
        {
          key: 'state',
          header: t('stateTitle'),
          cell: (row) => (
            <StateTag tone={LOOK[row.state][0]} icon={LOOK[row.state][1]}>
              {t(`caseState.${row.state}`)}
            </StateTag>
          ),
        },
        {
          key: 'since',
          header: t('sinceWhen'),
          cell: (row) => formatDateTime(row.state_since, me.time_zone),
        },
      ]}
    />
  );
}
