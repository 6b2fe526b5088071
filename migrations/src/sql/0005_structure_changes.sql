-- Structure that moves between accounts: transfers, merges, owners that are replaced.

-- Rows move together with what refers to them. Within the one transaction that moves them these checks wait for its end
-- (SET CONSTRAINTS); everywhere else they are made at once, as before. SQLite needs no word for it.
@postgres ALTER TABLE sub_accounts ALTER CONSTRAINT fk_sub_accounts_activity DEFERRABLE INITIALLY IMMEDIATE;
@postgres ALTER TABLE sub_account_identifiers ALTER CONSTRAINT fk_sub_account_identifiers_sub DEFERRABLE INITIALLY IMMEDIATE;
@postgres ALTER TABLE sub_account_identifiers ALTER CONSTRAINT fk_sub_account_identifiers_identifier DEFERRABLE INITIALLY IMMEDIATE;
@postgres ALTER TABLE pending_identifiers ALTER CONSTRAINT fk_pending_identifiers_sub DEFERRABLE INITIALLY IMMEDIATE;
@postgres ALTER TABLE membership_access ALTER CONSTRAINT fk_membership_access_sub DEFERRABLE INITIALLY IMMEDIATE;
@postgres ALTER TABLE grant_sub_accounts ALTER CONSTRAINT fk_grant_sub_accounts_grant DEFERRABLE INITIALLY IMMEDIATE;
@postgres ALTER TABLE grant_sub_accounts ALTER CONSTRAINT fk_grant_sub_accounts_sub DEFERRABLE INITIALLY IMMEDIATE;
@postgres ALTER TABLE grant_people ALTER CONSTRAINT fk_grant_people_grant DEFERRABLE INITIALLY IMMEDIATE;
@postgres ALTER TABLE client_group_clients ALTER CONSTRAINT fk_client_group_clients_group DEFERRABLE INITIALLY IMMEDIATE;
@postgres ALTER TABLE team_members ALTER CONSTRAINT fk_team_members_team DEFERRABLE INITIALLY IMMEDIATE;
@postgres ALTER TABLE team_client_groups ALTER CONSTRAINT fk_team_client_groups_team DEFERRABLE INITIALLY IMMEDIATE;
@postgres ALTER TABLE team_client_groups ALTER CONSTRAINT fk_team_client_groups_group DEFERRABLE INITIALLY IMMEDIATE;

-- A merged account is closed and kept for reading; merged_into_id names the account that has everything since.
ALTER TABLE accounts ADD COLUMN closed_at {ts};
ALTER TABLE accounts ADD COLUMN merged_into_id {uuid} REFERENCES accounts (id);
CREATE INDEX ix_accounts_merged_into ON accounts (merged_into_id) WHERE merged_into_id IS NOT NULL;

-- preview is what was agreed to, as JSON; it stays as the record of what moved. preview_version is its digest.
CREATE TABLE transfers (
  id {uuid} NOT NULL PRIMARY KEY,
  company_id {uuid} NOT NULL REFERENCES companies (id),
  activity TEXT NOT NULL,
  from_account_id {uuid} NOT NULL REFERENCES accounts (id),
  to_account_id {uuid} NOT NULL REFERENCES accounts (id),
  shared_identifiers TEXT,
  reason TEXT NOT NULL,
  preview TEXT NOT NULL,
  preview_version TEXT NOT NULL,
  state TEXT NOT NULL,
  proposed_at {ts} NOT NULL,
  proposed_by_name TEXT NOT NULL,
  decided_at {ts},
  decided_by_name TEXT,
  decision_reason TEXT,
  CONSTRAINT ck_transfers_two_accounts CHECK (from_account_id <> to_account_id)
){strict};

CREATE UNIQUE INDEX uq_transfers_open ON transfers (company_id, activity) WHERE state = 'proposed';
CREATE INDEX ix_transfers_from ON transfers (from_account_id, id);
CREATE INDEX ix_transfers_to ON transfers (to_account_id, id);

CREATE TABLE merges (
  id {uuid} NOT NULL PRIMARY KEY,
  company_id {uuid} NOT NULL REFERENCES companies (id),
  from_account_id {uuid} NOT NULL REFERENCES accounts (id),
  into_account_id {uuid} NOT NULL REFERENCES accounts (id),
  proposed_by TEXT NOT NULL,
  managers_become TEXT NOT NULL,
  reason TEXT NOT NULL,
  preview TEXT NOT NULL,
  preview_version TEXT NOT NULL,
  state TEXT NOT NULL,
  proposed_at {ts} NOT NULL,
  proposed_by_name TEXT NOT NULL,
  decided_at {ts},
  decided_by_name TEXT,
  decision_reason TEXT,
  CONSTRAINT ck_merges_two_accounts CHECK (from_account_id <> into_account_id)
){strict};

CREATE UNIQUE INDEX uq_merges_open ON merges (from_account_id, into_account_id) WHERE state = 'proposed';
CREATE INDEX ix_merges_from ON merges (from_account_id, id);
CREATE INDEX ix_merges_into ON merges (into_account_id, id);

-- How owners were replaced and are to be. takes_over_on is a day in New York, YYYY-MM-DD.
CREATE TABLE owner_successions (
  id {uuid} NOT NULL PRIMARY KEY,
  account_id {uuid} NOT NULL REFERENCES accounts (id),
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  owner_user_id {uuid} NOT NULL,
  owner_name TEXT NOT NULL,
  successor_user_id {uuid} NOT NULL REFERENCES users (id),
  former_owner_role TEXT NOT NULL,
  reason TEXT NOT NULL,
  asked_at {ts} NOT NULL,
  asked_by_name TEXT NOT NULL,
  takes_over_on TEXT,
  completes_after {ts},
  waiting_days {int},
  decided_at {ts},
  decided_by_name TEXT,
  decision_reason TEXT,
  CONSTRAINT ck_owner_successions_deadline CHECK (kind <> 'request' OR completes_after IS NOT NULL)
){strict};

CREATE UNIQUE INDEX uq_owner_successions_open ON owner_successions (account_id, kind) WHERE state IN ('proposed', 'accepted', 'waiting');
CREATE INDEX ix_owner_successions_account ON owner_successions (account_id, id);
CREATE INDEX ix_owner_successions_successor ON owner_successions (successor_user_id, state);
CREATE INDEX ix_owner_successions_waiting ON owner_successions (completes_after, id) WHERE kind = 'request';
CREATE INDEX ix_owner_successions_due ON owner_successions (takes_over_on) WHERE state = 'accepted';

-- Who was told of a request, with the link that stops it: the owner, the officers on file, the register's contact.
CREATE TABLE owner_succession_notices (
  id {uuid} NOT NULL PRIMARY KEY,
  succession_id {uuid} NOT NULL REFERENCES owner_successions (id),
  whom TEXT NOT NULL,
  name TEXT NOT NULL,
  token_hash TEXT NOT NULL,
  told_at {ts} NOT NULL,
  CONSTRAINT uq_owner_succession_notices_token UNIQUE (token_hash)
){strict};

CREATE INDEX ix_owner_succession_notices_succession ON owner_succession_notices (succession_id, id);
