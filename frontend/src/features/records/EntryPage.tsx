import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { EntrySummaryDetail, EntryViewer } from '../../api/gen';
import { getEntrySummaryOptions, listEntryLinesOptions } from '../../api/gen/@tanstack/react-query.gen';
import { formatDate, formatDateTime, sentence } from '../../app/format';
import { formatCount, formatMoney } from '../../app/money';
import { useMe } from '../../session';
import { Card } from '../../ui/Card';
import { DataTable } from '../../ui/DataTable';
import { Disclosure } from '../../ui/Disclosure';
import { Facts } from '../../ui/Facts';
import { Loaded } from '../../ui/Loaded';
import { Page } from '../../ui/Page';
import { Pagination } from '../../ui/Pagination';
import { FeeTag } from './FeeTag';
import { Dated } from './Sourced';
import { useText } from './text';

const route = getRouteApi('/member/entries/$entryNumber');

export function EntryPage() {
  const t = useText();
  const me = useMe();
  const { entryNumber } = route.useParams();
  const query = useQuery(getEntrySummaryOptions({ path: { entry_number: entryNumber } }));
  return (
    <Page
      title={t('entryTitle', { number: query.data?.entry_number ?? entryNumber })}
      lead={
        query.data
          ? t('freshness', {
              time: formatDateTime(query.data.state_at, me.time_zone),
              updated: formatDateTime(query.data.updated_at, me.time_zone),
            })
          : undefined
      }
      about={t('entryAbout')}
      crumbs={[{ label: t('entries'), to: '/entries' }]}
    >
      <Loaded query={query} rows={10}>
        {(entry) => (
          <div className="qm-stack">
            <Header entry={entry} />
            <Dates entry={entry} />
            <Fees entry={entry} />
            <Lines number={entry.entry_number} />
            <Viewers viewers={entry.viewers} />
          </div>
        )}
      </Loaded>
    </Page>
  );
}

function Header({ entry }: { entry: EntrySummaryDetail }) {
  const t = useText();
  const optional = (value: string | null | undefined) => value ?? undefined;
  return (
    <Card title={t('header')}>
      <Facts
        items={[
          [t('type'), `${entry.entry_type} ${entry.entry_type_label}`],
          [t('party'), [entry.importer_name, entry.importer_number].filter(Boolean).join(', ')],
          [t('filer'), [entry.filer_name, entry.filer_code].filter(Boolean).join(', ')],
          [t('port'), entry.port_code],
          [t('mode'), optional([entry.mode_code, entry.mode_label].filter(Boolean).join(' ') || null)],
          [t('team'), optional(entry.review_team)],
          [t('reconciliation'), optional(entry.reconciliation)],
          [t('lines'), formatCount(entry.line_count)],
          [t('tariffs'), formatCount(entry.tariff_count)],
          [t('value'), formatMoney(entry.entered_value)],
          [t('duty'), formatMoney(entry.duty)],
        ]}
      />
    </Card>
  );
}

function Dates({ entry }: { entry: EntrySummaryDetail }) {
  const t = useText();
  const day = (value: string | null | undefined) => (value ? formatDate(value) : undefined);
  const statement = entry.statement;
  return (
    <Card title={t('dates')}>
      <Facts
        items={[
          [t('entered'), formatDate(entry.entry_date)],
          [t('summaryDate'), day(entry.entry_summary_date)],
          [t('importationDate'), day(entry.importation_date)],
          [t('status'), t(`liquidationState.${entry.liquidation_status ?? 'none'}`)],
          [t('liquidationDate'), <Dated key="liquidation" value={entry.liquidation} />],
          [t('protestDeadline'), <Dated key="protest" value={entry.protest_deadline} />],
        ]}
      />
      <h3>{t('statement')}</h3>
      {statement ? (
        <Facts
          items={[
            [t('statementNumber'), statement.number ?? undefined],
            [t('payment'), statement.payment_status_label ?? statement.payment_status ?? undefined],
            [t('due'), day(statement.due_date)],
            [t('paid'), day(statement.payment_date)],
          ]}
        />
      ) : (
        <p>{t('noStatement')}</p>
      )}
    </Card>
  );
}

