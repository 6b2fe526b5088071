import * as z from 'zod/mini';
import { Checkbox } from '../../ui/Checkbox';
import { FieldSet } from '../../ui/FieldSet';
import { RadioGroup } from '../../ui/RadioGroup';
import { useText } from './text';

export const coverShape = { covers_members: z.boolean(), covers_outside: z.boolean() };

export const somethingCovered = (missing: string) =>
  z.refine<{ covers_members: boolean; covers_outside: boolean }>(
    (form) => form.covers_members || form.covers_outside,
    {
      message: missing,
      path: ['covers'],
    },
  );

/** Who is reviewed. */
export function CoverFields() {
  const t = useText();
  return (
    <FieldSet name="covers" label={t('covers')}>
      <Checkbox name="covers_members" label={t('coversMembers')} hint={t('coversMembersHint')} />
      <Checkbox name="covers_outside" label={t('coversOutside')} hint={t('coversOutsideHint')} />
    </FieldSet>
  );
}

/** What becomes of people whom nobody answered for. */
export function PolicyField() {
  const t = useText();
  return (
    <RadioGroup
      name="when_unanswered"
      label={t('whenUnanswered')}
      options={(['report', 'suspend'] as const).map((value) => ({
        value,
        label: t(`policy.${value}`),
        hint: t(`policyHint.${value}`),
      }))}
    />
  );
}
