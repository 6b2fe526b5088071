import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import {
  getRegisterImportOptions,
  listRegisterImportErrorsOptions,
} from '../../api/gen/@tanstack/react-query.gen';
import { formatDateTime } from '../../app/format';
import { StaffPage } from '../../app/StaffPage';
import { REGISTER_READERS } from '../../app/staff';
import { useMe } from '../../session';
import { Alert } from '../../ui/Alert';
import { ButtonLink } from '../../ui/ButtonLink';
import { Card } from '../../ui/Card';
import { DataTable } from '../../ui/DataTable';
import { Facts } from '../../ui/Facts';
import { Loaded } from '../../ui/Loaded';
import { Pagination } from '../../ui/Pagination';
import { ImportState } from './ImportState';
import { useText } from './text';

const route = getRouteApi('/member/register/imports/$importId');

export default function ImportPage() {
  const t = useText();
  const me = useMe();
  const { importId } = route.useParams();
  const query = useQuery(getRegisterImportOptions({ path: { import_id: importId } }));
  return (
    <StaffPage
      title={
        query.data
          ? t('importOne', { time: formatDateTime(query.data.started_at, me.time_zone) })
          : t('imports')
      }
      crumbs={[
        { label: t('back'), to: '/register' },
        { label: t('imports'), to: '/register/imports' },
      ]}
      roles={REGISTER_READERS}
      actions={(role) =>
        role === 'registrar' ? (
          <ButtonLink to="/register/imports/new" kind="secondary">
            {t('importAnother')}
          </ButtonLink>
        ) : null
      }
    >
      {() => (
        <Loaded query={query}>
          {(run) => (
            <>
              <Alert kind={run.state === 'failed' ? 'error' : run.rows_refused > 0 ? 'warning' : 'success'}>
                {t('loaded', {
                  added: run.rows_added,
                  changed: run.rows_changed,
                  unchanged: run.rows_unchanged,
                })}{' '}
                {run.failure ? t('failure', { reason: run.failure }) : null}{' '}
                {run.rows_refused > 0 ? t('loadedRefused', { count: run.rows_refused }) : null}
              </Alert>
              <Card title={t('summary')} side={<ImportState state={run.state} />}>
                <Facts
                  items={[
                    [t('fileName'), run.file_name ?? t('noName')],
                    [t('by'), run.by_name],
                    [t('rowsTotal'), run.rows_total],
                    [t('rowsAdded'), run.rows_added],
                    [t('rowsChanged'), run.rows_changed],
                    [t('rowsUnchanged'), run.rows_unchanged],
                    [t('rowsRefused'), run.rows_refused],
                  ]}
                />
              </Card>
              <h2>{t('errors')}</h2>
              {run.rows_refused === 0 ? <p>{t('noErrors')}</p> : <Refused importId={run.id} />}
            </>
          )}
        </Loaded>
      )}
    </StaffPage>
  );
}

function Refused({ importId }: { importId: string }) {
  const t = useText();
  const { cursor } = route.useSearch();
  const query = useQuery({
    ...listRegisterImportErrorsOptions({ path: { import_id: importId }, query: { cursor } }),
    placeholderData: keepPreviousData,
  });
  return (
    <Loaded query={query}>
      {(page) => (
        <>
          <DataTable
            caption={t('errors')}
            rows={page.items}
            rowKey={(row) => `${row.row}-${row.column}-${row.code}`}
            stale={query.isPlaceholderData}
            columns={[
              { key: 'row', header: t('row'), rowHeader: true, numeric: true, cell: (row) => row.row },
              { key: 'column', header: t('column'), cell: (row) => row.column ?? '–' },
              { key: 'problem', header: t('problem'), cell: (row) => row.detail },
              { key: 'code', header: t('code'), cell: (row) => <code>{row.code}</code> },
            ]}
          />
          <Pagination count={page.items.length} cursor={cursor} nextCursor={page.next_cursor} />
        </>
      )}
    </Loaded>
  );
}
