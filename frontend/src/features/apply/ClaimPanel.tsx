import { useMemo } from 'react';
import * as z from 'zod/mini';
import { claimForApplication } from '../../api/gen';
import { formatDateTime } from '../../app/format';
import { Form } from '../../ui/Form';
import { TextArea } from '../../ui/TextArea';
import { about } from './current';
import type { PanelProps } from './StatusPage';
import { useText } from './text';

/** The number stands in somebody else's account: how to claim it, and where the claim stands. */
export function ClaimPanel({ application, kept, onChange }: PanelProps) {
  const t = useText();
  const { claim, can } = application;
  const schema = useMemo(
    () => z.object({ reason: z.string().check(z.trim(), z.minLength(3, t('common:reasonRequired'))) }),
    [t],
  );
  return (
    <>
      {claim ? (
        <>
          <p>
            {t('claimFiled', { time: formatDateTime(claim.filed_at) })} {t(`claimState.${claim.state}`)}
          </p>
          {claim.outcome_reason ? (
            <p>
              <strong>{t('reason')}:</strong> {claim.outcome_reason}
            </p>
          ) : null}
          {claim.state === 'open' ? (
            <p>{t('claimDue', { due: formatDateTime(claim.answer_due_at) })}</p>
          ) : null}
        </>
      ) : null}
      {can.claim ? (
        <>
          <h3>{t('claimTitle')}</h3>
          <Form
            schema={schema}
            defaultValues={{ reason: '' }}
            submitLabel={t('claim')}
            onSubmit={async (values) => {
              const { data } = await claimForApplication({ ...about(kept), body: values });
              onChange(data, t('claimed'));
            }}
          >
            <TextArea name="reason" label={t('claimReason')} hint={t('claimHint')} rows={3} maxLength={500} />
          </Form>
        </>
      ) : null}
    </>
  );
}
