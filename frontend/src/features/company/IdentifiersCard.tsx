import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import * as z from 'zod/mini';
import {
  addIdentifier,
  type CorporateIdentifier,
  type IdentifierKind,
  type Membership,
  removeIdentifier,
  type SubAccount,
} from '../../api/gen';
import { listActivityKindsOptions } from '../../api/gen/@tanstack/react-query.gen';
import { idempotencyKey } from '../../api/idempotency';
import type { ApiProblem } from '../../api/problem';
import { formatDateTime } from '../../app/format';
import { useMe } from '../../session';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { DataTable } from '../../ui/DataTable';
import { Form } from '../../ui/Form';
import { Loaded } from '../../ui/Loaded';
import { Select } from '../../ui/Select';
import { StateTag } from '../../ui/StateTag';
import { TextField } from '../../ui/TextField';
import { ClaimButton } from '../claims/ClaimButton';
import { identifierKinds } from './kinds';
import { isExplained, Refusal } from './Refusal';
import { RemedyButton } from './RemedyButton';
import { useRefreshCompany } from './refresh';
import { useText } from './text';

interface Props {
  membership: Membership;
  subAccount: SubAccount;
  /** False for an account that is closed: nothing is offered then. */
  open: boolean;
  onDone: (text: string) => void;
}

/** The identifiers of a sub-account, and the form that adds one. */
export function IdentifiersCard({ membership, subAccount, open, onDone }: Props) {
  const t = useText();
  const me = useMe();
  const refresh = useRefreshCompany(membership.account_id);
  const [removing, setRemoving] = useState<CorporateIdentifier | null>(null);
  const kinds = useQuery({ ...listActivityKindsOptions(), staleTime: Number.POSITIVE_INFINITY });
  const mayWrite =
    open &&
    (membership.role !== 'user' ||
      membership.access.some((one) => one.sub_account_id === subAccount.id && one.structure === 'write'));
  return (
    <>
      <Card title={t('identifiers')}>
        {subAccount.identifiers.length === 0 ? (
          <p>{t('noIdentifiers')}</p>
        ) : (
          <DataTable
            caption={t('identifiers')}
            rows={subAccount.identifiers}
            rowKey={(row) => row.id}
            columns={[
              {
                key: 'value',
                header: t('value'),
                rowHeader: true,
                cell: (row) => (
                  <>
                    <code>{row.value}</code>
                    {row.personal ? <div className="qm-muted qm-small">{t('personalNote')}</div> : null}
                  </>
                ),
              },
              { key: 'kind', header: t('kind'), cell: (row) => t(`common:identifierKind.${row.kind}`) },
              {
                key: 'state',
                header: t('state'),
                cell: (row) =>
                  row.state === 'active' ? (
                    <StateTag tone="good" icon="check">
                      {t('idState.active')}
                    </StateTag>
                  ) : (
                    <StateTag tone="warn" icon="pending">
                      {t('idState.pending_verification')}
                    </StateTag>
                  ),
              },
              {
                key: 'added',
                header: t('added'),
                cell: (row) => (
                  <>
                    {formatDateTime(row.added_at, me.time_zone)}
                    {row.added_by_name ? <div className="qm-muted qm-small">{row.added_by_name}</div> : null}
                  </>
                ),
              },
              ...(mayWrite
                ? [
                    {
                      key: 'actions',
                      header: t('common:actions'),
                      cell: (row: CorporateIdentifier) => (
                        <Button
                          kind="link"
                          aria-label={t('removeIdentifierName', { value: row.value })}
                          onClick={() => setRemoving(row)}
                        >
                          {t('common:remove')}
                        </Button>
                      ),
                    },
                  ]
                : []),
            ]}
          />
        )}
      </Card>
      {mayWrite ? (
        <Card title={t('addIdentifier')}>
          <Loaded query={kinds} rows={2}>
            {(catalogue) => {
              const allowed =
                catalogue.items.find((kind) => kind.activity === subAccount.activity)?.identifier_kinds ?? [];
              return allowed.length === 0 ? (
                <p>{t('noneNeeded')}</p>
              ) : (
                <AddForm
                  membership={membership}
                  subAccount={subAccount}
                  allowed={allowed}
                  onAdded={async (added) => {
                    // Said last: whoever reads it finds the form ready for the next one.
                    await refresh(subAccount.id);
                    onDone(
                      added.state === 'pending_verification'
                        ? t('identifierPending', { value: added.value })
                        : t('identifierAdded', { value: added.value }),
                    );
                  }}
                />
              );
            }}
          </Loaded>
        </Card>
      ) : null}
      {removing ? (
        <ConfirmDialog
          title={t('removeIdentifierTitle', { value: removing.value, name: subAccount.name })}
          confirmLabel={t('removeIdentifierName', { value: removing.value })}
          destructive
          onConfirm={async () => {
            await removeIdentifier({
              path: { id: membership.account_id, sub_id: subAccount.id, identifier_id: removing.id },
            });
            onDone(t('identifierRemoved', { value: removing.value }));
            await refresh(subAccount.id);
          }}
          onClose={() => setRemoving(null)}
        >
          <p>{t('removeIdentifierText')}</p>
        </ConfirmDialog>
      ) : null}
    </>
  );
}

