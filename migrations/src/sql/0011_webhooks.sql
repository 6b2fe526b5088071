-- Events that accounts are told of, the addresses that they are sent to, and what became of each.

-- Written in the transaction of the act; number is given afterwards, in the order in which acts became visible, so that
-- nobody who reads on from a number ever skips one. No foreign keys: a row must not wait for whoever locks the account.
CREATE TABLE account_events (
  account_id {uuid} NOT NULL,
  id {uuid} NOT NULL,
  number {int},
  at {ts} NOT NULL,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  data TEXT NOT NULL,
  PRIMARY KEY (account_id, id)
){strict};

CREATE UNIQUE INDEX uq_account_events_number ON account_events (account_id, number) WHERE number IS NOT NULL;
CREATE INDEX ix_account_events_new ON account_events (account_id, at, id) WHERE number IS NULL;
CREATE INDEX ix_account_events_at ON account_events (at);

-- The last number that an account has given; its row is locked while numbers are given.
CREATE TABLE account_event_heads (
  account_id {uuid} NOT NULL PRIMARY KEY,
  last_number {int} NOT NULL
){strict};

-- secret is sealed; the previous one signs as well until previous_until. kinds is a JSON list, empty for all.
CREATE TABLE webhooks (
  id {uuid} NOT NULL PRIMARY KEY,
  account_id {uuid} NOT NULL REFERENCES accounts (id),
  url TEXT NOT NULL,
  description TEXT,
  kinds TEXT NOT NULL,
  state TEXT NOT NULL,
  paused_reason TEXT,
  secret {bytes} NOT NULL,
  previous_secret {bytes},
  previous_until {ts},
  rotated_at {ts},
  created_at {ts} NOT NULL,
  created_by_name TEXT NOT NULL,
  ended_at {ts},
  last_delivered_at {ts},
  last_failed_at {ts},
  version {int} NOT NULL,
  CONSTRAINT ck_webhooks_state CHECK (state IN ('active', 'paused', 'ended'))
){strict};

CREATE INDEX ix_webhooks_account ON webhooks (account_id, id);

-- One event on its way to one webhook. body is what is signed and sent, byte for byte, at each attempt. tries counts since
-- round_at, when the first attempt was made, or the first after it was asked for again; attempts counts all.
CREATE TABLE webhook_deliveries (
  id {uuid} NOT NULL PRIMARY KEY,
  webhook_id {uuid} NOT NULL REFERENCES webhooks (id),
  event_id {uuid} NOT NULL,
  kind TEXT NOT NULL,
  body TEXT NOT NULL,
  state TEXT NOT NULL,
  attempts {int} NOT NULL,
  tries {int} NOT NULL,
  round_at {ts},
  created_at {ts} NOT NULL,
  next_attempt_at {ts} NOT NULL,
  finished_at {ts},
  last_problem TEXT,
  CONSTRAINT uq_webhook_deliveries_event UNIQUE (webhook_id, event_id),
  CONSTRAINT ck_webhook_deliveries_state CHECK (state IN ('waiting', 'delivered', 'failed', 'called_off'))
){strict};

CREATE INDEX ix_webhook_deliveries_due ON webhook_deliveries (next_attempt_at, webhook_id) WHERE state = 'waiting';
CREATE INDEX ix_webhook_deliveries_webhook ON webhook_deliveries (webhook_id, id);
CREATE INDEX ix_webhook_deliveries_finished ON webhook_deliveries (finished_at);

-- response is at most the first KiB of what the receiver answered.
CREATE TABLE webhook_attempts (
  delivery_id {uuid} NOT NULL REFERENCES webhook_deliveries (id) ON DELETE CASCADE,
  number {int} NOT NULL,
  at {ts} NOT NULL,
  millis {int} NOT NULL,
  outcome TEXT NOT NULL,
  status {int},
  detail TEXT NOT NULL,
  response TEXT,
  PRIMARY KEY (delivery_id, number)
){strict};
