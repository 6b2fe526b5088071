import { useMemo, useState } from 'react';
import * as z from 'zod/mini';
import { createAccessRequestDraft, type IdentifierKind, type Membership, type Remedy } from '../../api/gen';
import { idempotencyKey } from '../../api/idempotency';
import { Button } from '../../ui/Button';
import { FormDialog } from '../../ui/FormDialog';
import { TextArea } from '../../ui/TextArea';
import { TextLink } from '../../ui/TextLink';
import { useRefreshCompany } from './refresh';
import { useText } from './text';

interface Props {
  membership: Membership;
  subAccountId: string;
  kind: IdentifierKind;
  value: string;
  remedy: Remedy;
}

/** The way out of a `client-identifier` refusal: a request to the client, or an invitation to apply. */
export function RemedyButton({ membership, subAccountId, kind, value, remedy }: Props) {
  const t = useText();
  const refresh = useRefreshCompany(membership.account_id);
  const [open, setOpen] = useState(false);
  const [saved, setSaved] = useState(false);
  const schema = useMemo(() => z.object({ note: z.string() }), []);
  const label =
    remedy.kind === 'request_access'
      ? t('remedyAccess', { company: remedy.company })
      : t('remedyInvite', { company: remedy.company });
  if (membership.role !== 'owner') {
    return <p>{t('remedyOwner', { name: t('common:role.owner') })}</p>;
  }
  return (
    <>
      {saved ? (
        <p role="status">
          {t('draftSaved')}{' '}
          <TextLink to="/company" search={{ tab: 'requests' }}>
            {t('seeDrafts')}
          </TextLink>
        </p>
      ) : (
        <p>
          <Button onClick={() => setOpen(true)}>{label}</Button>
        </p>
      )}
      {open ? (
        <FormDialog
          title={label}
          schema={schema}
          defaultValues={{ note: '' }}
          submitLabel={t('draftSave')}
          onSubmit={async (values) => {
            await createAccessRequestDraft({
              path: { id: membership.account_id },
              body: {
                sub_account_id: subAccountId,
                identifier_kind: kind,
                identifier_value: value,
                note: values.note.trim() || null,
              },
              headers: idempotencyKey(),
            });
            setSaved(true);
            await refresh();
          }}
          onClose={() => setOpen(false)}
        >
          <TextArea name="note" label={t('draftNote')} hint={t('draftNoteHint')} optional maxLength={2000} />
        </FormDialog>
      ) : null}
    </>
  );
}
