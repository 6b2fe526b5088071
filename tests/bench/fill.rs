//! Fills the register and the structure with identifiers, by SQL that the database makes the rows of itself.

use quaymaster_tests::{Company, DatabaseKind, TestDatabase};
use sea_orm::{ConnectionTrait, DatabaseConnection};
use uuid::Uuid;

/// Rows of one statement.
const BATCH: u64 = 500_000;

/// A connection to a database that is being filled, with durability off.
pub struct Filler {
    raw: DatabaseConnection,
    kind: DatabaseKind,
    filled: u64,
}

impl Filler {
    /// # Errors
    /// When the database refuses.
    pub async fn open(database: &TestDatabase) -> Result<Self, String> {
        let raw = database.raw().await;
        let filler = Self {
            raw,
            kind: database.kind,
            filled: 0,
        };
        if filler.kind == DatabaseKind::Sqlite {
            filler.run("PRAGMA synchronous = off").await?;
            filler.run("PRAGMA cache_size = -400000").await?;
        }
        Ok(filler)
    }

    async fn run(&self, sql: &str) -> Result<(), String> {
        self.raw
            .execute_unprepared(sql)
            .await
            .map(drop)
            .map_err(|e| format!("{sql}: {e}"))
    }

    fn uuid(&self, id: Uuid) -> String {
        match self.kind {
            DatabaseKind::Sqlite => format!("X'{}'", id.simple()),
            DatabaseKind::Postgres => format!("'{id}'::uuid"),
        }
    }

    /// Expressions over `i`: an id of this group, and the even identifier number `i`.
    fn id(&self, group: u32) -> String {
        match self.kind {
            DatabaseKind::Sqlite => {
                format!("unhex('0190000000{group:02x}70008000' || printf('%012x', i))")
            }
            DatabaseKind::Postgres => {
                format!("('01900000-00{group:02x}-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid")
            }
        }
    }

    fn number(&self) -> &'static str {
        match self.kind {
            DatabaseKind::Sqlite => {
                "printf('%02d-%07dAA', 28 + (2 * i) / 10000000, (2 * i) % 10000000)"
            }
            DatabaseKind::Postgres => {
                "((28 + (2 * i) / 10000000)::text || '-' || lpad(((2 * i) % 10000000)::text, 7, '0') || 'AA')"
            }
        }
    }

    /// Up to `size` identifiers in the register and in the sub-account of a company, all with even numbers.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn up_to(&mut self, size: u64, holder: &Company) -> Result<(), String> {
        let party = self.uuid(holder.party.0);
        let account = self.uuid(holder.account.0);
        let sub = self.uuid(holder.sub_account.0);
        let (entry, held, placed) = (self.id(1), self.id(2), self.id(3));
        let number = self.number();
        let at = "'2026-03-02T15:00:00+00:00'";
        while self.filled < size {
            let (from, to) = (self.filled, (self.filled + BATCH).min(size));
            let rows = match self.kind {
                DatabaseKind::Sqlite => format!(
                    "WITH RECURSIVE n(i) AS (SELECT {from} UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {to})"
                ),
                DatabaseKind::Postgres => {
                    format!("WITH n(i) AS (SELECT generate_series({from}, {to} - 1))")
                }
            };
            let cast = match self.kind {
                DatabaseKind::Sqlite => at.to_owned(),
                DatabaseKind::Postgres => format!("{at}::timestamptz"),
            };
            for sql in [
                format!(
                    "INSERT INTO register_entries (id, kind, lookup, shown, cipher, party_id, updated_at) {rows} SELECT {entry}, 'importer_number', {number}, {number}, NULL, {party}, {cast} FROM n"
                ),
                format!(
                    "INSERT INTO account_identifiers (id, account_id, kind, lookup, shown, cipher) {rows} SELECT {held}, {account}, 'importer_number', {number}, {number}, NULL FROM n"
                ),
                format!(
                    "INSERT INTO sub_account_identifiers (id, sub_account_id, account_id, identifier_id, added_at, added_by_name) {rows} SELECT {placed}, {sub}, {account}, {held}, {cast}, 'the fill' FROM n"
                ),
            ] {
                self.run(&sql).await?;
            }
            self.filled = to;
        }
        if self.kind == DatabaseKind::Postgres {
            self.run("VACUUM ANALYZE").await?;
        }
        Ok(())
    }

    /// Identifiers with odd numbers spread over what is filled, registered for a company and held by nobody.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn free(
        &self,
        company: &Company,
        salt: u64,
        wanted: u64,
    ) -> Result<Vec<String>, String> {
        let party = self.uuid(company.party.0);
        let step = (self.filled / wanted).max(1);
        let mut all = Vec::new();
        for n in 0..wanted {
            // Not in order, as people add them.
            let position = (n * 7919 % wanted) * step + salt % step.max(1);
            let odd = 2 * position + 1;
            let number = format!("{:02}-{:07}AA", 28 + odd / 10_000_000, odd % 10_000_000);
            let id = self.uuid(Uuid::from_u128(
                0x0190_0000_0004_7000_8000_0000_0000_0000 | u128::from(salt << 32 | n),
            ));
            let at = match self.kind {
                DatabaseKind::Sqlite => "'2026-03-02T15:00:00+00:00'",
                DatabaseKind::Postgres => "'2026-03-02T15:00:00+00:00'::timestamptz",
            };
            self.run(&format!("INSERT INTO register_entries (id, kind, lookup, shown, cipher, party_id, updated_at) VALUES ({id}, 'importer_number', '{number}', '{number}', NULL, {party}, {at})")).await?;
            all.push(number);
        }
        Ok(all)
    }

    /// # Errors
    /// When the database refuses.
    pub async fn close(self) -> Result<(), String> {
        self.raw.close().await.map_err(|e| e.to_string())
    }
}
