// Operations of the contract that the generated client does not know yet, in the same shape.
import type { AccountRef, BusinessActivity, IdentifierKind, MemberRole, PersonRef } from '../gen';
import { client } from '../gen/client.gen';

export type Paged<T> = { items: T[]; next_cursor?: string | null };

/* Applications */
export type ApplicationState =
  | 'draft'
  | 'awaiting_code'
  | 'not_confirmed'
  | 'claim_offered'
  | 'claim_filed'
  | 'in_review'
  | 'approved'
  | 'rejected'
  | 'withdrawn'
  | 'expired';
export type ApplicationFields = {
  company_name?: string | null;
  identifier_kind?: IdentifierKind | null;
  identifier_value?: string | null;
  activity?: BusinessActivity | null;
  owner_given_name?: string | null;
  owner_family_name?: string | null;
  email?: string | null;
  phone?: string | null;
  officer_name?: string | null;
  officer_title?: string | null;
  officer_acknowledges?: boolean;
};
export type ClaimState = 'open' | 'disputed' | 'released' | 'kept' | 'withdrawn';
export type Application = ApplicationFields & {
  id: string;
  state: ApplicationState;
  created_at: string;
  updated_at: string;
  expires_at?: string | null;
  code?: { sent_at: string; expires_at: string; tries_left: number; resend_after: string } | null;
  claim?: {
    id: string;
    state: ClaimState;
    filed_at: string;
    answer_due_at: string;
    outcome_reason?: string | null;
  } | null;
  submitted_at?: string | null;
  code_confirmed_at?: string | null;
  decided_at?: string | null;
  decision_reason?: string | null;
  invited_email?: string | null;
  can: {
    change: boolean;
    submit: boolean;
    enter_code: boolean;
    resend_code: boolean;
    ask_for_review: boolean;
    claim: boolean;
    withdraw: boolean;
  };
};
export type ApplicationChecks = {
  email_is_new: boolean;
  register_matches: boolean;
  contact_reachable: boolean;
  identifier_free: boolean;
  code_confirmed: boolean;
  activity_free: boolean;
  self_service_activity: boolean;
};
export type ApplicationReview = ApplicationFields & {
  id: string;
  state: ApplicationState;
  checks: ApplicationChecks;
  register_company?: string | null;
  register_contact_email?: string | null;
  company?: { id: string; name: string } | null;
  review_note?: string | null;
  claim?: { id: string; state: ClaimState; answer_due_at: string } | null;
  created_at: string;
  submitted_at?: string | null;
  code_confirmed_at?: string | null;
  waiting_since?: string | null;
  decided_at?: string | null;
  decided_by_name?: string | null;
  decision_reason?: string | null;
  account?: AccountRef | null;
};

/* Identifier claims */
export type IdentifierClaim = {
  id: string;
  state: ClaimState;
  side: 'claimant' | 'holder' | 'staff';
  identifier_kind: IdentifierKind;
  identifier: string;
  claimant_company: string;
  claimant_account?: AccountRef | null;
  sub_account_id?: string | null;
  application_id?: string | null;
  holder_account?: AccountRef | null;
  holder_company?: string | null;
  reason: string;
  filed_at: string;
  filed_by_name?: string | null;
  answer_due_at: string;
  overdue: boolean;
  answered_at?: string | null;
  answer_reason?: string | null;
  answered_by_name?: string | null;
  decided_at?: string | null;
  decided_by?: 'holder' | 'registrar' | 'claimant' | null;
  decision_reason?: string | null;
  can: { release: boolean; dispute: boolean; withdraw: boolean; decide: boolean };
};
export type ClaimPreview = {
  identifier_kind: IdentifierKind;
  identifier: string;
  sub_accounts: { id: string; name: string }[];
  grants: number;
  goes_to: 'account' | 'application';
};

