import { useMemo, useState } from 'react';
import * as z from 'zod/mini';
import { type NoticeNew, type NoticePreview, previewNotice, type StaffNotice } from '../../api/gen';
import { dayOf } from '../../app/zone';
import { noticeCategories } from '../../routes/notices';
import { useMe } from '../../session';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { Checkbox } from '../../ui/Checkbox';
import { FieldSet } from '../../ui/FieldSet';
import { Form } from '../../ui/Form';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { RadioGroup } from '../../ui/RadioGroup';
import { RichText } from '../../ui/RichText';
import { Select } from '../../ui/Select';
import { TextArea } from '../../ui/TextArea';
import { TextField } from '../../ui/TextField';
import { CompanyChoice } from './CompanyChoice';
import {
  activities,
  audienceKinds,
  audienceOf,
  companiesOf,
  memberRoles,
  type NamedCompany,
  type NoticeValues,
  namesSomebody,
  noticeOf,
  valuesOf,
} from './notice-form';
import { useText } from './text';

interface Props {
  draft: StaffNotice | null;
  onSave: (body: NoticeNew) => Promise<unknown>;
}

const tick = z.optional(z.boolean());

/** What a notice says, to whom and how long; the preview shows it before anything is saved. */
export function NoticeForm({ draft, onSave }: Props) {
  const t = useText();
  const zone = useMe().time_zone;
  const [start] = useState(() => valuesOf(draft, zone));
  const [companies, setCompanies] = useState<NamedCompany[]>(() => companiesOf(draft));
  const schema = useMemo(() => {
    const day = z.string().check(
      z.trim(),
      z.refine((text) => text === '' || /^\d{4}-\d\d-\d\d$/.test(text), t('dayInvalid')),
    );
    const missing = (kind: NoticeValues['kind'], path: string, message: string) =>
      z.refine<NoticeValues>(
        (values) => values.kind !== kind || namesSomebody(audienceOf(values, companies)),
        { path: [path], message },
      );
    return z
      .object({
        title: z.string().check(z.trim(), z.minLength(1, t('titleMissing'))),
        body: z.string().check(z.trim(), z.minLength(1, t('bodyMissing'))),
        category: z.enum(noticeCategories),
        action_required: z.boolean(),
        kind: z.enum(audienceKinds),
        roles: z.optional(z.partialRecord(z.enum(memberRoles), tick)),
        activities: z.optional(z.partialRecord(z.enum(activities), tick)),
        starts: day,
        ends: day,
      })
      .check(
        missing('roles', 'roles', t('rolesMissing')),
        missing('activities', 'activities', t('activitiesMissing')),
        missing('companies', 'companies', t('companiesMissing')),
        z.refine((values) => values.ends === '' || values.ends >= dayOf(Date.now(), zone), {
          path: ['ends'],
          message: t('endsPast'),
        }),
        z.refine((values) => values.ends === '' || values.ends >= values.starts, {
          path: ['ends'],
          message: t('endsBefore'),
        }),
      );
  }, [t, zone, companies]);
  return (
    <Card>
      <Form
        schema={schema}
        defaultValues={start}
        submitLabel={t('saveDraft')}
        fieldNames={{ starts_at: 'starts', expires_at: 'ends', audience: 'kind' }}
        onSubmit={(values) => onSave(noticeOf(values, companies, zone))}
      >
        {(values) => (
          <>
            <TextField name="title" label={t('titleField')} maxLength={120} />
            <Select
              name="category"
              label={t('categoryField')}
              options={noticeCategories.map((value) => ({ value, label: t(`category.${value}`) }))}
            />
            <TextArea name="body" label={t('bodyField')} hint={t('bodyHint')} rows={12} maxLength={20_000} />
            <Checkbox name="action_required" label={t('actionField')} hint={t('actionHint')} />
            <RadioGroup
              name="kind"
              label={t('audienceField')}
              options={audienceKinds.map((value) => ({ value, label: t(`audience.${value}`) }))}
            />
            {values.kind === 'roles' ? (
              <FieldSet name="roles" label={t('rolesField')}>
                {memberRoles.map((role) => (
                  <Checkbox key={role} name={`roles.${role}`} label={t(`common:role.${role}`)} />
                ))}
              </FieldSet>
            ) : null}
            {values.kind === 'activities' ? (
              <FieldSet name="activities" label={t('activitiesField')}>
                {activities.map((one) => (
                  <Checkbox key={one} name={`activities.${one}`} label={t(`common:activity.${one}`)} />
                ))}
              </FieldSet>
            ) : null}
            {values.kind === 'companies' ? (
              <CompanyChoice chosen={companies} onChange={setCompanies} />
            ) : null}
            <TextField name="starts" type="date" label={t('startsField')} hint={t('startsHint')} optional />
            <TextField name="ends" type="date" label={t('endsField')} hint={t('endsHint')} optional />
            <Preview values={values} companies={companies} />
          </>
        )}
      </Form>
    </Card>
  );
}

function Preview({ values, companies }: { values: NoticeValues; companies: NamedCompany[] }) {
  const t = useText();
  const [shown, setShown] = useState<NoticePreview | 'unfinished' | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const look = async () => {
    const audience = audienceOf(values, companies);
    setError(null);
    if (values.body.trim() === '' || !namesSomebody(audience)) {
      setShown('unfinished');
      return;
    }
    setBusy(true);
    try {
      setShown((await previewNotice({ body: { body: values.body, audience } })).data);
    } catch (caught) {
      setShown(null);
      setError(caught);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <p>
        <Button kind="secondary" busy={busy} onClick={() => void look()}>
          {t('preview')}
        </Button>
      </p>
      {error ? <ProblemAlert error={error} focus listFields /> : null}
      <div role="status">
        {shown === 'unfinished' ? <p>{t('previewEmpty')}</p> : null}
        {shown !== null && shown !== 'unfinished' ? (
          <Card title={t('previewTitle')}>
            <p>
              <strong>
                {shown.addressed === 0 ? t('addressedNone') : t('addressed', { count: shown.addressed })}
              </strong>
            </p>
            <RichText html={shown.html} level={3} />
          </Card>
        ) : null}
      </div>
    </>
  );
}
