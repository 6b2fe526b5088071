import type { Case } from '../../api/gen';
import { formatDateTime } from '../../app/format';
import { useMe } from '../../session';
import { DataTable } from '../../ui/DataTable';
import { StateTag } from '../../ui/StateTag';
import { TextLink } from '../../ui/TextLink';
import { useText } from './text';
import { STATE_LOOK } from './words';

interface Props {
  caption: string;
  rows: Case[];
  stale?: boolean;
  /** The desk's columns: since when it waits, and whose it is. */
  desk?: boolean;
}

export function CaseTable({ caption, rows, stale, desk = false }: Props) {
  const t = useText();
  const me = useMe();
  const time = (value: string) => formatDateTime(value, me.time_zone);
  return (
    <DataTable
      caption={caption}
      rows={rows}
      rowKey={(row) => row.id}
      stale={stale}
      columns={[
        {
          key: 'subject',
          header: t('subject'),
          rowHeader: true,
          cell: (row) => (
            <TextLink to="/cases/$caseId" params={{ caseId: row.id }}>
              {t('caseTitle', { number: row.number, subject: row.subject })}
            </TextLink>
          ),
        },
        { key: 'topic', header: t('topicHeader'), cell: (row) => t(`topic.${row.topic}`) },
        {
          key: 'state',
          header: t('stateHeader'),
          cell: (row) => (
            <StateTag tone={STATE_LOOK[row.state][0]} icon={STATE_LOOK[row.state][1]}>
              {t(`state.${row.state}`)}
            </StateTag>
          ),
        },
        ...(desk
          ? [
              {
                key: 'since',
                header: t('waitingSince'),
                cell: (row: Case) => (row.state === 'waiting' ? time(row.state_since) : '–'),
              },
              { key: 'agent', header: t('agent'), cell: (row: Case) => row.desk?.agent ?? t('nobody') },
            ]
          : [{ key: 'opened', header: t('openedHeader'), cell: (row: Case) => time(row.opened_at) }]),
      ]}
    />
  );
}
