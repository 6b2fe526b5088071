import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import * as z from 'zod/mini';
import type { StaffRole } from '../../api/gen';
import { closeGrantReport, type GrantReport } from '../../api/gen';
import {
  listGrantReportsOptions,
  listGrantReportsQueryKey,
  listMyNeedsQueryKey,
} from '../../api/gen/@tanstack/react-query.gen';
import { StaffPage } from '../../app/StaffPage';
import { REPORT_READERS } from '../../app/staff';
import { reportStates } from '../../routes/search';
import { Alert } from '../../ui/Alert';
import { Button } from '../../ui/Button';
import { DataTable } from '../../ui/DataTable';
import { EmptyState } from '../../ui/EmptyState';
import { FilterForm, FilterSelect } from '../../ui/FilterForm';
import { FormDialog } from '../../ui/FormDialog';
import { Loaded } from '../../ui/Loaded';
import { Pagination } from '../../ui/Pagination';
import { StateTag } from '../../ui/StateTag';
import { TextArea } from '../../ui/TextArea';
import { useText } from './text';
import { useGrantWords } from './words';

const route = getRouteApi('/member/grant-reports');

/** Companies that others reported for unwanted requests, for the people who run the portal. */
export default function ReportsPage() {
  const t = useText();
  return (
    <StaffPage
      title={t('reportsTitle')}
      about={t('reportsAbout')}
      guide="clients-accounts"
      roles={REPORT_READERS}
    >
      {(role) => <Reports role={role} />}
    </StaffPage>
  );
}

function Reports({ role }: { role: StaffRole }) {
  const t = useText();
  const words = useGrantWords();
  const queries = useQueryClient();
  const { state, cursor } = route.useSearch();
  const [done, setDone] = useState<string | null>(null);
  const [closing, setClosing] = useState<GrantReport | null>(null);
  const query = useQuery({
    ...listGrantReportsOptions({ query: { state, cursor } }),
    placeholderData: keepPreviousData,
  });
  const schema = useMemo(
    () => z.object({ outcome: z.string().check(z.trim(), z.minLength(3, t('outcomeMissing'))) }),
    [t],
  );
  const closes = role === 'support_lead' || role === 'administrator';
  return (
    <>
      {done ? (
        <Alert kind="success" focus key={done}>
          {done}
        </Alert>
      ) : null}
      <FilterForm
        values={{ state }}
        chips={state ? [{ name: 'state', text: t(`reportState.${state}`) }] : []}
        label={t('filters')}
      >
        <FilterSelect
          name="state"
          label={t('stateName')}
          options={reportStates.map((value) => ({ value, label: t(`reportState.${value}`) }))}
        />
      </FilterForm>
      <Loaded query={query} rows={4}>
        {(page) =>
          page.items.length === 0 ? (
            <EmptyState kind={state ? 'filtered' : 'nothing'} title={t('reportsEmpty')} />
          ) : (
            <>
              <DataTable
                caption={t('reportsTitle')}
                rows={page.items}
                rowKey={(row) => row.id}
                stale={query.isPlaceholderData}
                columns={[
                  {
                    key: 'company',
                    header: t('reportedCompany'),
                    rowHeader: true,
                    cell: (row) => row.company_name,
                  },
                  {
                    key: 'by',
                    header: t('reportedBy'),
                    cell: (row) => (
                      <>
                        {row.reported_by.name}
                        <div className="qm-muted qm-small">
                          {row.reported_by.account_number}, {words.when(row.created_at)}
                        </div>
                      </>
                    ),
                  },
                  { key: 'reason', header: t('common:fields.reason'), cell: (row) => row.reason ?? '–' },
                  { key: 'purpose', header: t('purposeNamed'), cell: (row) => row.purpose },
                  {
                    key: 'state',
                    header: t('stateName'),
                    cell: (row) => (
                      <>
                        <StateTag
                          tone={row.state === 'open' ? 'warn' : 'quiet'}
                          icon={row.state === 'open' ? 'pending' : 'check'}
                        >
                          {t(`reportState.${row.state}`)}
                        </StateTag>
                        {row.outcome ? <div className="qm-small">{row.outcome}</div> : null}
                        {row.closed_at ? (
                          <div className="qm-muted qm-small">
                            {row.closed_by_name}, {words.when(row.closed_at)}
                          </div>
                        ) : null}
                      </>
                    ),
                  },
                  ...(closes
                    ? [
                        {
                          key: 'actions',
                          header: t('common:actions'),
                          cell: (row: GrantReport) =>
                            row.state === 'open' ? (
                              <Button
                                kind="link"
                                aria-label={t('closeReportName', { company: row.company_name })}
                                onClick={() => setClosing(row)}
                              >
                                {t('closeReport')}
                              </Button>
                            ) : null,
                        },
                      ]
                    : []),
                ]}
              />
              <Pagination count={page.items.length} cursor={cursor} nextCursor={page.next_cursor} />
            </>
          )
        }
      </Loaded>
      {closing ? (
        <FormDialog
          title={t('closeReportTitle', { company: closing.company_name })}
          schema={schema}
          defaultValues={{ outcome: '' }}
          submitLabel={t('closeReportLabel')}
          onSubmit={async (values) => {
            await closeGrantReport({ path: { id: closing.id }, body: { outcome: values.outcome } });
            setDone(t('reportClosed', { company: closing.company_name }));
            await Promise.all(
              [listGrantReportsQueryKey(), listMyNeedsQueryKey()].map((queryKey) =>
                queries.invalidateQueries({ queryKey }),
              ),
            );
          }}
          onClose={() => setClosing(null)}
        >
          <p>{t('closeReportText')}</p>
          <TextArea name="outcome" label={t('reportOutcome')} rows={3} maxLength={500} />
        </FormDialog>
      ) : null}
    </>
  );
}
