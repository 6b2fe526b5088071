-- Trade records: entry summaries with their lines, the monthly sums for reports, and the imports that brought them.

-- One row for an entry summary. entry_number is the normal form of 11 characters, whose first three are the filer code.
-- importer_key is the normal form of the importer number, or its keyed digest when personal; importer_shown is what people
-- see. Dates are ISO text, money is cents. liquidation_due and protest_deadline say where they come from: 'reported' in the
-- file or 'derived' by rule. fee_check is what comparing the reported fees with the computed ones found. content_hash
-- tells an unchanged entry without looking at its lines; the newest state_at wins.
CREATE TABLE entries (
  entry_number {code} NOT NULL PRIMARY KEY,
  entry_type {code} NOT NULL,
  importer_key {code} NOT NULL,
  importer_shown TEXT NOT NULL,
  importer_name TEXT,
  filer_code {code} NOT NULL,
  filer_name TEXT,
  port {code} NOT NULL,
  mode {code},
  entry_date {code} NOT NULL,
  entry_month {code} NOT NULL,
  summary_date {code},
  importation_date {code},
  review_team {code},
  reconciliation {code},
  liquidation_status {code},
  liquidation_date {code},
  liquidation_due {code},
  liquidation_source {code},
  protest_deadline {code},
  protest_source {code},
  statement_number {code},
  statement_status {code},
  payment_due_date {code},
  payment_date {code},
  line_count {int} NOT NULL,
  tariff_count {int} NOT NULL,
  value_cents {int} NOT NULL,
  duty_cents {int} NOT NULL,
  mpf_cents {int},
  hmf_cents {int},
  mpf_expected_cents {int},
  hmf_expected_cents {int},
  fee_check {code} NOT NULL,
  content_hash {bytes} NOT NULL,
  state_at {ts} NOT NULL,
  import_id {uuid} NOT NULL,
  updated_at {ts} NOT NULL
){strict};

CREATE INDEX ix_entries_importer ON entries (importer_key, entry_date, entry_number);
CREATE INDEX ix_entries_filer ON entries (filer_code, entry_date, entry_number);
CREATE INDEX ix_entries_date ON entries (entry_date, entry_number);
CREATE INDEX ix_entries_liquidation ON entries (importer_key, liquidation_due);

-- One row for a tariff ordinal of a line. What decides who sees it and what most reports filter by is repeated from the
-- entry. Quantities are thousandths of the unit. Fees stand on the first ordinal of a line. is_first marks one row of an
-- entry, so that entries are counted by a sum. No foreign key: rows are written with their entry only, in one transaction.
CREATE TABLE entry_lines (
  entry_number {code} NOT NULL,
  line_no {int} NOT NULL,
  ordinal {int} NOT NULL,
  importer_key {code} NOT NULL,
  filer_code {code} NOT NULL,
  port {code} NOT NULL,
  entry_type {code} NOT NULL,
  mode {code},
  entry_date {code} NOT NULL,
  hts {code} NOT NULL,
  country_origin {code} NOT NULL,
  country_export {code},
  manufacturer_id {code},
  foreign_exporter_id {code},
  spi {code},
  quantity_1 {int},
  uom_1 {code},
  quantity_2 {int},
  uom_2 {code},
  quantity_3 {int},
  uom_3 {code},
  value_cents {int},
  duty_cents {int},
  mpf_cents {int},
  hmf_cents {int},
  is_first {int} NOT NULL,
  PRIMARY KEY (entry_number, line_no, ordinal)
){strict};

-- The covering index: what one importer or a broker's clients imported, by date, without touching the table.
CREATE INDEX ix_entry_lines_importer ON entry_lines (importer_key, entry_date, filer_code, port, hts, country_origin, duty_cents, value_cents);
CREATE INDEX ix_entry_lines_filer ON entry_lines (filer_code, entry_date, importer_key, port);
@sqlite CREATE INDEX ix_entry_lines_date ON entry_lines (entry_date);
@postgres CREATE INDEX ix_entry_lines_date ON entry_lines USING BRIN (entry_date);

-- Additive sums of the lines of an importer's month with one filer. first_lines counts entries.
CREATE TABLE record_months (
  importer_key {code} NOT NULL,
  month {code} NOT NULL,
  filer_code {code} NOT NULL,
  lines {int} NOT NULL,
  first_lines {int} NOT NULL,
  value_cents {int} NOT NULL,
  duty_cents {int} NOT NULL,
  mpf_cents {int} NOT NULL,
  hmf_cents {int} NOT NULL,
  PRIMARY KEY (importer_key, month, filer_code)
){strict};

CREATE INDEX ix_record_months_filer ON record_months (filer_code, month);

-- One row. facts grows with every write of records; the sums may be used while months is the same.
CREATE TABLE record_epoch (
  id {int} NOT NULL PRIMARY KEY,
  facts {int} NOT NULL,
  months {int} NOT NULL,
  changed_at {ts},
  CONSTRAINT ck_record_epoch_one CHECK (id = 1)
){strict};

INSERT INTO record_epoch (id, facts, months) VALUES (1, 0, 0);

-- file is the name of the spooled file in the data folder of the server that took it in, until the import is over.
-- checkpoint is the last entry that was decided about: after a restart the work goes on behind it.
-- rows_unfit were refused when they were read, rows_left when their entry was looked into.
CREATE TABLE record_imports (
  id {uuid} NOT NULL PRIMARY KEY,
  account_id {uuid} NOT NULL REFERENCES accounts (id),
  format TEXT NOT NULL,
  file_name TEXT,
  file TEXT,
  state TEXT NOT NULL,
  phase TEXT NOT NULL,
  failure TEXT,
  notes TEXT NOT NULL,
  state_at {ts} NOT NULL,
  bytes_total {int} NOT NULL,
  bytes_read {int} NOT NULL,
  rows_total {int} NOT NULL,
  rows_done {int} NOT NULL,
  rows_unfit {int} NOT NULL,
  rows_left {int} NOT NULL,
  rows_duplicate {int} NOT NULL,
  entries_new {int} NOT NULL,
  entries_updated {int} NOT NULL,
  entries_unchanged {int} NOT NULL,
  entries_older {int} NOT NULL,
  entries_refused {int} NOT NULL,
  checkpoint TEXT,
  cancel_asked {bool} NOT NULL,
  worker TEXT,
  lease_until {ts},
  created_at {ts} NOT NULL,
  started_at {ts},
  updated_at {ts} NOT NULL,
  finished_at {ts},
  by_user {uuid} NOT NULL REFERENCES users (id),
  by_name TEXT NOT NULL
){strict};

CREATE INDEX ix_record_imports_account ON record_imports (account_id, id);
CREATE INDEX ix_record_imports_open ON record_imports (id) WHERE state IN ('queued', 'running');

CREATE TABLE record_import_errors (
  import_id {uuid} NOT NULL REFERENCES record_imports (id),
  row_no {int} NOT NULL,
  ordinal {int} NOT NULL,
  entry_number TEXT,
  column_name TEXT NOT NULL,
  code TEXT NOT NULL,
  detail TEXT NOT NULL,
  PRIMARY KEY (import_id, row_no, ordinal)
){strict};
