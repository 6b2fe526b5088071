-- Types in braces differ between the databases and are filled in by the runner; a line that starts with
-- @sqlite or @postgres is kept for that database only. Statements end with a semicolon at the end of a line.

-- Register: which identifier belongs to which legal entity ------------------------------------------------

CREATE TABLE parties (
  id {uuid} NOT NULL PRIMARY KEY,
  party_key TEXT NOT NULL,
  name TEXT NOT NULL,
  name_key TEXT NOT NULL,
  contact_email TEXT,
  created_at {ts} NOT NULL,
  updated_at {ts} NOT NULL,
  CONSTRAINT uq_parties_key UNIQUE (party_key)
){strict};

CREATE INDEX ix_parties_name ON parties (name_key, id);

CREATE TABLE register_imports (
  id {uuid} NOT NULL PRIMARY KEY,
  format TEXT NOT NULL,
  file_name TEXT,
  state TEXT NOT NULL,
  failure TEXT,
  rows_total {int} NOT NULL,
  rows_added {int} NOT NULL,
  rows_changed {int} NOT NULL,
  rows_unchanged {int} NOT NULL,
  rows_refused {int} NOT NULL,
  started_at {ts} NOT NULL,
  updated_at {ts} NOT NULL,
  finished_at {ts},
  by_name TEXT NOT NULL
){strict};

CREATE TABLE register_import_errors (
  import_id {uuid} NOT NULL REFERENCES register_imports (id),
  row_no {int} NOT NULL,
  ordinal {int} NOT NULL,
  column_name TEXT NOT NULL,
  code TEXT NOT NULL,
  detail TEXT NOT NULL,
  PRIMARY KEY (import_id, row_no, ordinal)
){strict};

-- lookup is the normal form, or for a Social Security number its keyed hash; the number itself is in cipher.
-- ein is the EIN inside, where there is one: all importer numbers of one EIN belong to one party.
CREATE TABLE register_entries (
  id {uuid} NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  lookup TEXT NOT NULL,
  shown TEXT NOT NULL,
  cipher {bytes},
  ein TEXT,
  party_id {uuid} NOT NULL REFERENCES parties (id),
  updated_at {ts} NOT NULL,
  CONSTRAINT uq_register_entries_identifier UNIQUE (kind, lookup)
){strict};

CREATE INDEX ix_register_entries_party ON register_entries (party_id, id);
CREATE INDEX ix_register_entries_ein ON register_entries (ein) WHERE ein IS NOT NULL;

CREATE TABLE register_changes (
  id {uuid} NOT NULL PRIMARY KEY,
  entry_id {uuid} NOT NULL REFERENCES register_entries (id),
  at {ts} NOT NULL,
  change TEXT NOT NULL,
  by_name TEXT NOT NULL,
  import_id {uuid} REFERENCES register_imports (id),
  before TEXT,
  after TEXT
){strict};

CREATE INDEX ix_register_changes_entry ON register_changes (entry_id, id);

-- People -----------------------------------------------------------------------------------------------

-- user_name stays empty until the invitation is redeemed; user_key and email_key are the lower-case forms.
CREATE TABLE users (
  id {uuid} NOT NULL PRIMARY KEY,
  user_name TEXT,
  user_key TEXT,
  given_name TEXT NOT NULL,
  family_name TEXT NOT NULL,
  name_key TEXT NOT NULL,
  email TEXT NOT NULL,
  email_key TEXT NOT NULL,
  phone TEXT,
  staff_role TEXT,
  password_hash TEXT,
  password_changed_at {ts},
  must_change_password {bool} NOT NULL,
  temporary_hash TEXT,
  temporary_expires_at {ts},
  failed_count {int} NOT NULL,
  locked_at {ts},
  suspended_at {ts},
  suspended_by_kind TEXT,
  suspended_reason TEXT,
  dormancy_starts_at {ts} NOT NULL,
  last_sign_in_at {ts},
  last_sign_in_device TEXT,
  last_sign_in_network TEXT,
  terms_version {int},
  has_challenge_questions {bool} NOT NULL,
  time_zone TEXT NOT NULL,
  language TEXT NOT NULL,
  theme TEXT NOT NULL,
  density TEXT NOT NULL,
  created_at {ts} NOT NULL,
  version {int} NOT NULL,
  CONSTRAINT uq_users_user_key UNIQUE (user_key),
  CONSTRAINT uq_users_email_key UNIQUE (email_key),
  CONSTRAINT ck_users_failed_count CHECK (failed_count >= 0)
){strict};

