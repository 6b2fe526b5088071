import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { listNoticesOptions } from '../../api/gen/@tanstack/react-query.gen';
import { formatDateTime } from '../../app/format';
import { noticeCategories } from '../../routes/notices';
import { useMe } from '../../session';
import { DataTable } from '../../ui/DataTable';
import { EmptyState } from '../../ui/EmptyState';
import { FilterForm, FilterSelect } from '../../ui/FilterForm';
import { Loaded } from '../../ui/Loaded';
import { Page } from '../../ui/Page';
import { Pagination } from '../../ui/Pagination';
import { StateTag } from '../../ui/StateTag';
import { TextLink } from '../../ui/TextLink';
import { useText } from './text';
import { READING_LOOK, readingOf, unreadFirst } from './words';

const route = getRouteApi('/member/notices');

/** What the operator tells the person who is signed in. */
export default function NoticesPage() {
  const t = useText();
  const me = useMe();
  const { category, unacknowledged, cursor } = route.useSearch();
  const query = useQuery({
    ...listNoticesOptions({
      query: { category, unacknowledged: unacknowledged === 'yes' ? true : undefined, cursor },
    }),
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
  const chips = [
    ...(category ? [{ name: 'category', text: t(`category.${category}`) }] : []),
    ...(unacknowledged ? [{ name: 'unacknowledged', text: t('waits') }] : []),
  ];
  return (
    <Page title={t('title')} lead={t('lead')} about={t('about')}>
      <FilterForm values={{ category, unacknowledged }} chips={chips} label={t('filters')}>
        <FilterSelect
          name="category"
          label={t('categoryHeader')}
          options={noticeCategories.map((value) => ({ value, label: t(`category.${value}`) }))}
        />
        <FilterSelect
          name="unacknowledged"
          label={t('acknowledgement')}
          options={[{ value: 'yes', label: t('waits') }]}
        />
      </FilterForm>
      <Loaded query={query} rows={5}>
        {(page) =>
          page.items.length === 0 ? (
            chips.length > 0 ? (
              <EmptyState kind="filtered" title={t('nothingMatches')}>
                {t('nothingMatchesText')}
              </EmptyState>
            ) : (
              <EmptyState kind="nothing" title={t('empty')}>
                {t('emptyText')}
              </EmptyState>
            )
          ) : (
            <>
              <DataTable
                caption={t('title')}
                rows={unreadFirst(page.items)}
                rowKey={(row) => row.id}
                stale={query.isPlaceholderData}
                columns={[
                  {
                    key: 'notice',
                    header: t('notice'),
                    rowHeader: true,
                    cell: (row) => (
                      <TextLink to="/notices/$noticeId" params={{ noticeId: row.id }}>
                        {row.title}
                      </TextLink>
                    ),
                  },
                  {
                    key: 'category',
                    header: t('categoryHeader'),
                    cell: (row) => t(`category.${row.category}`),
                  },
                  {
                    key: 'published',
                    header: t('published'),
                    cell: (row) => formatDateTime(row.published_at, me.time_zone),
                  },
                  {
                    key: 'state',
                    header: t('stateHeader'),
                    cell: (row) => {
                      const reading = readingOf(row);
                      return (
                        <StateTag tone={READING_LOOK[reading][0]} icon={READING_LOOK[reading][1]}>
                          {t(reading)}
                        </StateTag>
                      );
                    },
                  },
                ]}
              />
              <Pagination count={page.items.length} cursor={cursor} nextCursor={page.next_cursor} />
            </>
          )
        }
      </Loaded>
    </Page>
  );
}
