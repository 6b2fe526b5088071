import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { listCasesOptions } from '../../api/gen/@tanstack/react-query.gen';
import { DESK_READERS, isOneOf } from '../../app/staff';
import { caseStates, caseTopics } from '../../routes/cases';
import { useMe } from '../../session';
import { ButtonLink } from '../../ui/ButtonLink';
import { EmptyState } from '../../ui/EmptyState';
import { FilterForm, FilterSelect } from '../../ui/FilterForm';
import { Loaded } from '../../ui/Loaded';
import { Page } from '../../ui/Page';
import { Pagination } from '../../ui/Pagination';
import { CaseTable } from './CaseTable';
import { useText } from './text';

const route = getRouteApi('/member/cases');

/** Own questions; for the desk, the cases of everybody. */
export default function CasesPage() {
  const t = useText();
  const desk = isOneOf(useMe().staff_role, DESK_READERS);
  const { state, topic, cursor } = route.useSearch();
  const query = useQuery({
    ...listCasesOptions({ query: { state, topic, cursor } }),
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
  const chips = [
    ...(state ? [{ name: 'state', text: t(`state.${state}`) }] : []),
    ...(topic ? [{ name: 'topic', text: t(`topic.${topic}`) }] : []),
  ];
  const title = desk ? t('allCases') : t('title');
  return (
    <Page
      title={title}
      lead={desk ? undefined : t('lead')}
      about={desk ? t('queueAbout') : t('about')}
      guide="getting-support"
      actions={
        desk ? (
          <ButtonLink to="/case-queue" kind="secondary">
            {t('waitingCases')}
          </ButtonLink>
        ) : (
          <ButtonLink to="/cases/new">{t('newCase')}</ButtonLink>
        )
      }
    >
      <FilterForm values={{ state, topic }} chips={chips} label={t('filters')}>
        <FilterSelect
          name="state"
          label={t('stateHeader')}
          options={caseStates.map((value) => ({ value, label: t(`state.${value}`) }))}
        />
        <FilterSelect
          name="topic"
          label={t('topicHeader')}
          options={caseTopics.map((value) => ({ value, label: t(`topic.${value}`) }))}
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
              <EmptyState
                kind="nothing"
                title={t('empty')}
                action={desk ? undefined : <ButtonLink to="/cases/new">{t('newCase')}</ButtonLink>}
              >
                {t('emptyText')}
              </EmptyState>
            )
          ) : (
            <>
              <CaseTable caption={title} rows={page.items} stale={query.isPlaceholderData} desk={desk} />
              <Pagination count={page.items.length} cursor={cursor} nextCursor={page.next_cursor} />
            </>
          )
        }
      </Loaded>
    </Page>
  );
}