CREATE INDEX ix_users_dormancy ON users (dormancy_starts_at);
CREATE INDEX ix_users_name ON users (name_key, id);
CREATE INDEX ix_users_staff ON users (staff_role, id) WHERE staff_role IS NOT NULL;

CREATE TABLE password_history (
  id {uuid} NOT NULL PRIMARY KEY,
  user_id {uuid} NOT NULL REFERENCES users (id),
  hash TEXT NOT NULL,
  created_at {ts} NOT NULL
){strict};

CREATE INDEX ix_password_history_user ON password_history (user_id, id);

CREATE TABLE challenge_answers (
  user_id {uuid} NOT NULL REFERENCES users (id),
  question_id TEXT NOT NULL,
  ordinal {int} NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (user_id, question_id)
){strict};

CREATE TABLE device_cookies (
  id {uuid} NOT NULL PRIMARY KEY,
  user_id {uuid} NOT NULL REFERENCES users (id),
  cookie_hash TEXT NOT NULL,
  failed_count {int} NOT NULL,
  locked_at {ts},
  created_at {ts} NOT NULL,
  last_used_at {ts} NOT NULL,
  CONSTRAINT uq_device_cookies_hash UNIQUE (cookie_hash)
){strict};

CREATE INDEX ix_device_cookies_user ON device_cookies (user_id);

-- Counts of attempts on anything that is not a user row: unknown User IDs, challenge answers, tokens, networks.
CREATE TABLE attempt_counters (
  subject TEXT NOT NULL PRIMARY KEY,
  failed_count {int} NOT NULL,
  locked_at {ts},
  window_started_at {ts} NOT NULL,
  updated_at {ts} NOT NULL
){strict};

CREATE INDEX ix_attempt_counters_updated ON attempt_counters (updated_at);

CREATE TABLE sessions (
  id {uuid} NOT NULL PRIMARY KEY,
  user_id {uuid} NOT NULL REFERENCES users (id),
  created_at {ts} NOT NULL,
  last_used_at {ts} NOT NULL,
  authenticated_at {ts} NOT NULL,
  absolute_expires_at {ts} NOT NULL,
  ended_at {ts},
  end_reason TEXT,
  device TEXT NOT NULL,
  network TEXT NOT NULL
){strict};

CREATE INDEX ix_sessions_user ON sessions (user_id, id);

CREATE TABLE refresh_tokens (
  id {uuid} NOT NULL PRIMARY KEY,
  session_id {uuid} NOT NULL REFERENCES sessions (id),
  token_hash TEXT NOT NULL,
  issued_at {ts} NOT NULL,
  used_at {ts},
  CONSTRAINT uq_refresh_tokens_hash UNIQUE (token_hash)
){strict};

CREATE INDEX ix_refresh_tokens_session ON refresh_tokens (session_id);

-- user_id is empty for an unknown User ID, so that its attempts take the same writes as those of a known one.
CREATE TABLE sign_ins (
  id {uuid} NOT NULL PRIMARY KEY,
  user_id {uuid} REFERENCES users (id),
  at {ts} NOT NULL,
  outcome TEXT NOT NULL,
  device TEXT NOT NULL,
  network TEXT NOT NULL
){strict};

CREATE INDEX ix_sign_ins_user ON sign_ins (user_id, id);
CREATE INDEX ix_sign_ins_at ON sign_ins (at);

