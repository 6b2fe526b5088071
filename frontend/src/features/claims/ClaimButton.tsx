import { useMemo, useState } from 'react';
import * as z from 'zod/mini';
import type { IdentifierKind, Membership } from '../../api/gen';
import { fileIdentifierClaim, type IdentifierClaim } from '../../api/gen';
import { idempotencyKey } from '../../api/idempotency';
import { formatDateTime } from '../../app/format';
import { useMe } from '../../session';
import { Button } from '../../ui/Button';
import { FormDialog } from '../../ui/FormDialog';
import { TextArea } from '../../ui/TextArea';
import { TextLink } from '../../ui/TextLink';
import { useRefreshClaims } from './refresh';
import { useText } from './text';

interface Props {
  membership: Membership;
  subAccountId: string;
  kind: IdentifierKind;
  value: string;
}

/** The way out when an own identifier stands in somebody else's account: claim it, right where it was refused. */
export function ClaimButton({ membership, subAccountId, kind, value }: Props) {
  const t = useText();
  const me = useMe();
  const refresh = useRefreshClaims();
  const [open, setOpen] = useState(false);
  const [filed, setFiled] = useState<IdentifierClaim | null>(null);
  const schema = useMemo(
    () => z.object({ reason: z.string().check(z.trim(), z.minLength(3, t('common:reasonRequired'))) }),
    [t],
  );
  if (filed) {
    return (
      <p role="status">
        {t('fileDone', { due: formatDateTime(filed.answer_due_at, me.time_zone) })}{' '}
        <TextLink to="/company/claims/$claimId" params={{ claimId: filed.id }}>
          {t('see')}
        </TextLink>
      </p>
    );
  }
  return (
    <>
      <p>
        <Button onClick={() => setOpen(true)}>{t('fileButton')}</Button>
      </p>
      {open ? (
        <FormDialog
          title={t('fileTitle', { value })}
          schema={schema}
          defaultValues={{ reason: '' }}
          submitLabel={t('fileSubmit')}
          onSubmit={async ({ reason }) => {
            const { data } = await fileIdentifierClaim({
              path: { id: membership.account_id },
              body: { sub_account_id: subAccountId, identifier_kind: kind, identifier_value: value, reason },
              headers: idempotencyKey(),
            });
            setFiled(data);
            await refresh();
          }}
          onClose={() => setOpen(false)}
        >
          <p>{t('fileText')}</p>
          <TextArea name="reason" label={t('fileReason')} hint={t('fileHint')} rows={3} maxLength={500} />
        </FormDialog>
      ) : null}
    </>
  );
}
