// Operations of the contract that the generated client does not know yet, in the same shape.
import type {
  AccountRef,
  Account as AccountWithoutGuest,
  BusinessActivity,
  Capability,
  IdentifierKind,
  MemberRole,
  PersonRef,
  SubAccountAccess,
} from '../gen';
import { client } from '../gen/client.gen';

export type GrantSide = 'grantor' | 'recipient';
export type GrantRecords = 'none' | 'own_filings' | 'all';
export type GrantRights = { structure: boolean; records: GrantRecords; reports: boolean; users: boolean };
export type GrantParty = {
  account_id?: string | null;
  account_number?: string | null;
  account_name?: string | null;
  company_name: string;
  owner?: PersonRef | null;
};
export type GrantSubAccount = { id: string; name: string; activity: BusinessActivity };
export type GrantStateKind = 'proposed' | 'active' | 'paused' | 'ended';
export type GrantState = {
  kind: GrantStateKind;
  at: string;
  by?: GrantSide | null;
  how?: 'declined' | 'revoked' | 'expired' | null;
  reason?: string | null;
};
export type GrantIdentifier = { kind: IdentifierKind; value: string };
export type GrantChange = {
  all_sub_accounts: boolean;
  sub_account_ids: string[];
  top_level: boolean;
  rights: GrantRights;
  purpose: string;
  ends_at?: string | null;
  proposed_at: string;
  proposed_by_name: string;
};
export type GrantCapabilities = Record<
  | 'accept'
  | 'decline'
  | 'withdraw'
  | 'pause'
  | 'resume'
  | 'revoke'
  | 'change'
  | 'answer_change'
  | 'assign_people'
  | 'remove_people'
  | 'block',
  Capability
>;
export type Grant = {
  id: string;
  my_side?: GrantSide | null;
  started_by: GrantSide;
  grantor: GrantParty;
  recipient: GrantParty;
  state: GrantState;
  in_effect: boolean;
  not_in_effect_because?: string | null;
  all_sub_accounts: boolean;
  sub_accounts: GrantSubAccount[];
  top_level: boolean;
  rights: GrantRights;
  purpose: string;
  starts_at?: string | null;
  ends_at?: string | null;
  days_left?: number | null;
  identifier?: GrantIdentifier | null;
  pending_change?: GrantChange | null;
  people_count: number;
  last_used_at?: string | null;
  can: GrantCapabilities;
  created_at: string;
  created_by_name: string;
  version: number;
};
export type Paged<T> = { items: T[]; next_cursor?: string | null };
export type GrantPage = Paged<Grant>;
export type GrantVia = 'owner' | 'assigned' | 'team';
export type GrantPerson = {
  person: PersonRef;
  via: GrantVia[];
  rights: GrantRights;
  assigned_rights?: GrantRights | null;
  assigned_at?: string | null;
  assigned_by_name?: string | null;
  teams: string[];
  last_used_at?: string | null;
  removed?: { at: string; by_name: string; reason?: string | null } | null;
  in_effect: boolean;
};
export type OutsidePerson = {
  person: PersonRef;
  company_name: string;
  through: AccountRef;
  grant_id: string;
  via: GrantVia[];
  rights: GrantRights;
  all_sub_accounts: boolean;
  sub_accounts: GrantSubAccount[];
  until?: string | null;
  last_used_at?: string | null;
};
export type OutsideAccess = { people: number; grants: number; proposals: number };
export type GrantPreview = {
  sees: string[];
  sees_not: string[];
  account: {
    account_number: string;
    name: string;
    company_name: string;
    contacts: number;
    addresses: number;
    activities: string[];
  };
  sub_accounts: {
    id: string;
    name: string;
    activity: BusinessActivity;
    identifiers: GrantIdentifier[];
    structure: boolean;
    records: GrantRecords;
    reports: boolean;
  }[];
  users: { name: string; role: MemberRole }[];
};
export type GuestAccount = {
  account: AccountRef;
  company_name: string;
  grant_id: string;
  via: GrantVia[];
  rights: GrantRights;
  until?: string | null;
  last_used_at?: string | null;
};
export type OutsideEffectiveAccess = {
  person: PersonRef;
  can_see: boolean;
  sub_accounts: {
    sub_account_id: string;
    name: string;
    activity: BusinessActivity;
    structure: boolean;
    records: GrantRecords;
    reports: boolean;
    why: string;
  }[];
  users: boolean;
  top_level: boolean;
  grants: { grant_id: string; through: AccountRef; state: GrantState; via: GrantVia[]; why: string }[];
  explanations: string[];
};
export type BlockedCompany = {
  company_id: string;
  company_name: string;
  reason?: string | null;
  reported: boolean;
  blocked_at: string;
  blocked_by_name: string;
};
export type GrantReport = {
  id: string;
  reported_by: AccountRef;
  company_id: string;
  company_name: string;
  reason?: string | null;
  purpose: string;
  state: 'open' | 'closed';
  created_at: string;
  closed_at?: string | null;
  closed_by_name?: string | null;
  outcome?: string | null;
};
export type GuestSeat = {
  grants: {
    grant_id: string;
    through: AccountRef;
    rights: GrantRights;
    all_sub_accounts: boolean;
    sub_account_ids: string[];
    top_level: boolean;
    until?: string | null;
  }[];
};
export type Account = AccountWithoutGuest & { guest?: GuestSeat | null };

