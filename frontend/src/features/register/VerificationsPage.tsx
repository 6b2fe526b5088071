import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import type { PendingVerification, StaffRole } from '../../api/gen';
import { listPendingVerificationsOptions } from '../../api/gen/@tanstack/react-query.gen';
import { formatDateTime } from '../../app/format';
import { StaffPage } from '../../app/StaffPage';
import { REGISTER_READERS } from '../../app/staff';
import { verificationStates } from '../../routes/search';
import { useMe } from '../../session';
import { Alert } from '../../ui/Alert';
import { Button } from '../../ui/Button';
import { DataTable } from '../../ui/DataTable';
import { EmptyState } from '../../ui/EmptyState';
import { FilterForm, FilterSelect } from '../../ui/FilterForm';
import type { IconName } from '../../ui/Icon';
import { Loaded } from '../../ui/Loaded';
import { Pagination } from '../../ui/Pagination';
import { StateTag, type Tone } from '../../ui/StateTag';
import { TextLink } from '../../ui/TextLink';
import { DecisionDialog } from './DecisionDialog';
import { useText } from './text';

const route = getRouteApi('/member/register/verifications');

const LOOK: Record<PendingVerification['state'], [Tone, IconName]> = {
  pending: ['info', 'pending'],
  accepted: ['good', 'check'],
  rejected: ['bad', 'stop'],
};

export default function VerificationsPage() {
  const t = useText();
  return (
    <StaffPage
      title={t('verifications')}
      lead={t('verificationsLead')}
      about={t('verificationsAbout')}
      roles={REGISTER_READERS}
    >
      {(role) => <Verifications role={role} />}
    </StaffPage>
  );
}

function Verifications({ role }: { role: StaffRole }) {
  const t = useText();
  const me = useMe();
  const { state, cursor } = route.useSearch();
  const [deciding, setDeciding] = useState<PendingVerification | null>(null);
  const [done, setDone] = useState<string | null>(null);
  const query = useQuery({
    ...listPendingVerificationsOptions({ query: { state, cursor } }),
    placeholderData: keepPreviousData,
  });
  return (
    <>
      {done ? (
        <Alert kind="success" focus key={done}>
          {done}
        </Alert>
      ) : null}
      <FilterForm
        values={{ state }}
        chips={state ? [{ name: 'state', text: t(`verificationState.${state}`) }] : []}
        label={t('filters')}
      >
        <FilterSelect
          name="state"
          label={t('stateFilter')}
          options={verificationStates.map((value) => ({ value, label: t(`verificationState.${value}`) }))}
        />
      </FilterForm>
      <Loaded query={query}>
        {(page) =>
          page.items.length === 0 ? (
            <EmptyState
              kind={state ? 'filtered' : 'nothing'}
              title={state ? t('verificationsFiltered') : t('verificationsEmpty')}
            />
          ) : (
            <>
              <DataTable
                caption={t('verifications')}
                rows={page.items}
                rowKey={(row) => row.id}
                stale={query.isPlaceholderData}
                columns={[
                  {
                    key: 'value',
                    header: t('identifier'),
                    rowHeader: true,
                    cell: (row) => (
                      <>
                        <span className="qm-mono">{row.value}</span>
                        <div className="qm-muted qm-small">{t(`common:identifierKind.${row.kind}`)}</div>
                      </>
                    ),
                  },
                  {
                    key: 'account',
                    header: t('account'),
                    cell: (row) => (
                      <>
                        <TextLink to="/support/accounts/$accountId" params={{ accountId: row.account.id }}>
                          {row.account.name}
                        </TextLink>
                        <div className="qm-muted qm-small">{row.account.account_number}</div>
                      </>
                    ),
                  },
                  { key: 'sub', header: t('subAccount'), cell: (row) => row.sub_account_name },
                  {
                    key: 'requested',
                    header: t('requested'),
                    cell: (row) => (
                      <>
                        {formatDateTime(row.requested_at, me.time_zone)}
                        <div className="qm-muted qm-small">
                          {t('requestedBy', { name: row.requested_by_name })}
                        </div>
                      </>
                    ),
                  },
                  {
                    key: 'state',
                    header: t('state'),
                    cell: (row) => (
                      <>
                        <StateTag tone={LOOK[row.state][0]} icon={LOOK[row.state][1]}>
                          {t(`verificationState.${row.state}`)}
                        </StateTag>
                        {row.reason ? <div className="qm-muted qm-small">{row.reason}</div> : null}
                      </>
                    ),
                  },
                  {
                    key: 'decision',
                    header: t('decision'),
                    cell: (row) =>
                      row.state === 'pending' && role === 'registrar' ? (
                        <Button
                          small
                          kind="secondary"
                          aria-label={t('decideName', { value: row.value })}
                          onClick={() => setDeciding(row)}
                        >
                          {t('decide')}
                        </Button>
                      ) : (
                        formatDateTime(row.decided_at, me.time_zone) || '–'
                      ),
                  },
                ]}
              />
              <Pagination count={page.items.length} cursor={cursor} nextCursor={page.next_cursor} />
            </>
          )
        }
      </Loaded>
      {deciding ? (
        <DecisionDialog
          item={deciding}
          onDone={(decided) => setDone(t(`decided.${decided.state}`, { value: decided.value }))}
          onClose={() => setDeciding(null)}
        />
      ) : null}
    </>
  );
}
