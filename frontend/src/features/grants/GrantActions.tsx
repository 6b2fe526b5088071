import { useMemo, useState } from 'react';
import * as z from 'zod/mini';
import type { GrantRenewalResult } from '../../api/gen';
import { pauseGrant, resumeGrant, revokeGrant } from '../../api/gen';
import { sentence } from '../../app/format';
import { Button } from '../../ui/Button';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { FormDialog } from '../../ui/FormDialog';
import { TextArea } from '../../ui/TextArea';
import { BlockDialog } from './BlockDialog';
import type { PanelProps } from './panel';
import { RenewDialog, RenewResult } from './Renewal';
import { useRefreshGrants } from './refresh';
import { useText } from './text';
import { otherParty, partyName } from './words';

type Act = 'pause' | 'resume' | 'revoke' | 'withdraw' | 'renew' | 'block';

/** What the reader may do with a grant now. */
export function GrantActions(props: PanelProps & { onChange: () => void }) {
  const { membership, grant, onDone, onChange } = props;
  const t = useText();
  const refresh = useRefreshGrants(membership.account_id);
  const [act, setAct] = useState<Act | null>(null);
  const [result, setResult] = useState<GrantRenewalResult[] | null>(null);
  const name = partyName(otherParty(grant));
  const { can } = grant;
  const close = () => setAct(null);
  const done = async (text: string) => {
    onDone(text);
    await refresh(grant.id);
  };
  const reason = useMemo(() => z.object({ reason: z.string() }), []);
  const reasonNeeded = useMemo(
    () => z.object({ reason: z.string().check(z.trim(), z.minLength(3, t('common:reasonRequired'))) }),
    [t],
  );
  const living = grant.state.kind === 'active' || grant.state.kind === 'paused';
  const refusals = [
    ...new Set(
      (living ? [can.pause, can.resume, can.change, can.revoke] : [can.withdraw, can.accept])
        .filter((one) => !one.allowed && one.why_not)
        .map((one) => sentence(one.why_not)),
    ),
  ];
  const nothing =
    grant.state.kind !== 'ended' &&
    ![can.pause, can.resume, can.change, can.revoke, can.withdraw, can.accept].some((one) => one.allowed);
  return (
    <>
      {result ? (
        <RenewResult
          rows={result}
          grants={[grant]}
          onRetry={() => setAct('renew')}
          onClose={() => setResult(null)}
        />
      ) : null}
      <div className="qm-actions">
        {can.pause.allowed ? (
          <Button kind="secondary" onClick={() => setAct('pause')}>
            {t('pause')}
          </Button>
        ) : null}
        {can.resume.allowed ? <Button onClick={() => setAct('resume')}>{t('resume')}</Button> : null}
        {can.change.allowed ? (
          <Button kind="secondary" onClick={onChange}>
            {t('change')}
          </Button>
        ) : null}
        {can.change.allowed && living ? (
          <Button kind="secondary" onClick={() => setAct('renew')}>
            {t('renewOne')}
          </Button>
        ) : null}
        {can.revoke.allowed && living ? (
          <Button kind="danger" onClick={() => setAct('revoke')}>
            {t('revoke')}
          </Button>
        ) : null}
        {can.withdraw.allowed ? (
          <Button kind="secondary" onClick={() => setAct('withdraw')}>
            {t('withdraw')}
          </Button>
        ) : null}
        {can.block.allowed ? (
          <Button kind="link" onClick={() => setAct('block')}>
            {t('block')}
          </Button>
        ) : null}
      </div>
      {nothing && refusals.length > 0 ? <p className="qm-muted">{refusals.join(' ')}</p> : null}
      {act === 'pause' ? (
        <FormDialog
          title={t('pauseTitle', { company: name })}
          schema={reasonNeeded}
          defaultValues={{ reason: '' }}
          submitLabel={t('pause')}
          onSubmit={async (values) => {
            await pauseGrant({ path: { id: grant.id }, body: { reason: values.reason } });
            await done(t('paused'));
          }}
          onClose={close}
        >
          <p>{t('pauseText')}</p>
          <TextArea name="reason" label={t('common:fields.reason')} rows={2} maxLength={500} />
        </FormDialog>
      ) : null}
      {act === 'resume' ? (
        <ConfirmDialog
          title={t('resumeTitle', { company: name })}
          confirmLabel={t('resume')}
          onConfirm={async () => {
            await resumeGrant({ path: { id: grant.id } });
            await done(t('resumed'));
          }}
          onClose={close}
        >
          <p>{t('resumeText')}</p>
        </ConfirmDialog>
      ) : null}
      {act === 'revoke' || act === 'withdraw' ? (
        <FormDialog
          title={t(`${act}Title`, { company: name })}
          schema={reason}
          defaultValues={{ reason: '' }}
          submitLabel={act === 'revoke' ? t('revokeLabel') : t('withdraw')}
          submitKind="danger"
          onSubmit={async (values) => {
            await revokeGrant({ path: { id: grant.id }, body: { reason: values.reason.trim() || null } });
            await done(act === 'revoke' ? t('revoked') : t('withdrawn'));
          }}
          onClose={close}
        >
          <p>{act === 'revoke' ? t('revokeText', { count: grant.people_count }) : t('withdrawText')}</p>
          <TextArea name="reason" label={t('common:fields.reason')} optional rows={2} maxLength={500} />
        </FormDialog>
      ) : null}
      {act === 'renew' ? (
        <RenewDialog
          membership={membership}
          grants={[grant]}
          asks={grant.my_side === 'recipient'}
          onDone={setResult}
          onClose={close}
        />
      ) : null}
      {act === 'block' ? <BlockDialog {...props} onClose={close} /> : null}
    </>
  );
}
