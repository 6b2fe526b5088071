import { useMemo } from 'react';
import * as z from 'zod/mini';
import { blockCompany } from '../../api/gen';
import { idempotencyKey } from '../../api/idempotency';
import { Checkbox } from '../../ui/Checkbox';
import { FormDialog } from '../../ui/FormDialog';
import { TextArea } from '../../ui/TextArea';
import type { PanelProps } from './panel';
import { useRefreshGrants } from './refresh';
import { useText } from './text';
import { otherParty } from './words';

/** Ends a company's requests for good, and tells the operator of the portal if wanted. */
export function BlockDialog({ membership, grant, onDone, onClose }: PanelProps & { onClose: () => void }) {
  const t = useText();
  const refresh = useRefreshGrants(membership.account_id);
  const company = otherParty(grant).company_name;
  const schema = useMemo(() => z.object({ reason: z.string(), report: z.boolean() }), []);
  return (
    <FormDialog
      title={t('blockTitle', { company })}
      schema={schema}
      defaultValues={{ reason: '', report: false }}
      submitLabel={t('blockLabel', { company })}
      submitKind="danger"
      onSubmit={async (values) => {
        await blockCompany({
          path: { id: membership.account_id },
          body: { grant_id: grant.id, reason: values.reason.trim() || null, report: values.report },
          headers: idempotencyKey(),
        });
        onDone(t(values.report ? 'blockedReported' : 'blocked', { company }));
        await refresh(grant.id);
      }}
      onClose={onClose}
    >
      <p>{t('blockText')}</p>
      <TextArea name="reason" label={t('common:fields.reason')} optional rows={2} maxLength={500} />
      <Checkbox name="report" label={t('report')} hint={t('reportHint')} />
    </FormDialog>
  );
}