/* Transfers, merges */
export type AccountParty = { id: string; account_number: string; name: string; owner: PersonRef };
export type TransferState = 'proposed' | 'accepted' | 'declined' | 'withdrawn' | 'superseded';
type ProposalCan = { accept: boolean; decline: boolean; withdraw: boolean };
export type Transfer = {
  id: string;
  activity: BusinessActivity;
  label: string;
  state: TransferState;
  from: AccountParty;
  to: AccountParty;
  reason: string;
  shared_identifiers?: 'move' | 'stay' | null;
  preview_version: string;
  proposed_at: string;
  proposed_by_name: string;
  decided_at?: string | null;
  decided_by_name?: string | null;
  decision_reason?: string | null;
  can: ProposalCan;
};
export type MovingSubAccount = {
  id: string;
  name: string;
  new_name?: string | null;
  activity: BusinessActivity;
  identifier_count: number;
  pending_identifier_count: number;
};
export type MovingIdentifier = {
  kind: IdentifierKind;
  value: string;
  outcome: 'moves' | 'ends' | 'stays';
  sub_accounts: string[];
  detail: string;
};
export type AffectedPerson = {
  person: PersonRef;
  account: 'from' | 'to';
  role_before?: MemberRole | null;
  role_after?: MemberRole | null;
  outcome: 'keeps' | 'ends' | 'gains';
  detail: string;
};
export type AffectedGrant = {
  id: string;
  company_name: string;
  direction: 'given' | 'received';
  outcome: 'moves' | 'shrinks' | 'ends';
  detail: string;
};
export type Collision = {
  kind: 'sub_account_name' | 'shared_identifier' | 'role' | 'ports' | 'invitation' | 'draft' | 'grant';
  subject: string;
  solution: string;
  needs_choice: boolean;
};
export type TransferPreview = {
  version: string;
  changed: boolean;
  activity: BusinessActivity;
  from: AccountParty;
  to: AccountParty;
  sub_accounts: MovingSubAccount[];
  identifiers: MovingIdentifier[];
  people: AffectedPerson[];
  grants: AffectedGrant[];
  collisions: Collision[];
};
export type Merge = {
  id: string;
  state: TransferState;
  from: AccountParty;
  into: AccountParty;
  proposed_by: 'from' | 'into';
  managers_become: 'proxy' | 'user';
  reason: string;
  preview_version: string;
  proposed_at: string;
  proposed_by_name: string;
  decided_at?: string | null;
  decided_by_name?: string | null;
  decision_reason?: string | null;
  can: ProposalCan;
};
export type MergePreview = {
  version: string;
  changed: boolean;
  from: AccountParty;
  into: AccountParty;
  activities: BusinessActivity[];
  sub_accounts: MovingSubAccount[];
  identifiers: MovingIdentifier[];
  people: AffectedPerson[];
  grants: AffectedGrant[];
  collisions: Collision[];
  contact_count: number;
  address_count: number;
  ending_invitations: string[];
  ending_changes: string[];
};

/* Owner succession */
export type SuccessionState =
  | 'proposed'
  | 'accepted'
  | 'waiting'
  | 'completed'
  | 'declined'
  | 'withdrawn'
  | 'objected'
  | 'rejected'
  | 'lapsed';
export type OwnerSuccession = {
  id: string;
  account: { id: string; account_number: string; name: string; company_name: string };
  kind: 'hand_over' | 'nomination' | 'request';
  state: SuccessionState;
  owner: PersonRef;
  successor: PersonRef;
  former_owner_role: 'proxy' | 'user';
  reason: string;
  asked_at: string;
  asked_by_name: string;
  takes_over_on?: string | null;
  completes_after?: string | null;
  waiting_days?: number | null;
  ready: boolean;
  owner_last_sign_in_at?: string | null;
  told: { whom: 'owner' | 'officer' | 'register_contact'; name: string; at: string }[];
  decided_at?: string | null;
  decided_by_name?: string | null;
  decision_reason?: string | null;
  can: {
    accept: boolean;
    decline: boolean;
    withdraw: boolean;
    object: boolean;
    complete: boolean;
    reject: boolean;
  };
};
export type SuccessionPreview = {
  owner: PersonRef;
  successor: PersonRef;
  former_owner_role: 'proxy' | 'user';
  changes: string[];
  completes_after?: string | null;
  waiting_days?: number | null;
  officers: string[];
};
export type SuccessionObjection = {
  account_name: string;
  company_name: string;
  account_number: string;
  asked_by_name: string;
  successor_name: string;
  reason: string;
  asked_at: string;
  completes_after?: string | null;
  state: SuccessionState;
  told_as: 'owner' | 'officer' | 'register_contact';
};

interface Input {
  path?: object;
  query?: object;
  body?: unknown;
  headers?: object;
  signal?: AbortSignal;
}
const operation =
  <In extends Input, Out>(method: 'get' | 'post' | 'patch', url: string, open = false) =>
  async (options: In): Promise<{ data: Out }> => {
    const answer = await client[method]({
      url: `/api/v1${url}`,
      ...(open ? {} : { security: [{ scheme: 'bearer', type: 'http' }] }),
      ...options,
      headers: { 'Content-Type': 'application/json', ...options.headers },
    } as never);
    return answer as unknown as { data: Out };
  };

type Headers = { headers?: { 'Idempotency-Key'?: string } };
type Account = { path: { id: string } };
type Applied = { path: { id: string }; headers: { 'Application-Token': string } };
type Reason = { body: { reason: string } };