export type GrantNarrowing = {
  all_sub_accounts: boolean;
  sub_account_ids: string[];
  top_level: boolean;
  rights: GrantRights;
  ends_at?: string | null;
};
export type GrantNew = {
  account_id: string;
  direction: 'invite' | 'request';
  counterparty?: { account_number: string; owner_user_id: string } | null;
  draft_id?: string | null;
  all_sub_accounts: boolean;
  sub_account_ids: string[];
  top_level: boolean;
  rights: GrantRights;
  purpose: string;
  starts_at?: string | null;
  ends_at?: string | null;
};
export type GrantPatch = Partial<{
  all_sub_accounts: boolean;
  sub_account_ids: string[];
  top_level: boolean;
  rights: GrantRights;
  purpose: string;
  ends_at: string | null;
}>;
export type GrantPreviewNew = {
  all_sub_accounts: boolean;
  sub_account_ids: string[];
  top_level: boolean;
  rights: GrantRights;
};

/* Groups, teams, batches, renewals */
export type ClientGroup = {
  id: string;
  name: string;
  client_count: number;
  team_count: number;
  version: number;
};
export type ClientOfGroup = { account: AccountRef; company_name: string; grant_id?: string | null };
export type Team = { id: string; name: string; member_count: number; group_count: number; version: number };
export type TeamClientGroup = { group_id: string; name: string; rights?: GrantRights | null };
export type GrantRequestBatch = {
  id: string;
  file_name?: string | null;
  rows_total: number;
  rows_ok: number;
  rows_refused: number;
  created_at: string;
  created_by_name: string;
};
export type GrantRequestBatchRow = {
  row: number;
  account_number: string;
  outcome: 'ok' | 'requested' | 'refused';
  grant_id?: string | null;
  errors: { column?: string | null; code: string; detail: string }[];
};
export type GrantRenewalResult = {
  grant_id: string;
  outcome: 'renewed' | 'asked' | 'refused';
  code?: string | null;
  detail?: string | null;
};

/* Access reviews */
export type WhenUnanswered = 'suspend' | 'report';
export type AccessReview = {
  id: string;
  name: string;
  covers_members: boolean;
  covers_outside: boolean;
  when_unanswered: WhenUnanswered;
  state: 'running' | 'finished' | 'cancelled';
  due_on: string;
  due_at: string;
  started_at: string;
  started_by_name: string;
  scheduled: boolean;
  completed_at?: string | null;
  cancel_reason?: string | null;
  note?: string | null;
  counts: {
    total: number;
    open: number;
    kept: number;
    changed: number;
    removed: number;
    unanswered: number;
    left: number;
  };
  can: { answer: boolean; complete: boolean; cancel: boolean };
};
export type AccessReviewItemState =
  | 'open'
  | 'kept'
  | 'changed'
  | 'removed'
  | 'suspended'
  | 'reported'
  | 'left';
export type AccessReviewItem = {
  id: string;
  kind: 'member' | 'outside';
  state: AccessReviewItemState;
  person: PersonRef;
  email: string;
  company_name: string;
  role?: MemberRole | null;
  grant_id?: string | null;
  access_summary: string;
  last_used_at?: string | null;
  decision?: {
    kind: 'keep' | 'change' | 'remove';
    reason: string;
    by_name: string;
    at: string;
    late: boolean;
  } | null;
  access_suspended_at?: string | null;
  can: { keep: boolean; change: boolean; remove: boolean };
};
export type AccessReviewSchedule = {
  due_days: number;
  covers_members: boolean;
  covers_outside: boolean;
  when_unanswered: WhenUnanswered;
  next_on: string;
  set_by_name: string;
  set_at: string;
};

