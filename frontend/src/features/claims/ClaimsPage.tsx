import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { Membership } from '../../api/gen';
import { listIdentifierClaimsOptions } from '../../api/gen/@tanstack/react-query.gen';
import { AccountPage } from '../../app/AccountPage';
import { claimStates } from '../../routes/changes';
import { EmptyState } from '../../ui/EmptyState';
import { FilterForm, FilterSelect } from '../../ui/FilterForm';
import { Loaded } from '../../ui/Loaded';
import { Pagination } from '../../ui/Pagination';
import { TextLink } from '../../ui/TextLink';
import { ClaimTable } from './ClaimTable';
import { useText } from './text';

const route = getRouteApi('/member/company/claims');
const SIDES = ['claimant', 'holder'] as const;

export default function ClaimsPage() {
  const t = useText();
  return (
    <AccountPage
      title={t('title')}
      lead={t('lead')}
      about={t('about')}
      crumbs={[{ label: t('common:companyPage'), to: '/company' }]}
      roles={['owner', 'proxy']}
    >
      {(membership) => <Claims key={membership.account_id} membership={membership} />}
    </AccountPage>
  );
}

function Claims({ membership }: { membership: Membership }) {
  const t = useText();
  const { side, state, cursor } = route.useSearch();
  const query = useQuery({
    ...listIdentifierClaimsOptions({
      path: { id: membership.account_id },
      query: { side, state, cursor },
    }),
    placeholderData: keepPreviousData,
  });
  const filtered = Boolean(side || state);
  return (
    <>
      <FilterForm
        values={{ side, state }}
        chips={[
          ...(side ? [{ name: 'side', text: t(`sides.${side}`) }] : []),
          ...(state ? [{ name: 'state', text: t(`states.${state}`) }] : []),
        ]}
        label={t('filters')}
      >
        <FilterSelect
          name="side"
          label={t('side')}
          options={SIDES.map((value) => ({ value, label: t(`sides.${value}`) }))}
        />
        <FilterSelect
          name="state"
          label={t('state')}
          options={claimStates.map((value) => ({ value, label: t(`states.${value}`) }))}
        />
      </FilterForm>
      <Loaded query={query}>
        {(page) =>
          page.items.length === 0 ? (
            filtered ? (
              <EmptyState kind="filtered" title={t('filtered')} />
            ) : (
              <EmptyState kind="nothing" title={t('empty')}>
                {t('emptyText')}
              </EmptyState>
            )
          ) : (
            <>
              <ClaimTable
                rows={page.items}
                stale={query.isPlaceholderData}
                link={(row, text) => (
                  <TextLink to="/company/claims/$claimId" params={{ claimId: row.id }}>
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
