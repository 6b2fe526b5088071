//! What the system does: one function per use case, the actor first, one write transaction. No HTTP, no SQL.

pub mod access_requests;
pub mod access_reviews;
pub mod accounts;
pub mod activities;
pub mod actors;
pub mod api_clients;
pub mod applications;
pub mod audit;
pub mod canned_answers;
pub mod cases;
pub mod challenge_questions;
pub mod companies;
pub mod contacts;
pub mod demo;
pub mod dormancy;
pub mod error;
pub mod events;
pub mod export;
pub mod grants;
pub mod hashing;
pub mod housekeeping;
pub mod idempotency;
pub mod identifier_claims;
pub mod identifiers;
pub mod invitations;
pub mod mails;
mod markdown;
pub mod me;

pub mod merges;
pub mod moves;
pub mod needs;
pub mod notices;
pub mod oauth;
pub mod owner_successions;
pub mod password_resets;
pub mod passwords;
pub mod records;
pub mod register;
pub mod reports;
pub mod request_limits;
pub mod rotation;
pub mod secrets;
pub mod security_reports;
pub mod sessions;
pub mod settings;
pub mod setup;
pub mod staff;
pub mod sub_accounts;
pub mod teams;
pub mod terms;
pub mod tokens;
pub mod transfers;
pub mod user_imports;
pub mod users;
pub mod verifier;
pub mod webhooks;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use quaymaster_domain::access::Permit;
use quaymaster_domain::clock::{Clock, Rng};
use quaymaster_domain::ids::IdMaker;
pub use quaymaster_store::access_requests::WayOut;
pub use quaymaster_store::sign_ins;
pub use quaymaster_store::{Cursor, Db, Page, PageRequest, StoreError, WriteTx};

pub use error::Fault;
use hashing::Hasher;
pub use records::ScopeCache;
use request_limits::RequestLimits;
use rotation::Rotations;
use secrets::Secrets;
pub use settings::Settings;
use tokens::Tokens;

/// Everything that a use case works with. Cheap to clone.
#[derive(Clone)]
pub struct Services(Arc<Parts>);

/// What [`Services`] is made of.
pub struct Parts {
    /// The database.
    pub db: Db,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub rng: Arc<dyn Rng>,
    /// New identities.
    pub ids: IdMaker,
    /// The hashing threads.
    pub hasher: Hasher,
    /// Keys that live outside the database.
    pub secrets: Secrets,
    /// Access tokens.
    pub tokens: Tokens,
    /// Refresh tokens that are being exchanged.
    pub rotations: Rotations,
    /// How many requests each caller has sent.
    pub request_limits: RequestLimits,
    /// Scopes of readers with many numbers.
    pub scopes: ScopeCache,
    /// Policies of this deployment.
    pub settings: Settings,
}

impl Services {
    /// Puts the parts together.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    /// The present moment.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// A new identity.
    #[must_use]
    pub fn id<T: From<uuid::Uuid>>(&self) -> T {
        self.ids.make(self.clock.as_ref(), self.rng.as_ref())
    }

    /// Commits with the permit's audit row.
    ///
    /// # Errors
    /// As [`WriteTx::commit`].
    pub async fn commit(&self, tx: WriteTx, permit: Permit) -> Result<(), StoreError> {
        tx.commit(permit, &self.ids, self.clock.as_ref(), self.rng.as_ref())
            .await
    }

    /// Adds a further audit row to a transaction.
    ///
    /// # Errors
    /// As [`WriteTx::also`].
    pub async fn also(&self, tx: &WriteTx, permit: Permit) -> Result<(), StoreError> {
        tx.also(permit, &self.ids, self.clock.as_ref(), self.rng.as_ref())
            .await
    }
}

impl std::ops::Deref for Services {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
