-- Saved reports and who else may use them, runs with the rows that they kept, schedules and what they brought.

CREATE TABLE saved_reports (
  id {uuid} NOT NULL PRIMARY KEY,
  owner_id {uuid} NOT NULL REFERENCES users (id),
  name TEXT NOT NULL,
  name_key TEXT NOT NULL,
  description TEXT NOT NULL,
  folder TEXT NOT NULL,
  based_on TEXT,
  definition TEXT NOT NULL,
  created_at {ts} NOT NULL,
  updated_at {ts} NOT NULL,
  version {int} NOT NULL,
  CONSTRAINT uq_saved_reports_name UNIQUE (owner_id, folder, name_key)
){strict};

-- Every definition that a saved report ever had; the newest one as well.
CREATE TABLE saved_report_versions (
  report_id {uuid} NOT NULL REFERENCES saved_reports (id) ON DELETE CASCADE,
  version {int} NOT NULL,
  definition TEXT NOT NULL,
  saved_at {ts} NOT NULL,
  CONSTRAINT saved_report_versions_pkey PRIMARY KEY (report_id, version)
){strict};

-- report_key is the code of a standard report or the identity of a saved one.
CREATE TABLE report_stars (
  user_id {uuid} NOT NULL REFERENCES users (id),
  report_key TEXT NOT NULL,
  starred_at {ts} NOT NULL,
  CONSTRAINT report_stars_pkey PRIMARY KEY (user_id, report_key)
){strict};

-- A share is of the definition, never of rows. audience 'account': people of the account; 'person': one of them; 'guests':
-- people of companies whose accounts it granted access to. target repeats audience, account and person as one text, since
-- an empty person would escape the unique constraint.
CREATE TABLE report_shares (
  id {uuid} NOT NULL PRIMARY KEY,
  report_id {uuid} NOT NULL REFERENCES saved_reports (id) ON DELETE CASCADE,
  audience TEXT NOT NULL,
  account_id {uuid} NOT NULL REFERENCES accounts (id),
  user_id {uuid} REFERENCES users (id),
  target TEXT NOT NULL,
  shared_at {ts} NOT NULL,
  CONSTRAINT ck_report_shares_audience CHECK (audience IN ('account', 'person', 'guests')),
  CONSTRAINT uq_report_shares_target UNIQUE (report_id, target)
){strict};

CREATE INDEX ix_report_shares_account ON report_shares (account_id, audience);

-- Rows that runs of the same question under the same scope and the same data share. facts: columns, what decided the rows,
-- how fresh the data is. It is complete when its run is done; what is not goes when the run does.
CREATE TABLE report_snapshots (
  id {uuid} NOT NULL PRIMARY KEY,
  cache_key TEXT NOT NULL,
  facts TEXT NOT NULL,
  row_count {int} NOT NULL,
  limit_reached {bool} NOT NULL,
  complete {bool} NOT NULL,
  made_at {ts} NOT NULL,
  expires_at {ts} NOT NULL
){strict};

CREATE INDEX ix_report_snapshots_cache ON report_snapshots (cache_key, made_at);
CREATE INDEX ix_report_snapshots_expiry ON report_snapshots (expires_at);

-- A thousand rows each, numbered from zero.
CREATE TABLE report_chunks (
  snapshot_id {uuid} NOT NULL REFERENCES report_snapshots (id) ON DELETE CASCADE,
  number {int} NOT NULL,
  content {bytes} NOT NULL,
  CONSTRAINT report_chunks_pkey PRIMARY KEY (snapshot_id, number)
){strict};

