//! `quaymaster serve`: database, web server, background work, and a tidy end.

use std::time::Duration;

use quaymaster_service::setup;
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::failure::Failure;
use crate::{demo, mail, periodic, print, records, web, webhooks, wiring};

/// How long background work may take to end after the last request.
const LAST_WORK: Duration = Duration::from_secs(5);

pub(super) async fn run(config: &Config) -> Result<(), Failure> {
    if config.demo && !config.server.listen.ip().is_loopback() && !config.demo_allow_public {
        return Err(Failure::new(format!(
            "the demo has published passwords, so it does not listen on {} where others could reach it; set server.listen to 127.0.0.1, or demo.allow_public = true if you mean it",
            config.server.listen
        )));
    }
    let db = if config.demo {
        demo::open(config).await?
    } else {
        let db = wiring::open_database(config).await?;
        db.migrate().await?;
        demo::refuse(&db).await?;
        db
    };
    let services = wiring::services(config, db)?;
    let readiness = web::Readiness::default();
    let stop = CancellationToken::new();
    let server = web::serve(config, services.clone(), readiness.clone())?;
    let mail = mail::start(config, services.clone(), stop.clone()).await?;
    let periodic = tokio::spawn(periodic::run(services.clone(), stop.clone()));
    let records = tokio::spawn(records::run(services.clone(), stop.clone()));
    let reports = tokio::spawn(periodic::reports(services.clone(), stop.clone()));
    let sender = webhooks::Sender::new(config.webhooks_private)?;
    let webhooks = tokio::spawn(webhooks::run(services.clone(), sender, stop.clone()));
    if let Some(token) = setup::prepare(&services).await? {
        print::line(&format!(
            "Nobody is an administrator yet. Make the first one at\n\n  {}\n\nThe link works once, until the next start.\n",
            setup::link(&services, &token)
        ))?;
    }
    readiness.set();
    if config.demo {
        demo::announce(&services).await?;
    }
    print::line(&format!("Quaymaster serves {}", config.server.base_url))?;
    server.await?;
    // Requests are answered; now the work behind them ends.
    stop.cancel();
    let behind = async {
        if let Some(mail) = mail {
            mail.await.ok();
        }
        periodic.await.ok();
        records.await.ok();
        reports.await.ok();
        webhooks.await.ok();
    };
    if tokio::time::timeout(LAST_WORK, behind).await.is_err() {
        tracing::warn!("background work was cut off; it is done again at the next start");
    }
    Ok(())
}
