import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import * as z from 'zod/mini';
import { type RightExplained, updateUser } from '../../api/gen';
import { getEffectiveAccessOptions } from '../../api/gen/@tanstack/react-query.gen';
import { ifMatch } from '../../api/problem';
import { sentence } from '../../app/format';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { DataTable } from '../../ui/DataTable';
import { Form } from '../../ui/Form';
import { Loaded } from '../../ui/Loaded';
import { RadioGroup } from '../../ui/RadioGroup';
import { AccessFields } from './AccessFields';
import { accessSchema, parsePorts, portsSchema } from './access-schema';
import type { PanelProps } from './panel';
import { useRefreshPeople } from './refresh';
import { useText } from './text';
import { useSubAccounts } from './use-sub-accounts';

/** The matrix of rights with the source of each, and its editor. */
export function AccessPanel(props: PanelProps) {
  const { membership, person } = props;
  const t = useText();
  const [editing, setEditing] = useState(false);
  const access = useQuery(
    getEffectiveAccessOptions({ path: { id: membership.account_id, user_id: person.id } }),
  );
  const sourceWords = (source: RightExplained['source']) => (source === 'none' ? null : t(`from.${source}`));
  if (editing) return <Editor {...props} onClose={() => setEditing(false)} />;
  const mayChange = person.can.change_access.allowed || person.can.change_role.allowed;
  return (
    <Card
      title={t('roleTitle')}
      side={
        mayChange ? (
          <Button kind="secondary" small onClick={() => setEditing(true)}>
            {t('changeAccess')}
          </Button>
        ) : undefined
      }
    >
      <p>
        <strong>{t(`common:role.${person.role}`)}</strong> {t(`common:roleHint.${person.role}`)}
      </p>
      {!mayChange && person.can.change_access.why_not ? (
        <p className="qm-muted">{sentence(person.can.change_access.why_not)}</p>
      ) : null}
      <Loaded query={access}>
        {(effective) => (
          <>
            <DataTable
              caption={t('roleTitle')}
              rows={effective.sub_accounts}
              rowKey={(row) => row.sub_account_id}
              columns={[
                {
                  key: 'name',
                  header: t('subAccount'),
                  rowHeader: true,
                  cell: (row) => (
                    <>
                      {row.name}
                      <div className="qm-muted qm-small">{t(`common:activity.${row.activity}`)}</div>
                    </>
                  ),
                },
                ...(['structure', 'records', 'reports'] as const).map((right) => ({
                  key: right,
                  header: t(`common:rightName.${right}`),
                  cell: (row: (typeof effective.sub_accounts)[number]) => (
                    <>
                      <strong>{t(`common:right.${row[right].level as 'none'}`)}</strong>
                      <div className="qm-muted qm-small">
                        {row[right].why || sourceWords(row[right].source)}
                      </div>
                    </>
                  ),
                })),
              ]}
            />
            <p>
              {effective.port_codes.length > 0
                ? t('ports', { ports: effective.port_codes.join(', ') })
                : t('portsNone')}
            </p>
            {effective.explanations.length > 0 ? (
              <>
                <h3>{t('explain')}</h3>
                <ul>
                  {effective.explanations.map((line) => (
                    <li key={line}>{line}</li>
                  ))}
                </ul>
              </>
            ) : null}
          </>
        )}
      </Loaded>
    </Card>
  );
}

function Editor({ membership, person, onDone, onClose }: PanelProps & { onClose: () => void }) {
  const t = useText();
  const refresh = useRefreshPeople(membership.account_id);
  const subAccounts = useSubAccounts(membership.account_id);
  const schema = useMemo(
    () =>
      z.object({
        role: z.optional(z.enum(['proxy', 'user'])),
        access: z.optional(accessSchema),
        port_codes: z.optional(portsSchema(t('portCodesBad'))),
      }),
    [t],
  );
  const defaults = useMemo(
    () => ({
      role: person.role === 'proxy' ? ('proxy' as const) : ('user' as const),
      access: (subAccounts.data?.items ?? []).map(
        (one) =>
          person.access.find((given) => given.sub_account_id === one.id) ?? {
            sub_account_id: one.id,
            structure: 'none' as const,
            records: 'none' as const,
            reports: 'none' as const,
          },
      ),
      port_codes: person.port_codes.join(', '),
    }),
    [person, subAccounts.data],
  );
  return (
    <Card title={t('changeAccess')}>
      <Loaded query={subAccounts}>
        {(list) => (
          <Form
            schema={schema}
            defaultValues={defaults}
            submitLabel={t('common:save')}
            extra={
              <Button kind="secondary" onClick={onClose}>
                {t('common:cancel')}
              </Button>
            }
            onSubmit={async (values) => {
              const role = values.role ?? person.role;
              await updateUser({
                path: { id: membership.account_id, user_id: person.id },
                headers: ifMatch(person),
                body: {
                  role: values.role === person.role ? undefined : values.role,
                  access: role === 'user' ? values.access : undefined,
                  port_codes: role === 'user' ? parsePorts(values.port_codes ?? '') : undefined,
                },
              });
              onDone(t('changed'));
              onClose();
              await refresh(person.id);
            }}
          >
            {(values) => (
              <>
                {person.can.change_role.allowed ? (
                  <RadioGroup
                    name="role"
                    label={t('role')}
                    options={(['user', 'proxy'] as const).map((value) => ({
                      value,
                      label: t(`common:role.${value}`),
                      hint: t(`common:roleHint.${value}`),
                    }))}
                  />
                ) : (
                  <p className="qm-muted">{sentence(person.can.change_role.why_not)}</p>
                )}
                <AccessFields subAccounts={list.items} role={values.role ?? person.role} />
              </>
            )}
          </Form>
        )}
      </Loaded>
    </Card>
  );
}
