import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import * as z from 'zod/mini';
import { createCompany, type Party } from '../../api/gen';
import { listCompaniesQueryKey, listPartiesOptions } from '../../api/gen/@tanstack/react-query.gen';
import { idempotencyKey } from '../../api/idempotency';
import { StaffPage } from '../../app/StaffPage';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { DataTable } from '../../ui/DataTable';
import { EmptyState } from '../../ui/EmptyState';
import { FilterForm, FilterText } from '../../ui/FilterForm';
import { FormDialog } from '../../ui/FormDialog';
import { Loaded } from '../../ui/Loaded';
import { Pagination } from '../../ui/Pagination';
import { TextField } from '../../ui/TextField';
import { TextLink } from '../../ui/TextLink';
import { useText } from './text';

const route = getRouteApi('/member/companies/new');

export default function NewCompanyPage() {
  const t = useText();
  return (
    <StaffPage
      title={t('newTitle')}
      lead={t('newLead')}
      crumbs={[{ label: t('back'), to: '/companies' }]}
      roles={['registrar']}
    >
      {() => <NewCompany />}
    </StaffPage>
  );
}

function NewCompany() {
  const t = useText();
  const { q, cursor } = route.useSearch();
  const [from, setFrom] = useState<Party | 'nothing' | null>(null);
  const query = useQuery({
    ...listPartiesOptions({ query: { q, cursor } }),
    placeholderData: keepPreviousData,
  });
  return (
    <>
      <FilterForm values={{ q }} chips={q ? [{ name: 'q', text: q }] : []} label={t('findParty')}>
        <FilterText name="q" label={t('partySearch')} />
      </FilterForm>
      <Loaded query={query} rows={6}>
        {(page) =>
          page.items.length === 0 ? (
            <EmptyState
              kind={q ? 'filtered' : 'nothing'}
              title={q ? t('partiesFiltered') : t('partiesEmpty')}
            />
          ) : (
            <>
              <DataTable
                caption={t('party')}
                rows={page.items}
                rowKey={(row) => row.id}
                stale={query.isPlaceholderData}
                columns={[
                  { key: 'name', header: t('partyName'), rowHeader: true, cell: (row) => row.name },
                  { key: 'key', header: t('partyKey'), cell: (row) => row.key },
                  {
                    key: 'count',
                    header: t('identifiers'),
                    numeric: true,
                    cell: (row) => row.identifier_count,
                  },
                  {
                    key: 'company',
                    header: t('company'),
                    cell: (row) =>
                      row.company ? (
                        <TextLink to="/support/companies/$companyId" params={{ companyId: row.company.id }}>
                          {row.company.name}
                        </TextLink>
                      ) : (
                        <Button
                          kind="link"
                          aria-label={t('createFromName', { name: row.name })}
                          onClick={() => setFrom(row)}
                        >
                          {t('createFrom')}
                        </Button>
                      ),
                  },
                ]}
              />
              <Pagination count={page.items.length} cursor={cursor} nextCursor={page.next_cursor} />
            </>
          )
        }
      </Loaded>
      <Card>
        <p>{t('withoutText')}</p>
        <Button kind="secondary" onClick={() => setFrom('nothing')}>
          {t('without')}
        </Button>
      </Card>
      {from ? <CreateDialog party={from === 'nothing' ? null : from} onClose={() => setFrom(null)} /> : null}
    </>
  );
}

function CreateDialog({ party, onClose }: { party: Party | null; onClose: () => void }) {
  const t = useText();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const schema = useMemo(
    () => z.object({ name: z.string().check(z.trim(), z.minLength(1, t('nameMissing'))) }),
    [t],
  );
  return (
    <FormDialog
      title={party ? t('createTitleFrom', { name: party.name }) : t('createTitle')}
      schema={schema}
      defaultValues={{ name: party?.name ?? '' }}
      submitLabel={t('create')}
      onSubmit={async ({ name }) => {
        const { data } = await createCompany({
          body: { name, party_id: party?.id ?? null },
          headers: idempotencyKey(),
        });
        await queries.invalidateQueries({ queryKey: listCompaniesQueryKey() });
        await navigate({ to: '/support/companies/$companyId', params: { companyId: data.id } });
      }}
      onClose={onClose}
    >
      <TextField name="name" label={t('nameField')} maxLength={200} />
    </FormDialog>
  );
}
