import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { getGrantRequestResult } from '../../api/gen';
import {
  getGrantRequestBatchOptions,
  listGrantRequestRowsOptions,
} from '../../api/gen/@tanstack/react-query.gen';
import { AccountPage } from '../../app/AccountPage';
import { saveBlob } from '../../app/download';
import { Alert } from '../../ui/Alert';
import { Button } from '../../ui/Button';
import { DataTable } from '../../ui/DataTable';
import { EmptyState } from '../../ui/EmptyState';
import { FilterForm, FilterSelect } from '../../ui/FilterForm';
import { Loaded } from '../../ui/Loaded';
import { Pagination } from '../../ui/Pagination';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { StateTag } from '../../ui/StateTag';
import { TextLink } from '../../ui/TextLink';
import { useText } from './text';

const route = getRouteApi('/member/access/cross-account/batches/$batchId');

export default function BatchPage() {
  const t = useText();
  return (
    <AccountPage
      title={t('batchResult')}
      about={t('batchAbout')}
      guide="clients-accounts"
      crumbs={[
        { label: t('title'), to: '/access/cross-account' },
        { label: t('batchTitle'), to: '/access/cross-account/batches' },
      ]}
      roles={['owner', 'proxy']}
    >
      {() => <Result />}
    </AccountPage>
  );
}

/** What became of an uploaded list, row by row. */
function Result() {
  const t = useText();
  const { batchId } = route.useParams();
  const { outcome, cursor } = route.useSearch();
  const [error, setError] = useState<unknown>(null);
  const batch = useQuery(getGrantRequestBatchOptions({ path: { id: batchId } }));
  const query = useQuery({
    ...listGrantRequestRowsOptions({ path: { id: batchId }, query: { outcome, cursor } }),
    placeholderData: keepPreviousData,
  });
  return (
    <>
      <Loaded query={batch} rows={1}>
        {(done) => (
          <Alert kind={done.rows_refused === 0 ? 'success' : 'warning'} focus>
            {t('batchSent', { ok: done.rows_ok, total: done.rows_total, refused: done.rows_refused })}
          </Alert>
        )}
      </Loaded>
      {error ? <ProblemAlert error={error} focus /> : null}
      <p className="qm-row">
        <TextLink to="/access/cross-account" search={{ tab: 'pending' }}>
          {t('seePending')}
        </TextLink>
        <Button
          kind="secondary"
          small
          onClick={async () => {
            setError(null);
            try {
              const { data } = await getGrantRequestResult({ path: { id: batchId }, parseAs: 'blob' });
              saveBlob(data as unknown as Blob, 'access-requests-result.csv');
            } catch (caught) {
              setError(caught);
            }
          }}
        >
          {t('downloadResult')}
        </Button>
      </p>
      <FilterForm
        values={{ outcome }}
        chips={outcome ? [{ name: 'outcome', text: t(`rowOutcome.${outcome}`) }] : []}
        label={t('rowsFilter')}
      >
        <FilterSelect
          name="outcome"
          label={t('outcome')}
          options={(['requested', 'refused'] as const).map((value) => ({
            value,
            label: t(`rowOutcome.${value}`),
          }))}
        />
      </FilterForm>
      <Loaded query={query} rows={6}>
        {(page) =>
          page.items.length === 0 ? (
            <EmptyState kind={outcome ? 'filtered' : 'nothing'} title={t('rowsEmpty')} />
          ) : (
            <>
              <DataTable
                caption={t('rowsCaption')}
                rows={page.items}
                rowKey={(row) => String(row.row)}
                stale={query.isPlaceholderData}
                columns={[
                  {
                    key: 'row',
                    header: t('row'),
                    rowHeader: true,
                    cell: (row) => String(row.row),
                  },
                  {
                    key: 'company',
                    header: t('company'),
                    cell: (row) =>
                      row.grant_id ? (
                        <TextLink to="/access/cross-account/$grantId" params={{ grantId: row.grant_id }}>
                          {row.company_name ?? t('grant')}
                        </TextLink>
                      ) : (
                        '–'
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
              <Pagination count={page.items.length} cursor={cursor} nextCursor={page.next_cursor} />
            </>
          )
        }
      </Loaded>
    </>
  );
}
