//! The worker that imports trade records: one import at a time, the oldest first. It can be killed at any moment.

use std::time::Duration;

use quaymaster_service::{Services, records};
use tokio_util::sync::CancellationToken;

/// How often the worker looks for imports. It reads one index entry when there is nothing to do.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// How long the worker waits when the database is away.
const PAUSE: Duration = Duration::from_secs(5);

/// Runs until told to stop.
pub async fn run(services: Services, stop: CancellationToken) {
    let worker = services.id::<uuid::Uuid>().to_string();
    if let Err(fault) = records::tidy(&services).await {
        tracing::warn!(%fault, "files left behind by imports were not looked through");
    }
    loop {
        let pause = tokio::select! {
            () = stop.cancelled() => break,
            done = records::work_on_one(&services, &worker) => match done {
                Ok(true) => Duration::ZERO,
                Ok(false) => LOOK_EVERY,
                Err(fault) => {
                    tracing::warn!(%fault, "importing records failed; it is tried again");
                    PAUSE
                }
            },
        };
        tokio::select! {
            () = stop.cancelled() => break,
            () = tokio::time::sleep(pause) => {}
        }
    }
    // Another worker, or the next start, need not wait for this one to be given up.
    if let Err(fault) = records::release(&services, &worker).await {
        tracing::warn!(%fault, "an import was not let go; it goes on in a minute");
    }
}
