import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useId, useMemo, useRef, useState } from 'react';
import * as z from 'zod/mini';
import { previewNextRuns, type Report, type ReportSchedule, type ReportScheduleNew } from '../../api/gen';
import { listReportSubjectsOptions, listUsersOptions } from '../../api/gen/@tanstack/react-query.gen';
import { toProblem } from '../../api/problem';
import { useMembership } from '../../app/account';
import { formatDateTime, fullName, sentence } from '../../app/format';
import { useMe } from '../../session';
import { Card } from '../../ui/Card';
import { Checkbox } from '../../ui/Checkbox';
import { useField } from '../../ui/Field';
import { FieldSet } from '../../ui/FieldSet';
import { Form, fieldId, useFormState } from '../../ui/Form';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { RadioGroup } from '../../ui/RadioGroup';
import { Select } from '../../ui/Select';
import { TextField } from '../../ui/TextField';
import { asks, listed, unsetText } from '../reports/asked';
import { definitionOf, type PromptValues } from '../reports/contract';
import type { Prompt } from '../reports/definition';
import { packValue, unanswered, unpackValue } from '../reports/prompt-url';
import { useText as useReportText } from '../reports/text';
import { ValueInput } from '../reports/ValueInput';
import { useText } from './text';
import { DAYS, fieldsOf, KINDS, NTHS, startFields, type TimingFields, timingOf } from './timing';

const FORMATS = ['xlsx', 'csv', 'pdf'] as const;
const MOST_RECIPIENTS = 50;
/** From so many people on there is a field to find one. */
const MANY = 8;

/** Where the contract names a value that is a field of another name here. */
const FIELDS: Record<string, string> = {
  timing: 'when',
  'timing.time': 'time',
  'timing.time_zone': 'time_zone',
  'timing.starts_on': 'starts_on',
  'timing.ends_on': 'ends_on',
  'timing.date': 'date',
  'timing.recurrence': 'date',
  'timing.day': 'day',
  'timing.recurrence.day': 'day',
  'timing.nth': 'nth',
  'timing.recurrence.nth': 'nth',
  'timing.weekdays': 'days',
  'timing.recurrence.weekdays': 'days',
  recipient_ids: 'recipients',
  ...Object.fromEntries(
    Array.from({ length: MOST_RECIPIENTS }, (_, n) => [`recipient_ids.${n}`, 'recipients']),
  ),
};

interface Props {
  report: Report;
  /** The one that is changed; none when a new one is made. */
  schedule?: ReportSchedule;
  /** The answers to begin with. */
  answers: PromptValues;
  /** Begin with the rows of the account in use alone. */
  only?: boolean;
  onSave: (wanted: ReportScheduleNew) => Promise<unknown>;
}

interface Answered {
  prompts?: Record<string, string>;
}

function useSchema(prompts: readonly Prompt[]) {
  const t = useText();
  return useMemo(
    () =>
      z
        .object({
          name: z.string().check(z.trim(), z.minLength(1, t('nameMissing'))),
          kind: z.enum(KINDS),
          days: z.optional(z.record(z.string(), z.boolean())),
          weekday: z.optional(z.enum(DAYS)),
          nth: z.optional(z.enum(NTHS)),
          day: z.optional(z.string()),
          date: z.optional(z.string()),
          time: z.string().check(z.regex(/^\d\d:\d\d$/, t('atMissing'))),
          time_zone: z.string(),
          starts_on: z.optional(z.string()),
          ends_on: z.optional(z.string()),
          prompts: z.optional(z.record(z.string(), z.string())),
          only: z.optional(z.string()),
          format: z.enum(FORMATS),
          people: z.optional(z.record(z.string(), z.boolean())),
          skip_if_empty: z.boolean(),
          by_mail: z.boolean(),
        })
        .check(
          z.refine((all) => all.kind !== 'weekly' || DAYS.some((day) => all.days?.[day]), {
            path: ['days'],
            error: t('weekdaysMissing'),
          }),
          z.refine((all) => all.kind !== 'once' || Boolean(all.date), {
            path: ['date'],
            error: t('dateMissing'),
          }),
          z.refine((all) => all.kind !== 'monthly_day' || /^([1-9]|[12]\d|3[01])$/.test(all.day ?? ''), {
            path: ['day'],
            error: t('dayBad'),
          }),
          ...prompts.map((prompt) =>
            z.refine(
              (all) => unanswered(unpacked((all as Answered).prompts, [prompt]), [prompt]).length === 0,
              { path: ['prompts', prompt.id], error: t('promptMissing', { label: prompt.label }) },
            ),
          ),
        ),
    [t, prompts],
  );
}