const a = '/applications';
export const createApplication = operation<
  { body: ApplicationFields & { submit: boolean } } & Headers,
  { application: Application; resume_token: string }
>('post', a, true);
export const getApplication = operation<Applied, Application>('get', `${a}/{id}`, true);
export const updateApplication = operation<Applied & { body: ApplicationFields }, Application>(
  'patch',
  `${a}/{id}`,
  true,
);
export const submitApplication = operation<Applied, Application>('post', `${a}/{id}/submission`, true);
export const resendApplicationCode = operation<Applied, Application>('post', `${a}/{id}/codes`, true);
export const enterApplicationCode = operation<Applied & { body: { code: string } }, Application>(
  'post',
  `${a}/{id}/code`,
  true,
);
export const askForApplicationReview = operation<Applied & { body: { note: string } }, Application>(
  'post',
  `${a}/{id}/review-requests`,
  true,
);
export const claimForApplication = operation<Applied & Reason, Application>('post', `${a}/{id}/claims`, true);
export const withdrawApplication = operation<Applied, Application>('post', `${a}/{id}/withdrawal`, true);
export const listApplications = operation<
  { query: { state?: ApplicationState; q?: string; cursor?: string } },
  Paged<ApplicationReview>
>('get', a);
export const getApplicationReview = operation<Account, ApplicationReview>('get', `${a}/{id}/review`);
export const decideApplication = operation<
  Account & {
    body: {
      outcome: 'approve' | 'reject' | 'offer_claim';
      reason: string;
      account_name?: string | null;
      sub_account_name?: string | null;
    };
  },
  ApplicationReview
>('post', `${a}/{id}/decision`);

const c = '/accounts/{id}/identifier-claims';
type Claim = { path: { id: string; claim_id: string } };
export const fileIdentifierClaim = operation<
  Account &
    Headers & {
      body: {
        sub_account_id: string;
        identifier_kind: IdentifierKind;
        identifier_value: string;
        reason: string;
      };
    },
  IdentifierClaim
>('post', c);
export const listIdentifierClaims = operation<
  Account & { query?: { side?: 'claimant' | 'holder'; state?: ClaimState; cursor?: string } },
  Paged<IdentifierClaim>
>('get', c);
export const getIdentifierClaim = operation<Claim, IdentifierClaim>('get', `${c}/{claim_id}`);
export const previewIdentifierRelease = operation<Claim, ClaimPreview>('get', `${c}/{claim_id}/preview`);
export const releaseIdentifier = operation<Claim & { body: { reason: string | null } }, IdentifierClaim>(
  'post',
  `${c}/{claim_id}/release`,
);
export const disputeIdentifierClaim = operation<Claim & Reason, IdentifierClaim>(
  'post',
  `${c}/{claim_id}/dispute`,
);
export const withdrawIdentifierClaim = operation<
  Claim & { body: { reason: string | null } },
  IdentifierClaim
>('post', `${c}/{claim_id}/withdrawal`);
export const listAllIdentifierClaims = operation<
  { query: { state?: ClaimState; due?: boolean; cursor?: string } },
  Paged<IdentifierClaim>
>('get', '/identifier-claims');
type AnyClaim = { path: { claim_id: string } };
export const getAnyIdentifierClaim = operation<AnyClaim, IdentifierClaim>(
  'get',
  '/identifier-claims/{claim_id}',
);
export const decideIdentifierClaim = operation<
  AnyClaim & { body: { outcome: 'release' | 'keep'; reason: string } },
  IdentifierClaim
>('post', '/identifier-claims/{claim_id}/decision');

export const listSiblingAccounts = operation<Account, { items: AccountParty[] }>(
  'get',
  '/accounts/{id}/sibling-accounts',
);
const t = '/accounts/{id}/transfers';
type OneTransfer = { path: { id: string; transfer_id: string } };
type Choice = 'move' | 'stay';
export const previewTransfer = operation<
  Account & {
    query: { activity: BusinessActivity; to_account_id: string; shared_identifiers?: Choice };
  },
  TransferPreview
>('get', `${t}/preview`);
export const proposeTransfer = operation<
  Account &
    Headers & {
      body: {
        activity: BusinessActivity;
        to_account_id: string;
        shared_identifiers: Choice | null;
        reason: string;
        preview_version: string;
      };
    },
  Transfer
>('post', t);
export const listTransfers = operation<
  Account & { query?: { state?: TransferState; cursor?: string; limit?: number } },
  Paged<Transfer>