-- leader_id is the run whose rows an equal one waits for. taken_at tells a run that somebody works on from one whose worker
-- is gone.
CREATE TABLE report_runs (
  id {uuid} NOT NULL PRIMARY KEY,
  user_id {uuid} NOT NULL REFERENCES users (id),
  account_id {uuid} REFERENCES accounts (id),
  report_key TEXT,
  schedule_id {uuid},
  name TEXT NOT NULL,
  definition TEXT NOT NULL,
  prompts TEXT NOT NULL,
  cache_key TEXT NOT NULL,
  scope_digest TEXT NOT NULL,
  state TEXT NOT NULL,
  lane TEXT NOT NULL,
  rows_written {int} NOT NULL,
  rows_expected {int},
  limit_reached {bool} NOT NULL,
  from_cache {bool} NOT NULL,
  cancel_asked {bool} NOT NULL,
  leader_id {uuid},
  snapshot_id {uuid},
  failure TEXT,
  queued_at {ts} NOT NULL,
  taken_at {ts},
  started_at {ts},
  finished_at {ts},
  expires_at {ts},
  CONSTRAINT ck_report_runs_state CHECK (state IN ('queued', 'running', 'writing', 'done', 'failed', 'cancelled', 'expired')),
  CONSTRAINT ck_report_runs_lane CHECK (lane IN ('interactive', 'batch'))
){strict};

CREATE INDEX ix_report_runs_user ON report_runs (user_id, id);
CREATE INDEX ix_report_runs_open ON report_runs (queued_at, id) WHERE state IN ('queued', 'running', 'writing');
CREATE INDEX ix_report_runs_leader ON report_runs (leader_id) WHERE leader_id IS NOT NULL;

CREATE TABLE report_schedules (
  id {uuid} NOT NULL PRIMARY KEY,
  owner_id {uuid} NOT NULL REFERENCES users (id),
  account_id {uuid} REFERENCES accounts (id),
  report_key TEXT NOT NULL,
  report_name TEXT NOT NULL,
  name TEXT NOT NULL,
  timing TEXT NOT NULL,
  prompts TEXT NOT NULL,
  format TEXT NOT NULL,
  skip_if_empty {bool} NOT NULL,
  by_mail {bool} NOT NULL,
  state TEXT NOT NULL,
  paused_because TEXT,
  next_at {ts},
  last_run_at {ts},
  last_result TEXT,
  failures {int} NOT NULL,
  created_at {ts} NOT NULL,
  version {int} NOT NULL,
  CONSTRAINT ck_report_schedules_state CHECK (state IN ('active', 'paused', 'ended'))
){strict};

CREATE INDEX ix_report_schedules_owner ON report_schedules (owner_id, id);
CREATE INDEX ix_report_schedules_due ON report_schedules (next_at) WHERE state = 'active';

CREATE TABLE report_recipients (
  schedule_id {uuid} NOT NULL REFERENCES report_schedules (id) ON DELETE CASCADE,
  user_id {uuid} NOT NULL REFERENCES users (id),
  CONSTRAINT report_recipients_pkey PRIMARY KEY (schedule_id, user_id)
){strict};

-- What is to be brought to one person for one time of a schedule: made when the time comes, so that two workers make it
-- once. The schedule may be deleted later; its name stays here.
CREATE TABLE report_deliveries (
  id {uuid} NOT NULL PRIMARY KEY,
  schedule_id {uuid} NOT NULL,
  owner_id {uuid} NOT NULL REFERENCES users (id),
  user_id {uuid} NOT NULL REFERENCES users (id),
  due_at {ts} NOT NULL,
  schedule_name TEXT NOT NULL,
  report_name TEXT NOT NULL,
  format TEXT NOT NULL,
  state TEXT NOT NULL,
  detail TEXT,
  attempts {int} NOT NULL,
  next_attempt_at {ts} NOT NULL,
  run_id {uuid},
  row_count {int},
  at {ts} NOT NULL,
  read_at {ts},
  CONSTRAINT uq_report_deliveries_once UNIQUE (schedule_id, due_at, user_id),
  CONSTRAINT ck_report_deliveries_state CHECK (state IN ('waiting', 'delivered', 'skipped_empty', 'failed'))
){strict};

CREATE INDEX ix_report_deliveries_user ON report_deliveries (user_id, id);
CREATE INDEX ix_report_deliveries_schedule ON report_deliveries (schedule_id, id);
CREATE INDEX ix_report_deliveries_waiting ON report_deliveries (next_attempt_at) WHERE state = 'waiting';
