import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import * as z from 'zod/mini';
import { updateAccount } from '../../api/gen';
import { getAccountOptions } from '../../api/gen/@tanstack/react-query.gen';
import { ifMatch } from '../../api/problem';
import { session } from '../../session';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { Facts } from '../../ui/Facts';
import { FormDialog } from '../../ui/FormDialog';
import { Loaded } from '../../ui/Loaded';
import { TextField } from '../../ui/TextField';
import { TextLink } from '../../ui/TextLink';
import type { PanelProps } from './panel';
import { useRefreshCompany } from './refresh';
import { useText } from './text';

/** What the account is, and who owns it. */
export function ProfileCard({ membership, manages, onDone }: PanelProps) {
  const t = useText();
  const refresh = useRefreshCompany(membership.account_id);
  const [renaming, setRenaming] = useState(false);
  const account = useQuery(getAccountOptions({ path: { id: membership.account_id } }));
  const schema = useMemo(
    () => z.object({ name: z.string().check(z.trim(), z.minLength(1, t('nameMissing'))) }),
    [t],
  );
  return (
    <Card
      title={t('profile')}
      side={
        manages && account.data ? (
          <Button kind="secondary" small onClick={() => setRenaming(true)}>
            {t('rename')}
          </Button>
        ) : undefined
      }
    >
      <Loaded query={account} rows={4}>
        {(data) => (
          <>
            <Facts
              items={[
                [t('accountName'), data.name],
                [t('accountNumber'), <code key="number">{data.account_number}</code>],
                [t('company'), data.company_name],
                [t('owner'), data.owner ? `${data.owner.name} (${data.owner.user_id})` : t('noOwner')],
                [t('state'), t(`accountState.${data.state}`)],
              ]}
            />
            {membership.role === 'user' ? null : (
              <p className="qm-row">
                <TextLink to="/company/changes">{t('changesLink')}</TextLink>
                <TextLink to="/company/claims">{t('claimsLink')}</TextLink>
                <TextLink to="/company/webhooks">{t('webhooksLink')}</TextLink>
                <TextLink to="/company/api-clients">{t('apiClientsLink')}</TextLink>
              </p>
            )}
            {!manages && data.owner ? (
              <p className="qm-muted">{t('askOwner', { name: data.owner.name })}</p>
            ) : null}
            {renaming ? (
              <FormDialog
                title={t('renameTitle')}
                schema={schema}
                defaultValues={{ name: data.name }}
                submitLabel={t('common:save')}
                onSubmit={async (values) => {
                  await updateAccount({ path: { id: data.id }, headers: ifMatch(data), body: values });
                  onDone(t('renamed'));
                  await refresh();
                  // The switcher shows the name too.
                  await session.refresh();
                }}
                onClose={() => setRenaming(false)}
              >
                <TextField name="name" label={t('accountName')} maxLength={200} />
              </FormDialog>
            ) : null}
          </>
        )}
      </Loaded>
    </Card>
  );
}
