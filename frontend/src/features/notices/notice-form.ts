// What is written about a notice, as the form has it and as the server takes it.
import type { BusinessActivity, MemberRole, NoticeAudience, NoticeNew, StaffNotice } from '../../api/gen';
import { dayOf, endOfDay, startOfDay } from '../../app/zone';

export const audienceKinds = ['all', 'roles', 'activities', 'companies'] as const;
export const memberRoles = ['owner', 'proxy', 'user'] as const satisfies readonly MemberRole[];
export const activities = [
  'importer',
  'exporter',
  'protest_filer',
  'surety',
  'service_provider',
  'facility_operator',
  'vessel_agency',
  'driver_crew',
  'broker',
  'filer',
  'carrier_truck',
  'carrier_rail',
  'carrier_sea',
  'carrier_air',
  'ftz_operator',
  'cartman',
  'lighterman',
] as const satisfies readonly BusinessActivity[];

export interface NamedCompany {
  id: string;
  name: string;
}

/** A tick for each; one that the form does not show at the moment is not there. */
type Ticks<Key extends string> = Partial<Record<Key, boolean>>;

export interface NoticeValues {
  title: string;
  body: string;
  category: NoticeNew['category'];
  action_required: boolean;
  kind: NoticeAudience['kind'];
  roles?: Ticks<MemberRole>;
  activities?: Ticks<BusinessActivity>;
  starts: string;
  ends: string;
}

const ticked = <Key extends string>(all: readonly Key[], ticks: Ticks<Key> | undefined): Key[] =>
  all.filter((one) => ticks?.[one] === true);

const ticksFor = <Key extends string>(chosen: readonly Key[] | undefined): Ticks<Key> =>
  Object.fromEntries((chosen ?? []).map((one) => [one, true])) as Ticks<Key>;

/** Who it is for. Only the list of the chosen kind counts. */
export function audienceOf(
  values: Pick<NoticeValues, 'kind' | 'roles' | 'activities'>,
  companies: NamedCompany[],
): NoticeAudience {
  const { kind } = values;
  return {
    kind,
    roles: kind === 'roles' ? ticked(memberRoles, values.roles) : [],
    activities: kind === 'activities' ? ticked(activities, values.activities) : [],
    company_ids: kind === 'companies' ? companies.map((one) => one.id) : [],
  };
}

/** Whether an audience names anybody; the server counts them. */
export function namesSomebody(audience: NoticeAudience): boolean {
  if (audience.kind === 'all') return true;
  const list = { roles: audience.roles, activities: audience.activities, companies: audience.company_ids };
  return (list[audience.kind]?.length ?? 0) > 0;
}

/** The days are those of the person who writes, and the last one counts as a whole. */
export function noticeOf(values: NoticeValues, companies: NamedCompany[], zone: string): NoticeNew {
  return {
    title: values.title,
    body: values.body,
    category: values.category,
    action_required: values.action_required,
    audience: audienceOf(values, companies),
    starts_at: values.starts ? startOfDay(values.starts, zone).toISOString() : null,
    expires_at: values.ends ? endOfDay(values.ends, zone).toISOString() : null,
  };
}

/** What the form starts with: a draft, or nothing. */
export function valuesOf(notice: StaffNotice | null, zone: string): NoticeValues {
  return {
    title: notice?.title ?? '',
    body: notice?.body ?? '',
    category: notice?.category ?? 'news',
    action_required: notice?.action_required ?? false,
    kind: notice?.audience.kind ?? 'all',
    roles: ticksFor(notice?.audience.roles),
    activities: ticksFor(notice?.audience.activities),
    starts: notice?.starts_at ? dayOf(notice.starts_at, zone) : '',
    ends: notice?.expires_at ? dayOf(notice.expires_at, zone) : '',
  };
}

export const companiesOf = (notice: StaffNotice | null): NamedCompany[] =>
  (notice?.audience.company_ids ?? []).map((id, index) => ({ id, name: notice?.company_names[index] ?? id }));
