import { describe, expect, it } from 'vitest';
import type { Application } from '../../api/gen';
import { isDone, isMasked, missingParts, nextStep } from './tasks';

const application = (fields: Partial<Application>): Application => ({
  id: 'a',
  state: 'draft',
  officer_acknowledges: false,
  created_at: '2026-11-20T10:00:00Z',
  updated_at: '2026-11-20T10:00:00Z',
  can: {
    change: true,
    submit: true,
    enter_code: false,
    resend_code: false,
    ask_for_review: false,
    claim: false,
    withdraw: true,
  },
  ...fields,
});

const company = {
  company_name: 'Northgate',
  activity: 'importer',
  identifier_kind: 'importer_number',
  identifier_value: '07-1234567AB',
} as const;
const owner = { owner_given_name: 'A', owner_family_name: 'B', email: 'a@b.example', phone: '1' };

describe('the parts of an application', () => {
  it('are all missing before it begins', () => {
    expect(missingParts(null)).toEqual(['company', 'owner', 'officer']);
  });

  it('are done when every field is there', () => {
    expect(isDone(application(company), 'company')).toBe(true);
    expect(isDone(application({ ...company, activity: null }), 'company')).toBe(false);
  });

  it('lead to the first one that is missing, then to the last look', () => {
    expect(nextStep(application(owner))).toBe('company');
    expect(nextStep(application({ ...company, ...owner }))).toBe('officer');
    const officer = { officer_name: 'C', officer_title: 'President', officer_acknowledges: true };
    expect(nextStep(application({ ...company, ...owner, ...officer }))).toBe('check');
    expect(nextStep(application({ ...company, ...owner, ...officer, officer_acknowledges: false }))).toBe(
      'officer',
    );
  });

  it('never take a masked number for a value', () => {
    expect(isMasked('***-**-1234')).toBe(true);
    expect(isMasked('07-1234567AB')).toBe(false);
  });
});
