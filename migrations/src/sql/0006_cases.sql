-- Requests to support, the verification of callers, and what staff did about people.

INSERT INTO locks (name) VALUES ('case_serial');

-- opened_by is empty when somebody wrote who could not sign in; typed_user_id is what that person called himself.
-- person_id is the one User ID that the case is bound to. relay_due_at is set while a message waits to be passed on.
CREATE TABLE cases (
  id {uuid} NOT NULL PRIMARY KEY,
  serial {int} NOT NULL,
  topic TEXT NOT NULL,
  subject TEXT NOT NULL,
  state TEXT NOT NULL,
  state_since {ts} NOT NULL,
  opened_at {ts} NOT NULL,
  opened_by {uuid} REFERENCES users (id),
  opened_by_name TEXT NOT NULL,
  typed_user_id TEXT,
  account_id {uuid} REFERENCES accounts (id),
  person_id {uuid} REFERENCES users (id),
  agent_id {uuid} REFERENCES users (id),
  agent_name TEXT,
  relay_due_at {ts},
  CONSTRAINT uq_cases_serial UNIQUE (serial)
){strict};

CREATE INDEX ix_cases_opened_by ON cases (opened_by, id);
CREATE INDEX ix_cases_person ON cases (person_id, id);
CREATE INDEX ix_cases_queue ON cases (state_since, id) WHERE state = 'waiting';
CREATE INDEX ix_cases_relay ON cases (relay_due_at) WHERE relay_due_at IS NOT NULL;

CREATE TABLE case_messages (
  id {uuid} NOT NULL PRIMARY KEY,
  case_id {uuid} NOT NULL REFERENCES cases (id),
  at {ts} NOT NULL,
  kind TEXT NOT NULL,
  author_name TEXT NOT NULL,
  body TEXT NOT NULL,
  CONSTRAINT ck_case_messages_kind CHECK (kind IN ('customer', 'support', 'note'))
){strict};

CREATE INDEX ix_case_messages_case ON case_messages (case_id, id);

-- Each time that support answered a customer who waited: what the expected waiting time is computed from.
CREATE TABLE case_answers (
  id {uuid} NOT NULL PRIMARY KEY,
  case_id {uuid} NOT NULL REFERENCES cases (id),
  waited_since {ts} NOT NULL,
  at {ts} NOT NULL
){strict};

CREATE INDEX ix_case_answers_at ON case_answers (at);

-- The phrase is sealed, not hashed: the person on file reads it in a session of his own, too.
CREATE TABLE caller_verifications (
  id {uuid} NOT NULL PRIMARY KEY,
  case_id {uuid} NOT NULL REFERENCES cases (id),
  person_id {uuid} NOT NULL REFERENCES users (id),
  phrase {bytes} NOT NULL,
  state TEXT NOT NULL,
  moment {ts} NOT NULL,
  wrong {int} NOT NULL,
  started_at {ts} NOT NULL,
  agent_id {uuid} NOT NULL REFERENCES users (id),
  agent_name TEXT NOT NULL
){strict};

CREATE INDEX ix_caller_verifications_case ON caller_verifications (case_id, id);
CREATE INDEX ix_caller_verifications_person ON caller_verifications (person_id, id);

CREATE TABLE case_actions (
  id {uuid} NOT NULL PRIMARY KEY,
  case_id {uuid} NOT NULL REFERENCES cases (id),
  person_id {uuid} NOT NULL REFERENCES users (id),
  kind TEXT NOT NULL,
  reason TEXT NOT NULL,
  state TEXT NOT NULL,
  asked_at {ts} NOT NULL,
  agent_id {uuid} NOT NULL REFERENCES users (id),
  agent_name TEXT NOT NULL,
  done_at {ts},
  second_agent_id {uuid} REFERENCES users (id),
  second_agent_name TEXT,
  CONSTRAINT ck_case_actions_two CHECK (second_agent_id IS NULL OR second_agent_id <> agent_id)
){strict};

CREATE INDEX ix_case_actions_case ON case_actions (case_id, id);
