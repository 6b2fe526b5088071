import type { ReactNode } from 'react';
import type { OwnerSuccessionRecord } from '../../api/gen';
import { formatDate, formatDateTime } from '../../app/format';
import { useMe } from '../../session';
import { DataTable } from '../../ui/DataTable';
import { StateOfSuccession } from './StateOfSuccession';
import { useText } from './text';

interface Props {
  caption: string;
  rows: OwnerSuccessionRecord[];
  stale?: boolean;
  withAccount?: boolean;
  link: (row: OwnerSuccessionRecord, text: string) => ReactNode;
}

/** Changes of owner in a list: of one account, or of all. */
export function SuccessionTable({ caption, rows, stale, withAccount, link }: Props) {
  const t = useText();
  const me = useMe();
  return (
    <DataTable
      caption={caption}
      rows={rows}
      rowKey={(row) => row.id}
      stale={stale}
      columns={[
        {
          key: 'successor',
          header: t('successor'),
          rowHeader: true,
          cell: (row) => (
            <>
              {link(row, row.successor.name)}
              <div className="qm-muted qm-small">{t(`successionKind.${row.kind}`)}</div>
            </>
          ),
        },
        ...(withAccount
          ? [
              {
                key: 'account',
                header: t('accountColumn'),
                cell: (row: OwnerSuccessionRecord) => (
                  <>
                    {row.account.company_name}
                    <div className="qm-muted qm-small">{row.account.account_number}</div>
                  </>
                ),
              },
            ]
          : []),
        { key: 'owner', header: t('owner'), cell: (row) => row.owner.name },
        { key: 'asked', header: t('asked'), cell: (row) => formatDateTime(row.asked_at, me.time_zone) },
        {
          key: 'until',
          header: t('waitsUntil'),
          cell: (row) =>
            row.completes_after
              ? formatDateTime(row.completes_after, me.time_zone)
              : formatDate(row.takes_over_on) || '–',
        },
        {
          key: 'state',
          header: t('state'),
          cell: (row) => <StateOfSuccession state={row.state} ready={row.ready} />,
        },
      ]}
    />
  );
}
