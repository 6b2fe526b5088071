import type { ReactNode } from 'react';
import type { IdentifierClaim } from '../../api/gen';
import { formatDateTime } from '../../app/format';
import { useMe } from '../../session';
import { DataTable } from '../../ui/DataTable';
import { StateOfClaim } from './StateOfClaim';
import { useText } from './text';

interface Props {
  rows: IdentifierClaim[];
  stale: boolean;
  link: (row: IdentifierClaim, text: string) => ReactNode;
}

/** Claims in a list, for both companies and for staff. */
export function ClaimTable({ rows, stale, link }: Props) {
  const t = useText();
  const me = useMe();
  return (
    <DataTable
      caption={t('title')}
      rows={rows}
      rowKey={(row) => row.id}
      stale={stale}
      columns={[
        {
          key: 'identifier',
          header: t('identifier'),
          rowHeader: true,
          cell: (row) => (
            <>
              {link(row, row.identifier)}
              <div className="qm-muted qm-small">{t(`common:identifierKind.${row.identifier_kind}`)}</div>
            </>
          ),
        },
        {
          key: 'company',
          header: t('between'),
          cell: (row) => (
            <>
              {row.side === 'claimant' ? t('own') : row.claimant_company}
              {row.side === 'staff' && row.holder_company ? (
                <div className="qm-muted qm-small">
                  {t('holder')}: {row.holder_company}
                </div>
              ) : null}
            </>
          ),
        },
        { key: 'filed', header: t('filed'), cell: (row) => formatDateTime(row.filed_at, me.time_zone) },
        { key: 'due', header: t('due'), cell: (row) => formatDateTime(row.answer_due_at, me.time_zone) },
        {
          key: 'state',
          header: t('state'),
          cell: (row) => <StateOfClaim state={row.state} overdue={row.overdue} />,
        },
      ]}
    />
  );
}
