// Operations of the contract that the generated client does not know yet, in the same shape.
import type { AccountRef, GrantRights, MemberRole, PersonRef, SubAccountAccess } from '../gen';
import { client } from '../gen/client.gen';

export type Paged<T> = { items: T[]; next_cursor?: string | null };

/* Groups, teams, batches, renewals */
export type TeamClientGroup = {
  team_id: string;
  team_name: string;
  client_group_id: string;
  client_group_name: string;
  rights?: GrantRights | null;
  assigned_at: string;
  assigned_by_name: string;
  client_count: number;
};
export type ClientGroup = {
  id: string;
  name: string;
  client_count: number;
  teams: TeamClientGroup[];
  created_at: string;
  version: number;
};
export type ClientGroupClient = {
  account: AccountRef;
  company_name: string;
  grant_id?: string | null;
  grant_state?: string | null;
  until?: string | null;
  added_at: string;
};
export type ClientGroupChange = { changed: number; client_count: number };
export type Team = {
  id: string;
  name: string;
  member_count: number;
  client_group_count: number;
  created_at: string;
  version: number;
};
export type TeamMember = { person: PersonRef; added_at: string };
export type GrantRequestBatch = {
  id: string;
  account_id: string;
  file_name?: string | null;
  rows_total: number;
  rows_ok: number;
  rows_refused: number;
  created_at: string;
  created_by_name: string;
};
export type GrantRequestRow = {
  row: number;
  outcome: 'requested' | 'refused';
  grant_id?: string | null;
  company_name?: string | null;
  errors: { column: string; code: string; detail: string }[];
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
export const listClientGroups = op<Id & { query?: Paging }, Paged<ClientGroup>>(
  'get',
  '/api/v1/accounts/{id}/client-groups',
);
export const createClientGroup = op<Id & Keyed & { body: { name: string } }, ClientGroup>(
  'post',
  '/api/v1/accounts/{id}/client-groups',
);
type IdGroup = { path: { id: string; group_id: string } };
const GROUP = '/api/v1/accounts/{id}/client-groups/{group_id}';
export const getClientGroup = op<IdGroup, ClientGroup>('get', GROUP);
export const updateClientGroup = op<IdGroup & Match & { body: { name: string } }, ClientGroup>(
  'patch',
  GROUP,
);
export const deleteClientGroup = op<IdGroup & Match, void>('delete', GROUP);
export const listClientGroupClients = op<IdGroup & { query?: Paging }, Paged<ClientGroupClient>>(
  'get',
  `${GROUP}/clients`,
);
export const addClientsToGroup = op<
  IdGroup & { body: { all: boolean; client_account_ids: string[] } },
  ClientGroupChange
>('post', `${GROUP}/clients`);
export const removeClientsFromGroup = op<
  IdGroup & { body: { client_account_ids: string[] } },
  ClientGroupChange
>('post', `${GROUP}/clients/removal`);
export const listTeams = op<Id & { query?: Paging }, Paged<Team>>('get', '/api/v1/accounts/{id}/teams');
export const createTeam = op<Id & Keyed & { body: { name: string } }, Team>(
  'post',
  '/api/v1/accounts/{id}/teams',
);
type IdTeam = { path: { id: string; team_id: string } };
const TEAM = '/api/v1/accounts/{id}/teams/{team_id}';
export const getTeam = op<IdTeam, Team>('get', TEAM);
export const updateTeam = op<IdTeam & Match & { body: { name: string } }, Team>('patch', TEAM);
export const deleteTeam = op<IdTeam & Match, void>('delete', TEAM);
export const listTeamMembers = op<IdTeam & { query?: Paging }, Paged<TeamMember>>('get', `${TEAM}/members`);
export const setTeamMembers = op<IdTeam & { body: { user_ids: string[] } }, Team>('put', `${TEAM}/members`);
export const listTeamClientGroups = op<IdTeam, { items: TeamClientGroup[] }>('get', `${TEAM}/client-groups`);
type IdTeamGroup = { path: { id: string; team_id: string; group_id: string } };
export const setTeamClientGroup = op<
  IdTeamGroup & { body: { rights?: GrantRights | null } },
  TeamClientGroup
>('put', `${TEAM}/client-groups/{group_id}`);
export const removeTeamClientGroup = op<IdTeamGroup, void>('delete', `${TEAM}/client-groups/{group_id}`);
export const createGrantRequestBatch = csvOp<
  Keyed & { query: { account_id: string; file_name?: string }; body: string },
  GrantRequestBatch
>('/api/v1/grant-request-batches');
export const listGrantRequestBatches = op<Id & { query?: Paging }, Paged<GrantRequestBatch>>(
  'get',
  '/api/v1/accounts/{id}/grant-request-batches',
);
export const getGrantRequestBatch = op<Id, GrantRequestBatch>('get', '/api/v1/grant-request-batches/{id}');
export const listGrantRequestRows = op<
  Id & { query?: Paging & { outcome?: 'requested' | 'refused' } },
  Paged<GrantRequestRow>
>('get', '/api/v1/grant-request-batches/{id}/rows');
export const getGrantRequestResult = op<Id & { parseAs?: 'blob' }, string>(
  'get',
  '/api/v1/grant-request-batches/{id}/result',
);
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