function Fees({ entry }: { entry: EntrySummaryDetail }) {
  const t = useText();
  return (
    <Card title={t('fees')}>
      {entry.fees.length === 0 ? (
        <p>{t('noFees')}</p>
      ) : (
        <>
          <p>{t('feesText')}</p>
          <DataTable
            caption={t('fees')}
            rows={entry.fees}
            rowKey={(row) => row.class}
            columns={[
              { key: 'fee', header: t('feeName'), rowHeader: true, cell: (row) => row.label },
              { key: 'class', header: t('feeClass'), cell: (row) => row.class },
              {
                key: 'reported',
                header: t('feeReported'),
                numeric: true,
                cell: (row) => formatMoney(row.reported) || '–',
              },
              {
                key: 'computed',
                header: t('feeComputed'),
                numeric: true,
                cell: (row) => formatMoney(row.computed) || '–',
              },
              { key: 'check', header: t('feeResult'), cell: (row) => <FeeTag check={row.check} /> },
              { key: 'why', header: t('feeWhy'), cell: (row) => sentence(row.why) },
            ]}
          />
        </>
      )}
    </Card>
  );
}

function Lines({ number }: { number: string }) {
  const t = useText();
  const { cursor } = route.useSearch();
  const query = useQuery({
    ...listEntryLinesOptions({ path: { entry_number: number }, query: { cursor } }),
    placeholderData: keepPreviousData,
  });
  return (
    <Card title={t('linesTitle')}>
      <Loaded query={query}>
        {(page) => (
          <>
            <DataTable
              caption={t('linesTitle')}
              rows={page.items}
              rowKey={(row) => `${row.line_number}-${row.ordinal}`}
              stale={query.isPlaceholderData}
              columns={[
                {
                  key: 'line',
                  header: t('lineOrdinal'),
                  rowHeader: true,
                  cell: (row) => `${row.line_number} / ${row.ordinal}`,
                },
                {
                  key: 'hts',
                  header: t('hts'),
                  cell: (row) => <span className="qm-mono">{row.hts_number}</span>,
                },
                {
                  key: 'origin',
                  header: t('originExport'),
                  cell: (row) => [row.country_of_origin, row.country_of_export].filter(Boolean).join(' / '),
                },
                { key: 'spi', header: t('spi'), cell: (row) => row.spi ?? '–' },
                { key: 'maker', header: t('manufacturer'), cell: (row) => row.manufacturer_id ?? '–' },
                {
                  key: 'quantities',
                  header: t('quantities'),
                  cell: (row) =>
                    row.quantities
                      .filter((one) => one.quantity !== null)
                      .map((one) => `${formatMoney(one.quantity, 0)} ${one.unit ?? ''}`.trim())
                      .join(', ') || '–',
                },
                {
                  key: 'value',
                  header: t('value'),
                  numeric: true,
                  cell: (row) => formatMoney(row.entered_value) || '–',
                },
                {
                  key: 'duty',
                  header: t('duty'),
                  numeric: true,
                  cell: (row) => formatMoney(row.duty) || '–',
                },
                {
                  key: 'fees',
                  header: t('mpfHmf'),
                  numeric: true,
                  cell: (row) => [row.mpf, row.hmf].map((one) => formatMoney(one) || '–').join(' / '),
                },
              ]}
            />
            <Pagination count={page.items.length} cursor={cursor} nextCursor={page.next_cursor} />
          </>
        )}
      </Loaded>
    </Card>
  );
}

function Viewers({ viewers }: { viewers: EntryViewer[] }) {
  const t = useText();
  return (
    <Card title={t('viewers')}>
      {viewers.length === 0 ? (
        <p>{t('noViewers')}</p>
      ) : (
        <DataTable
          caption={t('viewers')}
          rows={viewers}
          rowKey={(row) => `${row.basis}-${row.account_name}-${row.why}`}
          columns={[
            {
              key: 'account',
              header: t('account'),
              rowHeader: true,
              cell: (row) =>
                [row.company_name, row.account_name].filter(Boolean).join(', ') || t('peopleHidden'),
            },
            { key: 'basis', header: t('feeWhy'), cell: (row) => `${t(`basis.${row.basis}`)}: ${row.why}` },
            {
              key: 'people',
              header: t('people'),
              cell: (row) =>
                row.people.length === 0 ? (
                  t('peopleHidden')
                ) : (
                  <Disclosure label={t('peopleOne', { count: row.people.length })}>
                    <ul>
                      {row.people.map((person) => (
                        <li key={person.name + person.why}>
                          {person.name}: {person.why}
                        </li>
                      ))}
                    </ul>
                  </Disclosure>
                ),
            },
          ]}
        />
      )}
    </Card>
  );
}
