import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import type { Membership } from '../../api/gen';
import { acceptMerge, declineMerge, type Merge, withdrawMerge } from '../../api/gen';
import { getMergeOptions, previewProposedMergeOptions } from '../../api/gen/@tanstack/react-query.gen';
import { AccountPage } from '../../app/AccountPage';
import { useMembership } from '../../app/account';
import { formatDateTime } from '../../app/format';
import { session, useMe } from '../../session';
import { Alert } from '../../ui/Alert';
import { Card } from '../../ui/Card';
import { Facts } from '../../ui/Facts';
import { Loaded } from '../../ui/Loaded';
import { Answers } from './Answers';
import { MergeEffects } from './MergeEffects';
import { Party, StateOfProposal } from './Proposal';
import { useText } from './text';

const route = getRouteApi('/member/company/merges/$mergeId');

export default function MergePage() {
  const t = useText();
  const { mergeId } = route.useParams();
  const membership = useMembership();
  const query = useQuery({
    ...getMergeOptions({ path: { id: membership?.account_id ?? '', merge_id: mergeId } }),
    enabled: membership !== null,
  });
  return (
    <AccountPage
      title={
        query.data ? t('mergeOf', { from: query.data.from.name, into: query.data.into.name }) : t('merge')
      }
      crumbs={[{ label: t('title'), to: '/company/changes' }]}
      about={t('about')}
      roles={['owner', 'proxy']}
    >
      {(current) => (
        <Loaded query={query}>{(merge) => <Content merge={merge} membership={current} />}</Loaded>
      )}
    </AccountPage>
  );
}

function Content({ merge, membership }: { merge: Merge; membership: Membership }) {
  const t = useText();
  const me = useMe();
  const [done, setDone] = useState<string | null>(null);
  const path = { id: membership.account_id, merge_id: merge.id };
  const open = merge.state === 'proposed';
  const preview = useQuery({ ...previewProposedMergeOptions({ path }), enabled: open, staleTime: 0 });
  const time = (value: string | null | undefined) => formatDateTime(value, me.time_zone);
  const other = merge.proposed_by === 'from' ? merge.into : merge.from;
  const { can } = merge;
  return (
    <>
      {done ? (
        <Alert kind="success" focus key={done}>
          {done}
        </Alert>
      ) : null}
      {open ? (
        <Alert kind={can.accept ? 'warning' : 'info'}>
          {can.accept ? t('waitsForYou') : t('waitsFor', { name: other.owner.name })}
        </Alert>
      ) : null}
      <Card title={t('merge')}>
        <Facts
          items={[
            [t('state'), <StateOfProposal key="state" state={merge.state} />],
            [t('emptied'), <Party key="from" account={merge.from} />],
            [t('stays'), <Party key="into" account={merge.into} />],
            [t('managers'), t(`common:role.${merge.managers_become}`)],
            [t('proposed'), `${time(merge.proposed_at)} ${t('by', { name: merge.proposed_by_name })}`],
            [
              t('decided'),
              merge.decided_at
                ? `${time(merge.decided_at)} ${
                    merge.decided_by_name ? t('by', { name: merge.decided_by_name }) : ''
                  }`
                : undefined,
            ],
          ]}
        />
        <p>
          <strong>{t('reason')}:</strong> {merge.reason}
        </p>
        {merge.decision_reason ? (
          <p>
            <strong>{t('decisionReason')}:</strong> {merge.decision_reason}
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
              <MergeEffects preview={data} />
            </>
          )}
        </Loaded>
      ) : null}
      <Answers
        kind="merge"
        what={`${merge.from.name}, ${merge.into.name}`}
        can={can}
        version={preview.data && !preview.data.changed ? preview.data.version : null}
        accept={async (preview_version) => {
          await acceptMerge({ path, body: { preview_version } });
          // Memberships have moved with it.
          await session.refresh();
        }}
        decline={(reason) => declineMerge({ path, body: { reason } })}
        withdraw={(reason) => withdrawMerge({ path, body: { reason } })}
        onDone={setDone}
      />
    </>
  );
}
