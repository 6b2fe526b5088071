//! Durable jobs for mails, on the job library's own tables in the portal's database. A relay takes due mails from the
//! outbox and makes one job for one attempt; a worker does it. Both can be killed at any moment: what was taken comes
//! back, and an attempt that was made is never made again.

use std::pin::Pin;
use std::time::Duration;

use apalis::prelude::*;
use apalis_postgres::PostgresStorage;
use apalis_sqlite::SqliteStorage;
use quaymaster_domain::ids::MailId;
use quaymaster_service::mails::outbox;
use quaymaster_service::{Db, Fault, cases};
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::Post;
use crate::failure::Failure;

/// The name of the queue in the job tables.
const QUEUE: &str = "mail";

/// How often the relay looks for mails. It reads one index entry when there is nothing to do.
const RELAY_EVERY: Duration = Duration::from_millis(250);

/// How often the worker looks for jobs.
const WORK_EVERY: Duration = Duration::from_millis(250);

/// How many mails one look takes at most.
const BATCH: u64 = 50;

/// How many mails travel at once.
const AT_ONCE: usize = 4;

/// A worker that was not heard of for thrice this long is taken for dead, and its jobs are done by others.
const HEARTBEAT: Duration = Duration::from_secs(10);

/// How often a job may be begun; each beginning after the first means that a worker died over it.
const BEGINNINGS: usize = 5;

/// The index that keeps keys unique on PostgreSQL.
const KEY_INDEX: &str = "idx_jobs_idempotency_key";

/// The longest wait before a broken relay or worker starts again.
const LONGEST_PAUSE: Duration = Duration::from_secs(15);

/// One attempt to send one mail.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct SendMail {
    mail: Uuid,
    /// How many attempts were made before.
    attempts: i64,
}

/// Makes the job tables.
pub(super) async fn prepare(db: &Db) -> Result<(), Failure> {
    let failed = |error: &dyn std::fmt::Display| Failure::new(format!("job tables: {error}"));
    let (_, write) = db.pools();
    if db.is_sqlite() {
        // The library's own set-up would also switch off the syncs of the connection that writes everything.
        SqliteStorage::<()>::migrations()
            .run(write.get_sqlite_connection_pool())
            .await
            .map_err(|error| failed(&error))
    } else {
        PostgresStorage::<()>::setup(write.get_postgres_connection_pool())
            .await
            .map_err(|error| failed(&error))
    }
}

/// A worker at work.
type Working = Pin<Box<dyn Future<Output = Result<(), String>> + Send>>;

#[derive(Clone)]
enum Jobs {
    Sqlite(SqliteStorage<SendMail>),
    Postgres(PostgresStorage<SendMail>),
}

impl Jobs {
    fn of(db: &Db) -> Self {
        let (_, write) = db.pools();
        if db.is_sqlite() {
            let config = apalis_sqlite::Config::default()
                .queue(QUEUE)
                .heartbeat_interval(HEARTBEAT)
                .missed_heartbeats(3);
            let pool = write.get_sqlite_connection_pool();
            Self::Sqlite(SqliteStorage::new(pool).with_config(config))
        } else {
            let config = apalis_postgres::Config::default()
                .queue(QUEUE)
                .heartbeat_interval(HEARTBEAT)
                .missed_heartbeats(3);
            let pool = write.get_postgres_connection_pool();
            Self::Postgres(PostgresStorage::new(pool).with_config(config))
        }
    }

    /// Makes a job, unless there is one with this key.
    async fn push(self, job: SendMail, key: &str) -> Result<(), String> {
        let task = TaskBuilder::new(job)
            .max_attempts(BEGINNINGS)
            .idempotency_key(key)
            .build();
        let pushed = match self {
            Self::Sqlite(mut storage) => storage.push_task(task).await.map_err(|e| e.to_string()),
            Self::Postgres(mut storage) => storage.push_task(task).await.map_err(|e| e.to_string()),
        };
        match pushed {
            // SQLite leaves such a job out by itself, PostgreSQL refuses it.
            Err(reason) if reason.contains(KEY_INDEX) => Ok(()),
            other => other,
        }
    }