-- user_id is empty for an unknown User ID: the same screens are walked, nothing is ever sent.
CREATE TABLE password_resets (
  id {uuid} NOT NULL PRIMARY KEY,
  user_id {uuid} REFERENCES users (id),
  subject TEXT NOT NULL,
  questions TEXT NOT NULL,
  state TEXT NOT NULL,
  moment {ts} NOT NULL,
  wrong {int} NOT NULL,
  token_hash TEXT,
  created_at {ts} NOT NULL,
  CONSTRAINT uq_password_resets_token UNIQUE (token_hash)
){strict};

CREATE INDEX ix_password_resets_user ON password_resets (user_id, id);
CREATE INDEX ix_password_resets_created ON password_resets (created_at);

CREATE TABLE terms_versions (
  version {int} NOT NULL PRIMARY KEY,
  title TEXT NOT NULL,
  body TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  what_changed TEXT NOT NULL,
  published_at {ts} NOT NULL
){strict};

CREATE TABLE terms_acceptances (
  user_id {uuid} NOT NULL REFERENCES users (id),
  version {int} NOT NULL REFERENCES terms_versions (version),
  sha256 TEXT NOT NULL,
  accepted_at {ts} NOT NULL,
  session_id {uuid} NOT NULL,
  PRIMARY KEY (user_id, version)
){strict};

-- Companies, accounts, structure ------------------------------------------------------------------------

CREATE TABLE companies (
  id {uuid} NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  name_key TEXT NOT NULL,
  party_id {uuid} REFERENCES parties (id),
  created_at {ts} NOT NULL,
  version {int} NOT NULL,
  CONSTRAINT uq_companies_party UNIQUE (party_id)
){strict};

CREATE INDEX ix_companies_name ON companies (name_key, id);

CREATE TABLE subsidiaries (
  company_id {uuid} NOT NULL REFERENCES companies (id),
  party_id {uuid} NOT NULL REFERENCES parties (id),
  recorded_at {ts} NOT NULL,
  PRIMARY KEY (company_id, party_id),
  CONSTRAINT uq_subsidiaries_party UNIQUE (party_id)
){strict};

-- Rows that are locked while something is made that must not be made twice, e.g. the next account number.
CREATE TABLE locks (
  name TEXT NOT NULL PRIMARY KEY
){strict};

INSERT INTO locks (name) VALUES ('account_serial');

-- Exactly one owner at every moment (R8): at most one by uq_memberships_owner, at least one because every
-- account row must point to a membership whose role is 'owner'. Checked at commit, so that both can change at once.
@sqlite CREATE TABLE accounts (
@sqlite   id BLOB NOT NULL PRIMARY KEY,
@sqlite   company_id BLOB NOT NULL REFERENCES companies (id),
@sqlite   account_number TEXT NOT NULL,
@sqlite   serial INTEGER NOT NULL,
@sqlite   name TEXT NOT NULL,
@sqlite   name_key TEXT NOT NULL,
@sqlite   state TEXT NOT NULL,
@sqlite   owner_user_id BLOB NOT NULL,
@sqlite   owner_role TEXT NOT NULL DEFAULT 'owner' CHECK (owner_role = 'owner'),
@sqlite   created_at TEXT NOT NULL,
@sqlite   version INTEGER NOT NULL,
@sqlite   CONSTRAINT uq_accounts_number UNIQUE (account_number),
@sqlite   CONSTRAINT uq_accounts_serial UNIQUE (serial),
@sqlite   CONSTRAINT uq_accounts_company UNIQUE (id, company_id),
@sqlite   CONSTRAINT fk_accounts_owner FOREIGN KEY (id, owner_user_id, owner_role)
@sqlite     REFERENCES memberships (account_id, user_id, role) DEFERRABLE INITIALLY DEFERRED
@sqlite ) STRICT;
@postgres CREATE TABLE accounts (
@postgres   id UUID NOT NULL PRIMARY KEY,
@postgres   company_id UUID NOT NULL REFERENCES companies (id),
@postgres   account_number TEXT NOT NULL,
@postgres   serial BIGINT NOT NULL,
@postgres   name TEXT NOT NULL,
@postgres   name_key TEXT NOT NULL,
@postgres   state TEXT NOT NULL,
@postgres   owner_user_id UUID NOT NULL,
@postgres   owner_role TEXT NOT NULL DEFAULT 'owner' CHECK (owner_role = 'owner'),
@postgres   created_at TIMESTAMPTZ NOT NULL,
@postgres   version BIGINT NOT NULL,
@postgres   CONSTRAINT uq_accounts_number UNIQUE (account_number),
@postgres   CONSTRAINT uq_accounts_serial UNIQUE (serial),
@postgres   CONSTRAINT uq_accounts_company UNIQUE (id, company_id)
@postgres );