type Signal = { signal?: AbortSignal };
const bearer = [{ scheme: 'bearer', type: 'http' }] as const;
function op<In extends object, Out>(method: 'get' | 'post' | 'patch' | 'put' | 'delete', url: string) {
  return (options: In & Signal) =>
    client[method]({
      url,
      security: [...bearer],
      ...options,
      ...('body' in options
        ? {
            headers: {
              'Content-Type': 'application/json',
              ...(options as { headers?: Record<string, string> }).headers,
            },
          }
        : {}),
    } as never) as unknown as Promise<{ data: Out }>;
}
function csvOp<In extends object, Out>(url: string) {
  return (options: In & Signal) =>
    client.post({
      bodySerializer: null,
      url,
      security: [...bearer],
      ...options,
      headers: { 'Content-Type': 'text/csv', ...(options as { headers?: Record<string, string> }).headers },
    } as never) as unknown as Promise<{ data: Out }>;
}

type Id = { path: { id: string } };
type Paging = { limit?: number; cursor?: string };
type Keyed = { headers?: { 'Idempotency-Key'?: string } };
type Match = { headers: { 'If-Match': string } };
type GrantList = Id & {
  query?: Paging & {
    state?: GrantStateKind | 'living';
    started_by?: GrantSide;
    ends_before?: string;
    q?: string;
    sort?: 'name' | 'newest';
  };
};
export const listGrantsGiven = op<GrantList, GrantPage>('get', '/api/v1/accounts/{id}/grants-given');
export const listGrantsReceived = op<GrantList, GrantPage>('get', '/api/v1/accounts/{id}/grants-received');
export const createGrant = op<Keyed & { body: GrantNew }, Grant>('post', '/api/v1/grants');
export const getGrant = op<Id, Grant>('get', '/api/v1/grants/{id}');
export const acceptGrant = op<Id & { body: { version: number; narrowing?: GrantNarrowing | null } }, Grant>(
  'post',
  '/api/v1/grants/{id}/acceptance',
);
type Reasoned = Id & { body: { reason?: string | null } };
export const declineGrant = op<Reasoned, Grant>('post', '/api/v1/grants/{id}/decline');
export const pauseGrant = op<Reasoned, Grant>('post', '/api/v1/grants/{id}/pause');
export const resumeGrant = op<Id, Grant>('post', '/api/v1/grants/{id}/resume');
export const revokeGrant = op<Reasoned, Grant>('post', '/api/v1/grants/{id}/revocation');
export const updateGrant = op<Id & Match & { body: GrantPatch }, Grant>('patch', '/api/v1/grants/{id}');
export const acceptGrantChange = op<Id & { body: { version: number } }, Grant>(
  'post',
  '/api/v1/grants/{id}/change/acceptance',
);
export const declineGrantChange = op<Reasoned, Grant>('post', '/api/v1/grants/{id}/change/decline');
export const withdrawGrantChange = op<Id, void>('delete', '/api/v1/grants/{id}/change');
export const listGrantPeople = op<Id & { query?: Paging }, Paged<GrantPerson>>(
  'get',
  '/api/v1/grants/{id}/people',
);
type IdUser = { path: { id: string; user_id: string } };
export const assignGrantPerson = op<IdUser & { body: { rights?: GrantRights | null } }, GrantPerson>(
  'put',
  '/api/v1/grants/{id}/people/{user_id}',
);
export const unassignGrantPerson = op<IdUser, void>('delete', '/api/v1/grants/{id}/people/{user_id}');
export const removeGrantPerson = op<IdUser & { body: { reason?: string | null } }, void>(
  'post',
  '/api/v1/grants/{id}/people/{user_id}/removal',
);
export const readmitGrantPerson = op<IdUser, void>('delete', '/api/v1/grants/{id}/people/{user_id}/removal');
export const listOutsidePeople = op<Id & { query?: Paging & { q?: string } }, Paged<OutsidePerson>>(
  'get',
  '/api/v1/accounts/{id}/outside-people',
);
export const getOutsideAccess = op<Id, OutsideAccess>('get', '/api/v1/accounts/{id}/outside-access');
export const endOutsideAccess = op<
  Id & { body: { people: number; reason?: string | null } },
  { people: number; grants: number }