>('get', t);
export const getTransfer = operation<OneTransfer, Transfer>('get', `${t}/{transfer_id}`);
export const previewProposedTransfer = operation<OneTransfer, TransferPreview>(
  'get',
  `${t}/{transfer_id}/preview`,
);
export const acceptTransfer = operation<OneTransfer & { body: { preview_version: string } }, Transfer>(
  'post',
  `${t}/{transfer_id}/acceptance`,
);
export const declineTransfer = operation<OneTransfer & Reason, Transfer>(
  'post',
  `${t}/{transfer_id}/decline`,
);
export const withdrawTransfer = operation<OneTransfer & Reason, Transfer>(
  'post',
  `${t}/{transfer_id}/withdrawal`,
);

const m = '/accounts/{id}/merges';
type OneMerge = { path: { id: string; merge_id: string } };
export const previewMerge = operation<
  Account & {
    query: { other_account_id: string; keep: 'this' | 'other'; managers_become: 'proxy' | 'user' };
  },
  MergePreview
>('get', `${m}/preview`);
export const proposeMerge = operation<
  Account &
    Headers & {
      body: {
        other_account_id: string;
        keep: 'this' | 'other';
        managers_become: 'proxy' | 'user';
        reason: string;
        preview_version: string;
      };
    },
  Merge
>('post', m);
export const listMerges = operation<
  Account & { query?: { state?: TransferState; cursor?: string; limit?: number } },
  Paged<Merge>
>('get', m);
export const getMerge = operation<OneMerge, Merge>('get', `${m}/{merge_id}`);
export const previewProposedMerge = operation<OneMerge, MergePreview>('get', `${m}/{merge_id}/preview`);
export const acceptMerge = operation<OneMerge & { body: { preview_version: string } }, Merge>(
  'post',
  `${m}/{merge_id}/acceptance`,
);
export const declineMerge = operation<OneMerge & Reason, Merge>('post', `${m}/{merge_id}/decline`);
export const withdrawMerge = operation<OneMerge & Reason, Merge>('post', `${m}/{merge_id}/withdrawal`);

const s = '/accounts/{id}/owner-successions';
type OneSuccession = { path: { id: string; succession_id: string } };
export const previewOwnerSuccession = operation<
  Account & {
    query: {
      kind: 'hand_over' | 'nomination' | 'request';
      successor_user_id: string;
      former_owner_role: 'proxy' | 'user';
    };
  },
  SuccessionPreview
>('get', `${s}/preview`);
type Asked = { successor_user_id: string; former_owner_role: 'proxy' | 'user'; reason: string };
export const nominateOwner = operation<
  Account & Headers & { body: Asked & { takes_over_on: string | null } },
  OwnerSuccession
>('post', `${s}/nominations`);
export const requestOwnerSuccession = operation<Account & Headers & { body: Asked }, OwnerSuccession>(
  'post',
  `${s}/requests`,
);
export const listOwnerSuccessions = operation<
  Account & { query?: { cursor?: string; limit?: number } },
  Paged<OwnerSuccession>
>('get', s);
export const getOwnerSuccession = operation<OneSuccession, OwnerSuccession>('get', `${s}/{succession_id}`);
export const acceptOwnerSuccession = operation<OneSuccession, OwnerSuccession>(
  'post',
  `${s}/{succession_id}/acceptance`,
);
export const declineOwnerSuccession = operation<OneSuccession & Reason, OwnerSuccession>(
  'post',
  `${s}/{succession_id}/decline`,
);
export const withdrawOwnerSuccession = operation<OneSuccession & Reason, OwnerSuccession>(
  'post',
  `${s}/{succession_id}/withdrawal`,
);
export const objectToOwnerSuccession = operation<OneSuccession & Reason, OwnerSuccession>(
  'post',
  `${s}/{succession_id}/objection`,
);
export const previewOwnerSuccessionObjection = operation<{ body: { token: string } }, SuccessionObjection>(
  'post',
  '/owner-succession-objections/preview',
  true,
);
export const objectByLink = operation<{ body: { token: string; reason: string } }, SuccessionObjection>(
  'post',
  '/owner-succession-objections',
  true,
);
export const listWaitingOwnerSuccessions = operation<
  { query: { state?: SuccessionState; cursor?: string } },
  Paged<OwnerSuccession>
>('get', '/owner-successions');
type AnySuccession = { path: { succession_id: string } };
export const completeOwnerSuccession = operation<AnySuccession & Reason, OwnerSuccession>(
  'post',
  '/owner-successions/{succession_id}/completion',
);
export const rejectOwnerSuccession = operation<AnySuccession & Reason, OwnerSuccession>(
  'post',
  '/owner-successions/{succession_id}/rejection',
);
