//! `/healthz`: the process answers. `/readyz`: it can also work, so a balancer may send requests.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use actix_web::{HttpResponse, web};
use quaymaster_service::Services;

/// Set once everything that comes before the first request is done.
#[derive(Clone, Default)]
pub struct Readiness(Arc<AtomicBool>);

impl Readiness {
    /// From now on the process is ready when its database is.
    pub fn set(&self) {
        self.0.store(true, Ordering::Release);
    }

    fn is_set(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

#[derive(Clone)]
pub(super) struct Health {
    services: Services,
    readiness: Readiness,
}

impl Health {
    pub(super) fn new(services: Services, readiness: Readiness) -> Self {
        Self {
            services,
            readiness,
        }
    }

    async fn ready(&self) -> Result<(), &'static str> {
        if !self.readiness.is_set() {
            return Err("starting");
        }
        match self.services.db.pending_migrations().await {
            Ok(0) => Ok(()),
            Ok(_) => Err("the database waits for quaymaster migrate"),
            Err(error) => {
                tracing::warn!(%error, "not ready");
                Err("the database does not answer")
            }
        }
    }
}

pub(super) fn configure(health: Health) -> impl FnOnce(&mut web::ServiceConfig) {
    move |config| {
        config
            .route("/healthz", web::get().to(|| async { plain("ok") }))
            .route(
                "/readyz",
                web::get().to(move || {
                    let health = health.clone();
                    async move {
                        match health.ready().await {
                            Ok(()) => plain("ready"),
                            Err(why) => HttpResponse::ServiceUnavailable()
                                .insert_header(("retry-after", "2"))
                                .body(why),
                        }
                    }
                }),
            );
    }
}

fn plain(words: &'static str) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .insert_header(("cache-control", "no-store"))
        .body(words)
}