>('post', '/api/v1/accounts/{id}/outside-access/end');
export const previewGrant = op<Id & { body: GrantPreviewNew }, GrantPreview>(
  'post',
  '/api/v1/accounts/{id}/grant-previews',
);
export const listGuestAccess = op<IdUser & { query?: Paging }, Paged<GuestAccount>>(
  'get',
  '/api/v1/accounts/{id}/users/{user_id}/guest-access',
);
export const getOutsideEffectiveAccess = op<IdUser, OutsideEffectiveAccess>(
  'get',
  '/api/v1/accounts/{id}/outside-people/{user_id}/effective-access',
);
export const listBlockedCompanies = op<Id & { query?: Paging }, Paged<BlockedCompany>>(
  'get',
  '/api/v1/accounts/{id}/blocked-companies',
);
export const blockCompany = op<
  Id & Keyed & { body: { grant_id: string; reason?: string | null; report: boolean } },
  BlockedCompany
>('post', '/api/v1/accounts/{id}/blocked-companies');
export const unblockCompany = op<{ path: { id: string; company_id: string } }, void>(
  'delete',
  '/api/v1/accounts/{id}/blocked-companies/{company_id}',
);
export const listGrantReports = op<{ query?: Paging & { state?: 'open' | 'closed' } }, Paged<GrantReport>>(
  'get',
  '/api/v1/grant-reports',
);
export const closeGrantReport = op<Id & { body: { outcome: string } }, GrantReport>(
  'post',
  '/api/v1/grant-reports/{id}/closure',
);
export const listAccounts = op<
  { query?: Paging & { q?: string; company_id?: string; seen_as?: 'member' | 'guest' } },
  Paged<Account>
>('get', '/api/v1/accounts');
export const getAccount = op<Id, Account>('get', '/api/v1/accounts/{id}');

export const listClientGroups = op<Id & { query?: Paging }, Paged<ClientGroup>>(
  'get',
  '/api/v1/accounts/{id}/client-groups',
);
export const createClientGroup = op<Id & Keyed & { body: { name: string } }, ClientGroup>(
  'post',
  '/api/v1/accounts/{id}/client-groups',
);
type IdGroup = { path: { id: string; group_id: string } };
export const updateClientGroup = op<IdGroup & Match & { body: { name?: string } }, ClientGroup>(
  'patch',
  '/api/v1/accounts/{id}/client-groups/{group_id}',
);
export const deleteClientGroup = op<IdGroup, void>(
  'delete',
  '/api/v1/accounts/{id}/client-groups/{group_id}',
);
export const listClientsOfGroup = op<IdGroup & { query?: Paging & { q?: string } }, Paged<ClientOfGroup>>(
  'get',
  '/api/v1/accounts/{id}/client-groups/{group_id}/clients',
);
export const addClientsToGroup = op<
  IdGroup & { body: { client_account_ids: string[] } },
  { added: number; already: number }
>('post', '/api/v1/accounts/{id}/client-groups/{group_id}/clients');
export const removeClientsFromGroup = op<
  IdGroup & { body: { client_account_ids: string[] } },
  { removed: number }
