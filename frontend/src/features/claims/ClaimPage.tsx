import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import * as z from 'zod/mini';
import type { Membership } from '../../api/gen';
import {
  disputeIdentifierClaim,
  type IdentifierClaim,
  releaseIdentifier,
  withdrawIdentifierClaim,
} from '../../api/gen';
import {
  getIdentifierClaimOptions,
  previewIdentifierReleaseOptions,
} from '../../api/gen/@tanstack/react-query.gen';
import { AccountPage } from '../../app/AccountPage';
import { useMembership } from '../../app/account';
import { formatDateTime } from '../../app/format';
import { useMe } from '../../session';
import { Alert } from '../../ui/Alert';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { FormDialog } from '../../ui/FormDialog';
import { Loaded } from '../../ui/Loaded';
import { TextArea } from '../../ui/TextArea';
import { ClaimFacts } from './ClaimFacts';
import { Effect } from './Effect';
import { useRefreshClaims } from './refresh';
import { useText } from './text';

const route = getRouteApi('/member/company/claims/$claimId');

export default function ClaimPage() {
  const t = useText();
  const { claimId } = route.useParams();
  const membership = useMembership();
  const query = useQuery({
    ...getIdentifierClaimOptions({ path: { id: membership?.account_id ?? '', claim_id: claimId } }),
    enabled: membership !== null,
  });
  return (
    <AccountPage
      title={query.data ? t('claimOf', { value: query.data.identifier }) : t('claim')}
      crumbs={[{ label: t('title'), to: '/company/claims' }]}
      about={t('about')}
      roles={['owner', 'proxy']}
    >
      {(current) => (
        <Loaded query={query}>{(claim) => <Content claim={claim} membership={current} />}</Loaded>
      )}
    </AccountPage>
  );
}

function Content({ claim, membership }: { claim: IdentifierClaim; membership: Membership }) {
  const t = useText();
  const me = useMe();
  const refresh = useRefreshClaims();
  const [done, setDone] = useState<string | null>(null);
  const [dialog, setDialog] = useState<'release' | 'dispute' | 'withdraw' | null>(null);
  const path = { id: membership.account_id, claim_id: claim.id };
  const holds = claim.side === 'holder' && (claim.state === 'open' || claim.state === 'disputed');
  const preview = useQuery({ ...previewIdentifierReleaseOptions({ path }), enabled: holds });
  const schema = useMemo(
    () => z.object({ reason: z.string().check(z.trim(), z.minLength(3, t('common:reasonRequired'))) }),
    [t],
  );
  const close = () => setDialog(null);
  const { can } = claim;
  const company = claim.claimant_company;
  const value = claim.identifier;
  const waiting = claim.state === 'open' || claim.state === 'disputed' ? claim.state : null;
  const due = formatDateTime(claim.answer_due_at, me.time_zone);
  return (
    <>
      {done ? (
        <Alert kind="success" focus key={done}>
          {done}
        </Alert>
      ) : null}
      {waiting ? (
        <Alert kind={claim.side === 'holder' ? 'warning' : 'info'}>
          {t(`next.${claim.side === 'holder' ? 'holder' : 'claimant'}.${waiting}`, { company, due })}
        </Alert>
      ) : null}
      <ClaimFacts claim={claim} />
      {holds ? (
        <Card title={t('previewTitle')}>
          <Effect preview={preview} />
        </Card>
      ) : null}
      <div className="qm-row">
        {can.release ? <Button onClick={() => setDialog('release')}>{t('release')}</Button> : null}
        {can.dispute ? (
          <Button kind="secondary" onClick={() => setDialog('dispute')}>
            {t('dispute')}
          </Button>
        ) : null}
        {can.withdraw ? (
          <Button kind="secondary" onClick={() => setDialog('withdraw')}>
            {t('withdraw')}
          </Button>
        ) : null}
      </div>
      {holds && membership.role !== 'owner' ? <p className="qm-muted">{t('onlyOwner')}</p> : null}
      {dialog === 'release' ? (
        <ConfirmDialog
          title={t('releaseTitle', { value, company })}
          confirmLabel={t('releaseLabel', { value })}
          destructive
          onConfirm={async () => {
            await releaseIdentifier({ path, body: { reason: null } });
            setDone(t('released', { value }));
            await refresh();
          }}
          onClose={close}
        >
          <Effect preview={preview} />
        </ConfirmDialog>
      ) : null}
      {dialog === 'dispute' ? (
        <FormDialog
          title={t('disputeTitle', { company })}
          schema={schema}
          defaultValues={{ reason: '' }}
          submitLabel={t('dispute')}
          onSubmit={async (body) => {
            await disputeIdentifierClaim({ path, body });
            setDone(t('disputed'));
            await refresh();
          }}
          onClose={close}
        >
          <p>{t('disputeText')}</p>
          <TextArea name="reason" label={t('common:fields.reason')} rows={3} maxLength={500} />
        </FormDialog>
      ) : null}
      {dialog === 'withdraw' ? (
        <ConfirmDialog
          title={t('withdrawTitle', { value })}
          confirmLabel={t('withdraw')}
          destructive
          onConfirm={async () => {
            await withdrawIdentifierClaim({ path, body: { reason: null } });
            setDone(t('withdrawn'));
            await refresh();
          }}
          onClose={close}
        >
          <p>{t('withdrawText')}</p>
        </ConfirmDialog>
      ) : null}
    </>
  );
}
