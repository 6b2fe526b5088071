import { describe, expect, it } from 'vitest';
import { checkRequests, isAccountNumber, parseCsv } from './batch-check';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const HEAD = 'account_number,owner_user_id,structure,records,reports,users,top_level,purpose,ends_on';
const file = (...rows: string[]) => [HEAD, ...rows, ''].join('\r\n');
const problems = (...rows: string[]) => {
  const check = checkRequests(file(...rows), NOW);
  if (!('rows' in check)) throw new Error(check.problem);
  return check.rows.map((row) => row.problems.map((one) => `${one.column ?? ''}:${one.problem}`).join(' '));
};

describe('reading CSV', () => {
  it('knows quotes, commas and line breaks within them, and on which line each record begins', () => {
    expect(parseCsv('\uFEFFa,b\r\n"x, ""y""","two\nlines"\n\n1,2')).toEqual([
      { line: 1, cells: ['a', 'b'] },
      { line: 2, cells: ['x, "y"', 'two\nlines'] },
      { line: 5, cells: ['1', '2'] },
    ]);
  });
});

describe('account numbers', () => {
  it('have ten digits, the last of them a check digit', () => {
    expect(isAccountNumber('QM-0000-00003-4')).toBe(true);
    expect(isAccountNumber('0000000034')).toBe(true);
    expect(isAccountNumber('QM-0000-00003-5')).toBe(false);
    expect(isAccountNumber('QM-0000-0003-4')).toBe(false);
  });
});

describe('a file of access requests', () => {
  it('passes when every row is whole', () => {
    expect(
      problems(
        'QM-0000-00003-4,victor.stone,yes,own_filings,no,,no,We file your entries,2027-12-31',
        'QM-0000-00008-3,elena.marsh,,ALL,,,,Duty drawback,until revoked',
        'QM-0000-00009-1,owen.fielding,1,,,,,Bonds,',
      ),
    ).toEqual(['', '', '']);
  });

  it('names every slip of a row', () => {
    expect(
      problems(
        'QM-0000-00003-5,victor.stone,maybe,some,no,no,no,x,31.12.2027',
        'QM-0000-00003-4,,yes,all,no,no,no,We file your entries,2026-02-30',
        ',,yes,all,no,no,no,We file your entries,2026-11-21',
        'QM-0000-00003-4,victor.stone,no,none,no,no,yes,We file your entries,',
      ),
    ).toEqual([
      'structure:yesOrNo records:records purpose:purpose ends_on:endsOn account_number:accountNumber',
      'ends_on:endsOn owner_user_id:whom',
      'ends_on:endsPast :whom',
      ':rights',
    ]);
  });

  it('finds the same client named twice', () => {
    const row = (number: string) => `${number},victor.stone,yes,all,no,no,no,We file your entries,`;
    expect(problems(row('QM-0000-00003-4'), row('0000000034'))).toEqual(['', ':repeated']);
  });

  it('is refused as a whole when its columns cannot be told', () => {
    expect(checkRequests(`${HEAD}\n`)).toEqual({ problem: 'empty' });
    expect(checkRequests('account_number,nonsense\n1,2')).toEqual({
      problem: 'unknownColumn',
      column: 'nonsense',
    });
    expect(checkRequests('purpose,purpose\n1,2')).toEqual({ problem: 'columnTwice', column: 'purpose' });
    expect(checkRequests('account_number,purpose\n1,2')).toEqual({ problem: 'noWhom' });
    expect(checkRequests('identifier_kind,identifier\nein,2')).toEqual({ problem: 'noPurpose' });
  });

  it('takes 100,000 rows in one go', () => {
    const row = 'QM-0000-00003-5,victor.stone,yes,all,no,no,no,We file your entries,';
    const check = checkRequests(file(...Array.from({ length: 100_000 }, () => row)), NOW);
    expect('rows' in check && check.rows.length).toBe(100_000);
  });
});
