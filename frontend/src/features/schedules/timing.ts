// The times of a schedule between the form's fields and the contract.
import type { RecurrenceKind, ScheduleDay, ScheduleTiming } from '../../api/gen';
import { formatDate } from '../../app/format';
import type { useText } from './text';

export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const satisfies ScheduleDay[];
export const KINDS = [
  'weekly',
  'daily',
  'business_days',
  'monthly_day',
  'monthly_weekday',
  'once',
] as const satisfies RecurrenceKind[];
export const NTHS = ['1', '2', '3', '4', '5'] as const;

/** The fields as the form has them; those that the chosen kind does not show are missing. */
export interface TimingFields {
  kind: RecurrenceKind;
  days?: Partial<Record<ScheduleDay, boolean>>;
  weekday?: ScheduleDay;
  nth?: string;
  day?: string;
  date?: string;
  time: string;
  time_zone: string;
  starts_on: string;
  ends_on: string;
}

export const startFields = (zone: string): TimingFields => ({
  kind: 'weekly',
  days: { mon: true },
  weekday: 'mon',
  nth: '1',
  day: '1',
  date: '',
  time: '07:00',
  time_zone: zone,
  starts_on: '',
  ends_on: '',
});

export const fieldsOf = (timing: ScheduleTiming): TimingFields => ({
  ...startFields(timing.time_zone),
  kind: timing.kind,
  days: Object.fromEntries((timing.weekdays ?? ['mon']).map((day) => [day, true])),
  weekday: timing.weekdays?.[0] ?? 'mon',
  nth: String(timing.nth ?? 1),
  day: String(timing.day ?? 1),
  date: timing.date ?? '',
  time: timing.time.slice(0, 5),
  starts_on: timing.starts_on ?? '',
  ends_on: timing.ends_on ?? '',
});

/** What the server is asked, or null while a field that the kind needs is empty or wrong. */
export function timingOf(fields: TimingFields): ScheduleTiming | null {
  const { kind, time, time_zone } = fields;
  const days = DAYS.filter((day) => fields.days?.[day]);
  const day = Number(fields.day);
  if (!/^\d\d:\d\d$/.test(time)) return null;
  if (kind === 'weekly' && days.length === 0) return null;
  if (kind === 'once' && !fields.date) return null;
  if (kind === 'monthly_day' && !(Number.isInteger(day) && day >= 1 && day <= 31)) return null;
  return {
    kind,
    time,
    time_zone,
    starts_on: kind === 'once' ? null : fields.starts_on || null,
    ends_on: kind === 'once' ? null : fields.ends_on || null,
    ...(kind === 'weekly' ? { weekdays: days } : {}),
    ...(kind === 'monthly_weekday'
      ? { weekdays: [fields.weekday ?? 'mon'], nth: Number(fields.nth ?? '1') }
      : {}),
    ...(kind === 'monthly_day' ? { day } : {}),
    ...(kind === 'once' ? { date: fields.date } : {}),
  };
}

/** "Every Monday at 07:00, America/New York". */
export function timingText(timing: ScheduleTiming, t: ReturnType<typeof useText>): string {
  const nth = String(timing.nth ?? 1) as (typeof NTHS)[number];
  return t(`sentence.${timing.kind}`, {
    days: (timing.weekdays ?? []).map((day) => t(`days.${day}`)).join(', '),
    day: timing.day ?? '',
    nth: t(`nths.n${nth}`).toLowerCase(),
    date: formatDate(timing.date),
    time: timing.time.slice(0, 5),
    zone: timing.time_zone.replaceAll('_', ' '),
  });
}
