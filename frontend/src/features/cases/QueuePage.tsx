import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { listCaseQueueOptions } from '../../api/gen/@tanstack/react-query.gen';
import { StaffPage } from '../../app/StaffPage';
import { DESK_READERS } from '../../app/staff';
import { caseTopics } from '../../routes/cases';
import { ButtonLink } from '../../ui/ButtonLink';
import { EmptyState } from '../../ui/EmptyState';
import { FilterForm, FilterSelect } from '../../ui/FilterForm';
import { Loaded } from '../../ui/Loaded';
import { Pagination } from '../../ui/Pagination';
import { CaseTable } from './CaseTable';
import { useText } from './text';

const route = getRouteApi('/member/case-queue');

export default function QueuePage() {
  const t = useText();
  return (
    <StaffPage
      title={t('queue')}
      lead={t('queueLead')}
      about={t('queueAbout')}
      roles={DESK_READERS}
      actions={() => (
        <>
          <ButtonLink to="/canned-answers" kind="secondary">
            {t('cannedTitle')}
          </ButtonLink>
          <ButtonLink to="/cases" kind="secondary">
            {t('allCases')}
          </ButtonLink>
        </>
      )}
    >
      {() => <Queue />}
    </StaffPage>
  );
}

function Queue() {
  const t = useText();
  const { topic, mine, cursor } = route.useSearch();
  const query = useQuery({
    ...listCaseQueueOptions({ query: { topic, mine: mine === 'yes', cursor } }),
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
  const chips = [
    ...(topic ? [{ name: 'topic', text: t(`topic.${topic}`) }] : []),
    ...(mine ? [{ name: 'mine', text: `${t('mineFilter')}: ${t('mine')}` }] : []),
  ];
  return (
    <>
      <FilterForm values={{ topic, mine }} chips={chips} label={t('filters')}>
        <FilterSelect
          name="topic"
          label={t('topicHeader')}
          options={caseTopics.map((value) => ({ value, label: t(`topic.${value}`) }))}
        />
        <FilterSelect name="mine" label={t('mineFilter')} options={[{ value: 'yes', label: t('mine') }]} />
      </FilterForm>
      <Loaded query={query} rows={6}>
        {(page) =>
          page.items.length === 0 ? (
            chips.length > 0 ? (
              <EmptyState kind="filtered" title={t('nothingMatches')}>
                {t('nothingMatchesText')}
              </EmptyState>
            ) : (
              <EmptyState kind="nothing" title={t('queueEmpty')}>
                {t('queueEmptyText')}
              </EmptyState>
            )
          ) : (
            <>
              <CaseTable caption={t('queue')} rows={page.items} stale={query.isPlaceholderData} desk />
              <Pagination count={page.items.length} cursor={cursor} nextCursor={page.next_cursor} />
            </>
          )
        }
      </Loaded>
    </>
  );
}
