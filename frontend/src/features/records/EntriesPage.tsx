import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { listEntrySummariesOptions } from '../../api/gen/@tanstack/react-query.gen';
import { useMembership } from '../../app/account';
import { formatDate } from '../../app/format';
import { formatMoney } from '../../app/money';
import { feeChecks, liquidationChoices } from '../../routes/records';
import { ButtonLink } from '../../ui/ButtonLink';
import { DataTable } from '../../ui/DataTable';
import { EmptyState } from '../../ui/EmptyState';
import { FilterForm, FilterSelect, FilterText } from '../../ui/FilterForm';
import { Loaded } from '../../ui/Loaded';
import { Page } from '../../ui/Page';
import { Pagination } from '../../ui/Pagination';
import { TextLink } from '../../ui/TextLink';
import { FeeTag } from './FeeTag';
import { Dated } from './Sourced';
import { useText } from './text';

const route = getRouteApi('/member/entries');

export function EntriesPage() {
  const t = useText();
  const membership = useMembership();
  const manages = membership?.role === 'owner' || membership?.role === 'proxy';
  return (
    <Page
      title={t('entries')}
      lead={t('entriesLead')}
      about={t('entriesAbout')}
      actions={
        manages ? (
          <ButtonLink to="/entries/imports" kind="secondary">
            {t('imports')}
          </ButtonLink>
        ) : undefined
      }
    >
      <Entries />
    </Page>
  );
}

function Entries() {
  const t = useText();
  const membership = useMembership();
  const { q, importer, filer, port, type, from, to, liquidation, fees, only, cursor } = route.useSearch();
  const query = useQuery({
    ...listEntrySummariesOptions({
      query: {
        q,
        importer_number: importer,
        filer_code: filer,
        port_code: port,
        entry_type: type,
        entry_date_from: from,
        entry_date_to: to,
        liquidation,
        fee_check: fees,
        account_id: only ? membership?.account_id : undefined,
        cursor,
      },
    }),
    placeholderData: keepPreviousData,
  });
  const chips = [
    q ? { name: 'q', text: t('qChip', { value: q }) } : null,
    importer ? { name: 'importer', text: t('importerChip', { value: importer }) } : null,
    filer ? { name: 'filer', text: t('filerChip', { value: filer }) } : null,
    port ? { name: 'port', text: t('portChip', { value: port }) } : null,
    type ? { name: 'type', text: t('typeChip', { value: type }) } : null,
    from ? { name: 'from', text: t('fromChip', { value: formatDate(from) }) } : null,
    to ? { name: 'to', text: t('toChip', { value: formatDate(to) }) } : null,
    liquidation
      ? {
          name: 'liquidation',
          text: t('liquidationChip', { value: t(`liquidationChoice.${liquidation}`) }),
        }
      : null,
    fees ? { name: 'fees', text: t('feeChip', { value: t(`fee.${fees}`) }) } : null,
    only ? { name: 'only', text: t('onlyAccountChip', { value: membership?.account_name ?? '' }) } : null,
  ].filter((chip) => chip !== null);
  return (
    <>
      <FilterForm
        values={{ q, importer, filer, port, type, from, to, liquidation, fees, only }}
        chips={chips}
        label={t('filters')}
      >
        <FilterText name="q" label={t('q')} />
        <FilterText name="importer" label={t('importer')} type="text" />
        <FilterText name="filer" label={t('filer')} type="text" />
        <FilterText name="port" label={t('port')} type="text" />
        <FilterText name="type" label={t('entryType')} type="text" />
        <FilterText name="from" label={t('from')} type="date" />
        <FilterText name="to" label={t('to')} type="date" />
        <FilterSelect
          name="liquidation"
          label={t('liquidationFilter')}
          options={liquidationChoices.map((value) => ({ value, label: t(`liquidationChoice.${value}`) }))}
        />
        <FilterSelect
          name="fees"
          label={t('feeCheck')}
          options={feeChecks.map((value) => ({ value, label: t(`fee.${value}`) }))}
        />
        {membership ? (
          <FilterSelect
            name="only"
            label={t('onlyAccount')}
            options={[{ value: 'yes', label: t('thisAccount', { name: membership.account_name }) }]}
          />
        ) : null}
      </FilterForm>
      <Loaded query={query} rows={8}>
        {(page) =>
          page.items.length === 0 ? (
            chips.length > 0 ? (
              <EmptyState kind="filtered" title={t('noneMatches')}>
                {t('noneMatchesText')}
              </EmptyState>
            ) : (
              <EmptyState kind="nothing" title={t('nothing')}>
                {t('nothingText')}
              </EmptyState>
            )
          ) : (
            <>
              <DataTable
                caption={t('entries')}
                rows={page.items}
                rowKey={(row) => row.entry_number}
                stale={query.isPlaceholderData}
                columns={[
                  {
                    key: 'entry',
                    header: t('entry'),
                    rowHeader: true,
                    cell: (row) => (
                      <span className="qm-nowrap">
                        <TextLink to="/entries/$entryNumber" params={{ entryNumber: row.entry_number }}>
                          {row.entry_number}
                        </TextLink>
                      </span>
                    ),
                  },
                  { key: 'entered', header: t('entered'), cell: (row) => formatDate(row.entry_date) },
                  {
                    key: 'type',
                    header: t('type'),
                    cell: (row) => row.entry_type,
                  },
                  {
                    key: 'importer',
                    header: t('party'),
                    cell: (row) => (
                      <>
                        {row.importer_name ? `${row.importer_name}, ` : null}
                        <span className="qm-mono">{row.importer_number}</span>
                      </>
                    ),
                  },
                  {
                    key: 'filer',
                    header: t('filerPort'),
                    cell: (row) => `${row.filer_code}, ${row.port_code}`,
                  },
                  {
                    key: 'value',
                    header: t('value'),
                    numeric: true,
                    cell: (row) => formatMoney(row.entered_value),
                  },
                  { key: 'duty', header: t('duty'), numeric: true, cell: (row) => formatMoney(row.duty) },
                  {
                    key: 'liquidation',
                    header: t('liquidation'),
                    cell: (row) => <Dated value={row.liquidation} />,
                  },
                  { key: 'fees', header: t('feeCheck'), cell: (row) => <FeeTag check={row.fee_check} /> },
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
