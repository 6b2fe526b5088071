-- Applications for an account, and claims of identifiers that stand in somebody else's account.

-- Every field of the form may be empty while it is a draft. token_hash is all that is kept of the token that the applicant
-- returns with; code_hash of the code that was mailed to the register's contact.
CREATE TABLE applications (
  id {uuid} NOT NULL PRIMARY KEY,
  token_hash TEXT NOT NULL,
  state TEXT NOT NULL,
  company_name TEXT,
  company_key TEXT NOT NULL,
  identifier_kind TEXT,
  lookup TEXT,
  shown TEXT,
  cipher {bytes},
  activity TEXT,
  owner_given_name TEXT,
  owner_family_name TEXT,
  email TEXT,
  phone TEXT,
  officer_name TEXT,
  officer_title TEXT,
  officer_acknowledges {bool} NOT NULL,
  review_note TEXT,
  code_hash TEXT,
  code_sent_at {ts},
  code_tries {int} NOT NULL,
  created_at {ts} NOT NULL,
  updated_at {ts} NOT NULL,
  expires_at {ts},
  submitted_at {ts},
  code_confirmed_at {ts},
  waiting_since {ts},
  decided_at {ts},
  decided_by_name TEXT,
  decision_reason TEXT,
  account_id {uuid} REFERENCES accounts (id),
  version {int} NOT NULL,
  CONSTRAINT uq_applications_token UNIQUE (token_hash),
  CONSTRAINT ck_applications_code_tries CHECK (code_tries >= 0)
){strict};

CREATE INDEX ix_applications_queue ON applications (state, waiting_since, id);
CREATE INDEX ix_applications_expiry ON applications (expires_at) WHERE expires_at IS NOT NULL;

-- The claimant is an account, with the sub-account that is to get the identifier, or an application. holder_account_id is
-- who held the identifier when the claim was filed or, once it is over, last; while it is open the identifier itself tells.
CREATE TABLE identifier_claims (
  id {uuid} NOT NULL PRIMARY KEY,
  state TEXT NOT NULL,
  kind TEXT NOT NULL,
  lookup TEXT NOT NULL,
  shown TEXT NOT NULL,
  cipher {bytes},
  party_id {uuid} NOT NULL REFERENCES parties (id),
  claimant_company TEXT NOT NULL,
  claimant_account_id {uuid} REFERENCES accounts (id),
  sub_account_id {uuid} REFERENCES sub_accounts (id) ON DELETE SET NULL,
  application_id {uuid} REFERENCES applications (id),
  holder_account_id {uuid} NOT NULL REFERENCES accounts (id),
  reason TEXT NOT NULL,
  filed_at {ts} NOT NULL,
  filed_by_name TEXT NOT NULL,
  answer_due_at {ts} NOT NULL,
  answered_at {ts},
  answered_by_name TEXT,
  answer_reason TEXT,
  decided_at {ts},
  decided_by TEXT,
  decided_by_name TEXT,
  decision_reason TEXT,
  version {int} NOT NULL,
  CONSTRAINT ck_identifier_claims_claimant CHECK ((claimant_account_id IS NULL) <> (application_id IS NULL))
){strict};

CREATE UNIQUE INDEX uq_identifier_claims_open ON identifier_claims (kind, lookup) WHERE state IN ('open', 'disputed');
CREATE INDEX ix_identifier_claims_claimant ON identifier_claims (claimant_account_id, id);
CREATE INDEX ix_identifier_claims_holder ON identifier_claims (holder_account_id, id);
CREATE INDEX ix_identifier_claims_application ON identifier_claims (application_id, id);
CREATE INDEX ix_identifier_claims_due ON identifier_claims (state, answer_due_at, id);

-- When the invitation to apply was mailed to the register's contact.
ALTER TABLE access_request_drafts ADD COLUMN invited_at {ts};
