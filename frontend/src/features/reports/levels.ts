// Fields that are finer than another one: the parts of a tariff number, and the days, months and quarters of a date.
import type { ReportMember } from '../../api/gen';

const TARIFF = ['hts.chapter', 'hts.heading', 'hts.subheading', 'hts'];

/** From the coarsest to the finest; a day has the name of the date itself. */
const PERIODS = ['_fiscal_year', '_year', '_quarter', '_month'];

/** The next finer field of the subject; nothing below the finest, and for fields that have no levels. */
export function finerThan(dim: string, members: readonly ReportMember[]): ReportMember | undefined {
  const known = (id: string) => members.find((one) => one.id === id && !one.measure);
  const tariff = TARIFF.indexOf(dim);
  if (tariff >= 0) return first(TARIFF.slice(tariff + 1), known);
  const period = PERIODS.findIndex((end) => dim.endsWith(end));
  if (period < 0) return undefined;
  const stem = dim.slice(0, -(PERIODS[period]?.length ?? 0));
  // A fiscal year is not a part of a year, nor the other way round.
  const below = PERIODS.slice(Math.max(period + 1, 2)).map((end) => stem + end);
  return first([...below, `${stem}_date`, `${stem}_on`, stem], known);
}

function first<T>(ids: readonly string[], known: (id: string) => T | undefined): T | undefined {
  for (const id of ids) {
    const found = known(id);
    if (found) return found;
  }
  return undefined;
}
