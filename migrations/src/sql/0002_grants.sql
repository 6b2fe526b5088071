-- Cross-account access: who lets whom see what. What a person may see through a grant is never stored; it follows from
-- these rows at the moment of the question (R9), so nothing here depends on a job having run.

-- Lists of clients that a broker sent in as a file, with what became of every row.
CREATE TABLE grant_batches (
  id {uuid} NOT NULL PRIMARY KEY,
  account_id {uuid} NOT NULL REFERENCES accounts (id),
  file_name TEXT,
  rows_total {int} NOT NULL,
  rows_ok {int} NOT NULL,
  rows_refused {int} NOT NULL,
  created_at {ts} NOT NULL,
  created_by_name TEXT NOT NULL
){strict};

CREATE INDEX ix_grant_batches_account ON grant_batches (account_id, id);

-- grantor_key and recipient_key are the lower-case names under which the other side's list sorts. grantor_shown is set
-- while the recipient knows the grantor by an identifier only. suppressed: a proposal of a blocked company, which the
-- side that was asked never sees. state is what was done; that the end has come is a matter of ends_at and the clock.
-- starts_at is empty until a proposal that starts with its acceptance is accepted.
CREATE TABLE grants (
  id {uuid} NOT NULL PRIMARY KEY,
  grantor_account_id {uuid} NOT NULL REFERENCES accounts (id),
  recipient_account_id {uuid} NOT NULL REFERENCES accounts (id),
  grantor_key TEXT NOT NULL,
  recipient_key TEXT NOT NULL,
  grantor_shown TEXT,
  started_by TEXT NOT NULL,
  suppressed {bool} NOT NULL,
  state TEXT NOT NULL,
  state_at {ts} NOT NULL,
  state_by TEXT,
  ended_how TEXT,
  state_reason TEXT,
  all_sub_accounts {bool} NOT NULL,
  top_level {bool} NOT NULL,
  structure {bool} NOT NULL,
  records TEXT NOT NULL,
  reports {bool} NOT NULL,
  users {bool} NOT NULL,
  purpose TEXT NOT NULL,
  starts_at {ts},
  ends_at {ts},
  identifier_kind TEXT,
  identifier_shown TEXT,
  batch_id {uuid} REFERENCES grant_batches (id),
  created_at {ts} NOT NULL,
  created_by_name TEXT NOT NULL,
  version {int} NOT NULL,
  CONSTRAINT uq_grants_grantor UNIQUE (id, grantor_account_id),
  CONSTRAINT uq_grants_recipient UNIQUE (id, recipient_account_id),
  CONSTRAINT ck_grants_two_accounts CHECK (grantor_account_id <> recipient_account_id),
  CONSTRAINT ck_grants_state CHECK (state IN ('proposed', 'active', 'paused', 'ended')),
  CONSTRAINT ck_grants_records CHECK (records IN ('none', 'own_filings', 'all')),
  CONSTRAINT ck_grants_end CHECK (starts_at IS NULL OR ends_at IS NULL OR ends_at > starts_at)
){strict};

-- Between two accounts there is one grant that lives or waits; it is changed, not doubled.
CREATE UNIQUE INDEX uq_grants_living ON grants (grantor_account_id, recipient_account_id) WHERE state <> 'ended';
CREATE INDEX ix_grants_received ON grants (recipient_account_id, grantor_key, id);
CREATE INDEX ix_grants_given ON grants (grantor_account_id, recipient_key, id);
CREATE INDEX ix_grants_received_state ON grants (recipient_account_id, state, grantor_key, id);
CREATE INDEX ix_grants_given_state ON grants (grantor_account_id, state, recipient_key, id);
CREATE INDEX ix_grants_received_newest ON grants (recipient_account_id, id);
CREATE INDEX ix_grants_given_newest ON grants (grantor_account_id, id);
CREATE INDEX ix_grants_seats ON grants (recipient_account_id, grantor_key, grantor_account_id) WHERE state = 'active';
CREATE INDEX ix_grants_pair ON grants (grantor_account_id, recipient_account_id, id);
CREATE INDEX ix_grants_ends ON grants (ends_at, id) WHERE state <> 'ended' AND ends_at IS NOT NULL;
CREATE INDEX ix_grants_batch ON grants (batch_id) WHERE batch_id IS NOT NULL;

