//! Looks behind the application's back: what lies in the outbox, rows of any query, how many rows were written.

use sea_orm::{ConnectionTrait, DbBackend, Statement};

use crate::app::TestApp;

/// The tables whose writes are counted.
const WATCHED: &[&str] = &[
    "attempt_counters",
    "audit_events",
    "device_cookies",
    "mails",
    "password_resets",
    "refresh_tokens",
    "security_links",
    "sessions",
    "sign_ins",
    "users",
];

impl TestApp {
    /// Subject and text of every mail to an address, the oldest first.
    ///
    /// # Panics
    /// When the database refuses.
    pub async fn mails(&self, address: &str) -> Vec<String> {
        let raw = self.database.raw().await;
        let statement = Statement::from_sql_and_values(
            raw.get_database_backend(),
            "SELECT subject, body FROM mails WHERE recipient = $1 ORDER BY id",
            [address.into()],
        );
        let rows = raw.query_all_raw(statement).await.unwrap();
        raw.close().await.unwrap();
        rows.iter()
            .map(|row| {
                let subject: String = row.try_get("", "subject").unwrap();
                let body: String = row.try_get("", "body").unwrap();
                format!("{subject}\n\n{body}")
            })
            .collect()
    }

    /// The token at the end of the last mailed link to a page.
    ///
    /// # Panics
    /// When no mail has such a link.
    pub async fn mailed_token(&self, address: &str, page: &str) -> String {
        let mark = format!("/{page}#token=");
        let mails = self.mails(address).await;
        let found = mails.iter().rev().find_map(|mail| {
            let (_, rest) = mail.split_once(&mark)?;
            rest.split_whitespace().next().map(str::to_owned)
        });
        found.unwrap()
    }

    /// Rows of a query with a text `a` and a number `b`.
    ///
    /// # Panics
    /// When the database refuses.
    pub async fn rows(&self, sql: &str) -> Vec<(String, i64)> {
        let raw = self.database.raw().await;
        let statement = Statement::from_string(raw.get_database_backend(), sql);
        let rows = raw.query_all_raw(statement).await.unwrap();
        raw.close().await.unwrap();
        rows.iter()
            .map(|row| (row.try_get("", "a").unwrap(), row.try_get("", "b").unwrap()))
            .collect()
    }

    /// From now on every row that is written in a table of signing in is counted.
    ///
    /// # Panics
    /// When the database refuses.
    pub async fn count_writes(&self) {
        let raw = self.database.raw().await;
        let postgres = raw.get_database_backend() == DbBackend::Postgres;
        let run = |sql: String| {
            let raw = raw.clone();
            async move {
                raw.execute_unprepared(&sql).await.unwrap();
            }
        };
        run("CREATE TABLE test_writes (table_name TEXT NOT NULL)".to_owned()).await;
        if postgres {
            run("CREATE FUNCTION test_write() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO test_writes VALUES (TG_TABLE_NAME); RETURN NULL; END $$".to_owned()).await;
        }
        for table in WATCHED {
            if postgres {
                run(format!("CREATE TRIGGER test_{table} AFTER INSERT OR UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION test_write()")).await;
                continue;
            }
            for event in ["INSERT", "UPDATE", "DELETE"] {
                run(format!("CREATE TRIGGER test_{table}_{event} AFTER {event} ON {table} BEGIN INSERT INTO test_writes VALUES ('{table}'); END")).await;
            }
        }
        raw.close().await.unwrap();
    }

    /// How many rows were written since [`count_writes`](Self::count_writes).
    ///
    /// # Panics
    /// When the database refuses.
    pub async fn writes(&self) -> i64 {
        let rows = self
            .rows("SELECT 'all' AS a, COUNT(*) AS b FROM test_writes")
            .await;
        rows.first().map_or(0, |(_, count)| *count)
    }
}
