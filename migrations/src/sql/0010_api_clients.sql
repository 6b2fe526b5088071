-- Programs that act for an account: their scopes, limits and secrets, and the assertions that they have used up.

-- Lists are words with a blank between them. scopes are in force; pending_scopes wait for the owner. sub_accounts NULL
-- means all of the account's, networks '' means everywhere. jwks holds public keys only.
CREATE TABLE api_clients (
  id {uuid} NOT NULL PRIMARY KEY,
  account_id {uuid} NOT NULL REFERENCES accounts (id),
  name TEXT NOT NULL,
  name_key TEXT NOT NULL,
  contact_email TEXT NOT NULL,
  state TEXT NOT NULL,
  scopes TEXT NOT NULL,
  pending_scopes TEXT,
  sub_accounts TEXT,
  networks TEXT NOT NULL,
  jwks TEXT,
  expires_at {ts} NOT NULL,
  created_at {ts} NOT NULL,
  created_by_name TEXT NOT NULL,
  approved_at {ts},
  approved_by_name TEXT,
  ended_at {ts},
  ended_by_name TEXT,
  last_used_at {ts},
  last_used_network TEXT,
  version {int} NOT NULL,
  CONSTRAINT ck_api_clients_state CHECK (state IN ('awaiting_approval', 'active', 'ended')),
  CONSTRAINT ck_api_clients_ended CHECK ((state = 'ended') = (ended_at IS NOT NULL))
){strict};

CREATE UNIQUE INDEX uq_api_clients_name ON api_clients (account_id, name_key) WHERE ended_at IS NULL;
CREATE INDEX ix_api_clients_account ON api_clients (account_id, id);
CREATE INDEX ix_api_clients_expires ON api_clients (expires_at, id) WHERE ended_at IS NULL;

-- At most two of a client, so that one can be replaced while the other works.
CREATE TABLE api_client_secrets (
  id {uuid} NOT NULL PRIMARY KEY,
  client_id {uuid} NOT NULL REFERENCES api_clients (id),
  secret_hash TEXT NOT NULL,
  hint TEXT NOT NULL,
  created_at {ts} NOT NULL,
  created_by_name TEXT NOT NULL,
  last_used_at {ts},
  CONSTRAINT uq_api_client_secrets_hash UNIQUE (secret_hash)
){strict};

CREATE INDEX ix_api_client_secrets_client ON api_client_secrets (client_id, id);

-- An assertion is used once; its digest is kept until it would be refused for its age.
CREATE TABLE api_client_assertions (
  client_id {uuid} NOT NULL REFERENCES api_clients (id),
  jti_hash TEXT NOT NULL,
  expires_at {ts} NOT NULL,
  CONSTRAINT api_client_assertions_pkey PRIMARY KEY (client_id, jti_hash)
){strict};

CREATE INDEX ix_api_client_assertions_expires ON api_client_assertions (expires_at);
