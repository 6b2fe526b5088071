// The kinds of events that a webhook can be limited to, by area, in the order of the contract.
import type { EventType } from '../../api/gen';

type Selectable = Exclude<EventType, 'webhook.test'>;
type AreaOf<T> = T extends `${infer Area}.${string}` ? Area : never;
export type Area = AreaOf<Selectable>;

const KINDS: Record<Area, readonly Selectable[]> = {
  account: ['account.updated', 'account.owner_replaced'],
  owner_succession: ['owner_succession.changed'],
  activity: ['activity.changed'],
  sub_account: ['sub_account.created', 'sub_account.updated', 'sub_account.deleted'],
  identifier: ['identifier.added', 'identifier.pending', 'identifier.decided', 'identifier.removed'],
  identifier_claim: [
    'identifier_claim.filed',
    'identifier_claim.disputed',
    'identifier_claim.withdrawn',
    'identifier_claim.released',
    'identifier_claim.decided',
  ],
  user: [
    'user.invited',
    'user.joined',
    'user.invitation_revoked',
    'user.access_changed',
    'user.removed',
    'user.locked',
    'user.suspended',
    'user.suspension_lifted',
    'user.reactivated',
    'user.password_reset',
  ],
  grant: [
    'grant.proposed',
    'grant.accepted',
    'grant.declined',
    'grant.paused',
    'grant.resumed',
    'grant.changed',
    'grant.revoked',
    'grant.expired',
    'grant.people_changed',
  ],
  transfer: ['transfer.proposed', 'transfer.accepted', 'transfer.ended'],
  merge: ['merge.proposed', 'merge.accepted', 'merge.ended'],
  access_review: ['access_review.changed', 'access_review.finished'],
  record_import: ['record_import.started', 'record_import.finished'],
  report_run: ['report_run.finished'],
  notice: ['notice.published', 'notice.withdrawn'],
  case: ['case.opened', 'case.answered', 'case.updated', 'case.closed'],
};

export const AREAS = Object.entries(KINDS) as [Area, readonly Selectable[]][];
export const EVENTS: readonly Selectable[] = AREAS.flatMap(([, kinds]) => kinds);

/** The name of a kind's box in the form. */
export const boxOf = (kind: Selectable) => `on_${kind.replace('.', '__')}` as const;