    /// Does jobs until told to stop, or until the database is away.
    fn work(self, name: String, post: Post, stop: CancellationToken) -> Working {
        let stopped = async move {
            stop.cancelled().await;
            Ok::<(), WorkerError>(())
        };
        match self {
            Self::Sqlite(storage) => {
                let worker = WorkerBuilder::new(name.as_str())
                    .backend(storage.poll_with_interval(WORK_EVERY))
                    .data(post)
                    .concurrency(AT_ONCE)
                    .build(attempt);
                Box::pin(async { worker.run_until(stopped).await.map_err(|e| e.to_string()) })
            }
            Self::Postgres(storage) => {
                let worker = WorkerBuilder::new(name.as_str())
                    .backend(storage.poll_with_interval(WORK_EVERY))
                    .data(post)
                    .concurrency(AT_ONCE)
                    .build(attempt);
                Box::pin(async { worker.run_until(stopped).await.map_err(|e| e.to_string()) })
            }
        }
    }
}

/// Relay and worker, until told to stop.
pub(super) async fn run(post: Post, stop: CancellationToken) {
    let relaying = relay(post.clone(), stop.clone());
    let working = work(post, stop);
    tokio::join!(relaying, working);
}

async fn relay(post: Post, stop: CancellationToken) {
    let mut pause = RELAY_EVERY;
    while wait(&stop, pause).await {
        pause = match hand_over(&post).await {
            Ok(()) => RELAY_EVERY,
            Err(reason) => {
                tracing::warn!(reason, "mails wait in the outbox");
                (pause * 2).min(LONGEST_PAUSE)
            }
        };
    }
}

/// Makes jobs first and notes it afterwards: killed in between, the relay makes them again under the same keys, which
/// changes nothing. So do two replicas that look at the same moment.
async fn hand_over(post: &Post) -> Result<(), String> {
    let told = |fault: Fault| fault.to_string();
    cases::relay_due(&post.services).await.map_err(told)?;
    let (due, now) = outbox::due(&post.services, BATCH).await.map_err(told)?;
    if due.is_empty() {
        return Ok(());
    }
    for mail in &due {
        let job = SendMail {
            mail: mail.id.into(),
            attempts: mail.attempts,
        };
        let key = format!("{}/{}", mail.id, mail.since.timestamp_micros());
        Jobs::of(&post.services.db).push(job, &key).await?;
    }
    outbox::taken(&post.services, &due, now).await.map_err(told)
}

async fn work(post: Post, stop: CancellationToken) {
    let mut pause = RELAY_EVERY;
    loop {
        // Never a name of the past: the tables take a name only once its last bearer was not heard of for long.
        let name = format!("{QUEUE}-{}", post.services.id::<Uuid>());
        let begun = post.services.now();
        let ended = Jobs::of(&post.services.db)
            .work(name, post.clone(), stop.clone())
            .await;
        if stop.is_cancelled() {
            return;
        }
        let reason = ended.err().unwrap_or_else(|| "it ended".to_owned());
        tracing::warn!(reason, "the mail worker stopped and starts again");
        let lasted = post.services.now() - begun;
        pause = if lasted > chrono::Duration::minutes(1) {
            RELAY_EVERY
        } else {
            (pause * 2).min(LONGEST_PAUSE)
        };
        if !wait(&stop, pause).await {
            return;
        }
    }
}

/// True when the time is over, false when it is time to stop.
async fn wait(stop: &CancellationToken, time: Duration) -> bool {
    tokio::select! {
        () = stop.cancelled() => false,
        () = tokio::time::sleep(time) => true,
    }
}

/// One attempt. An error here means that the database was away: the job is done again, and the guard by the count of
/// attempts keeps a mail that was sent from being sent twice.
async fn attempt(job: SendMail, post: Data<Post>) -> Result<(), BoxDynError> {
    // In a task of its own, so that a panic fails one attempt and not the worker.
    tokio::spawn(try_once(job, Post::clone(&post))).await??;
    Ok(())
}

async fn try_once(job: SendMail, post: Post) -> Result<(), Fault> {
    let SendMail { mail, attempts } = job;
    let Some(mail) = outbox::open(&post.services, MailId(mail), attempts).await? else {
        return Ok(());
    };
    let outcome = post.deliver(&mail, post.services.now()).await;
    outbox::settle(&post.services, &mail, outcome, post.patience).await
}
