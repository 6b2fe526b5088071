import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import type { Membership } from '../../api/gen';
import { acceptTransfer, declineTransfer, type Transfer, withdrawTransfer } from '../../api/gen';
import { getTransferOptions, previewProposedTransferOptions } from '../../api/gen/@tanstack/react-query.gen';
import { AccountPage } from '../../app/AccountPage';
import { useMembership } from '../../app/account';
import { formatDateTime } from '../../app/format';
import { useMe } from '../../session';
import { Alert } from '../../ui/Alert';
import { Card } from '../../ui/Card';
import { Facts } from '../../ui/Facts';
import { Loaded } from '../../ui/Loaded';
import { Answers } from './Answers';
import { Effects } from './Effects';
import { Party, StateOfProposal } from './Proposal';
import { useText } from './text';

const route = getRouteApi('/member/company/transfers/$transferId');

export default function TransferPage() {
  const t = useText();
  const { transferId } = route.useParams();
  const membership = useMembership();
  const query = useQuery({
    ...getTransferOptions({ path: { id: membership?.account_id ?? '', transfer_id: transferId } }),
    enabled: membership !== null,
  });
  return (
    <AccountPage
      title={query.data ? t('transferOf', { activity: query.data.label }) : t('transfer')}
      crumbs={[{ label: t('title'), to: '/company/changes' }]}
      about={t('about')}
      roles={['owner', 'proxy']}
    >
      {(current) => (
        <Loaded query={query}>{(transfer) => <Content transfer={transfer} membership={current} />}</Loaded>
      )}
    </AccountPage>
  );
}

function Content({ transfer, membership }: { transfer: Transfer; membership: Membership }) {
  const t = useText();
  const me = useMe();
  const [done, setDone] = useState<string | null>(null);
  const path = { id: membership.account_id, transfer_id: transfer.id };
  const open = transfer.state === 'proposed';
  const preview = useQuery({ ...previewProposedTransferOptions({ path }), enabled: open, staleTime: 0 });
  const time = (value: string | null | undefined) => formatDateTime(value, me.time_zone);
  const { can } = transfer;
  return (
    <>
      {done ? (
        <Alert kind="success" focus key={done}>
          {done}
        </Alert>
      ) : null}
      {open ? (
        <Alert kind={can.accept ? 'warning' : 'info'}>
          {can.accept ? t('waitsForYou') : t('waitsFor', { name: transfer.to.owner.name })}
        </Alert>
      ) : null}
      <Card title={t('transfer')}>
        <Facts
          items={[
            [t('state'), <StateOfProposal key="state" state={transfer.state} />],
            [t('activity'), transfer.label],
            [t('from'), <Party key="from" account={transfer.from} />],
            [t('to'), <Party key="to" account={transfer.to} />],
            [t('proposed'), `${time(transfer.proposed_at)} ${t('by', { name: transfer.proposed_by_name })}`],
            [
              t('decided'),
              transfer.decided_at
                ? `${time(transfer.decided_at)} ${
                    transfer.decided_by_name ? t('by', { name: transfer.decided_by_name }) : ''
                  }`
                : undefined,
            ],
          ]}
        />
        <p>
          <strong>{t('reason')}:</strong> {transfer.reason}
        </p>
        {transfer.decision_reason ? (
          <p>
            <strong>{t('decisionReason')}:</strong> {transfer.decision_reason}
          </p>
        ) : null}
      </Card>
      {open ? (
        <Loaded query={preview}>
          {(data) => (
            <>
              {data.changed ? (
                <Alert kind="warning" title={t('changedTitle')}>
                  {t('changed')}
                </Alert>
              ) : null}
              <Effects preview={data} />
            </>
          )}
        </Loaded>
      ) : null}
      <Answers
        kind="transfer"
        what={transfer.label}
        can={can}
        version={preview.data && !preview.data.changed ? preview.data.version : null}
        accept={(preview_version) => acceptTransfer({ path, body: { preview_version } })}
        decline={(reason) => declineTransfer({ path, body: { reason } })}
        withdraw={(reason) => withdrawTransfer({ path, body: { reason } })}
        onDone={setDone}
      />
    </>
  );
}
