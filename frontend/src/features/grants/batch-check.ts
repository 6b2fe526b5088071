// Looks through a file of access requests before it is sent, so that slips are found while nobody is asked
// yet. What only the server can know, e.g. whether number and owner belong together, it says row by row.
import { dayOf } from '../../app/zone';
import { hasRights } from './grant-form';

const COLUMNS = [
  'account_number',
  'owner_user_id',
  'identifier_kind',
  'identifier',
  'structure',
  'records',
  'reports',
  'users',
  'top_level',
  'purpose',
  'ends_on',
] as const;
type Column = (typeof COLUMNS)[number];

export type RowProblem =
  | 'yesOrNo'
  | 'records'
  | 'purpose'
  | 'endsOn'
  | 'endsPast'
  | 'accountNumber'
  | 'whom'
  | 'both'
  | 'rights'
  | 'repeated';

export type FileProblem = 'empty' | 'unknownColumn' | 'columnTwice' | 'noWhom' | 'noPurpose';

export interface CheckedRow {
  /** The line of the file; the header is line 1. */
  row: number;
  /** Who is asked, as the row names it. */
  whom: string;
  problems: { column: Column | null; problem: RowProblem }[];
}

export type Check = { problem: FileProblem; column?: string } | { rows: CheckedRow[] };

/** The records of a CSV file with the line each begins on. Quotes as in RFC 4180; empty lines are no records. */
export function parseCsv(text: string): { line: number; cells: string[] }[] {
  const records: { line: number; cells: string[] }[] = [];
  let cells: string[] = [];
  let cell = '';
  let quoted = false;
  let line = 1;
  let began = 1;
  const endRecord = () => {
    cells.push(cell);
    if (cells.length > 1 || cell !== '') records.push({ line: began, cells });
    cells = [];
    cell = '';
  };
  const source = text.replace(/^\uFEFF/, '');
  for (let at = 0; at < source.length; at += 1) {
    const sign = source[at];
    if (quoted) {
      if (sign === '"' && source[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else if (sign === '"') quoted = false;
      else {
        cell += sign;
        if (sign === '\n') line += 1;
      }
    } else if (sign === '"' && cell === '') quoted = true;
    else if (sign === ',') {
      cells.push(cell);
      cell = '';
    } else if (sign === '\n') {
      endRecord();
      line += 1;
      began = line;
    } else if (sign !== '\r') cell += sign;
  }
  endRecord();
  return records;
}

const YES = ['yes', 'true', '1'];
const NO = ['', 'no', 'false', '0'];
const RECORDS = ['none', 'own_filings', 'all'] as const;

/** The ten digits of an account number with the right check digit. */
export function isAccountNumber(text: string): boolean {
  const digits = text.toUpperCase().replace(/^QM/, '').replace(/[\s-]/g, '');
  if (!/^\d{10}$/.test(digits)) return false;
  const sum = [...digits].reverse().reduce((total, sign, at) => {
    const digit = Number(sign) * (at % 2 === 1 ? 2 : 1);
    return total + (digit > 9 ? digit - 9 : digit);
  }, 0);
  return sum % 10 === 0;
}

function isDay(text: string): boolean {
  const at = Date.parse(`${text}T00:00:00Z`);
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}

/** Checks a whole file: either what is wrong with it, or each row with its problems. */
export function checkRequests(text: string, now = Date.now()): Check {
  const [header, ...records] = parseCsv(text);
  if (!header || records.length === 0) return { problem: 'empty' };
  const places = new Map<Column, number>();
  for (const [at, name] of header.cells.entries()) {
    const wanted = name.trim().toLowerCase();
    const column = COLUMNS.find((one) => one === wanted);
    if (!column) return { problem: 'unknownColumn', column: name.trim().slice(0, 40) };
    if (places.has(column)) return { problem: 'columnTwice', column };
    places.set(column, at);
  }
  const both = (a: Column, b: Column) => places.has(a) && places.has(b);
  if (!both('account_number', 'owner_user_id') && !both('identifier_kind', 'identifier')) {
    return { problem: 'noWhom' };
  }
  if (!places.has('purpose')) return { problem: 'noPurpose' };
  const today = dayOf(now, 'UTC');
  const seen = new Set<string>();
  const rows = records.map(({ line, cells }): CheckedRow => {
    const cell = (column: Column) => (cells[places.get(column) ?? -1] ?? '').trim();
    const problems: CheckedRow['problems'] = [];
    const flag = (column: Column) => {
      const word = cell(column).toLowerCase();
      if (!YES.includes(word) && !NO.includes(word)) problems.push({ column, problem: 'yesOrNo' });
      return YES.includes(word);
    };
    const [structure, reports, users] = [flag('structure'), flag('reports'), flag('users')];
    flag('top_level');
    const word = cell('records').toLowerCase() || 'none';
    const known = RECORDS.find((one) => one === word);
    if (!known) problems.push({ column: 'records', problem: 'records' });
    if (known && !hasRights({ structure, records: known, reports, users }) && problems.length === 0) {
      problems.push({ column: null, problem: 'rights' });
    }
    if (cell('purpose').length < 3) problems.push({ column: 'purpose', problem: 'purpose' });
    const ends = cell('ends_on');
    if (ends !== '' && ends !== 'until revoked') {
      if (!isDay(ends)) problems.push({ column: 'ends_on', problem: 'endsOn' });
      else if (ends < today) problems.push({ column: 'ends_on', problem: 'endsPast' });
    }
    const typed = cell('account_number') !== '' || cell('owner_user_id') !== '';
    const named = cell('identifier_kind') !== '' || cell('identifier') !== '';
    if (typed && named) problems.push({ column: null, problem: 'both' });
    else if (!typed && !named) problems.push({ column: null, problem: 'whom' });
    else if (typed && !isAccountNumber(cell('account_number'))) {
      problems.push({ column: 'account_number', problem: 'accountNumber' });
    } else if ((typed && cell('owner_user_id') === '') || (named && cell('identifier') === '')) {
      problems.push({ column: typed ? 'owner_user_id' : 'identifier', problem: 'whom' });
    }
    const whom = typed
      ? cell('account_number')
      : [cell('identifier_kind'), cell('identifier')].filter(Boolean).join(' ');
    if (whom !== '' && problems.length === 0) {
      const key = whom.toUpperCase().replace(/[\s-]|^QM/g, '');
      if (seen.has(key)) problems.push({ column: null, problem: 'repeated' });
      seen.add(key);
    }
    return { row: line, whom, problems };
  });
  return { rows };
}
