import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import * as z from 'zod/mini';
import { type SearchHit, searchAll } from '../../api/gen';
import { isPersonalNumber } from '../../app/personal';
import { StaffPage } from '../../app/StaffPage';
import { ANY_STAFF } from '../../app/staff';
import { Alert } from '../../ui/Alert';
import { DataTable } from '../../ui/DataTable';
import { EmptyState } from '../../ui/EmptyState';
import { Form } from '../../ui/Form';
import type { IconName } from '../../ui/Icon';
import { Loaded } from '../../ui/Loaded';
import { StateTag } from '../../ui/StateTag';
import { TextField } from '../../ui/TextField';
import { TextLink } from '../../ui/TextLink';
import { useText } from './text';

const route = getRouteApi('/member/support');

const ICON: Record<SearchHit['kind'], IconName> = {
  company: 'company',
  account: 'register',
  user: 'person',
  identifier: 'search',
};

export default function SearchPage() {
  const t = useText();
  return (
    <StaffPage title={t('title')} lead={t('lead')} about={t('about')} roles={ANY_STAFF}>
      {() => <Search />}
    </StaffPage>
  );
}

function Search() {
  const t = useText();
  const navigate = useNavigate();
  const search = route.useSearch();
  const [secret, setSecret] = useState<string | null>(null);
  const q = secret ?? search.q;
  const schema = useMemo(() => z.object({ q: z.string().check(z.trim(), z.minLength(3, t('short'))) }), [t]);
  // Searched by a POST, so that a number of a person stands in no address and no log.
  const query = useQuery({
    queryKey: ['searchAll', q],
    queryFn: async ({ signal }) =>
      (await searchAll({ body: { q: q ?? '' }, signal, throwOnError: true })).data,
    enabled: Boolean(q),
    placeholderData: keepPreviousData,
    gcTime: 0,
  });
  return (
    <>
      <search aria-label={t('filters')}>
        <Form
          key={search.q}
          schema={schema}
          defaultValues={{ q: search.q ?? '' }}
          submitLabel={t('find')}
          onSubmit={async (values) => {
            const personal = isPersonalNumber(values.q);
            setSecret(personal ? values.q : null);
            await navigate({ to: '/support', search: personal ? {} : values });
          }}
        >
          <TextField name="q" type="search" label={t('search')} literal maxLength={200} />
        </Form>
      </search>
      {secret ? <Alert kind="info">{t('personal')}</Alert> : null}
      {q ? (
        <Loaded query={query} rows={4}>
          {(list) =>
            list.items.length === 0 ? (
              <EmptyState kind="filtered" title={t('noHits')}>
                {t('noHitsText')}
              </EmptyState>
            ) : (
              <DataTable
                caption={t('hits', { count: list.items.length })}
                showCaption
                rows={list.items}
                rowKey={(row) => `${row.kind}-${row.id}`}
                stale={query.isPlaceholderData}
                columns={[
                  { key: 'hit', header: t('hit'), rowHeader: true, cell: (row) => <HitLink hit={row} /> },
                  {
                    key: 'kind',
                    header: t('kind'),
                    cell: (row) => (
                      <StateTag tone="quiet" icon={ICON[row.kind]}>
                        {t(`kinds.${row.kind}`)}
                      </StateTag>
                    ),
                  },
                  { key: 'more', header: t('more'), cell: (row) => row.subtitle || '–' },
                ]}
              />
            )
          }
        </Loaded>
      ) : (
        <EmptyState kind="nothing" title={t('start')}>
          {t('startText')}
        </EmptyState>
      )}
    </>
  );
}

function HitLink({ hit }: { hit: SearchHit }) {
  if (hit.kind === 'company') {
    return (
      <TextLink to="/support/companies/$companyId" params={{ companyId: hit.id }}>
        {hit.title}
      </TextLink>
    );
  }
  if (hit.kind === 'user') {
    return (
      <TextLink to="/support/people/$personId" params={{ personId: hit.id }}>
        {hit.title}
      </TextLink>
    );
  }
  const accountId = hit.account_id ?? (hit.kind === 'account' ? hit.id : null);
  return accountId ? (
    <TextLink to="/support/accounts/$accountId" params={{ accountId }}>
      {hit.title}
    </TextLink>
  ) : (
    hit.title
  );
}