CREATE INDEX ix_accounts_company ON accounts (company_id, id);
CREATE INDEX ix_accounts_name ON accounts (name_key, id);

CREATE TABLE memberships (
  account_id {uuid} NOT NULL REFERENCES accounts (id),
  user_id {uuid} NOT NULL REFERENCES users (id),
  role TEXT NOT NULL,
  since {ts} NOT NULL,
  version {int} NOT NULL,
  PRIMARY KEY (account_id, user_id),
  CONSTRAINT uq_memberships_role UNIQUE (account_id, user_id, role),
  CONSTRAINT ck_memberships_role CHECK (role IN ('owner', 'proxy', 'user'))
){strict};

@postgres ALTER TABLE accounts ADD CONSTRAINT fk_accounts_owner FOREIGN KEY (id, owner_user_id, owner_role)
@postgres   REFERENCES memberships (account_id, user_id, role) DEFERRABLE INITIALLY DEFERRED;

CREATE UNIQUE INDEX uq_memberships_owner ON memberships (account_id) WHERE role = 'owner';
CREATE INDEX ix_memberships_user ON memberships (user_id, account_id);

-- R1: within one company an activity is held by at most one account.
CREATE TABLE account_activities (
  account_id {uuid} NOT NULL,
  activity TEXT NOT NULL,
  company_id {uuid} NOT NULL,
  added_at {ts} NOT NULL,
  added_by_name TEXT NOT NULL,
  PRIMARY KEY (account_id, activity),
  CONSTRAINT uq_account_activities_company UNIQUE (company_id, activity),
  CONSTRAINT fk_account_activities_account FOREIGN KEY (account_id, company_id) REFERENCES accounts (id, company_id)
){strict};

CREATE TABLE sub_accounts (
  id {uuid} NOT NULL PRIMARY KEY,
  account_id {uuid} NOT NULL,
  name TEXT NOT NULL,
  activity TEXT NOT NULL,
  created_at {ts} NOT NULL,
  version {int} NOT NULL,
  CONSTRAINT uq_sub_accounts_account UNIQUE (id, account_id),
  CONSTRAINT uq_sub_accounts_name UNIQUE (account_id, name),
  CONSTRAINT fk_sub_accounts_activity FOREIGN KEY (account_id, activity) REFERENCES account_activities (account_id, activity)
){strict};

CREATE INDEX ix_sub_accounts_activity ON sub_accounts (account_id, activity);

-- R2: an identifier exists in at most one account of the whole system.
CREATE TABLE account_identifiers (
  id {uuid} NOT NULL PRIMARY KEY,
  account_id {uuid} NOT NULL REFERENCES accounts (id),
  kind TEXT NOT NULL,
  lookup TEXT NOT NULL,
  shown TEXT NOT NULL,
  cipher {bytes},
  CONSTRAINT uq_account_identifiers_identifier UNIQUE (kind, lookup),
  CONSTRAINT uq_account_identifiers_account UNIQUE (id, account_id)
){strict};

CREATE INDEX ix_account_identifiers_account ON account_identifiers (account_id);

CREATE TABLE sub_account_identifiers (
  id {uuid} NOT NULL PRIMARY KEY,
  sub_account_id {uuid} NOT NULL,
  account_id {uuid} NOT NULL,
  identifier_id {uuid} NOT NULL,
  added_at {ts} NOT NULL,
  added_by_name TEXT NOT NULL,
  CONSTRAINT uq_sub_account_identifiers UNIQUE (sub_account_id, identifier_id),
  CONSTRAINT fk_sub_account_identifiers_sub FOREIGN KEY (sub_account_id, account_id) REFERENCES sub_accounts (id, account_id),
  CONSTRAINT fk_sub_account_identifiers_identifier FOREIGN KEY (identifier_id, account_id) REFERENCES account_identifiers (id, account_id)
){strict};

