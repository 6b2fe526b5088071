import { keepPreviousData, type UseQueryResult, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import * as z from 'zod/mini';
import {
  type IdentifierKind,
  type RegisterEntry,
  type RegisterEntryList,
  type RegisterEntryPage,
  type StaffRole,
  searchRegister,
} from '../../api/gen';
import {
  listRegisterEntriesOptions,
  listRegisterEntriesQueryKey,
} from '../../api/gen/@tanstack/react-query.gen';
import { formatDateTime } from '../../app/format';
import { isPersonalNumber } from '../../app/personal';
import { StaffPage } from '../../app/StaffPage';
import { REGISTER_READERS } from '../../app/staff';
import { useMe } from '../../session';
import { Alert } from '../../ui/Alert';
import { Button } from '../../ui/Button';
import { ButtonLink } from '../../ui/ButtonLink';
import { Card } from '../../ui/Card';
import { DataTable } from '../../ui/DataTable';
import { EmptyState } from '../../ui/EmptyState';
import { FilterForm, FilterText } from '../../ui/FilterForm';
import { Form } from '../../ui/Form';
import { Loaded } from '../../ui/Loaded';
import { Pagination } from '../../ui/Pagination';
import { Select } from '../../ui/Select';
import { TextField } from '../../ui/TextField';
import { TextLink } from '../../ui/TextLink';
import { EntryDialog } from './EntryDialog';
import { EntryHistory } from './EntryHistory';
import { kindOptions, kindSchema } from './kinds';
import { useText } from './text';

const route = getRouteApi('/member/register');

export default function RegisterPage() {
  const t = useText();
  return (
    <StaffPage
      title={t('title')}
      lead={t('lead')}
      about={t('about')}
      roles={REGISTER_READERS}
      actions={(role) => (
        <>
          {role === 'registrar' ? (
            <ButtonLink to="/register/imports/new">{t('importFile')}</ButtonLink>
          ) : null}
          <ButtonLink to="/register/imports" kind="secondary">
            {t('imports')}
          </ButtonLink>
        </>
      )}
    >
      {(role) => <Register role={role} />}
    </StaffPage>
  );
}

interface Wanted {
  kind: IdentifierKind;
  value: string;
}

function Register({ role }: { role: StaffRole }) {
  const t = useText();
  const me = useMe();
  const navigate = useNavigate();
  const search = route.useSearch();
  const { q, party, entry, cursor } = search;
  // What must not stand in the address is kept here, for as long as the page is open.
  const [secret, setSecret] = useState<Wanted | null>(null);
  const [editing, setEditing] = useState<Partial<RegisterEntry> | null>(null);
  const [done, setDone] = useState<string | null>(null);
  const wanted = secret ?? (search.kind && search.value ? { kind: search.kind, value: search.value } : null);
  // An identifier is looked up by a POST, so that a number of a person stands in no address and no log.
  const found = useQuery({
    queryKey: [...listRegisterEntriesQueryKey(), wanted],
    queryFn: async () => (await searchRegister({ body: wanted as Wanted })).data,
    enabled: wanted !== null,
    gcTime: 0,
  });
  const listed = useQuery({
    ...listRegisterEntriesOptions({ query: { q, party_id: party, cursor } }),
    enabled: wanted === null,
    placeholderData: keepPreviousData,
  });
  const query: UseQueryResult<RegisterEntryList | RegisterEntryPage, unknown> = wanted ? found : listed;
  const schema = useMemo(
    () =>
      z.object({
        kind: kindSchema(t('kindMissing')),
        value: z.string().check(z.trim(), z.minLength(1, t('valueMissing'))),
      }),
    [t],
  );
  const shown = query.data?.items ?? [];
  const partyName = shown.find((one) => one.party.id === party)?.party.name;
  const chips = [
    q ? { name: 'q', text: q } : null,
    search.kind && search.value
      ? { name: 'value', text: `${t(`common:identifierKind.${search.kind}`)} ${search.value}` }
      : null,
    party ? { name: 'party', text: t('partyChip', { name: partyName ?? party }) } : null,
  ].filter((chip) => chip !== null);
  const filtered = chips.length > 0 || secret !== null;
  const clear = (
    <ButtonLink to="/register" kind="secondary" onClick={() => setSecret(null)}>
      {t('clear')}
    </ButtonLink>
  );
  const open = (id: string | undefined) =>
    void navigate({ to: '/register', search: { ...search, entry: id }, resetScroll: false });
  return (
    <>
      {done ? (
        <Alert kind="success" focus key={done}>
          {done}
        </Alert>
      ) : null}
      <Card title={t('findTitle')}>
        <Form
          key={`${search.kind}-${search.value}`}
          schema={schema}
          defaultValues={{ kind: search.kind ?? 'importer_number', value: search.value ?? '' }}
          submitLabel={t('find')}
          onSubmit={async (values) => {
            const personal = isPersonalNumber(values.value);
            setSecret(personal ? values : null);
            await navigate({ to: '/register', search: personal ? {} : values });
          }}
        >
          <Select
            name="kind"
            label={t('kind')}
            options={kindOptions((kind) => t(`common:identifierKind.${kind}`))}
          />
          <TextField name="value" label={t('value')} hint={t('valueHint')} literal maxLength={40} />
        </Form>
      </Card>
      <FilterForm values={{ q, party, value: search.value }} chips={chips} label={t('filters')}>
        <FilterText name="q" label={t('partyName')} />
      </FilterForm>
      {role === 'registrar' ? (
        <p>
          <Button kind="secondary" onClick={() => setEditing(wanted ?? {})}>
            {t('setEntry')}
          </Button>
        </p>
      ) : null}
      <Loaded query={query} rows={8}>
        {(page) =>
          page.items.length === 0 ? (
            <EmptyState
              kind={filtered ? 'filtered' : 'nothing'}
              title={filtered ? t('emptyFiltered') : t('empty')}
              action={filtered ? clear : undefined}
            >
              {filtered ? t('emptyFilteredText') : t('emptyText')}
            </EmptyState>
          ) : (
            <>
              <DataTable
                caption={t('title')}
                rows={page.items}
                rowKey={(row) => row.id}
                stale={query.isPlaceholderData}
                columns={[
                  {
                    key: 'value',
                    header: t('identifier'),
                    rowHeader: true,
                    cell: (row) => <span className="qm-mono">{row.value}</span>,
                  },
                  { key: 'kind', header: t('kind'), cell: (row) => t(`common:identifierKind.${row.kind}`) },
                  {
                    key: 'party',
                    header: t('party'),
                    cell: (row) => (
                      <>
                        <TextLink to="/register" search={{ party: row.party.id }}>
                          {row.party.name}
                        </TextLink>{' '}
                        <span className="qm-muted">{row.party.key}</span>
                      </>
                    ),
                  },
                  { key: 'contact', header: t('contact'), cell: (row) => row.contact_email ?? '–' },
                  {
                    key: 'held',
                    header: t('heldBy'),
                    cell: (row) =>
                      row.held_by ? (
                        <TextLink to="/support/accounts/$accountId" params={{ accountId: row.held_by.id }}>
                          {row.held_by.account_number}
                        </TextLink>
                      ) : (
                        t('nobody')
                      ),
                  },
                  {
                    key: 'updated',
                    header: t('updated'),
                    cell: (row) => formatDateTime(row.updated_at, me.time_zone),
                  },
                  {
                    key: 'actions',
                    header: t('common:actions'),
                    cell: (row) => (
                      <span className="qm-row">
                        <Button
                          kind="link"
                          aria-label={t('historyOf', { value: row.value })}
                          onClick={() => open(row.id)}
                        >
                          {t('history')}
                        </Button>
                        {role === 'registrar' ? (
                          <Button
                            kind="link"
                            aria-label={t('changeName', { value: row.value })}
                            onClick={() => setEditing(row)}
                          >
                            {t('change')}
                          </Button>
                        ) : null}
                      </span>
                    ),
                  },
                ]}
              />
              <Pagination
                count={page.items.length}
                cursor={cursor}
                nextCursor={'next_cursor' in page ? page.next_cursor : null}
              />
            </>
          )
        }
      </Loaded>
      {entry ? (
        <EntryHistory
          key={entry}
          entryId={entry}
          value={shown.find((one) => one.id === entry)?.value}
          onClose={() => open(undefined)}
        />
      ) : null}
      {editing ? (
        <EntryDialog
          entry={editing}
          onDone={(saved) =>
            setDone(
              t('entrySet', {
                kind: t(`common:identifierKind.${saved.kind}`),
                value: saved.value,
                party: saved.party.name,
              }),
            )
          }
          onClose={() => setEditing(null)}
        />
      ) : null}
    </>
  );
}
