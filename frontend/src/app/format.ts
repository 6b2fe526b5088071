// Dates and names as people read them.
const day = (zone: string | undefined) =>
  new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: zone });

/** Time and zone in the American way; only that locale knows "EST" for "GMT-5". */
const time = (zone: string | undefined) =>
  new Intl.DateTimeFormat('en-US', {
    hour: 'numeric',
    minute: '2-digit',
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

/** "22 Nov 2026, 3:14 PM EST", in the person's zone. */
export function formatDateTime(value: string | null | undefined, zone?: string): string {
  if (!value) return '';
  const at = new Date(value);
  const known = safeZone(zone);
  // Some browsers put a narrow no-break space before AM and PM.
  return `${day(known).format(at)}, ${time(known)
    .format(at)
    .replace(/\u202f/g, ' ')}`;
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

/** The first moment after a day, UTC: an end that includes the day itself. */
export const dayAfter = (day: string) => `${dayFromNow(1, Date.parse(`${day}T00:00:00Z`))}T00:00:00Z`;

/** A reason of the server as a sentence of the page. */
export function sentence(text: string | null | undefined): string {
  if (!text) return '';
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;
}