function unpacked(texts: Record<string, string> | undefined, prompts: readonly Prompt[]): PromptValues {
  const values: PromptValues = {};
  for (const prompt of prompts) {
    const value = unpackValue(texts?.[prompt.id] ?? '', prompt);
    if (value !== undefined && packValue(value) !== undefined) values[prompt.id] = value;
  }
  return values;
}

const withDefaults = (fields: Partial<TimingFields>, zone: string): TimingFields => {
  const { days: _, ...start } = startFields(zone);
  return { ...start, ...fields };
};

/** When a report runs, with which answers, for whom, and as what. */
export function ScheduleForm({ report, schedule, answers, only, onSave }: Props) {
  const t = useText();
  const reports = useReportText();
  const me = useMe();
  const membership = useMembership();
  const prompts = useMemo(() => definitionOf(report).prompts ?? [], [report]);
  const schema = useSchema(prompts);
  const zones = useMemo(
    () => [
      ...new Set([schedule?.timing.time_zone ?? me.time_zone, me.time_zone, 'UTC', ...zonesOfBrowser()]),
    ],
    [me.time_zone, schedule],
  );
  const start = useMemo(
    () => ({
      ...(schedule ? fieldsOf(schedule.timing) : startFields(me.time_zone)),
      name: schedule?.name ?? report.name.slice(0, 120),
      format: schedule?.format ?? ('xlsx' as const),
      skip_if_empty: schedule?.skip_if_empty ?? false,
      by_mail: schedule?.by_mail ?? true,
      only: only ? 'yes' : '',
      people: Object.fromEntries((schedule?.recipients ?? [{ id: me.id }]).map((one) => [one.id, true])),
    }),
    [schedule, report, me, only],
  );
  return (
    <Form
      schema={schema}
      defaultValues={start as z.input<typeof schema>}
      submitLabel={t('save')}
      fieldNames={FIELDS}
      onSubmit={(values) => {
        const timing = timingOf(withDefaults(values as Partial<TimingFields>, values.time_zone));
        if (!timing) return;
        return onSave({
          report: report.key,
          name: values.name,
          account_id: values.only ? (membership?.account_id ?? null) : null,
          timing,
          prompts: unpacked(values.prompts, prompts),
          format: values.format,
          recipient_ids: Object.entries(values.people ?? {})
            .filter(([, ticked]) => ticked)
            .map(([id]) => id),
          skip_if_empty: values.skip_if_empty,
          by_mail: values.by_mail,
        });
      }}
    >
      {(values) => (
        <div className="qm-stack">
          <Card>
            <TextField name="name" label={t('name')} maxLength={120} />
            <FieldSet name="when" label={t('timing')}>
              <When kind={values.kind} zones={zones} />
            </FieldSet>
            <Preview fields={withDefaults(values as Partial<TimingFields>, values.time_zone)} />
          </Card>
          {prompts.length > 0 ? (
            <Card title={t('answers')}>
              <p>{t('promptsHint')}</p>
              <Answers report={report} prompts={prompts} start={answers} />
            </Card>
          ) : null}
          <Card title={t('recipients')}>
            <Recipients schedule={schedule} />
          </Card>
          <Card title={t('format')}>
            <RadioGroup
              name="format"
              label={t('formatLabel')}
              options={FORMATS.map((value) => ({ value, label: t(`formats.${value}`) }))}
            />
            {!schedule && membership && me.memberships.length > 1 ? (
              <Select
                name="only"
                label={reports('accounts')}
                options={[
                  { value: '', label: reports('allAccounts') },
                  { value: 'yes', label: reports('onlyAccount', { name: membership.account_name }) },
                ]}
              />
            ) : null}
            <Checkbox name="skip_if_empty" label={t('skipIfEmpty')} />
            <Checkbox name="by_mail" label={t('byMail')} />
          </Card>
        </div>
      )}
    </Form>
  );
}

