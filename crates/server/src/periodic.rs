//! What the portal does by itself as time passes. Every task may run twice or on two replicas at once.

use std::time::Duration;

use quaymaster_service::grants::reminders;
use quaymaster_service::{
    Services, access_reviews, api_clients, dormancy, housekeeping, notices, owner_successions,
    records, reports,
};
use tokio_util::sync::CancellationToken;

/// Often enough that a mail that is due on a day goes out on that day, whenever the server was started.
const EVERY: Duration = Duration::from_secs(3600);

/// The first round waits until the start is over.
const FIRST: Duration = Duration::from_secs(20);

/// Runs until told to stop.
pub async fn run(services: Services, stop: CancellationToken) {
    let mut pause = FIRST;
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
        pause = EVERY;
        let tidied = match housekeeping::tidy(&services).await {
            Ok(()) => housekeeping::tidy_jobs(&services).await,
            Err(fault) => Err(fault),
        };
        if let Err(fault) = tidied {
            tracing::warn!(%fault, "tidying up failed; it is tried again in an hour");
        }
        if let Err(fault) = access_reviews::run_due(&services).await {
            tracing::warn!(%fault, "the work of access reviews failed; it is tried again in an hour");
        }
        if let Err(fault) = dormancy::send_due_mails(&services).await {
            tracing::warn!(%fault, "warning of dormancy failed; it is tried again in an hour");
        }
        if let Err(fault) = reminders::end_due(&services).await {
            tracing::warn!(%fault, "writing down ended grants failed; it is tried again in an hour");
        }
        if let Err(fault) = reminders::send_due(&services).await {
            tracing::warn!(%fault, "reminding of grants that end failed; it is tried again in an hour");
        }
        if let Err(fault) = api_clients::send_due(&services).await {
            tracing::warn!(%fault, "reminding of API clients that end failed; it is tried again in an hour");
        }
        if let Err(fault) = records::sums::check(&services).await {
            tracing::warn!(%fault, "looking at the sums of records failed; it is tried again in an hour");
        }
        if let Err(fault) = notices::send_due(&services).await {
            tracing::warn!(%fault, "mailing notices failed; it is tried again in an hour");
        }
        if let Err(fault) = owner_successions::complete_due(&services).await {
            tracing::warn!(%fault, "completing nominations failed; it is tried again in an hour");
        }
    }
}

/// How often runs of reports that wait, and schedules that are due, are looked for.
const REPORTS_EVERY: Duration = Duration::from_secs(2);

/// Works on reports until told to stop.
pub async fn reports(services: Services, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(REPORTS_EVERY) => {}
        }
        if let Err(fault) = reports::work_due(&services).await {
            tracing::warn!(%fault, "working on reports failed; it is tried again soon");
        }
        if let Err(fault) = reports::deliver_due(&services).await {
            tracing::warn!(%fault, "bringing scheduled reports failed; it is tried again soon");
        }
    }
}
