import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import * as z from 'zod/mini';
import { type Activity, createSubAccount } from '../../api/gen';
import { listActivitiesOptions, listSubAccountsOptions } from '../../api/gen/@tanstack/react-query.gen';
import { idempotencyKey } from '../../api/idempotency';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { EmptyState } from '../../ui/EmptyState';
import { FormDialog } from '../../ui/FormDialog';
import { Loaded } from '../../ui/Loaded';
import { Select } from '../../ui/Select';
import { TextField } from '../../ui/TextField';
import { TextLink } from '../../ui/TextLink';
import type { PanelProps } from './panel';
import { useRefreshCompany } from './refresh';
import { useText } from './text';

/** The sub-accounts with their identifiers; each opens its own page. */
export function SubAccountsCard({ membership, manages, onDone }: PanelProps) {
  const t = useText();
  const path = { id: membership.account_id };
  const refresh = useRefreshCompany(membership.account_id);
  const [adding, setAdding] = useState(false);
  const subAccounts = useQuery(listSubAccountsOptions({ path, query: { limit: 200 } }));
  const activities = useQuery(listActivitiesOptions({ path, query: { limit: 200 } }));
  const schema = useMemo(
    () =>
      z.object({
        name: z.string().check(z.trim(), z.minLength(1, t('nameMissing'))),
        activity: z
          .custom<Activity['activity']>()
          .check(
            z.refine((value) => typeof value === 'string' && (value as string) !== '', t('activityMissing')),
          ),
      }),
    [t],
  );
  return (
    <Card
      title={t('subAccounts')}
      side={
        manages && (activities.data?.items.length ?? 0) > 0 ? (
          <Button kind="secondary" small onClick={() => setAdding(true)}>
            {t('addSubAccount')}
          </Button>
        ) : undefined
      }
    >
      <p className="qm-muted">{t('subAccountsLead')}</p>
      <Loaded query={subAccounts} rows={4}>
        {(page) =>
          page.items.length === 0 ? (
            <EmptyState kind="nothing" title={t('noSubAccounts')} />
          ) : (
            <div className="qm-grid">
              {page.items.map((one) => (
                <article key={one.id} className="qm-card">
                  <h3>
                    <TextLink to="/company/sub-accounts/$subAccountId" params={{ subAccountId: one.id }}>
                      {one.name}
                    </TextLink>
                  </h3>
                  <p className="qm-muted">{t(`common:activity.${one.activity}`)}</p>
                  {one.identifiers.length === 0 ? (
                    <p>{t('noIdentifiers')}</p>
                  ) : (
                    <ul className="qm-plain-list">
                      {one.identifiers.map((identifier) => (
                        <li key={identifier.id}>
                          {t(`common:identifierKind.${identifier.kind}`)} <code>{identifier.value}</code>
                          {identifier.state === 'pending_verification'
                            ? ` (${t('idState.pending_verification')})`
                            : null}
                        </li>
                      ))}
                    </ul>
                  )}
                </article>
              ))}
            </div>
          )
        }
      </Loaded>
      {adding ? (
        <FormDialog
          title={t('addSubAccountTitle')}
          schema={schema}
          defaultValues={{ name: '', activity: '' as Activity['activity'] }}
          submitLabel={t('addSubAccount')}
          onSubmit={async (values) => {
            const { data } = await createSubAccount({ path, body: values, headers: idempotencyKey() });
            onDone(t('subAccountAdded', { name: data.name }));
            await refresh();
          }}
          onClose={() => setAdding(false)}
        >
          <TextField
            name="name"
            label={t('subAccountName')}
            hint={t('subAccountNameHint')}
            maxLength={200}
            autoComplete="off"
          />
          <Select
            name="activity"
            label={t('activity')}
            empty={t('common:chooseOne')}
            options={(activities.data?.items ?? []).map((one) => ({ value: one.activity, label: one.label }))}
          />
        </FormDialog>
      ) : null}
    </Card>
  );
}