interface AddProps {
  membership: Membership;
  subAccount: SubAccount;
  allowed: IdentifierKind[];
  onAdded: (added: CorporateIdentifier) => Promise<void>;
}

function AddForm({ membership, subAccount, allowed, onAdded }: AddProps) {
  const t = useText();
  const [refused, setRefused] = useState<{ problem: ApiProblem; kind: IdentifierKind; value: string } | null>(
    null,
  );
  const schema = useMemo(
    () =>
      z.object({
        kind: z.enum(identifierKinds, t('kindMissing')),
        value: z.string().check(z.trim(), z.minLength(1, t('valueMissing'))),
      }),
    [t],
  );
  const defaults = useMemo(() => ({ kind: allowed[0] ?? ('ein' as const), value: '' }), [allowed]);
  return (
    <>
      {refused ? (
        <Refusal key={refused.value} problem={refused.problem}>
          {refused.problem.code === 'identifier-held-by-another-account' ? (
            refused.problem.remedy && membership.role !== 'user' ? (
              <ClaimButton
                membership={membership}
                subAccountId={subAccount.id}
                kind={refused.kind}
                value={refused.value}
              />
            ) : null
          ) : refused.problem.remedy ? (
            <RemedyButton
              membership={membership}
              subAccountId={subAccount.id}
              kind={refused.kind}
              value={refused.value}
              remedy={refused.problem.remedy}
            />
          ) : null}
        </Refusal>
      ) : null}
      <Form
        schema={schema}
        defaultValues={defaults}
        submitLabel={t('addIdentifierSubmit')}
        resetOnSuccess
        onSubmit={async (values) => {
          setRefused(null);
          try {
            const { data } = await addIdentifier({
              path: { id: membership.account_id, sub_id: subAccount.id },
              body: values,
              headers: idempotencyKey(),
            });
            await onAdded(data);
          } catch (error) {
            const problem = error as ApiProblem;
            if (!isExplained(problem.code)) throw error;
            setRefused({ problem, ...values });
            throw error;
          }
        }}
        onProblem={(problem) => isExplained(problem.code)}
      >
        {(values) => (
          <>
            <Select
              name="kind"
              label={t('kind')}
              options={allowed.map((kind) => ({ value: kind, label: t(`common:identifierKind.${kind}`) }))}
            />
            <TextField
              name="value"
              label={t('value')}
              hint={t(`common:identifierHint.${values.kind}`)}
              autoComplete="off"
              literal
            />
          </>
        )}
      </Form>
    </>
  );
}
