// Which staff roles reach which pages, for the navigation and the pages alike. The server decides; this
// only keeps doors out of sight that would not open.
import type { StaffRole } from '../api/gen';

export const ANY_STAFF = ['support_agent', 'support_lead', 'registrar', 'auditor', 'administrator'] as const;
export const REGISTER_READERS = ['registrar', 'auditor', 'administrator'] as const;
/** Who reads the reports about unwanted requests for access. */
export const REPORT_READERS = ['support_lead', 'registrar', 'auditor', 'administrator'] as const;
/** Who works on cases, and who reads them. */
export const DESK = ['support_agent', 'support_lead'] as const;
export const DESK_READERS = [...DESK, 'auditor'] as const;
/** Who reads prepared answers, and who writes them. */
export const ANSWER_READERS = [...DESK_READERS, 'administrator'] as const;
export const ANSWER_WRITERS = ['support_lead', 'administrator'] as const;
/** Who writes and withdraws notices; all staff read them. */
export const NOTICE_WRITERS = ['support_lead', 'administrator'] as const;
/** Who sees how support is doing. */
export const DESK_WATCHERS = ['support_lead', 'auditor', 'administrator'] as const;
export const AUDIT_READERS = ['auditor', 'administrator'] as const;

export const staffRoles: readonly StaffRole[] = ANY_STAFF;

export const isOneOf = (role: StaffRole | null | undefined, roles: readonly StaffRole[]) =>
  role ? roles.includes(role) : false;
