import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { listRegisterImportsOptions } from '../../api/gen/@tanstack/react-query.gen';
import { formatDateTime } from '../../app/format';
import { StaffPage } from '../../app/StaffPage';
import { REGISTER_READERS } from '../../app/staff';
import { useMe } from '../../session';
import { ButtonLink } from '../../ui/ButtonLink';
import { DataTable } from '../../ui/DataTable';
import { EmptyState } from '../../ui/EmptyState';
import { Loaded } from '../../ui/Loaded';
import { Pagination } from '../../ui/Pagination';
import { TextLink } from '../../ui/TextLink';
import { ImportState } from './ImportState';
import { useText } from './text';

const route = getRouteApi('/member/register/imports');

export default function ImportsPage() {
  const t = useText();
  return (
    <StaffPage
      title={t('importsTitle')}
      lead={t('importsLead')}
      crumbs={[{ label: t('back'), to: '/register' }]}
      roles={REGISTER_READERS}
      actions={(role) =>
        role === 'registrar' ? <ButtonLink to="/register/imports/new">{t('importFile')}</ButtonLink> : null
      }
    >
      {() => <Imports />}
    </StaffPage>
  );
}

function Imports() {
  const t = useText();
  const me = useMe();
  const { cursor } = route.useSearch();
  const query = useQuery({
    ...listRegisterImportsOptions({ query: { cursor } }),
    placeholderData: keepPreviousData,
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
              caption={t('importsTitle')}
              rows={page.items}
              rowKey={(row) => row.id}
              stale={query.isPlaceholderData}
              columns={[
                {
                  key: 'started',
                  header: t('started'),
                  rowHeader: true,
                  cell: (row) => (
                    <TextLink to="/register/imports/$importId" params={{ importId: row.id }}>
                      {formatDateTime(row.started_at, me.time_zone)}
                    </TextLink>
                  ),
                },
                { key: 'file', header: t('fileName'), cell: (row) => row.file_name ?? t('noName') },
                { key: 'by', header: t('by'), cell: (row) => row.by_name },
                { key: 'state', header: t('state'), cell: (row) => <ImportState state={row.state} /> },
                { key: 'total', header: t('rowsTotal'), numeric: true, cell: (row) => row.rows_total },
                { key: 'added', header: t('rowsAdded'), numeric: true, cell: (row) => row.rows_added },
                { key: 'changed', header: t('rowsChanged'), numeric: true, cell: (row) => row.rows_changed },
                { key: 'refused', header: t('rowsRefused'), numeric: true, cell: (row) => row.rows_refused },
              ]}
            />
            <Pagination count={page.items.length} cursor={cursor} nextCursor={page.next_cursor} />
          </>
        )
      }
    </Loaded>
  );
}
