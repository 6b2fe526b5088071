import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import {
  dayChosen,
  endShape,
  endsLater,
  exceeds,
  fromEnd,
  fromScope,
  hasRights,
  namedChosen,
  type Scope,
  scopeShape,
  toEnd,
  toScope,
  toStart,
} from './grant-form';

const ZONE = 'America/New_York';
const rights = { structure: true, records: 'own_filings' as const, reports: false, users: false };
const scope: Scope = { all_sub_accounts: false, sub_account_ids: ['a', 'b'], top_level: false, rights };

describe('the scope of a grant', () => {
  it('survives the way through the form', () => {
    expect(toScope(fromScope(scope))).toEqual(scope);
  });

  it('names no sub-accounts when all are meant, whatever was ticked before', () => {
    expect(toScope({ ...fromScope(scope), scope: 'all' }).sub_account_ids).toEqual([]);
  });

  it('leaves out what was unticked', () => {
    expect(toScope({ ...fromScope(scope), chosen: { a: true, b: false } }).sub_account_ids).toEqual(['a']);
  });

  it('goes beyond another one by sub-accounts, the top level or any right', () => {
    expect(exceeds(scope, scope)).toBe(false);
    expect(exceeds({ ...scope, sub_account_ids: ['a'] }, scope)).toBe(false);
    expect(exceeds({ ...scope, sub_account_ids: ['c'] }, scope)).toBe(true);
    expect(exceeds({ ...scope, all_sub_accounts: true }, scope)).toBe(true);
    expect(exceeds(scope, { ...scope, all_sub_accounts: true })).toBe(false);
    expect(exceeds({ ...scope, top_level: true }, scope)).toBe(true);
    expect(exceeds({ ...scope, rights: { ...rights, records: 'all' } }, scope)).toBe(true);
    expect(exceeds({ ...scope, rights: { ...rights, records: 'none' } }, scope)).toBe(false);
    expect(exceeds({ ...scope, rights: { ...rights, users: true } }, scope)).toBe(true);
  });

  it('needs a right, and a name where names are asked for', () => {
    expect(hasRights({ structure: false, records: 'none', reports: false, users: false })).toBe(false);
    const schema = z.object(scopeShape({ rightsMissing: 'no right' })).check(namedChosen('no sub-account'));
    const none = { structure: false, records: 'none', reports: false, users: false };
    const messages = (form: unknown) => z.safeParse(schema, form).error?.issues.map((one) => one.message);
    expect(messages({ ...fromScope(scope), rights: none })).toEqual(['no right']);
    expect(messages({ ...fromScope(scope), chosen: { a: false } })).toEqual(['no sub-account']);
    expect(messages({ ...fromScope(scope), chosen: { a: false }, scope: 'all' })).toBeUndefined();
  });
});

describe('start and end of a grant', () => {
  it('include the last day, where the person is', () => {
    expect(toEnd({ end: 'day', ends: '2026-12-31' }, ZONE)).toBe('2027-01-01T04:59:59.000Z');
    expect(fromEnd('2027-01-01T04:59:59.000Z', ZONE)).toEqual({ end: 'day', ends: '2026-12-31' });
    expect(toStart('2026-12-31', ZONE)).toBe('2026-12-31T05:00:00.000Z');
    expect(toStart('', ZONE)).toBeNull();
  });

  it('know a year from now and no end at all', () => {
    const now = Date.parse('2026-11-22T12:00:00Z');
    expect(toEnd({ end: 'year', ends: '' }, ZONE, now)).toBe('2027-11-23T04:59:59.000Z');
    expect(toEnd({ end: 'open', ends: '2026-12-31' }, ZONE)).toBeNull();
    expect(fromEnd(null, ZONE).end).toBe('open');
  });

  it('are compared with "until revoked" as the latest', () => {
    expect(endsLater(null, '2027-01-01T00:00:00Z')).toBe(true);
    expect(endsLater('2027-01-01T00:00:00Z', null)).toBe(false);
    expect(endsLater(null, null)).toBe(false);
    expect(endsLater('2027-01-02T00:00:00Z', '2027-01-01T00:00:00Z')).toBe(true);
  });

  it('ask for the day when one is meant', () => {
    const schema = z.object(endShape).check(dayChosen('no day'));
    expect(z.safeParse(schema, { end: 'day', ends: '' }).success).toBe(false);
    expect(z.safeParse(schema, { end: 'year', ends: '' }).success).toBe(true);
  });
});
