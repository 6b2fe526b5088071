import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import type { Grant, GrantRenewalResult, Membership } from '../../api/gen';
import { listGrantsGivenOptions, listGrantsReceivedOptions } from '../../api/gen/@tanstack/react-query.gen';
import { dayAfter, dayFromNow } from '../../app/format';
import { grantStates } from '../../routes/search';
import { Button } from '../../ui/Button';
import { ButtonLink } from '../../ui/ButtonLink';
import { EmptyState } from '../../ui/EmptyState';
import { FilterForm, FilterSelect, FilterText } from '../../ui/FilterForm';
import { Loaded } from '../../ui/Loaded';
import { Pagination } from '../../ui/Pagination';
import { GrantTable } from './GrantTable';
import { RenewDialog, RenewResult } from './Renewal';
import { useText } from './text';
import { otherParty, partyName } from './words';

const route = getRouteApi('/member/access/cross-account');

const isLiving = (grant: Grant) => grant.state.kind === 'active' || grant.state.kind === 'paused';

/** The grants that an account has given or received, with filters, and renewal of several at once. */
export function GrantList({ side, membership }: { side: 'given' | 'received'; membership: Membership }) {
  const t = useText();
  const search = route.useSearch();
  const { q, state, ends, sort, cursor } = search;
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [nothingChosen, setNothingChosen] = useState(false);
  const [renewing, setRenewing] = useState<Grant[] | null>(null);
  const [result, setResult] = useState<{ rows: GrantRenewalResult[]; grants: Grant[] } | null>(null);
  const input = {
    path: { id: membership.account_id },
    query: {
      q,
      state: state ?? (ends ? ('living' as const) : undefined),
      sort,
      cursor,
      ends_before: ends ? dayAfter(dayFromNow(Number(ends))) : undefined,
    },
  };
  const query = useQuery({
    ...(side === 'given' ? listGrantsGivenOptions(input) : listGrantsReceivedOptions(input)),
    placeholderData: keepPreviousData,
  });
  const filtered = Boolean(q ?? state ?? ends);
  const chips = [
    q ? { name: 'q', text: q } : null,
    state ? { name: 'state', text: t(`state.${state}`) } : null,
    ends ? { name: 'ends', text: t('endsChip', { count: Number(ends) }) } : null,
    sort ? { name: 'sort', text: t('sortNewest') } : null,
  ].filter((chip) => chip !== null);
  const owner = membership.role === 'owner';
  const onPage = (query.data?.items ?? []).filter((grant) => chosen.has(grant.id));
  return (
    <>
      <FilterForm values={{ q, state, ends, sort }} chips={chips} label={t('filters')}>
        <FilterText name="q" label={t('search')} />
        <FilterSelect
          name="state"
          label={t('stateName')}
          options={grantStates.map((value) => ({ value, label: t(`state.${value}`) }))}
        />
        <FilterSelect
          name="ends"
          label={t('endsWithin')}
          options={['7', '30', '90'].map((value) => ({ value, label: t('days', { count: Number(value) }) }))}
        />
        <FilterSelect name="sort" label={t('sort')} options={[{ value: 'newest', label: t('sortNewest') }]} />
      </FilterForm>
      {result ? (
        <RenewResult
          rows={result.rows}
          grants={result.grants}
          onRetry={setRenewing}
          onClose={() => setResult(null)}
        />
      ) : null}
      <Loaded query={query} rows={6}>
        {(page) =>
          page.items.length === 0 ? (
            filtered ? (
              <EmptyState
                kind="filtered"
                title={t('emptyFiltered')}
                action={
                  <ButtonLink
                    to="/access/cross-account"
                    search={{ tab: side === 'received' ? 'received' : undefined }}
                    kind="secondary"
                  >
                    {t('common:clearFilters')}
                  </ButtonLink>
                }
              />
            ) : (
              <EmptyState
                kind="nothing"
                title={t(side === 'given' ? 'emptyGiven' : 'emptyReceived')}
                action={
                  owner ? (
                    side === 'given' ? (
                      <ButtonLink to="/access/cross-account/new">{t('invite')}</ButtonLink>
                    ) : (
                      <ButtonLink to="/access/cross-account/new" search={{ way: 'request' }}>
                        {t('request')}
                      </ButtonLink>
                    )
                  ) : undefined
                }
              >
                {t(side === 'given' ? 'emptyGivenText' : 'emptyReceivedText')}
              </EmptyState>
            )
          ) : (
            <>
              {owner ? (
                <div className="qm-bulk">
                  <Button
                    small
                    onClick={() => {
                      setNothingChosen(onPage.length === 0);
                      if (onPage.length > 0) setRenewing(onPage);
                    }}
                  >
                    {onPage.length > 0 ? t('renewCount', { count: onPage.length }) : t('renew')}
                  </Button>
                  <span aria-live="polite">
                    {onPage.length > 0
                      ? t('chosenCount', { count: onPage.length })
                      : nothingChosen
                        ? t('renewNone')
                        : ''}
                  </span>
                </div>
              ) : null}
              <GrantTable
                caption={t(`tabs.${side}`)}
                grants={page.items}
                stale={query.isPlaceholderData}
                selection={
                  owner
                    ? {
                        chosen,
                        onChange: (next) => {
                          setChosen(next);
                          setNothingChosen(false);
                        },
                        nameOf: (grant) => partyName(otherParty(grant)),
                        selectable: isLiving,
                      }
                    : undefined
                }
              />
              <Pagination count={page.items.length} cursor={cursor} nextCursor={page.next_cursor} />
            </>
          )
        }
      </Loaded>
      {renewing ? (
        <RenewDialog
          membership={membership}
          grants={renewing}
          asks={side === 'received'}
          onDone={(rows) => {
            setResult({ rows, grants: renewing });
            setChosen(new Set());
          }}
          onClose={() => setRenewing(null)}
        />
      ) : null}
    </>
  );
}
