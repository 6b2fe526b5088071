import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { listAllIdentifierClaimsOptions } from '../../api/gen/@tanstack/react-query.gen';
import { StaffPage } from '../../app/StaffPage';
import { ANY_STAFF } from '../../app/staff';
import { claimStates } from '../../routes/changes';
import { EmptyState } from '../../ui/EmptyState';
import { FilterForm, FilterSelect } from '../../ui/FilterForm';
import { Loaded } from '../../ui/Loaded';
import { Pagination } from '../../ui/Pagination';
import { TextLink } from '../../ui/TextLink';
import { ClaimTable } from './ClaimTable';
import { useText } from './text';

const route = getRouteApi('/member/identifier-claims');

export default function AllClaimsPage() {
  const t = useText();
  return (
    <StaffPage title={t('deskTitle')} lead={t('deskLead')} about={t('about')} roles={ANY_STAFF}>
      {() => <Claims />}
    </StaffPage>
  );
}

function Claims() {
  const t = useText();
  const { state, due, cursor } = route.useSearch();
  const query = useQuery({
    ...listAllIdentifierClaimsOptions({
      query: { state, cursor, ...(due === 'yes' ? { due: true } : {}) },
    }),
    placeholderData: keepPreviousData,
  });
  const filtered = Boolean(state || due);
  return (
    <>
      <FilterForm
        values={{ state, due }}
        chips={[
          ...(state ? [{ name: 'state', text: t(`states.${state}`) }] : []),
          ...(due ? [{ name: 'due', text: t('dueYes') }] : []),
        ]}
        label={t('filters')}
      >
        <FilterSelect
          name="state"
          label={t('state')}
          options={claimStates.map((value) => ({ value, label: t(`states.${value}`) }))}
        />
        <FilterSelect name="due" label={t('due_only')} options={[{ value: 'yes', label: t('dueYes') }]} />
      </FilterForm>
      <Loaded query={query}>
        {(page) =>
          page.items.length === 0 ? (
            <EmptyState
              kind={filtered ? 'filtered' : 'nothing'}
              title={filtered ? t('filtered') : t('deskEmpty')}
            />
          ) : (
            <>
              <ClaimTable
                rows={page.items}
                stale={query.isPlaceholderData}
                link={(row, text) => (
                  <TextLink to="/identifier-claims/$claimId" params={{ claimId: row.id }}>
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
