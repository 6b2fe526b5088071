//! Sends the events that wait for webhooks. Rows in the database are the queue: several replicas share it, and what one of
//! them took and did not finish is due again by itself.

mod sender;

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use quaymaster_domain::ids::WebhookId;
use quaymaster_service::webhooks::{deliver, hand_out_all};
use quaymaster_service::{Fault, Services};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

pub use sender::{Limits, Resolve, Sender, Unresolved};

/// How often events are looked for.
const EVERY: Duration = Duration::from_millis(250);

/// The longest wait before a broken round is tried again.
const LONGEST_PAUSE: Duration = Duration::from_secs(15);

/// How many webhooks are sent to at once. A receiver that hangs holds one place, for the time of one attempt; it has no
/// second one, however many events wait for it.
const AT_ONCE: usize = 256;

/// How many events one webhook gets before others have their turn.
const IN_A_ROW: usize = 20;

/// Sends until told to stop.
pub async fn run(services: Services, sender: Sender, stop: CancellationToken) {
    let mut work = Work::new(services, sender);
    let mut pause = EVERY;
    loop {
        tokio::select! {
            () = stop.cancelled() => break,
            () = tokio::time::sleep(pause) => {}
        }
        pause = match work.begin().await {
            Ok(_) => EVERY,
            Err(fault) => {
                tracing::warn!(%fault, "events for webhooks wait");
                (pause * 2).min(LONGEST_PAUSE)
            }
        };
    }
    // What is cut off here is due again when its lease is over.
    work.tasks.shutdown().await;
}

/// Hands out and sends everything that is due at this moment, and waits for the attempts. For tests, whose clock stands.
///
/// # Errors
/// When the database is away.
pub async fn round(services: &Services, sender: &Sender) -> Result<(), Fault> {
    let mut work = Work::new(services.clone(), sender.clone());
    while work.begin().await? > 0 {
        while work.tasks.join_next().await.is_some() {}
    }
    Ok(())
}

struct Work {
    services: Services,
    sender: Sender,
    busy: Arc<Mutex<HashSet<WebhookId>>>,
    tasks: JoinSet<()>,
}

impl Work {
    fn new(services: Services, sender: Sender) -> Self {
        Self {
            services,
            sender,
            busy: Arc::default(),
            tasks: JoinSet::new(),
        }
    }

    /// Begins to send to every webhook that something is due for. Answers how many were begun.
    async fn begin(&mut self) -> Result<usize, Fault> {
        while self.tasks.try_join_next().is_some() {}
        hand_out_all(&self.services).await?;
        let free = AT_ONCE.saturating_sub(self.tasks.len());
        if free == 0 {
            return Ok(0);
        }
        // Those that are being sent to may be among the due ones, and must not hide the others.
        let limit = u64::try_from(AT_ONCE * 2).unwrap_or(u64::MAX);
        let due = deliver::due(&self.services, limit).await?;
        let mut begun = 0;
        for hook in due {
            if begun == free {
                break;
            }
            let Some(place) = Place::take(&self.busy, hook) else {
                continue;
            };
            begun += 1;
            let (services, sender) = (self.services.clone(), self.sender.clone());
            self.tasks.spawn(async move {
                if let Err(fault) = some(&services, &sender, place.hook).await {
                    tracing::warn!(%fault, webhook = %place.hook, "sending to a webhook was interrupted");
                }
                drop(place);
            });
        }
        Ok(begun)
    }
}

/// Sends some of what is due for one webhook, one after the other.
async fn some(services: &Services, sender: &Sender, hook: WebhookId) -> Result<(), Fault> {
    for _ in 0..IN_A_ROW {
        let Some(parcel) = deliver::take(services, hook).await? else {
            return Ok(());
        };
        let reply = sender.send(&parcel).await;
        let over = reply.outcome.is_about_the_receiver();
        deliver::settle(services, &parcel, reply).await?;
        if over {
            return Ok(());
        }
    }
    Ok(())
}

/// That a webhook is being sent to. Given back when dropped, also by a panic.
struct Place {
    busy: Arc<Mutex<HashSet<WebhookId>>>,
    hook: WebhookId,
}

impl Place {
    fn take(busy: &Arc<Mutex<HashSet<WebhookId>>>, hook: WebhookId) -> Option<Self> {
        let fresh = busy
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(hook);
        fresh.then(|| Self {
            busy: Arc::clone(busy),
            hook,
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.busy
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&self.hook);
    }
}
