import { useMemo, useState } from 'react';
import * as z from 'zod/mini';
import { type CorporateIdentifierHit, type IdentifierKind, searchIdentifiers } from '../../api/gen';
import { Alert } from '../../ui/Alert';
import { Card } from '../../ui/Card';
import { Form } from '../../ui/Form';
import { Select } from '../../ui/Select';
import { TextField } from '../../ui/TextField';
import { TextLink } from '../../ui/TextLink';
import { identifierKinds } from './kinds';
import type { PanelProps } from './panel';
import { useText } from './text';

/** Finds by exact value. The value may be personal and therefore never goes into the URL. */
export function FindIdentifierCard({ membership }: PanelProps) {
  const t = useText();
  const [hits, setHits] = useState<CorporateIdentifierHit[] | null>(null);
  const schema = useMemo(
    () =>
      z.object({
        kind: z.enum(identifierKinds, t('kindMissing')),
        value: z.string().check(z.trim(), z.minLength(1, t('valueMissing'))),
      }),
    [t],
  );
  return (
    <Card title={t('findTitle')}>
      <p className="qm-muted">{t('findLead')}</p>
      <Form
        schema={schema}
        defaultValues={{ kind: '' as IdentifierKind, value: '' }}
        submitLabel={t('find')}
        submitKind="secondary"
        label={t('findTitle')}
        onSubmit={async (values) => {
          setHits(null);
          const { data } = await searchIdentifiers({ path: { id: membership.account_id }, body: values });
          setHits(data.items);
        }}
      >
        <Select
          name="kind"
          label={t('kind')}
          empty={t('common:chooseOne')}
          options={identifierKinds.map((kind) => ({
            value: kind,
            label: t(`common:identifierKind.${kind}`),
          }))}
        />
        <TextField name="value" label={t('value')} autoComplete="off" literal />
      </Form>
      {hits ? (
        <Alert kind="info">
          {hits.length === 0 ? (
            t('foundNone')
          ) : (
            <>
              <p>{t('found', { count: hits.length })}</p>
              <ul>
                {hits.map((hit) => (
                  <li key={hit.sub_account_id + hit.identifier.id}>
                    <TextLink
                      to="/company/sub-accounts/$subAccountId"
                      params={{ subAccountId: hit.sub_account_id }}
                    >
                      {hit.sub_account_name}
                    </TextLink>{' '}
                    <code>{hit.identifier.value}</code>
                  </li>
                ))}
              </ul>
            </>
          )}
        </Alert>
      ) : null}
    </Card>
  );
}
