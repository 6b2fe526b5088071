//! What the portal does by itself from time to time: forgetting rows that have served their purpose.

use chrono::Duration;
use quaymaster_store::records::scope_keys;
use quaymaster_store::{
    account_events, api_clients, applications, devices, housekeeping as store, password_resets,
    report_runs, security_links, sign_ins, webhooks,
};

use crate::Services;
use crate::error::Fault;

/// Answers to repeated requests are kept this long.
const IDEMPOTENCY_LIFE: Duration = Duration::hours(24);

/// A count that nobody added to for this long has no effect any more, unless the deployment counts for longer.
const COUNTER_LIFE: Duration = Duration::days(2);

/// A used refresh token must be recognised as long as its session could still matter to anybody.
const TOKEN_LIFE: Duration = Duration::days(1);

/// Jobs that are done are kept this long, for whoever looks into the job tables.
const JOB_LIFE: Duration = Duration::days(1);

/// The record of sign-ins reaches back this far.
const SIGN_IN_LIFE: Duration = Duration::days(400);

/// The device cookie lives a year; a browser that has not signed in for longer is not known any more.
const DEVICE_LIFE: Duration = Duration::days(366);

/// Walks through the password reset end within minutes; the audit trail keeps what mattered.
const RESET_LIFE: Duration = Duration::days(30);

/// Events of accounts are kept this long, in the feed and in the log of deliveries.
const EVENT_LIFE: Duration = Duration::days(30);

/// Rows of reports whose time is over go a few results at a time: one may have a million rows.
const SNAPSHOTS_AT_ONCE: u64 = 50;

/// Forgets what is over. Doing it twice, or from two replicas, changes nothing more.
///
/// # Errors
/// When the database is away.
pub async fn tidy(s: &Services) -> Result<(), Fault> {
    s.request_limits.forget();
    let now = s.now();
    let tx = s.db.begin_write().await?;
    let keys = store::forget_idempotency_keys(&tx, now - IDEMPOTENCY_LIFE).await?;
    let counted = s.settings.answers_lock.max(s.settings.network_window) + Duration::days(1);
    let counters = store::forget_attempt_counters(&tx, now - counted.max(COUNTER_LIFE)).await?;
    let tokens = store::forget_refresh_tokens(&tx, now - TOKEN_LIFE).await?;
    sign_ins::forget(&tx, now - SIGN_IN_LIFE).await?;
    devices::forget(&tx, now - DEVICE_LIFE).await?;
    password_resets::forget(&tx, now - RESET_LIFE).await?;
    security_links::forget(&tx, now - RESET_LIFE).await?;
    applications::forget_drafts(&tx, now).await?;
    account_events::forget(&tx, now - EVENT_LIFE).await?;
    webhooks::forget(&tx, now - EVENT_LIFE).await?;
    api_clients::forget_assertions(&tx, now).await?;
    report_runs::tidy(&tx, now, SNAPSHOTS_AT_ONCE).await?;
    scope_keys::forget(&tx, now).await?;
    tx.commit_bookkeeping().await?;
    tracing::debug!(keys, counters, tokens, "tidied up");
    Ok(())
}

/// Forgets jobs that are done. Their tables are the job backend's, and stand where it runs.
///
/// # Errors
/// When the database is away.
pub async fn tidy_jobs(s: &Services) -> Result<(), Fault> {
    let tx = s.db.begin_write().await?;
    store::forget_jobs(&tx, s.now() - JOB_LIFE).await?;
    Ok(tx.commit_bookkeeping().await?)
}
