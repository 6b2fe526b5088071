import { useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import * as z from 'zod/mini';
import { createAccessRequestDraft, type IdentifierKind, type Membership, type Remedy } from '../../api/gen';
import { idempotencyKey } from '../../api/idempotency';
import { Button } from '../../ui/Button';
import { FormDialog } from '../../ui/FormDialog';
import { ProblemAlert } from '../../ui/ProblemAlert';
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
export function RemedyButton(props: Props) {
  const { membership, remedy } = props;
  const t = useText();
  if (membership.role !== 'owner') {
    return <p>{t('remedyOwner', { name: t('common:role.owner') })}</p>;
  }
  return remedy.kind === 'request_access' ? <RequestAccess {...props} /> : <InviteToApply {...props} />;
}

const draft = ({ membership, subAccountId, kind, value }: Props, note: string | null) =>
  createAccessRequestDraft({
    path: { id: membership.account_id },
    body: { sub_account_id: subAccountId, identifier_kind: kind, identifier_value: value, note },
    headers: idempotencyKey(),
  });

/** One click to the filled-in request. */
function RequestAccess(props: Props) {
  const t = useText();
  const navigate = useNavigate();
  const refresh = useRefreshCompany(props.membership.account_id);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  return (
    <>
      {error ? <ProblemAlert error={error} focus /> : null}
      <p>
        <Button
          busy={busy}
          onClick={async () => {
            setBusy(true);
            setError(null);
            try {
              const { data } = await draft(props, null);
              await refresh();
              await navigate({
                to: '/access/cross-account/new',
                search: { way: 'request', draft: data.id },
              });
            } catch (caught) {
              setError(caught);
              setBusy(false);
            }
          }}
        >
          {t('remedyAccess', { company: props.remedy.company })}
        </Button>
      </p>
    </>
  );
}

function InviteToApply(props: Props) {
  const t = useText();
  const refresh = useRefreshCompany(props.membership.account_id);
  const [open, setOpen] = useState(false);
  const [saved, setSaved] = useState(false);
  const schema = useMemo(() => z.object({ note: z.string() }), []);
  const label = t('remedyInvite', { company: props.remedy.company });
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
            await draft(props, values.note.trim() || null);
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
