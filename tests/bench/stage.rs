//! The database that is measured on: an account of 50 people, a crowd that signs in, accounts that identifiers are
//! added to. Password hashes have the real cost.

use std::path::Path;

use quaymaster_domain::clock::{Clock, Rng};
use quaymaster_domain::members::{MemberRole, StaffRole};
use quaymaster_server::wiring::{SystemClock, SystemRng};
use quaymaster_service::Settings;
use quaymaster_service::hashing::{Cost, Hasher, HasherOptions};
use quaymaster_tests::{Company, DatabaseKind, PASSWORD, ServerProcess, TestApp, TestDatabase};
use serde_json::json;
use std::sync::Arc;

use crate::load::{Connection, post};

/// How many people the listed account has.
const PEOPLE: usize = 50;

/// How many different people sign in: one for each client of the largest storm, because attempts of one person count
/// before they are hashed, so that many at once would lock.
const CROWD: usize = 256;

/// The names of the companies that identifiers are added to, one for each size.
const SIZES: [&str; 3] = ["small", "middle", "large"];

/// Somebody among the staff who sees every trade record.
pub const AUDITOR: &str = "the.auditor";

pub struct Stage {
    pub database: TestDatabase,
    /// The company with 50 people.
    pub acme: Company,
    /// One for each size of the identifier table.
    pub companies: Vec<Company>,
}

impl Stage {
    /// # Errors
    /// When a password cannot be hashed.
    pub async fn build(kind: DatabaseKind) -> Result<Self, String> {
        let database = TestDatabase::fresh_of(kind).await;
        let app = TestApp::start_on(database, Settings::default(), 7).await;
        let world = app.world();
        world.terms(1).await;
        let acme = world.company("acme").await;
        for n in 3..PEOPLE {
            let person = world.person(&format!("acme.member{n:02}"), None).await;
            world.member(acme.account, &person, MemberRole::User).await;
        }
        let crowd = world.company("crowd").await;
        for n in 0..CROWD {
            let person = world.person(&crowd_name(n), None).await;
            world.member(crowd.account, &person, MemberRole::User).await;
        }
        world.person(AUDITOR, Some(StaffRole::Auditor)).await;
        let mut companies = Vec::new();
        for name in SIZES {
            companies.push(world.company(name).await);
        }
        // The stage's clock stands still in the past; the server goes by the machine's.
        let now = SystemClock.now();
        world
            .execute(
                "UPDATE users SET password_hash = ?, dormancy_starts_at = ?, last_sign_in_at = ?, last_sign_in_device = ?, last_sign_in_network = ?",
                vec![
                    real_hash().await?.into(),
                    now.into(),
                    now.into(),
                    "Firefox on Windows".into(),
                    "192.0.2.1".into(),
                ],
            )
            .await;
        let frozen = app.freeze().await;
        Ok(Self {
            database: frozen.copy().await,
            acme,
            companies,
        })
    }

    pub fn serve(&self, binary: &Path) -> ServerProcess {
        ServerProcess::start(binary, &self.database, &[])
    }
}

/// The User ID of somebody in the crowd.
pub fn crowd_name(n: usize) -> String {
    format!("crowd.member{:02}", n % CROWD)
}

/// Everybody has the same hash: the work of a comparison is the same.
async fn real_hash() -> Result<String, String> {
    let options = HasherOptions {
        cost: Cost::STANDARD,
        threads: 1,
        queue: 1,
    };
    let rng: Arc<dyn Rng> = Arc::new(SystemRng);
    // The pepper of the support's applications.
    let hasher = Hasher::start(&options, [1; 32], rng);
    hasher.hash(PASSWORD).await.map_err(|e| e.to_string())
}

/// A request that signs somebody in.
pub fn sign_in(user_name: &str) -> Vec<u8> {
    post(
        "/api/v1/sessions",
        "",
        &json!({ "user_id": user_name, "password": PASSWORD }),
    )
}

/// An access token.
///
/// # Errors
/// When the person cannot sign in.
pub async fn token(server: &ServerProcess, user_name: &str) -> Result<String, String> {
    let mut connection = Connection::open(server.address)
        .await
        .map_err(|e| e.to_string())?;
    let (status, body) = connection
        .exchange(&sign_in(user_name))
        .await
        .map_err(|e| e.to_string())?;
    let answer: serde_json::Value = serde_json::from_slice(&body).map_err(|e| e.to_string())?;
    answer["access_token"]
        .as_str()
        .map(str::to_owned)
        .ok_or_else(|| format!("{user_name} does not sign in: {status} {answer}"))
}
