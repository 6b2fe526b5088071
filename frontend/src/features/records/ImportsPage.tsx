import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { Membership } from '../../api/gen';
import { listRecordImportsOptions } from '../../api/gen/@tanstack/react-query.gen';
import { AccountPage } from '../../app/AccountPage';
import { formatDateTime } from '../../app/format';
import { formatCount } from '../../app/money';
import { useMe } from '../../session';
import { ButtonLink } from '../../ui/ButtonLink';
import { DataTable } from '../../ui/DataTable';
import { EmptyState } from '../../ui/EmptyState';
import { Loaded } from '../../ui/Loaded';
import { Pagination } from '../../ui/Pagination';
import { TextLink } from '../../ui/TextLink';
import { ImportTag } from './ImportTag';
import { useText } from './text';

const route = getRouteApi('/member/entries/imports');

export function ImportsPage() {
  const t = useText();
  return (
    <AccountPage
      title={t('imports')}
      lead={t('importsLead')}
      about={t('importsAbout')}
      crumbs={[{ label: t('entries'), to: '/entries' }]}
      roles={['owner', 'proxy']}
      actions={() => <ButtonLink to="/entries/imports/new">{t('importNew')}</ButtonLink>}
    >
      {(membership) => <Imports membership={membership} />}
    </AccountPage>
  );
}

function Imports({ membership }: { membership: Membership }) {
  const t = useText();
  const me = useMe();
  const { cursor } = route.useSearch();
  const query = useQuery({
    ...listRecordImportsOptions({ path: { id: membership.account_id }, query: { cursor } }),
    placeholderData: keepPreviousData,
    refetchInterval: (known) =>
      known.state.data?.items.some((one) => one.state === 'queued' || one.state === 'running') ? 3000 : false,
  });
  return (
    <Loaded query={query}>
      {(page) =>
        page.items.length === 0 ? (
          <EmptyState kind="nothing" title={t('importsEmpty')}>
            {t('importsEmptyText')}
          </EmptyState>
        ) : (
          <>
            <DataTable
              caption={t('imports')}
              rows={page.items}
              rowKey={(row) => row.id}
              stale={query.isPlaceholderData}
              columns={[
                {
                  key: 'asked',
                  header: t('asked'),
                  rowHeader: true,
                  cell: (row) => (
                    <TextLink to="/entries/imports/$importId" params={{ importId: row.id }}>
                      {formatDateTime(row.created_at, me.time_zone)}
                    </TextLink>
                  ),
                },
                { key: 'file', header: t('file'), cell: (row) => row.file_name ?? t('noName') },
                { key: 'by', header: t('by'), cell: (row) => row.by_name },
                { key: 'state', header: t('state'), cell: (row) => <ImportTag state={row.state} /> },
                { key: 'rows', header: t('rows'), numeric: true, cell: (row) => formatCount(row.rows_total) },
                {
                  key: 'new',
                  header: t('entriesNew'),
                  numeric: true,
                  cell: (row) => formatCount(row.entries_new),
                },
                {
                  key: 'updated',
                  header: t('entriesUpdated'),
                  numeric: true,
                  cell: (row) => formatCount(row.entries_updated),
                },
                {
                  key: 'refused',
                  header: t('refused'),
                  numeric: true,
                  cell: (row) => formatCount(row.rows_refused),
                },
              ]}
            />
            <Pagination count={page.items.length} cursor={cursor} nextCursor={page.next_cursor} />
          </>
        )
      }
    </Loaded>
  );
}
