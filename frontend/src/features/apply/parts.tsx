import { useMemo } from 'react';
import * as z from 'zod/mini';
import type { Application, ApplicationPatch, BusinessActivity, IdentifierKind } from '../../api/gen';
import { emailSchema } from '../../app/email';
import { identifierKinds } from '../../routes/search';
import { Checkbox } from '../../ui/Checkbox';
import { Form } from '../../ui/Form';
import { Select } from '../../ui/Select';
import { TextField } from '../../ui/TextField';
import { OFFERS } from './activities';
import { isMasked } from './tasks';
import { useText } from './text';

interface Props {
  application: Application | null;
  onSave: (fields: ApplicationPatch) => Promise<void>;
}

const text = (message: string) => z.string().check(z.trim(), z.minLength(1, message));

/** What the company is and does, and a number that proves it. */
export function CompanyPart({ application, onSave }: Props) {
  const t = useText();
  const saved = isMasked(application?.identifier_value) ? application?.identifier_value : null;
  const schema = useMemo(
    () =>
      z.object({
        company_name: text(t('companyMissing')),
        activity: text(t('activityMissing')),
        identifier_kind: z.enum(identifierKinds, t('kindMissing')),
        identifier_value: saved ? z.string().check(z.trim()) : text(t('valueMissing')),
      }),
    [t, saved],
  );
  const defaults = useMemo(
    () => ({
      company_name: application?.company_name ?? '',
      activity: application?.activity ?? '',
      identifier_kind: application?.identifier_kind ?? ('' as IdentifierKind),
      identifier_value: saved ? '' : (application?.identifier_value ?? ''),
    }),
    [application, saved],
  );
  return (
    <Form
      schema={schema}
      defaultValues={defaults}
      submitLabel={t('savePart')}
      onSubmit={async ({ identifier_value, activity, ...values }) =>
        onSave({
          ...values,
          activity: activity as BusinessActivity,
          ...(identifier_value === '' ? {} : { identifier_value }),
        })
      }
    >
      {(values) => {
        const chosen = OFFERS.find((one) => one.activity === values.activity);
        const kinds = chosen && chosen.kinds.length > 0 ? chosen.kinds : identifierKinds;
        const kind = kinds.find((one) => one === values.identifier_kind);
        return (
          <>
            <TextField
              name="company_name"
              label={t('companyName')}
              hint={t('companyNameHint')}
              maxLength={120}
              autoComplete="organization"
            />
            <Select
              name="activity"
              label={t('activity')}
              hint={chosen?.byRegistrar ? t('byRegistrar') : t('activityHint')}
              empty={t('common:chooseOne')}
              options={OFFERS.map(({ activity }) => ({
                value: activity,
                label: t(`common:activity.${activity}`),
              }))}
            />
            <Select
              name="identifier_kind"
              label={t('kind')}
              empty={t('common:chooseOne')}
              options={kinds.map((one) => ({ value: one, label: t(`common:identifierKind.${one}`) }))}
            />
            <TextField
              name="identifier_value"
              label={t('value')}
              hint={
                saved
                  ? t('valueKept', { value: saved })
                  : kind
                    ? t(`common:identifierHint.${kind}`)
                    : undefined
              }
              literal
              maxLength={64}
              autoComplete="off"
            />
          </>
        );
      }}
    </Form>
  );
}

/** Who will decide in the account. */
export function OwnerPart({ application, onSave }: Props) {
  const t = useText();
  const schema = useMemo(
    () =>
      z.object({
        owner_given_name: text(t('givenMissing')),
        owner_family_name: text(t('familyMissing')),
        email: emailSchema(t('common:emailInvalid')),
        phone: text(t('phoneMissing')),
      }),
    [t],
  );
  const defaults = useMemo(
    () => ({
      owner_given_name: application?.owner_given_name ?? '',
      owner_family_name: application?.owner_family_name ?? '',
      email: application?.email ?? '',
      phone: application?.phone ?? '',
    }),
    [application],
  );
  return (
    <Form schema={schema} defaultValues={defaults} submitLabel={t('savePart')} onSubmit={onSave}>
      <TextField
        name="owner_given_name"
        label={t('common:fields.givenName')}
        autoComplete="given-name"
        maxLength={100}
      />
      <TextField
        name="owner_family_name"
        label={t('common:fields.familyName')}
        autoComplete="family-name"
        maxLength={100}
      />
      <TextField name="email" type="email" label={t('email')} hint={t('emailHint')} autoComplete="email" />
      <TextField name="phone" type="tel" label={t('phone')} autoComplete="tel" maxLength={40} />
    </Form>
  );
}

/** Who in the company stands behind the application. */
export function OfficerPart({ application, onSave }: Props) {
  const t = useText();
  const schema = useMemo(
    () =>
      z.object({
        officer_name: text(t('officerNameMissing')),
        officer_title: text(t('officerTitleMissing')),
        officer_acknowledges: z
          .boolean()
          .check(z.refine((value) => value, { message: t('acknowledgeMissing') })),
      }),
    [t],
  );
  const defaults = useMemo(
    () => ({
      officer_name: application?.officer_name ?? '',
      officer_title: application?.officer_title ?? '',
      officer_acknowledges: application?.officer_acknowledges ?? false,
    }),
    [application],
  );
  return (
    <>
      <p>{t('officerLead')}</p>
      <Form schema={schema} defaultValues={defaults} submitLabel={t('savePart')} onSubmit={onSave}>
        <TextField name="officer_name" label={t('officerName')} autoComplete="off" maxLength={120} />
        <TextField name="officer_title" label={t('officerTitle')} autoComplete="off" maxLength={120} />
        <Checkbox name="officer_acknowledges" label={t('acknowledges')} />
      </Form>
    </>
  );
}