CREATE INDEX ix_sub_account_identifiers_identifier ON sub_account_identifiers (identifier_id);

CREATE TABLE pending_identifiers (
  id {uuid} NOT NULL PRIMARY KEY,
  account_id {uuid} NOT NULL,
  sub_account_id {uuid} NOT NULL,
  kind TEXT NOT NULL,
  lookup TEXT NOT NULL,
  shown TEXT NOT NULL,
  cipher {bytes},
  state TEXT NOT NULL,
  requested_at {ts} NOT NULL,
  requested_by_name TEXT NOT NULL,
  decided_at {ts},
  decided_by_name TEXT,
  reason TEXT,
  CONSTRAINT fk_pending_identifiers_sub FOREIGN KEY (sub_account_id, account_id) REFERENCES sub_accounts (id, account_id) ON DELETE CASCADE
){strict};

CREATE UNIQUE INDEX uq_pending_identifiers_open ON pending_identifiers (sub_account_id, kind, lookup) WHERE state = 'pending';
CREATE INDEX ix_pending_identifiers_state ON pending_identifiers (state, id);

CREATE TABLE contacts (
  id {uuid} NOT NULL PRIMARY KEY,
  account_id {uuid} NOT NULL REFERENCES accounts (id),
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  title TEXT,
  email TEXT,
  phone TEXT,
  version {int} NOT NULL
){strict};

CREATE INDEX ix_contacts_account ON contacts (account_id, id);

CREATE TABLE addresses (
  id {uuid} NOT NULL PRIMARY KEY,
  account_id {uuid} NOT NULL REFERENCES accounts (id),
  kind TEXT NOT NULL,
  line1 TEXT NOT NULL,
  line2 TEXT,
  city TEXT NOT NULL,
  region TEXT,
  postal_code TEXT,
  country TEXT NOT NULL,
  version {int} NOT NULL
){strict};

CREATE INDEX ix_addresses_account ON addresses (account_id, id);

CREATE TABLE membership_access (
  account_id {uuid} NOT NULL,
  user_id {uuid} NOT NULL,
  sub_account_id {uuid} NOT NULL,
  structure TEXT NOT NULL,
  records TEXT NOT NULL,
  reports TEXT NOT NULL,
  PRIMARY KEY (account_id, user_id, sub_account_id),
  CONSTRAINT fk_membership_access_member FOREIGN KEY (account_id, user_id) REFERENCES memberships (account_id, user_id) ON DELETE CASCADE,
  CONSTRAINT fk_membership_access_sub FOREIGN KEY (sub_account_id, account_id) REFERENCES sub_accounts (id, account_id) ON DELETE CASCADE
){strict};

CREATE TABLE membership_ports (
  account_id {uuid} NOT NULL,
  user_id {uuid} NOT NULL,
  port_code TEXT NOT NULL,
  PRIMARY KEY (account_id, user_id, port_code),
  CONSTRAINT fk_membership_ports_member FOREIGN KEY (account_id, user_id) REFERENCES memberships (account_id, user_id) ON DELETE CASCADE
){strict};

-- The invited person's user row exists from the start; account_id is empty for staff. The address of an invited person
-- is unique within the account only: whether it belongs to a user of the portal turns out when the link is followed.
-- role follows the membership and is kept for the record once the invitation is redeemed or revoked.
CREATE TABLE invitations (
  id {uuid} NOT NULL PRIMARY KEY,
  account_id {uuid} REFERENCES accounts (id),
  user_id {uuid} NOT NULL REFERENCES users (id),
  role TEXT,
  token_hash TEXT NOT NULL,
  created_at {ts} NOT NULL,
  expires_at {ts} NOT NULL,
  redeemed_at {ts},
  revoked_at {ts},
  invited_by_name TEXT NOT NULL,
  version {int} NOT NULL,
  CONSTRAINT uq_invitations_token UNIQUE (token_hash)
){strict};

