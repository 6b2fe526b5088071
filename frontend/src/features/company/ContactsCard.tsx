import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import * as z from 'zod/mini';
import { type Contact, createContact, deleteContact, updateContact } from '../../api/gen';
import { listContactsOptions } from '../../api/gen/@tanstack/react-query.gen';
import { idempotencyKey } from '../../api/idempotency';
import { ifMatch } from '../../api/problem';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { DataTable } from '../../ui/DataTable';
import { FormDialog } from '../../ui/FormDialog';
import { Loaded } from '../../ui/Loaded';
import { Select } from '../../ui/Select';
import { TextField } from '../../ui/TextField';
import type { PanelProps } from './panel';
import { useRefreshCompany } from './refresh';
import { useText } from './text';

const KINDS = ['business', 'billing', 'compliance', 'officer'] as const;

export function ContactsCard({ membership, manages, onDone }: PanelProps) {
  const t = useText();
  const path = { id: membership.account_id };
  const refresh = useRefreshCompany(membership.account_id);
  const [editing, setEditing] = useState<Contact | 'new' | null>(null);
  const [removing, setRemoving] = useState<Contact | null>(null);
  const contacts = useQuery(listContactsOptions({ path, query: { limit: 200 } }));
  const schema = useMemo(
    () =>
      z.object({
        kind: z.enum(KINDS, t('kindMissing')),
        name: z.string().check(z.trim(), z.minLength(1, t('nameMissing'))),
        title: z.string().check(z.trim()),
        email: z.string().check(
          z.trim(),
          z.refine(
            (value) => value === '' || /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value),
            t('common:emailInvalid'),
          ),
        ),
        phone: z.string().check(z.trim()),
      }),
    [t],
  );
  return (
    <Card
      title={t('contacts')}
      side={
        manages ? (
          <Button kind="secondary" small onClick={() => setEditing('new')}>
            {t('addContact')}
          </Button>
        ) : undefined
      }
    >
      <Loaded query={contacts} rows={3}>
        {(page) =>
          page.items.length === 0 ? (
            <p>{t('noContacts')}</p>
          ) : (
            <DataTable
              caption={t('contacts')}
              rows={page.items}
              rowKey={(row) => row.id}
              columns={[
                {
                  key: 'name',
                  header: t('name'),
                  rowHeader: true,
                  cell: (row) => (
                    <>
                      {row.name}
                      {row.title ? <div className="qm-muted qm-small">{row.title}</div> : null}
                    </>
                  ),
                },
                { key: 'kind', header: t('kind'), cell: (row) => t(`contactKind.${row.kind}`) },
                { key: 'email', header: t('common:email'), cell: (row) => row.email ?? '–' },
                { key: 'phone', header: t('common:fields.phone'), cell: (row) => row.phone ?? '–' },
                ...(manages
                  ? [
                      {
                        key: 'actions',
                        header: t('common:actions'),
                        cell: (row: Contact) => (
                          <span className="qm-row">
                            <Button
                              kind="link"
                              aria-label={t('editContact', { name: row.name })}
                              onClick={() => setEditing(row)}
                            >
                              {t('common:edit')}
                            </Button>
                            <Button
                              kind="link"
                              aria-label={t('removeContact', { name: row.name })}
                              onClick={() => setRemoving(row)}
                            >
                              {t('common:remove')}
                            </Button>
                          </span>
                        ),
                      },
                    ]
                  : []),
              ]}
            />
          )
        }
      </Loaded>
      {editing ? (
        <FormDialog
          title={editing === 'new' ? t('addContact') : t('editContact', { name: editing.name })}
          schema={schema}
          defaultValues={
            editing === 'new'
              ? { kind: 'business', name: '', title: '', email: '', phone: '' }
              : {
                  kind: editing.kind,
                  name: editing.name,
                  title: editing.title ?? '',
                  email: editing.email ?? '',
                  phone: editing.phone ?? '',
                }
          }
          submitLabel={t('common:save')}
          onSubmit={async (values) => {
            const body = {
              ...values,
              title: values.title || null,
              email: values.email || null,
              phone: values.phone || null,
            };
            if (editing === 'new') await createContact({ path, body, headers: idempotencyKey() });
            else {
              await updateContact({
                path: { ...path, contact_id: editing.id },
                headers: ifMatch(editing),
                body,
              });
            }
            onDone(t('contactSaved'));
            await refresh();
          }}
          onClose={() => setEditing(null)}
        >
          <Select
            name="kind"
            label={t('kind')}
            options={KINDS.map((value) => ({ value, label: t(`contactKind.${value}`) }))}
          />
          <TextField name="name" label={t('name')} maxLength={200} autoComplete="off" />
          <TextField name="title" label={t('jobTitle')} optional maxLength={200} autoComplete="off" />
          <TextField name="email" type="email" label={t('common:email')} optional autoComplete="off" />
          <TextField name="phone" type="tel" label={t('common:fields.phone')} optional autoComplete="off" />
        </FormDialog>
      ) : null}
      {removing ? (
        <ConfirmDialog
          title={t('removeContactTitle', { name: removing.name })}
          confirmLabel={t('removeContact', { name: removing.name })}
          destructive
          onConfirm={async () => {
            await deleteContact({ path: { ...path, contact_id: removing.id }, headers: ifMatch(removing) });
            onDone(t('removed'));
            await refresh();
          }}
          onClose={() => setRemoving(null)}
        >
          <p>{t('removeContactText')}</p>
        </ConfirmDialog>
      ) : null}
    </Card>
  );
}
