import { useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import * as z from 'zod/mini';
import { type ApplicationReview, decideApplication } from '../../api/gen';
import {
  getApplicationReviewQueryKey,
  listApplicationsQueryKey,
  listMyNeedsQueryKey,
} from '../../api/gen/@tanstack/react-query.gen';
import { FormDialog } from '../../ui/FormDialog';
import { RadioGroup } from '../../ui/RadioGroup';
import { TextArea } from '../../ui/TextArea';
import { TextField } from '../../ui/TextField';
import { useText } from './text';

const OUTCOMES = ['approve', 'reject', 'offer_claim'] as const;

interface Props {
  application: ApplicationReview;
  onDone: (text: string) => void;
  onClose: () => void;
}

/** Approves, rejects, or offers a claim, with the reason that the applicant reads. */
export function DecisionDialog({ application, onDone, onClose }: Props) {
  const t = useText();
  const queries = useQueryClient();
  const company = application.company_name ?? t('common:unknown');
  const outcomes = OUTCOMES.filter((one) => one !== 'offer_claim' || !application.checks.identifier_free);
  const schema = useMemo(
    () =>
      z.object({
        outcome: z.enum(OUTCOMES, t('outcomeMissing')),
        reason: z.string().check(z.trim(), z.minLength(3, t('common:reasonRequired'))),
        account_name: z.string().check(z.trim()),
        sub_account_name: z.string().check(z.trim()),
      }),
    [t],
  );
  return (
    <FormDialog
      title={t('decideTitle', { company })}
      schema={schema}
      defaultValues={{ outcome: '' as 'approve', reason: '', account_name: '', sub_account_name: '' }}
      submitLabel={t('submit')}
      onSubmit={async ({ outcome, reason, account_name, sub_account_name }) => {
        const path = { id: application.id };
        const names =
          outcome === 'approve'
            ? { account_name: account_name || null, sub_account_name: sub_account_name || null }
            : {};
        const { data } = await decideApplication({ path, body: { outcome, reason, ...names } });
        queries.setQueryData(getApplicationReviewQueryKey({ path }), data);
        onDone(t(`done.${outcome}`, { company }));
        await Promise.all(
          [listApplicationsQueryKey(), listMyNeedsQueryKey()].map((queryKey) =>
            queries.invalidateQueries({ queryKey }),
          ),
        );
      }}
      onClose={onClose}
    >
      {(values) => (
        <>
          <RadioGroup
            name="outcome"
            label={t('outcome')}
            options={outcomes.map((value) => ({
              value,
              label: t(`outcomes.${value}`),
              hint: t(`outcomeHint.${value}`),
            }))}
          />
          <div hidden={values.outcome !== 'approve'}>
            <TextField
              name="account_name"
              label={t('accountName')}
              hint={t('nameHint')}
              optional
              maxLength={120}
            />
            <TextField
              name="sub_account_name"
              label={t('subAccountName')}
              hint={t('nameHint')}
              optional
              maxLength={120}
            />
          </div>
          <TextArea
            name="reason"
            label={t('common:fields.reason')}
            hint={t('reasonHint')}
            rows={3}
            maxLength={500}
          />
        </>
      )}
    </FormDialog>
  );
}
