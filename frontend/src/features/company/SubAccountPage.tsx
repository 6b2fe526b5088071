import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import * as z from 'zod/mini';
import { deleteSubAccount, type Membership, type SubAccount, updateSubAccount } from '../../api/gen';
import { getAccountOptions, getSubAccountOptions } from '../../api/gen/@tanstack/react-query.gen';
import { ifMatch } from '../../api/problem';
import { AccountPage } from '../../app/AccountPage';
import { useMembership } from '../../app/account';
import { Alert } from '../../ui/Alert';
import { Button } from '../../ui/Button';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { FormDialog } from '../../ui/FormDialog';
import { Loaded } from '../../ui/Loaded';
import { TextField } from '../../ui/TextField';
import { IdentifiersCard } from './IdentifiersCard';
import { useRefreshCompany } from './refresh';
import { useText } from './text';

const route = getRouteApi('/member/company/sub-accounts/$subAccountId');

export default function SubAccountPage() {
  const t = useText();
  const { subAccountId } = route.useParams();
  const membership = useMembership();
  const query = useQuery({
    ...getSubAccountOptions({ path: { id: membership?.account_id ?? '', sub_id: subAccountId } }),
    enabled: membership !== null,
  });
  return (
    <AccountPage
      title={query.data?.name ?? t('subAccount')}
      lead={query.data ? t(`common:activity.${query.data.activity}`) : undefined}
      crumbs={[{ label: t('title'), to: '/company' }]}
    >
      {(current) => (
        <Loaded query={query}>
          {(subAccount) => <Content key={subAccount.id} membership={current} subAccount={subAccount} />}
        </Loaded>
      )}
    </AccountPage>
  );
}

function Content({ membership, subAccount }: { membership: Membership; subAccount: SubAccount }) {
  const t = useText();
  const navigate = useNavigate();
  const refresh = useRefreshCompany(membership.account_id);
  const [done, setDone] = useState<string | null>(null);
  const [dialog, setDialog] = useState<'rename' | 'remove' | null>(null);
  // A closed account is history: it is read, and nothing in it is offered to be changed.
  const account = useQuery(getAccountOptions({ path: { id: membership.account_id } }));
  const open = account.data?.state === 'open';
  const manages = membership.role !== 'user' && open;
  const path = { id: membership.account_id, sub_id: subAccount.id };
  const schema = useMemo(
    () => z.object({ name: z.string().check(z.trim(), z.minLength(1, t('nameMissing'))) }),
    [t],
  );
  const close = () => setDialog(null);
  return (
    <>
      {done ? (
        <Alert kind="success" focus key={done}>
          {done}
        </Alert>
      ) : null}
      <IdentifiersCard membership={membership} subAccount={subAccount} open={open} onDone={setDone} />
      {manages ? (
        <div className="qm-row">
          <Button kind="secondary" onClick={() => setDialog('rename')}>
            {t('renameSubAccount')}
          </Button>
          <Button kind="secondary" onClick={() => setDialog('remove')}>
            {t('removeSubAccount')}
          </Button>
        </div>
      ) : null}
      {dialog === 'rename' ? (
        <FormDialog
          title={t('renameSubAccount')}
          schema={schema}
          defaultValues={{ name: subAccount.name }}
          submitLabel={t('common:save')}
          onSubmit={async (values) => {
            await updateSubAccount({ path, headers: ifMatch(subAccount), body: values });
            setDone(t('renamed'));
            await refresh(subAccount.id);
          }}
          onClose={close}
        >
          <TextField name="name" label={t('subAccountName')} maxLength={200} />
        </FormDialog>
      ) : null}
      {dialog === 'remove' ? (
        <ConfirmDialog
          title={t('removeSubAccountTitle', { name: subAccount.name })}
          confirmLabel={t('removeSubAccountLabel', { name: subAccount.name })}
          destructive
          onConfirm={async () => {
            await deleteSubAccount({ path, headers: ifMatch(subAccount) });
            await navigate({ to: '/company' });
            await refresh();
          }}
          onClose={close}
        >
          <p>{t('removeSubAccountText')}</p>
        </ConfirmDialog>
      ) : null}
    </>
  );
}