const zonesOfBrowser = () => Intl.supportedValuesOf('timeZone');

function When({ kind, zones }: { kind: TimingFields['kind']; zones: string[] }) {
  const t = useText();
  const days = DAYS.map((value) => ({ value, label: t(`days.${value}`) }));
  return (
    <>
      <Select
        name="kind"
        label={t('kind')}
        options={KINDS.map((value) => ({ value, label: t(`kinds.${value}`) }))}
      />
      {kind === 'weekly' ? (
        <FieldSet name="days" label={t('weekdays')}>
          <div className="qm-row">
            {days.map((day) => (
              <Box key={day.value} name={`days.${day.value}`} label={day.label} />
            ))}
          </div>
        </FieldSet>
      ) : null}
      <div className="qm-sentence">
        {kind === 'monthly_weekday' ? (
          <>
            <Select
              name="nth"
              label={t('nth')}
              options={NTHS.map((value) => ({ value, label: t(`nths.n${value}`) }))}
            />
            <Select name="weekday" label={t('weekday')} options={days} />
          </>
        ) : null}
        {kind === 'monthly_day' ? (
          <TextField name="day" label={t('day')} hint={t('dayHint')} maxLength={2} literal />
        ) : null}
        {kind === 'once' ? <TextField name="date" type="date" label={t('date')} /> : null}
        <TextField name="time" type="time" label={t('at')} />
        <Select
          name="time_zone"
          label={t('zone')}
          options={zones.map((value) => ({ value, label: value.replaceAll('_', ' ') }))}
        />
        {kind === 'once' ? null : (
          <>
            <TextField name="starts_on" type="date" label={t('starts')} optional />
            <TextField name="ends_on" type="date" label={t('ends')} optional />
          </>
        )}
      </div>
      <p className="usa-hint">{t('zoneHint')}</p>
    </>
  );
}

/** The next times as the server counts them, before anything is saved. */
function Preview({ fields }: { fields: TimingFields }) {
  const t = useText();
  const timing = timingOf(fields);
  const query = useQuery({
    queryKey: ['next-runs', timing],
    queryFn: async ({ signal }) => {
      if (!timing) return [];
      const { data } = await previewNextRuns({ body: timing, signal });
      return data.next_runs;
    },
    enabled: timing !== null,
    placeholderData: keepPreviousData,
    retry: false,
  });
  const problem = query.error ? toProblem(query.error) : null;
  return (
    <div aria-live="polite">
      {timing === null ? (
        <p className="qm-muted">{t('previewWaits')}</p>
      ) : problem ? (
        <p className="qm-muted">
          {sentence(problem.fieldErrors[0]?.detail ?? problem.detail ?? problem.title)}
        </p>
      ) : query.data?.length === 0 ? (
        <p>{t('previewNone')}</p>
      ) : query.data ? (
        <>
          <p>
            <strong>{t(timing.kind === 'once' ? 'previewOnce' : 'preview')}</strong>
          </p>
          <ul>
            {query.data.map((at) => (
              <li key={at}>{formatDateTime(at, timing.time_zone)}</li>
            ))}
          </ul>
        </>
      ) : null}
    </div>
  );
}

