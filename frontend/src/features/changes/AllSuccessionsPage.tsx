import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { listWaitingOwnerSuccessionsOptions } from '../../api/gen/@tanstack/react-query.gen';
import { StaffPage } from '../../app/StaffPage';
import { ANY_STAFF } from '../../app/staff';
import { successionStates } from '../../routes/changes';
import { EmptyState } from '../../ui/EmptyState';
import { FilterForm, FilterSelect } from '../../ui/FilterForm';
import { Loaded } from '../../ui/Loaded';
import { Pagination } from '../../ui/Pagination';
import { TextLink } from '../../ui/TextLink';
import { SuccessionTable } from './SuccessionTable';
import { useText } from './text';

const route = getRouteApi('/member/owner-successions');

export default function AllSuccessionsPage() {
  const t = useText();
  return (
    <StaffPage title={t('allTitle')} lead={t('allLead')} about={t('allAbout')} roles={ANY_STAFF}>
      {() => <Successions />}
    </StaffPage>
  );
}

function Successions() {
  const t = useText();
  const { state, cursor } = route.useSearch();
  const query = useQuery({
    ...listWaitingOwnerSuccessionsOptions({ query: { state, cursor } }),
    placeholderData: keepPreviousData,
  });
  return (
    <>
      <FilterForm
        values={{ state }}
        chips={state ? [{ name: 'state', text: t(`statesSuccession.${state}`) }] : []}
        label={t('filters')}
      >
        <FilterSelect
          name="state"
          label={t('state')}
          options={successionStates.map((value) => ({ value, label: t(`statesSuccession.${value}`) }))}
        />
      </FilterForm>
      <Loaded query={query}>
        {(page) =>
          page.items.length === 0 ? (
            <EmptyState kind={state ? 'filtered' : 'nothing'} title={state ? t('filtered') : t('allEmpty')} />
          ) : (
            <>
              <SuccessionTable
                caption={t('allTitle')}
                rows={page.items}
                stale={query.isPlaceholderData}
                withAccount
                link={(row, text) => (
                  <TextLink
                    to="/owner-successions/$accountId/$successionId"
                    params={{ accountId: row.account.id, successionId: row.id }}
                  >
                    {text}
                  </TextLink>
                )}
              />
              <Pagination count={page.items.length} cursor={cursor} nextCursor={page.next_cursor} />
            </>
          )
        }
      </Loaded>
    </>
  );
}
