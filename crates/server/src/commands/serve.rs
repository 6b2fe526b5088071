//! `quaymaster serve`: database, web server, background work, and a tidy end.

use crate::config::Config;
use crate::failure::Failure;
use crate::{print, web, wiring};

pub(super) async fn run(config: &Config) -> Result<(), Failure> {
    if config.demo && !config.server.listen.ip().is_loopback() && !config.demo_allow_public {
        return Err(Failure::new(format!(
            "the demo has published passwords, so it does not listen on {} where others could reach it; set server.listen to 127.0.0.1, or demo.allow_public = true if you mean it",
            config.server.listen
        )));
    }
    let db = wiring::open_database(config).await?;
    db.migrate().await?;
    let services = wiring::services(config, db)?;
    let readiness = web::Readiness::default();
    let server = web::serve(config, services.clone(), readiness.clone())?;
    readiness.set();
    print::line(&format!("Quaymaster serves {}", config.server.base_url))?;
    Ok(server.await?)
}
