import { useMemo } from 'react';
import * as z from 'zod/mini';
import type { EventType, Webhook } from '../../api/gen';
import { Checkbox } from '../../ui/Checkbox';
import { Disclosure } from '../../ui/Disclosure';
import { FieldSet } from '../../ui/FieldSet';
import { FormDialog } from '../../ui/FormDialog';
import { RadioGroup } from '../../ui/RadioGroup';
import { TextField } from '../../ui/TextField';
import { AREAS, boxOf, EVENTS } from './events';
import { useText } from './text';

export interface WebhookWords {
  url: string;
  description: string | null;
  event_types: EventType[] | null;
}

/** The boxes are named by the list of events, which the type of the form does not know. */
const isOn = (form: object, kind: (typeof EVENTS)[number]) =>
  new Map(Object.entries(form)).get(boxOf(kind)) === true;

/** Address, purpose and events of a webhook, new or known. */
export function WebhookDialog({
  webhook,
  onSubmit,
  onClose,
}: {
  webhook: Webhook | null;
  onSubmit: (words: WebhookWords) => Promise<void>;
  onClose: () => void;
}) {
  const t = useText();
  const schema = useMemo(() => {
    const boxes = Object.fromEntries(EVENTS.map((kind) => [boxOf(kind), z.boolean()]));
    return z
      .object({
        url: z.string().check(z.trim(), z.minLength(1, t('urlMissing'))),
        description: z.string().check(z.trim()),
        which: z.enum(['all', 'some']),
        ...boxes,
      })
      .check(
        z.refine((form) => form.which === 'all' || EVENTS.some((kind) => isOn(form, kind)), {
          message: t('someMissing'),
          path: ['event_types'],
        }),
      );
  }, [t]);
  const chosen = new Set<string>(webhook?.event_types ?? []);
  const boxes = Object.fromEntries(EVENTS.map((kind) => [boxOf(kind), chosen.has(kind)]));
  return (
    <FormDialog
      title={webhook ? t('editTitle') : t('add')}
      schema={schema}
      defaultValues={{
        url: webhook?.url ?? '',
        description: webhook?.description ?? '',
        which: webhook?.event_types ? 'some' : 'all',
        ...boxes,
      }}
      submitLabel={webhook ? t('common:save') : t('add')}
      onSubmit={(form) =>
        onSubmit({
          url: form.url,
          description: form.description || null,
          event_types: form.which === 'all' ? null : EVENTS.filter((kind) => isOn(form, kind)),
        })
      }
      onClose={onClose}
    >
      <TextField name="url" label={t('url')} hint={t('urlHint')} maxLength={500} autoComplete="off" literal />
      <TextField name="description" label={t('description')} optional maxLength={200} autoComplete="off" />
      <RadioGroup
        name="which"
        label={t('which')}
        options={[
          { value: 'all', label: t('all'), hint: t('allHint') },
          { value: 'some', label: t('some') },
        ]}
      />
      <FieldSet name="event_types" label={t('some')}>
        {AREAS.map(([area, kinds]) => (
          <Disclosure key={area} label={t(`area.${area}`)}>
            {kinds.map((kind) => (
              <Checkbox key={kind} name={boxOf(kind)} label={kind} />
            ))}
          </Disclosure>
        ))}
      </FieldSet>
    </FormDialog>
  );
}
