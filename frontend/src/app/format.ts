// Dates and names as people read them.
const dateTime = (zone: string | undefined) =>
  new Intl.DateTimeFormat('en-GB', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    hour12: true,
    timeZone: zone,
    timeZoneName: 'short',
  });

function safeZone(zone: string | undefined): string | undefined {
  if (!zone) return undefined;
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return zone;
  } catch {
    return undefined;
  }
}

/** "22 Nov 2026, 3:14 pm EST", in the person's zone. */
export function formatDateTime(value: string | null | undefined, zone?: string): string {
  if (!value) return '';
  const parts = dateTime(safeZone(zone)).formatToParts(new Date(value));
  return parts.map((part) => (part.type === 'dayPeriod' ? part.value.toUpperCase() : part.value)).join('');
}

/** A day without a time stays the day it is in every zone. */
export function formatDate(value: string | null | undefined): string {
  if (!value) return '';
  return new Intl.DateTimeFormat('en-GB', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    timeZone: 'UTC',
  }).format(new Date(`${value.slice(0, 10)}T00:00:00Z`));
}

export const fullName = (person: { given_name: string; family_name: string }) =>
  `${person.given_name} ${person.family_name}`.trim();

/** Today plus `days`, as YYYY-MM-DD in UTC, the zone in which access lapses. */
export const dayFromNow = (days: number, now = Date.now()) =>
  new Date(now + days * 86_400_000).toISOString().slice(0, 10);