CREATE INDEX ix_invitations_account ON invitations (account_id, id);
CREATE INDEX ix_invitations_user ON invitations (user_id);

CREATE TABLE access_request_drafts (
  id {uuid} NOT NULL PRIMARY KEY,
  account_id {uuid} NOT NULL REFERENCES accounts (id),
  sub_account_id {uuid},
  kind TEXT NOT NULL,
  company_name TEXT NOT NULL,
  identifier_kind TEXT NOT NULL,
  lookup TEXT NOT NULL,
  shown TEXT NOT NULL,
  note TEXT,
  created_at {ts} NOT NULL,
  created_by_name TEXT NOT NULL,
  CONSTRAINT uq_access_request_drafts UNIQUE (account_id, identifier_kind, lookup)
){strict};

-- What happened, and what is still to be sent ------------------------------------------------------------

CREATE TABLE audit_events (
  id {uuid} NOT NULL PRIMARY KEY,
  at {ts} NOT NULL,
  actor_kind TEXT NOT NULL,
  actor_id {uuid},
  actor_name TEXT NOT NULL,
  on_behalf_of {uuid},
  action TEXT NOT NULL,
  permit TEXT NOT NULL,
  subject_kind TEXT NOT NULL,
  subject_id TEXT,
  subject_label TEXT NOT NULL,
  account_id {uuid},
  company_id {uuid},
  session_id {uuid},
  request_id TEXT NOT NULL,
  network TEXT NOT NULL,
  reason TEXT,
  before TEXT,
  after TEXT
){strict};

CREATE INDEX ix_audit_events_account ON audit_events (account_id, id);
CREATE INDEX ix_audit_events_subject ON audit_events (subject_id, id);
CREATE INDEX ix_audit_events_actor ON audit_events (actor_id, id);

@sqlite CREATE TRIGGER audit_events_no_update BEFORE UPDATE ON audit_events BEGIN SELECT RAISE(ABORT, 'audit_events is append-only'); END;
@sqlite CREATE TRIGGER audit_events_no_delete BEFORE DELETE ON audit_events BEGIN SELECT RAISE(ABORT, 'audit_events is append-only'); END;
@postgres CREATE FUNCTION audit_events_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'audit_events is append-only'; END $$;
@postgres CREATE TRIGGER audit_events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_events FOR EACH STATEMENT EXECUTE FUNCTION audit_events_append_only();

CREATE TABLE mails (
  id {uuid} NOT NULL PRIMARY KEY,
  user_id {uuid} REFERENCES users (id),
  dedupe_key TEXT,
  recipient TEXT NOT NULL,
  template TEXT NOT NULL,
  subject TEXT NOT NULL,
  body TEXT NOT NULL,
  state TEXT NOT NULL,
  attempts {int} NOT NULL,
  last_error TEXT,
  created_at {ts} NOT NULL,
  next_attempt_at {ts} NOT NULL,
  sent_at {ts},
  CONSTRAINT uq_mails_dedupe UNIQUE (dedupe_key)
){strict};

CREATE INDEX ix_mails_due ON mails (next_attempt_at) WHERE state = 'queued';
CREATE INDEX ix_mails_user ON mails (user_id, id);

CREATE TABLE idempotency_keys (
  caller TEXT NOT NULL,
  idempotency_key TEXT NOT NULL,
  request_hash TEXT NOT NULL,
  status {int},
  headers TEXT,
  body TEXT,
  created_at {ts} NOT NULL,
  PRIMARY KEY (caller, idempotency_key)
){strict};

CREATE INDEX ix_idempotency_keys_created ON idempotency_keys (created_at);

CREATE TABLE setup_tokens (
  id {int} NOT NULL PRIMARY KEY CHECK (id = 1),
  token_hash TEXT NOT NULL,
  created_at {ts} NOT NULL,
  used_at {ts}
){strict};