/** The prompts of the report; a period is fixed or moves along with time. */
function Answers({ report, prompts, start }: { report: Report; prompts: Prompt[]; start: PromptValues }) {
  const reports = useReportText();
  const { id, errors } = useFormState();
  const frame = useRef<HTMLDivElement>(null);
  const [values, setValues] = useState(start);
  useEffect(() => {
    // The value of the field counts before the form is sent.
    const settle = (event: KeyboardEvent) => {
      const field = event.target;
      if (event.key === 'Enter' && field instanceof HTMLInputElement) {
        field.blur();
        field.focus();
      }
    };
    const element = frame.current;
    element?.addEventListener('keydown', settle);
    return () => element?.removeEventListener('keydown', settle);
  }, []);
  const subjects = useQuery(listReportSubjectsOptions());
  const members = subjects.data?.items.find((one) => one.id === report.subject)?.members;
  return (
    <div className="qm-sentence" ref={frame}>
      {prompts.map((prompt) => {
        const condition = asks(definitionOf(report).filter, prompt.id);
        const name = `prompts.${prompt.id}`;
        return (
          <div key={prompt.id} id={fieldId(id, name)} tabIndex={-1} className="qm-sentence">
            <ValueInput
              label={prompt.required ? reports('requiredLabel', { label: prompt.label }) : prompt.label}
              kind={members?.find((one) => one.id === condition?.dim)?.kind}
              period={condition?.op === 'between'}
              multi={prompt.multi}
              value={values[prompt.id]}
              of={listed(condition, definitionOf(report))}
              unset={unsetText(prompt, reports)}
              error={errors[name]}
              onChange={(value) =>
                setValues((known) => {
                  const { [prompt.id]: _, ...others } = known;
                  return value === undefined ? others : { ...others, [prompt.id]: value };
                })
              }
            />
            <input type="hidden" name={name} value={packValue(values[prompt.id]) ?? ''} />
          </div>
        );
      })}
    </div>
  );
}

function Recipients({ schedule }: { schedule: ReportSchedule | undefined }) {
  const t = useText();
  const me = useMe();
  const searchId = useId();
  const membership = useMembership();
  const manages = membership !== null && membership.role !== 'user';
  const [search, setSearch] = useState('');
  const people = useQuery({
    ...listUsersOptions({ path: { id: membership?.account_id ?? '' }, query: { limit: 200 } }),
    enabled: manages,
  });
  const known = new Map<string, string>([[me.id, fullName(me)]]);
  for (const one of schedule?.recipients ?? []) known.set(one.id, one.name);
  for (const one of people.data?.items ?? []) {
    if (one.user_id && !one.access_suspended_at) known.set(one.id, fullName(one));
  }
  const wanted = search.trim().toLowerCase();
  return (
    <FieldSet
      name="recipients"
      label={t('who')}
      hint={manages ? t('recipientsHint') : known.size === 1 ? t('recipientsOnlyMe') : undefined}
    >
      {people.error ? <ProblemAlert error={people.error} /> : null}
      {known.size > MANY ? (
        <>
          <label className="usa-label" htmlFor={searchId}>
            {t('findPerson')}
          </label>
          <input
            id={searchId}
            className="usa-input"
            type="search"
            value={search}
            onChange={(event) => setSearch(event.target.value)}
          />
        </>
      ) : null}
      <div className="qm-row">
        {[...known].map(([id, name]) => (
          <Box
            key={id}
            name={`people.${id}`}
            label={id === me.id ? t('you', { name }) : name}
            // Whoever is ticked stays so while others are looked for.
            hidden={wanted !== '' && !name.toLowerCase().includes(wanted)}
          />
        ))}
      </div>
    </FieldSet>
  );
}

/** One of several boxes of a question. */
function Box({ name, label, hidden }: { name: string; label: string; hidden?: boolean }) {
  const { start, control } = useField(name, false);
  return (
    <div className="usa-checkbox" hidden={hidden}>
      <input {...control} defaultChecked={start === true} className="usa-checkbox__input" type="checkbox" />
      <label className="usa-checkbox__label" htmlFor={control.id}>
        {label}
      </label>
    </div>
  );
}
