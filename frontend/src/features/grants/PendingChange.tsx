import { useMemo, useState } from 'react';
import * as z from 'zod/mini';
import { acceptGrantChange, declineGrantChange, type GrantChange, withdrawGrantChange } from '../../api/gen';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { Facts } from '../../ui/Facts';
import { FormDialog } from '../../ui/FormDialog';
import { TextArea } from '../../ui/TextArea';
import type { PanelProps } from './panel';
import { useRefreshGrants } from './refresh';
import { useText } from './text';
import { otherParty, partyName, useGrantWords } from './words';

/** What the recipient asks for beyond the grant, and the grantor's answer to it. */
export function PendingChange({ membership, grant, onDone, change }: PanelProps & { change: GrantChange }) {
  const t = useText();
  const words = useGrantWords();
  const refresh = useRefreshGrants(membership.account_id);
  const [asking, setAsking] = useState<'accept' | 'decline' | 'withdraw' | null>(null);
  const schema = useMemo(() => z.object({ reason: z.string() }), []);
  const name = partyName(otherParty(grant));
  const close = () => setAsking(null);
  const done = async (text: string) => {
    onDone(text);
    await refresh(grant.id);
  };
  return (
    <Card title={t('pendingChange')} tone="warn">
      <p>
        {grant.my_side === 'grantor'
          ? t('pendingChangeAsks', { company: name, date: words.when(change.proposed_at) })
          : t('pendingChangeWaits', { company: name, date: words.when(change.proposed_at) })}
      </p>
      <Facts
        items={[
          [t('mayDo'), words.rightsList(change.rights).join('; ')],
          [
            t('subAccounts'),
            words.scope({
              all_sub_accounts: change.all_sub_accounts,
              sub_accounts: grant.sub_accounts.filter((one) => change.sub_account_ids.includes(one.id)),
            }),
          ],
          [t('topLevelShort'), change.top_level ? t('common:yes') : t('common:no')],
          [t('until'), words.until(change.ends_at)],
          [t('purpose'), change.purpose === grant.purpose ? undefined : change.purpose],
        ]}
      />
      <div className="qm-actions">
        {grant.can.answer_change.allowed ? (
          <>
            <Button onClick={() => setAsking('accept')}>{t('changeAccept')}</Button>
            <Button kind="secondary" onClick={() => setAsking('decline')}>
              {t('changeDecline')}
            </Button>
          </>
        ) : null}
        {grant.my_side === 'recipient' && membership.role === 'owner' ? (
          <Button kind="secondary" onClick={() => setAsking('withdraw')}>
            {t('changeWithdraw')}
          </Button>
        ) : null}
      </div>
      {asking === 'accept' ? (
        <ConfirmDialog
          title={t('changeAcceptTitle', { company: name })}
          confirmLabel={t('changeAccept')}
          onConfirm={async () => {
            await acceptGrantChange({ path: { id: grant.id }, body: { version: grant.version } });
            await done(t('changed', { company: name }));
          }}
          onClose={close}
        >
          <p>{t('changeAcceptText')}</p>
        </ConfirmDialog>
      ) : null}
      {asking === 'decline' ? (
        <FormDialog
          title={t('changeDeclineTitle', { company: name })}
          schema={schema}
          defaultValues={{ reason: '' }}
          submitLabel={t('changeDecline')}
          onSubmit={async (values) => {
            await declineGrantChange({
              path: { id: grant.id },
              body: { reason: values.reason.trim() || null },
            });
            await done(t('changeDeclined'));
          }}
          onClose={close}
        >
          <p>{t('changeDeclineText')}</p>
          <TextArea name="reason" label={t('common:fields.reason')} optional rows={2} maxLength={500} />
        </FormDialog>
      ) : null}
      {asking === 'withdraw' ? (
        <ConfirmDialog
          title={t('changeWithdrawTitle')}
          confirmLabel={t('changeWithdraw')}
          onConfirm={async () => {
            await withdrawGrantChange({ path: { id: grant.id } });
            await done(t('changeWithdrawn'));
          }}
          onClose={close}
        >
          <p>{t('changeWithdrawText')}</p>
        </ConfirmDialog>
      ) : null}
    </Card>
  );
}
