-- A campaign over the people who see an account. Whether it is running goes by the clock: due_at, unless closed_at.
CREATE TABLE access_reviews (
  id {uuid} NOT NULL PRIMARY KEY,
  account_id {uuid} NOT NULL REFERENCES accounts (id),
  name TEXT NOT NULL,
  covers_members {bool} NOT NULL,
  covers_outside {bool} NOT NULL,
  when_unanswered TEXT NOT NULL,
  note TEXT,
  scheduled {bool} NOT NULL,
  started_at {ts} NOT NULL,
  started_by_name TEXT NOT NULL,
  due_at {ts} NOT NULL,
  closed_at {ts},
  cancel_reason TEXT,
  told_at {ts},
  CONSTRAINT uq_access_reviews_account UNIQUE (id, account_id),
  CONSTRAINT ck_access_reviews_policy CHECK (when_unanswered IN ('suspend', 'report')),
  CONSTRAINT ck_access_reviews_cancelled CHECK (cancel_reason IS NULL OR closed_at IS NOT NULL)
){strict};

CREATE INDEX ix_access_reviews_account ON access_reviews (account_id, id);
CREATE INDEX ix_access_reviews_untold ON access_reviews (due_at) WHERE told_at IS NULL;

-- One person in it, as things stood when it began. From lapses_at on the person's access to the account is suspended; the
-- column is emptied by an answer, by leaving, and by cancelling. grant_id is set for people of other companies.
CREATE TABLE access_review_items (
  id {uuid} NOT NULL PRIMARY KEY,
  review_id {uuid} NOT NULL,
  account_id {uuid} NOT NULL,
  user_id {uuid} NOT NULL REFERENCES users (id),
  grant_id {uuid} REFERENCES grants (id),
  name_key TEXT NOT NULL,
  person_name TEXT NOT NULL,
  company_name TEXT NOT NULL,
  role TEXT,
  access_summary TEXT NOT NULL,
  grant_version {int},
  last_used_at {ts},
  decision TEXT,
  reason TEXT,
  changed_to TEXT,
  decided_at {ts},
  decided_by_name TEXT,
  lapses_at {ts},
  has_left {bool} NOT NULL,
  CONSTRAINT fk_access_review_items_review FOREIGN KEY (review_id, account_id) REFERENCES access_reviews (id, account_id),
  CONSTRAINT ck_access_review_items_kind CHECK ((grant_id IS NULL) = (role IS NOT NULL)),
  CONSTRAINT ck_access_review_items_decision CHECK (decision IS NULL OR (decision IN ('keep', 'change', 'remove') AND reason IS NOT NULL AND decided_at IS NOT NULL AND decided_by_name IS NOT NULL)),
  CONSTRAINT ck_access_review_items_open CHECK (lapses_at IS NULL OR decision IS NULL)
){strict};

CREATE INDEX ix_access_review_items_review ON access_review_items (review_id, name_key, id);
CREATE INDEX ix_access_review_items_lapses ON access_review_items (user_id, account_id) WHERE lapses_at IS NOT NULL;
CREATE INDEX ix_access_review_items_person ON access_review_items (account_id, user_id);

-- One row an account that wants a review each quarter.
CREATE TABLE access_review_schedules (
  account_id {uuid} NOT NULL PRIMARY KEY REFERENCES accounts (id),
  due_days {int} NOT NULL,
  covers_members {bool} NOT NULL,
  covers_outside {bool} NOT NULL,
  when_unanswered TEXT NOT NULL,
  next_at {ts} NOT NULL,
  set_at {ts} NOT NULL,
  set_by_name TEXT NOT NULL,
  CONSTRAINT ck_access_review_schedules_policy CHECK (when_unanswered IN ('suspend', 'report'))
){strict};

CREATE INDEX ix_access_review_schedules_next ON access_review_schedules (next_at);
