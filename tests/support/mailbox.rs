//! What the portal has written to people, read from the outbox.

use sea_orm::{ConnectionTrait, Statement};

use crate::app::TestApp;

/// A mail of the outbox.
#[derive(Clone, Debug)]
pub struct Mail {
    /// Which letter.
    pub template: String,
    /// Subject line.
    pub subject: String,
    /// The text.
    pub body: String,
}

impl Mail {
    /// The token of the link in the text.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn token(&self) -> String {
        let (_, rest) = self.body.split_once("#token=").expect("a link");
        rest.split_whitespace().next().expect("a token").to_owned()
    }
}

impl TestApp {
    /// The mails to an address, the oldest first.
    ///
    /// # Panics
    /// When the database cannot answer.
    pub async fn mails_to(&self, recipient: &str) -> Vec<Mail> {
        let raw = self.database.raw().await;
        let backend = raw.get_database_backend();
        let mark = if backend == sea_orm::DbBackend::Postgres {
            "$1"
        } else {
            "?"
        };
        let sql = format!(
            "SELECT template, subject, body FROM mails WHERE recipient = {mark} ORDER BY id"
        );
        let rows = raw
            .query_all_raw(Statement::from_sql_and_values(
                backend,
                sql,
                [recipient.into()],
            ))
            .await
            .unwrap();
        let found = rows
            .iter()
            .map(|row| Mail {
                template: row.try_get("", "template").unwrap(),
                subject: row.try_get("", "subject").unwrap(),
                body: row.try_get("", "body").unwrap(),
            })
            .collect();
        raw.close().await.unwrap();
        found
    }

    /// The token of the newest link that was mailed to an address.
    ///
    /// # Panics
    /// When nothing was.
    pub async fn token_for(&self, recipient: &str) -> String {
        self.mails_to(recipient)
            .await
            .pop()
            .expect("a mail")
            .token()
    }
}
