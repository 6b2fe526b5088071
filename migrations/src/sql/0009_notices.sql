-- Notices of the operator, links of security mails, and what support keeps with its cases.

-- begins_at is set when a notice is published: the later of that moment and starts_at. The words of what is published
-- never change.
CREATE TABLE notices (
  id {uuid} NOT NULL PRIMARY KEY,
  title TEXT NOT NULL,
  body TEXT NOT NULL,
  category TEXT NOT NULL,
  action_required {bool} NOT NULL,
  audience TEXT NOT NULL,
  starts_at {ts},
  expires_at {ts},
  state TEXT NOT NULL,
  begins_at {ts},
  published_at {ts},
  withdrawn_at {ts},
  withdrawn_reason TEXT,
  created_at {ts} NOT NULL,
  created_by_name TEXT NOT NULL,
  version {int} NOT NULL,
  CONSTRAINT ck_notices_state CHECK (state IN ('draft', 'published', 'withdrawn')),
  CONSTRAINT ck_notices_published CHECK (state <> 'published' OR begins_at IS NOT NULL)
){strict};

CREATE INDEX ix_notices_begins ON notices (begins_at, id) WHERE state = 'published';

-- Whom a notice is for, unless for everybody: 'role:<role>', 'activity:<activity>' or 'company:<id>'.
CREATE TABLE notice_targets (
  notice_id {uuid} NOT NULL REFERENCES notices (id),
  target TEXT NOT NULL,
  PRIMARY KEY (notice_id, target)
){strict};

CREATE INDEX ix_notice_targets_target ON notice_targets (target, notice_id);

CREATE TABLE notice_reads (
  notice_id {uuid} NOT NULL REFERENCES notices (id),
  user_id {uuid} NOT NULL REFERENCES users (id),
  read_at {ts} NOT NULL,
  acknowledged_at {ts},
  PRIMARY KEY (notice_id, user_id)
){strict};

CREATE INDEX ix_notice_reads_user ON notice_reads (user_id, notice_id);

-- Who wants notices by mail, how often, and up to which moment notices were told.
CREATE TABLE notice_digests (
  user_id {uuid} NOT NULL PRIMARY KEY REFERENCES users (id),
  digest TEXT NOT NULL,
  told_until {ts} NOT NULL,
  next_at {ts} NOT NULL,
  CONSTRAINT ck_notice_digests_digest CHECK (digest IN ('off', 'daily', 'weekly'))
){strict};

CREATE INDEX ix_notice_digests_next ON notice_digests (next_at) WHERE digest <> 'off';

-- "This was not me" in a security mail: one use, until expires_at.
CREATE TABLE security_links (
  id {uuid} NOT NULL PRIMARY KEY,
  token_hash TEXT NOT NULL,
  user_id {uuid} NOT NULL REFERENCES users (id),
  template TEXT NOT NULL,
  made_at {ts} NOT NULL,
  expires_at {ts} NOT NULL,
  used_at {ts},
  CONSTRAINT uq_security_links_token UNIQUE (token_hash)
){strict};

CREATE INDEX ix_security_links_expires ON security_links (expires_at);

CREATE TABLE case_attachments (
  id {uuid} NOT NULL PRIMARY KEY,
  case_id {uuid} NOT NULL REFERENCES cases (id),
  at {ts} NOT NULL,
  kind TEXT NOT NULL,
  author_name TEXT NOT NULL,
  file_name TEXT NOT NULL,
  media_type TEXT NOT NULL,
  size {int} NOT NULL,
  sha256 TEXT NOT NULL,
  content {bytes} NOT NULL,
  CONSTRAINT ck_case_attachments_kind CHECK (kind IN ('customer', 'support', 'note'))
){strict};

CREATE INDEX ix_case_attachments_case ON case_attachments (case_id, id);

CREATE TABLE canned_answers (
  id {uuid} NOT NULL PRIMARY KEY,
  title TEXT NOT NULL,
  title_key TEXT NOT NULL,
  topic TEXT,
  body TEXT NOT NULL,
  updated_by_name TEXT NOT NULL,
  updated_at {ts} NOT NULL,
  version {int} NOT NULL,
  CONSTRAINT uq_canned_answers_title UNIQUE (title_key)
){strict};
