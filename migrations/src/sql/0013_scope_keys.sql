-- What is worked out about who may see what is kept while nothing about access changes: a counter tells. Long lists of
-- numbers that a scope lets see wait here under their fingerprint instead of travelling with every statement.

CREATE TABLE access_epoch (
  id {int} NOT NULL PRIMARY KEY,
  changes {int} NOT NULL,
  CONSTRAINT ck_access_epoch_one CHECK (id = 1)
){strict};

INSERT INTO access_epoch (id, changes) VALUES (1, 0);

CREATE TABLE scope_lists (
  digest {bytes} NOT NULL PRIMARY KEY,
  used_at {ts} NOT NULL
){strict};

@sqlite CREATE TABLE scope_keys (
@sqlite   digest BLOB NOT NULL,
@sqlite   lookup TEXT NOT NULL,
@sqlite   PRIMARY KEY (digest, lookup)
@sqlite ) STRICT, WITHOUT ROWID;
@postgres CREATE TABLE scope_keys (
@postgres   digest BYTEA NOT NULL,
@postgres   lookup TEXT COLLATE "C" NOT NULL,
@postgres   PRIMARY KEY (digest, lookup)
@postgres );
