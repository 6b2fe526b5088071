import { describe, expect, it } from 'vitest';
import type { StaffNotice } from '../../api/gen';
import { audienceOf, companiesOf, namesSomebody, noticeOf, valuesOf } from './notice-form';
import { readingOf, unreadFirst } from './words';

const ZONE = 'America/New_York';
const company = { id: 'c1', name: 'Harbor Imports' };
const empty = valuesOf(null, ZONE);

describe('who a notice is for', () => {
  it('holds only the list of its kind', () => {
    const values = { ...empty, roles: { owner: true, user: false }, activities: { broker: true } };
    expect(audienceOf({ ...values, kind: 'roles' }, [company])).toEqual({
      kind: 'roles',
      roles: ['owner'],
      activities: [],
      company_ids: [],
    });
    expect(audienceOf({ ...values, kind: 'companies' }, [company]).company_ids).toEqual(['c1']);
    expect(audienceOf({ ...values, kind: 'companies' }, [company]).roles).toEqual([]);
  });

  it('names somebody once something is chosen', () => {
    expect(namesSomebody(audienceOf({ ...empty, kind: 'all' }, []))).toBe(true);
    expect(namesSomebody(audienceOf({ ...empty, kind: 'roles' }, [company]))).toBe(false);
    expect(
      namesSomebody(audienceOf({ ...empty, kind: 'activities', activities: { broker: true } }, [])),
    ).toBe(true);
    expect(namesSomebody(audienceOf({ ...empty, kind: 'companies' }, []))).toBe(false);
  });
});

describe('from when until when', () => {
  it('days are those of the writer, the last one whole', () => {
    const made = noticeOf({ ...empty, starts: '2026-11-24', ends: '2026-11-25' }, [], ZONE);
    expect(made.starts_at).toBe('2026-11-24T05:00:00.000Z');
    expect(made.expires_at).toBe('2026-11-26T04:59:59.000Z');
    expect(noticeOf(empty, [], ZONE)).toMatchObject({ starts_at: null, expires_at: null });
  });

  it('a draft comes back into the form as it was written', () => {
    const values = {
      ...empty,
      title: 'Sunday',
      kind: 'companies' as const,
      starts: '2026-03-08',
      ends: '2026-03-08',
    };
    const draft = {
      ...noticeOf(values, [company], ZONE),
      company_names: ['Harbor Imports'],
    } as unknown as StaffNotice;
    expect(valuesOf(draft, ZONE)).toEqual(values);
    expect(companiesOf(draft)).toEqual([company]);
  });
});

describe('how a notice stands for its reader', () => {
  it.each([
    [{ action_required: true, read_at: null, acknowledged_at: null }, 'waits'],
    [{ action_required: true, read_at: '2026-11-01T00:00:00Z', acknowledged_at: null }, 'waits'],
    [
      { action_required: true, read_at: '2026-11-01T00:00:00Z', acknowledged_at: '2026-11-01T00:00:00Z' },
      'acknowledged',
    ],
    [{ action_required: false, read_at: null, acknowledged_at: null }, 'unread'],
    [{ action_required: false, read_at: '2026-11-01T00:00:00Z', acknowledged_at: null }, 'read'],
  ])('%o is %s', (notice, reading) => {
    expect(readingOf(notice)).toBe(reading);
  });

  it('unread ones come first, otherwise in their order', () => {
    const list = [{ id: 1, read_at: 'x' }, { id: 2, read_at: null }, { id: 3, read_at: 'x' }, { id: 4 }];
    expect(unreadFirst(list).map((one) => one.id)).toEqual([2, 4, 1, 3]);
  });
});
