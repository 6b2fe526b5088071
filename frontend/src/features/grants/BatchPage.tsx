import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { listGrantRequestBatchRowsOptions } from '../../api/pending/query';
import { AccountPage } from '../../app/AccountPage';
import { EmptyState } from '../../ui/EmptyState';
import { FilterForm, FilterSelect } from '../../ui/FilterForm';
import { Loaded } from '../../ui/Loaded';
import { Pagination } from '../../ui/Pagination';
import { BatchRows } from './BatchRows';
import { useText } from './text';

const route = getRouteApi('/member/access/cross-account/batches/$batchId');

export default function BatchPage() {
  const t = useText();
  return (
    <AccountPage
      title={t('batchResult')}
      about={t('batchAbout')}
      crumbs={[
        { label: t('title'), to: '/access/cross-account' },
        { label: t('batchTitle'), to: '/access/cross-account/batches' },
      ]}
      roles={['owner', 'proxy']}
    >
      {() => <Rows />}
    </AccountPage>
  );
}

function Rows() {
  const t = useText();
  const { batchId } = route.useParams();
  const { only, cursor } = route.useSearch();
  const query = useQuery({
    ...listGrantRequestBatchRowsOptions({ path: { id: batchId }, query: { outcome: only, cursor } }),
    placeholderData: keepPreviousData,
  });
  return (
    <>
      <FilterForm
        values={{ only }}
        chips={only ? [{ name: 'only', text: t('rowOutcome.refused') }] : []}
        label={t('rowsFilter')}
      >
        <FilterSelect
          name="only"
          label={t('outcome')}
          options={[{ value: 'refused', label: t('rowOutcome.refused') }]}
        />
      </FilterForm>
      <Loaded query={query} rows={6}>
        {(page) =>
          page.items.length === 0 ? (
            <EmptyState kind={only ? 'filtered' : 'nothing'} title={t('rowsEmpty')} />
          ) : (
            <>
              <BatchRows rows={page.items} stale={query.isPlaceholderData} />
              <Pagination count={page.items.length} cursor={cursor} nextCursor={page.next_cursor} />
            </>
          )
        }
      </Loaded>
    </>
  );
}
