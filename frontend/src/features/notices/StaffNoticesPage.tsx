import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { listStaffNoticesOptions } from '../../api/gen/@tanstack/react-query.gen';
import { formatDateTime } from '../../app/format';
import { StaffPage } from '../../app/StaffPage';
import { ANY_STAFF, isOneOf, NOTICE_WRITERS } from '../../app/staff';
import { noticeStates } from '../../routes/notices';
import { useMe } from '../../session';
import { ButtonLink } from '../../ui/ButtonLink';
import { DataTable } from '../../ui/DataTable';
import { EmptyState } from '../../ui/EmptyState';
import { FilterForm, FilterSelect } from '../../ui/FilterForm';
import { Loaded } from '../../ui/Loaded';
import { Pagination } from '../../ui/Pagination';
import { StateTag } from '../../ui/StateTag';
import { TextLink } from '../../ui/TextLink';
import { useText } from './text';
import { audienceText, STATE_LOOK } from './words';

const route = getRouteApi('/member/staff-notices');

export default function StaffNoticesPage() {
  const t = useText();
  return (
    <StaffPage
      title={t('staffTitle')}
      lead={t('staffLead')}
      about={t('staffAbout')}
      roles={ANY_STAFF}
      actions={(role) =>
        isOneOf(role, NOTICE_WRITERS) ? <ButtonLink to="/staff-notices/new">{t('compose')}</ButtonLink> : null
      }
    >
      {(role) => <List writes={isOneOf(role, NOTICE_WRITERS)} />}
    </StaffPage>
  );
}

function List({ writes }: { writes: boolean }) {
  const t = useText();
  const me = useMe();
  const { state, cursor } = route.useSearch();
  const query = useQuery({
    ...listStaffNoticesOptions({ query: { state, cursor } }),
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
  const chips = state ? [{ name: 'state', text: t(`state.${state}`) }] : [];
  return (
    <>
      <FilterForm values={{ state }} chips={chips} label={t('filters')}>
        <FilterSelect
          name="state"
          label={t('stateHeader')}
          options={noticeStates.map((value) => ({ value, label: t(`state.${value}`) }))}
        />
      </FilterForm>
      <Loaded query={query} rows={6}>
        {(page) =>
          page.items.length === 0 ? (
            chips.length > 0 ? (
              <EmptyState kind="filtered" title={t('nothingMatches')}>
                {t('nothingMatchesText')}
              </EmptyState>
            ) : (
              <EmptyState kind="nothing" title={t('staffEmpty')}>
                {writes ? t('staffEmptyText') : undefined}
              </EmptyState>
            )
          ) : (
            <>
              <DataTable
                caption={t('staffTitle')}
                rows={page.items}
                rowKey={(row) => row.id}
                stale={query.isPlaceholderData}
                columns={[
                  {
                    key: 'notice',
                    header: t('notice'),
                    rowHeader: true,
                    cell: (row) => (
                      <TextLink to="/staff-notices/$noticeId" params={{ noticeId: row.id }}>
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
                    key: 'audience',
                    header: t('audienceHeader'),
                    cell: (row) => audienceText(t, row.audience, row.company_names),
                  },
                  {
                    key: 'state',
                    header: t('stateHeader'),
                    cell: (row) => (
                      <StateTag tone={STATE_LOOK[row.state][0]} icon={STATE_LOOK[row.state][1]}>
                        {t(`state.${row.state}`)}
                      </StateTag>
                    ),
                  },
                  {
                    key: 'published',
                    header: t('published'),
                    cell: (row) =>
                      row.published_at ? formatDateTime(row.published_at, me.time_zone) : t('notYet'),
                  },
                  {
                    key: 'acknowledged',
                    header: t('acknowledgedHeader'),
                    cell: (row) =>
                      row.action_required
                        ? t('progress', {
                            acknowledged: row.counts.acknowledged,
                            addressed: row.counts.addressed,
                          })
                        : t('notAsked'),
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