CREATE TABLE grant_sub_accounts (
  grant_id {uuid} NOT NULL,
  sub_account_id {uuid} NOT NULL,
  account_id {uuid} NOT NULL,
  PRIMARY KEY (grant_id, sub_account_id),
  CONSTRAINT fk_grant_sub_accounts_grant FOREIGN KEY (grant_id, account_id) REFERENCES grants (id, grantor_account_id),
  CONSTRAINT fk_grant_sub_accounts_sub FOREIGN KEY (sub_account_id, account_id) REFERENCES sub_accounts (id, account_id) ON DELETE CASCADE
){strict};

CREATE INDEX ix_grant_sub_accounts_sub ON grant_sub_accounts (sub_account_id);

-- More than is granted, asked for by the recipient; it waits for the grantor's owner.
CREATE TABLE grant_changes (
  grant_id {uuid} NOT NULL PRIMARY KEY REFERENCES grants (id),
  all_sub_accounts {bool} NOT NULL,
  sub_account_ids TEXT NOT NULL,
  top_level {bool} NOT NULL,
  structure {bool} NOT NULL,
  records TEXT NOT NULL,
  reports {bool} NOT NULL,
  users {bool} NOT NULL,
  purpose TEXT NOT NULL,
  ends_at {ts},
  proposed_at {ts} NOT NULL,
  proposed_by_name TEXT NOT NULL
){strict};

-- The recipient's own people. Rights are all empty (as the grant) or all set; what counts is their intersection with
-- the grant. Whoever leaves the recipient's account loses the row with the membership.
CREATE TABLE grant_people (
  grant_id {uuid} NOT NULL,
  user_id {uuid} NOT NULL,
  account_id {uuid} NOT NULL,
  structure {bool},
  records TEXT,
  reports {bool},
  users {bool},
  assigned_at {ts} NOT NULL,
  assigned_by_name TEXT NOT NULL,
  PRIMARY KEY (grant_id, user_id),
  CONSTRAINT fk_grant_people_grant FOREIGN KEY (grant_id, account_id) REFERENCES grants (id, recipient_account_id),
  CONSTRAINT fk_grant_people_member FOREIGN KEY (account_id, user_id) REFERENCES memberships (account_id, user_id) ON DELETE CASCADE
){strict};

CREATE INDEX ix_grant_people_user ON grant_people (user_id, grant_id);
CREATE INDEX ix_grant_people_member ON grant_people (account_id, user_id);

-- People whom the grantor does not want to see behind the grant, however they are assigned.
CREATE TABLE grant_removals (
  grant_id {uuid} NOT NULL REFERENCES grants (id),
  user_id {uuid} NOT NULL REFERENCES users (id),
  removed_at {ts} NOT NULL,
  removed_by_name TEXT NOT NULL,
  reason TEXT,
  PRIMARY KEY (grant_id, user_id)
){strict};

CREATE TABLE grant_uses (
  grant_id {uuid} NOT NULL REFERENCES grants (id),
  user_id {uuid} NOT NULL REFERENCES users (id),
  last_used_at {ts} NOT NULL,
  PRIMARY KEY (grant_id, user_id)
){strict};

-- Companies whose proposals an account does not want, and what the operator is told about them.
CREATE TABLE company_blocks (
  account_id {uuid} NOT NULL REFERENCES accounts (id),
  company_id {uuid} NOT NULL REFERENCES companies (id),
  reason TEXT,
  reported {bool} NOT NULL,
  blocked_at {ts} NOT NULL,
  blocked_by_name TEXT NOT NULL,
  PRIMARY KEY (account_id, company_id)
){strict};

