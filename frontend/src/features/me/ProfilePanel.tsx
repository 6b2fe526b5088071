import { useMemo } from 'react';
import * as z from 'zod/mini';
import { updateMe } from '../../api/gen';
import { ifMatch } from '../../api/problem';
import { formatDate } from '../../app/format';
import { session, useMe } from '../../session';
import { Card } from '../../ui/Card';
import { Form } from '../../ui/Form';
import { TextField } from '../../ui/TextField';
import type { PanelProps } from './panel';
import { useText } from './text';

export function ProfilePanel({ onDone }: PanelProps) {
  const t = useText();
  const me = useMe();
  const schema = useMemo(
    () =>
      z.object({
        given_name: z.string().check(z.trim(), z.minLength(1, t('givenNameMissing'))),
        family_name: z.string().check(z.trim(), z.minLength(1, t('familyNameMissing'))),
        phone: z.string().check(z.trim()),
      }),
    [t],
  );
  return (
    <>
      <Card title={t('profile')}>
        <p>{t('userIdFixed', { userId: me.user_id })}</p>
        <p>{t('emailFixed', { email: me.email })}</p>
        <Form
          schema={schema}
          defaultValues={{ given_name: me.given_name, family_name: me.family_name, phone: me.phone ?? '' }}
          submitLabel={t('common:save')}
          onSubmit={async (values) => {
            const { data } = await updateMe({
              headers: ifMatch(me),
              body: { ...values, phone: values.phone || null },
            });
            session.updateMe(data);
            onDone(t('saved'));
          }}
        >
          <TextField name="given_name" label={t('common:fields.givenName')} autoComplete="given-name" />
          <TextField name="family_name" label={t('common:fields.familyName')} autoComplete="family-name" />
          <TextField name="phone" type="tel" label={t('common:fields.phone')} optional autoComplete="tel" />
        </Form>
      </Card>
      {me.memberships.length > 0 || me.staff_role ? (
        <Card title={t('roles')}>
          <ul className="qm-plain-list">
            {me.staff_role ? (
              <li>{t('staffRole', { role: t(`common:staffRole.${me.staff_role}`) })}</li>
            ) : null}
            {me.memberships.map((one) => (
              <li key={one.account_id}>
                {t('roleIn', {
                  role: t(`common:role.${one.role}`),
                  account: one.account_name,
                  company: one.company_name,
                })}{' '}
                <span className="qm-muted">{t('since', { date: formatDate(one.since) })}</span>
              </li>
            ))}
          </ul>
        </Card>
      ) : null}
    </>
  );
}
