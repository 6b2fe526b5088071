import type { GrantRequestBatchRow } from '../../api/pending';
import { DataTable } from '../../ui/DataTable';
import { StateTag } from '../../ui/StateTag';
import { TextLink } from '../../ui/TextLink';
import { useText } from './text';

/** The rows of an uploaded list, each with what became of it. */
export function BatchRows({ rows, stale }: { rows: GrantRequestBatchRow[]; stale?: boolean }) {
  const t = useText();
  return (
    <DataTable
      caption={t('rowsCaption')}
      rows={rows}
      rowKey={(row) => String(row.row)}
      stale={stale}
      columns={[
        { key: 'row', header: t('row'), numeric: true, cell: (row) => String(row.row) },
        {
          key: 'account',
          header: t('accountNumber'),
          rowHeader: true,
          cell: (row) =>
            row.grant_id ? (
              <TextLink to="/access/cross-account/$grantId" params={{ grantId: row.grant_id }}>
                {row.account_number}
              </TextLink>
            ) : (
              row.account_number || '–'
            ),
        },
        {
          key: 'outcome',
          header: t('outcome'),
          cell: (row) => (
            <StateTag
              tone={row.outcome === 'refused' ? 'bad' : 'good'}
              icon={row.outcome === 'refused' ? 'stop' : 'check'}
            >
              {t(`rowOutcome.${row.outcome}`)}
            </StateTag>
          ),
        },
        {
          key: 'errors',
          header: t('problems'),
          cell: (row) =>
            row.errors.length === 0 ? (
              '–'
            ) : (
              <ul className="qm-plain-list">
                {row.errors.map((one) => (
                  <li key={`${one.column}-${one.code}`}>
                    {one.column ? <code>{one.column}</code> : null} {one.detail}
                  </li>
                ))}
              </ul>
            ),
        },
      ]}
    />
  );
}