CREATE TABLE grant_reports (
  id {uuid} NOT NULL PRIMARY KEY,
  account_id {uuid} NOT NULL REFERENCES accounts (id),
  company_id {uuid} NOT NULL REFERENCES companies (id),
  grant_id {uuid} NOT NULL REFERENCES grants (id),
  reason TEXT,
  state TEXT NOT NULL,
  created_at {ts} NOT NULL,
  created_by_name TEXT NOT NULL,
  closed_at {ts},
  closed_by_name TEXT,
  outcome TEXT
){strict};

CREATE INDEX ix_grant_reports_state ON grant_reports (state, id);

-- Client groups times teams: the way to pass many grants on to many people. Clients are grouped by account, so that a
-- new grant of the same client finds its group again.
CREATE TABLE client_groups (
  id {uuid} NOT NULL PRIMARY KEY,
  account_id {uuid} NOT NULL REFERENCES accounts (id),
  name TEXT NOT NULL,
  name_key TEXT NOT NULL,
  created_at {ts} NOT NULL,
  version {int} NOT NULL,
  CONSTRAINT uq_client_groups_account UNIQUE (id, account_id),
  CONSTRAINT uq_client_groups_name UNIQUE (account_id, name_key)
){strict};

CREATE TABLE client_group_clients (
  group_id {uuid} NOT NULL,
  client_account_id {uuid} NOT NULL REFERENCES accounts (id),
  account_id {uuid} NOT NULL,
  added_at {ts} NOT NULL,
  added_by_name TEXT NOT NULL,
  PRIMARY KEY (group_id, client_account_id),
  CONSTRAINT fk_client_group_clients_group FOREIGN KEY (group_id, account_id) REFERENCES client_groups (id, account_id) ON DELETE CASCADE
){strict};

CREATE INDEX ix_client_group_clients_client ON client_group_clients (account_id, client_account_id, group_id);

CREATE TABLE teams (
  id {uuid} NOT NULL PRIMARY KEY,
  account_id {uuid} NOT NULL REFERENCES accounts (id),
  name TEXT NOT NULL,
  name_key TEXT NOT NULL,
  created_at {ts} NOT NULL,
  version {int} NOT NULL,
  CONSTRAINT uq_teams_account UNIQUE (id, account_id),
  CONSTRAINT uq_teams_name UNIQUE (account_id, name_key)
){strict};

CREATE TABLE team_members (
  team_id {uuid} NOT NULL,
  user_id {uuid} NOT NULL,
  account_id {uuid} NOT NULL,
  added_at {ts} NOT NULL,
  added_by_name TEXT NOT NULL,
  PRIMARY KEY (team_id, user_id),
  CONSTRAINT fk_team_members_team FOREIGN KEY (team_id, account_id) REFERENCES teams (id, account_id) ON DELETE CASCADE,
  CONSTRAINT fk_team_members_member FOREIGN KEY (account_id, user_id) REFERENCES memberships (account_id, user_id) ON DELETE CASCADE
){strict};

CREATE INDEX ix_team_members_user ON team_members (user_id, team_id);
CREATE INDEX ix_team_members_member ON team_members (account_id, user_id);

CREATE TABLE team_client_groups (
  team_id {uuid} NOT NULL,
  group_id {uuid} NOT NULL,
  account_id {uuid} NOT NULL,
  structure {bool},
  records TEXT,
  reports {bool},
  users {bool},
  assigned_at {ts} NOT NULL,
  assigned_by_name TEXT NOT NULL,
  PRIMARY KEY (team_id, group_id),
  CONSTRAINT fk_team_client_groups_team FOREIGN KEY (team_id, account_id) REFERENCES teams (id, account_id) ON DELETE CASCADE,
  CONSTRAINT fk_team_client_groups_group FOREIGN KEY (group_id, account_id) REFERENCES client_groups (id, account_id) ON DELETE CASCADE
){strict};

CREATE INDEX ix_team_client_groups_group ON team_client_groups (group_id, team_id);

CREATE TABLE grant_batch_rows (
  batch_id {uuid} NOT NULL REFERENCES grant_batches (id),
  row_no {int} NOT NULL,
  grant_id {uuid} REFERENCES grants (id),
  company_name TEXT,
  outcome TEXT NOT NULL,
  errors TEXT,
  PRIMARY KEY (batch_id, row_no)
){strict};