>('post', '/api/v1/accounts/{id}/client-groups/{group_id}/clients/removal');
export const listTeams = op<Id & { query?: Paging }, Paged<Team>>('get', '/api/v1/accounts/{id}/teams');
export const createTeam = op<Id & Keyed & { body: { name: string } }, Team>(
  'post',
  '/api/v1/accounts/{id}/teams',
);
type IdTeam = { path: { id: string; team_id: string } };
export const updateTeam = op<IdTeam & Match & { body: { name?: string } }, Team>(
  'patch',
  '/api/v1/accounts/{id}/teams/{team_id}',
);
export const deleteTeam = op<IdTeam, void>('delete', '/api/v1/accounts/{id}/teams/{team_id}');
export const listTeamMembers = op<IdTeam, { items: PersonRef[] }>(
  'get',
  '/api/v1/accounts/{id}/teams/{team_id}/members',
);
export const setTeamMembers = op<IdTeam & { body: { user_ids: string[] } }, { items: PersonRef[] }>(
  'put',
  '/api/v1/accounts/{id}/teams/{team_id}/members',
);
export const listTeamClientGroups = op<IdTeam, { items: TeamClientGroup[] }>(
  'get',
  '/api/v1/accounts/{id}/teams/{team_id}/client-groups',
);
type IdTeamGroup = { path: { id: string; team_id: string; group_id: string } };
export const assignClientGroup = op<IdTeamGroup & { body: { rights?: GrantRights | null } }, TeamClientGroup>(
  'put',
  '/api/v1/accounts/{id}/teams/{team_id}/client-groups/{group_id}',
);
export const unassignClientGroup = op<IdTeamGroup, void>(
  'delete',
  '/api/v1/accounts/{id}/teams/{team_id}/client-groups/{group_id}',
);
export const createGrantRequestBatch = csvOp<
  Keyed & { query: { account_id: string; dry_run?: boolean }; body: string },
  GrantRequestBatch & { rows: GrantRequestBatchRow[] }
>('/api/v1/grant-request-batches');
export const listGrantRequestBatches = op<Id & { query?: Paging }, Paged<GrantRequestBatch>>(
  'get',
  '/api/v1/accounts/{id}/grant-request-batches',
);
export const listGrantRequestBatchRows = op<
  Id & { query?: Paging & { outcome?: 'refused' } },
  Paged<GrantRequestBatchRow>
>('get', '/api/v1/grant-request-batches/{id}/rows');
export const renewGrants = op<
  Id & { body: { grant_ids: string[]; ends_at?: string | null } },
  { results: GrantRenewalResult[] }
>('post', '/api/v1/accounts/{id}/grant-renewals');

export const listAccessReviews = op<Id & { query?: Paging }, Paged<AccessReview>>(
  'get',
  '/api/v1/accounts/{id}/access-reviews',
);
export const startAccessReview = op<
  Id &
    Keyed & {
      body: {
        name?: string | null;
        covers_members: boolean;
        covers_outside: boolean;
        due_on: string;
        when_unanswered: WhenUnanswered;
        note?: string | null;
      };
    },
  AccessReview
>('post', '/api/v1/accounts/{id}/access-reviews');
type IdReview = { path: { id: string; review_id: string } };
export const getAccessReview = op<IdReview, AccessReview>(
  'get',
  '/api/v1/accounts/{id}/access-reviews/{review_id}',
);
export const listAccessReviewItems = op<
  IdReview & { query?: Paging & { state?: AccessReviewItemState; kind?: 'member' | 'outside' } },
  Paged<AccessReviewItem>
>('get', '/api/v1/accounts/{id}/access-reviews/{review_id}/items');
export const answerAccessReviewItem = op<
  { path: { id: string; review_id: string; item_id: string } } & {
    body: {
      decision: 'keep' | 'change' | 'remove';
      reason: string;
      change?: { role?: 'user' | 'proxy'; access?: SubAccountAccess[]; port_codes?: string[] } | null;
    };
  },
  AccessReviewItem
>('post', '/api/v1/accounts/{id}/access-reviews/{review_id}/items/{item_id}/decision');
export const completeAccessReview = op<IdReview, AccessReview>(
  'post',
  '/api/v1/accounts/{id}/access-reviews/{review_id}/completion',
);
export const cancelAccessReview = op<IdReview & { body: { reason: string } }, AccessReview>(
  'post',
  '/api/v1/accounts/{id}/access-reviews/{review_id}/cancellation',
);
export const getAccessReviewEvidence = op<
  IdReview & { query: { format: 'csv' | 'pdf' }; parseAs?: 'blob' },
  string
>('get', '/api/v1/accounts/{id}/access-reviews/{review_id}/evidence');
export const getAccessReviewSchedule = op<Id, AccessReviewSchedule>(
  'get',
  '/api/v1/accounts/{id}/access-review-schedule',
);
export const setAccessReviewSchedule = op<
  Id & {
    body: {
      due_days: number;
      covers_members: boolean;
      covers_outside: boolean;
      when_unanswered: WhenUnanswered;
    };
  },
  AccessReviewSchedule
>('put', '/api/v1/accounts/{id}/access-review-schedule');
export const endAccessReviewSchedule = op<Id, void>('delete', '/api/v1/accounts/{id}/access-review-schedule');
