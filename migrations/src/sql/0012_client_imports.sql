-- A program of the account may import trade records too: an import is of one person or of one API client.

@postgres ALTER TABLE record_imports ALTER COLUMN by_user DROP NOT NULL;
@postgres ALTER TABLE record_imports ADD COLUMN by_client UUID REFERENCES api_clients (id);
@postgres ALTER TABLE record_imports ADD CONSTRAINT ck_record_imports_by CHECK ((by_user IS NULL) <> (by_client IS NULL));

-- SQLite cannot let go of NOT NULL. The refusals move along, because they refer to the imports.
@sqlite CREATE TABLE new_record_imports (
@sqlite   id {uuid} NOT NULL PRIMARY KEY,
@sqlite   account_id {uuid} NOT NULL REFERENCES accounts (id),
@sqlite   format TEXT NOT NULL,
@sqlite   file_name TEXT,
@sqlite   file TEXT,
@sqlite   state TEXT NOT NULL,
@sqlite   phase TEXT NOT NULL,
@sqlite   failure TEXT,
@sqlite   notes TEXT NOT NULL,
@sqlite   state_at {ts} NOT NULL,
@sqlite   bytes_total {int} NOT NULL,
@sqlite   bytes_read {int} NOT NULL,
@sqlite   rows_total {int} NOT NULL,
@sqlite   rows_done {int} NOT NULL,
@sqlite   rows_unfit {int} NOT NULL,
@sqlite   rows_left {int} NOT NULL,
@sqlite   rows_duplicate {int} NOT NULL,
@sqlite   entries_new {int} NOT NULL,
@sqlite   entries_updated {int} NOT NULL,
@sqlite   entries_unchanged {int} NOT NULL,
@sqlite   entries_older {int} NOT NULL,
@sqlite   entries_refused {int} NOT NULL,
@sqlite   checkpoint TEXT,
@sqlite   cancel_asked {bool} NOT NULL,
@sqlite   worker TEXT,
@sqlite   lease_until {ts},
@sqlite   created_at {ts} NOT NULL,
@sqlite   started_at {ts},
@sqlite   updated_at {ts} NOT NULL,
@sqlite   finished_at {ts},
@sqlite   by_user {uuid} REFERENCES users (id),
@sqlite   by_client {uuid} REFERENCES api_clients (id),
@sqlite   by_name TEXT NOT NULL,
@sqlite   CONSTRAINT ck_record_imports_by CHECK ((by_user IS NULL) <> (by_client IS NULL))
@sqlite ){strict};
@sqlite INSERT INTO new_record_imports (
@sqlite   id, account_id, format, file_name, file, state, phase, failure, notes, state_at, bytes_total, bytes_read,
@sqlite   rows_total, rows_done, rows_unfit, rows_left, rows_duplicate, entries_new, entries_updated, entries_unchanged,
@sqlite   entries_older, entries_refused, checkpoint, cancel_asked, worker, lease_until, created_at, started_at,
@sqlite   updated_at, finished_at, by_user, by_name
@sqlite ) SELECT
@sqlite   id, account_id, format, file_name, file, state, phase, failure, notes, state_at, bytes_total, bytes_read,
@sqlite   rows_total, rows_done, rows_unfit, rows_left, rows_duplicate, entries_new, entries_updated, entries_unchanged,
@sqlite   entries_older, entries_refused, checkpoint, cancel_asked, worker, lease_until, created_at, started_at,
@sqlite   updated_at, finished_at, by_user, by_name
@sqlite   FROM record_imports;
@sqlite CREATE TABLE new_record_import_errors (
@sqlite   import_id {uuid} NOT NULL REFERENCES new_record_imports (id),
@sqlite   row_no {int} NOT NULL,
@sqlite   ordinal {int} NOT NULL,
@sqlite   entry_number TEXT,
@sqlite   column_name TEXT NOT NULL,
@sqlite   code TEXT NOT NULL,
@sqlite   detail TEXT NOT NULL,
@sqlite   PRIMARY KEY (import_id, row_no, ordinal)
@sqlite ){strict};
@sqlite INSERT INTO new_record_import_errors SELECT import_id, row_no, ordinal, entry_number, column_name, code, detail FROM record_import_errors;
@sqlite DROP TABLE record_import_errors;
@sqlite DROP TABLE record_imports;
@sqlite ALTER TABLE new_record_imports RENAME TO record_imports;
@sqlite ALTER TABLE new_record_import_errors RENAME TO record_import_errors;
@sqlite CREATE INDEX ix_record_imports_account ON record_imports (account_id, id);
@sqlite CREATE INDEX ix_record_imports_open ON record_imports (id) WHERE state IN ('queued', 'running');
