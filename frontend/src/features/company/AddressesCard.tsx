import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import * as z from 'zod/mini';
import { type Address, createAddress, deleteAddress, updateAddress } from '../../api/gen';
import { listAddressesOptions } from '../../api/gen/@tanstack/react-query.gen';
import { idempotencyKey } from '../../api/idempotency';
import { ifMatch } from '../../api/problem';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { FormDialog } from '../../ui/FormDialog';
import { Loaded } from '../../ui/Loaded';
import { Select } from '../../ui/Select';
import { TextField } from '../../ui/TextField';
import type { PanelProps } from './panel';
import { useRefreshCompany } from './refresh';
import { useText } from './text';

const KINDS = ['physical', 'mailing'] as const;

const lines = (address: Address) =>
  [
    address.line1,
    address.line2,
    [address.city, address.region, address.postal_code].filter(Boolean).join(', '),
    address.country,
  ].filter(Boolean);

export function AddressesCard({ membership, manages, onDone }: PanelProps) {
  const t = useText();
  const path = { id: membership.account_id };
  const refresh = useRefreshCompany(membership.account_id);
  const [editing, setEditing] = useState<Address | 'new' | null>(null);
  const [removing, setRemoving] = useState<Address | null>(null);
  const addresses = useQuery(listAddressesOptions({ path, query: { limit: 200 } }));
  const schema = useMemo(() => {
    const required = z.string().check(z.trim(), z.minLength(1, t('common:required')));
    const free = z.string().check(z.trim());
    return z.object({
      kind: z.enum(KINDS, t('kindMissing')),
      line1: required,
      line2: free,
      city: required,
      region: free,
      postal_code: free,
      country: z.string().check(z.trim(), z.toUpperCase(), z.regex(/^[A-Z]{2}$/, t('countryBad'))),
    });
  }, [t]);
  return (
    <Card
      title={t('addresses')}
      side={
        manages ? (
          <Button kind="secondary" small onClick={() => setEditing('new')}>
            {t('addAddress')}
          </Button>
        ) : undefined
      }
    >
      <Loaded query={addresses} rows={3}>
        {(page) =>
          page.items.length === 0 ? (
            <p>{t('noAddresses')}</p>
          ) : (
            <div className="qm-grid">
              {page.items.map((one) => (
                <article key={one.id} className="qm-card">
                  <h3>{t(`addressKind.${one.kind}`)}</h3>
                  <p>
                    {lines(one).map((line) => (
                      <span key={line}>
                        {line}
                        <br />
                      </span>
                    ))}
                  </p>
                  {manages ? (
                    <div className="qm-row">
                      <Button
                        kind="link"
                        aria-label={`${t('editAddress')}: ${one.line1}`}
                        onClick={() => setEditing(one)}
                      >
                        {t('common:edit')}
                      </Button>
                      <Button
                        kind="link"
                        aria-label={`${t('removeAddress')}: ${one.line1}`}
                        onClick={() => setRemoving(one)}
                      >
                        {t('common:remove')}
                      </Button>
                    </div>
                  ) : null}
                </article>
              ))}
            </div>
          )
        }
      </Loaded>
      {editing ? (
        <FormDialog
          title={editing === 'new' ? t('addAddress') : t('editAddress')}
          schema={schema}
          defaultValues={
            editing === 'new'
              ? {
                  kind: 'physical',
                  line1: '',
                  line2: '',
                  city: '',
                  region: '',
                  postal_code: '',
                  country: 'US',
                }
              : {
                  kind: editing.kind,
                  line1: editing.line1,
                  line2: editing.line2 ?? '',
                  city: editing.city,
                  region: editing.region ?? '',
                  postal_code: editing.postal_code ?? '',
                  country: editing.country,
                }
          }
          submitLabel={t('common:save')}
          onSubmit={async (values) => {
            const body = {
              ...values,
              line2: values.line2 || null,
              region: values.region || null,
              postal_code: values.postal_code || null,
            };
            if (editing === 'new') await createAddress({ path, body, headers: idempotencyKey() });
            else {
              await updateAddress({
                path: { ...path, address_id: editing.id },
                headers: ifMatch(editing),
                body,
              });
            }
            onDone(t('addressSaved'));
            await refresh();
          }}
          onClose={() => setEditing(null)}
        >
          <Select
            name="kind"
            label={t('kind')}
            options={KINDS.map((value) => ({ value, label: t(`addressKind.${value}`) }))}
          />
          <TextField name="line1" label={t('line1')} autoComplete="off" />
          <TextField name="line2" label={t('line2')} optional autoComplete="off" />
          <TextField name="city" label={t('city')} autoComplete="off" />
          <TextField name="region" label={t('region')} optional autoComplete="off" />
          <TextField name="postal_code" label={t('postalCode')} optional autoComplete="off" />
          <TextField
            name="country"
            label={t('country')}
            hint={t('countryHint')}
            maxLength={2}
            autoComplete="off"
          />
        </FormDialog>
      ) : null}
      {removing ? (
        <ConfirmDialog
          title={t('removeAddressTitle')}
          confirmLabel={t('removeAddress')}
          destructive
          onConfirm={async () => {
            await deleteAddress({ path: { ...path, address_id: removing.id }, headers: ifMatch(removing) });
            onDone(t('removed'));
            await refresh();
          }}
          onClose={() => setRemoving(null)}
        >
          <p>{lines(removing).join(', ')}</p>
        </ConfirmDialog>
      ) : null}
    </Card>
  );
}
