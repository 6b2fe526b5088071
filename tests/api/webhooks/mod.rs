//! Webhooks of an account against real receivers: signatures, what goes wrong and how it is told, back-off by the test's clock,
//! and that nobody waits for somebody else's receiver.

mod manage;
mod receiver;
mod sending;
mod wrong;

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use quaymaster_server::webhooks::{Limits, Resolve, Sender, Unresolved, round};
use quaymaster_service::Settings;
use quaymaster_tests::{Answer, Caller, Company, TestApp};
use serde_json::{Value, json};

use receiver::Receiver;

/// Attempts are short here, so that a receiver that hangs does not hold up the tests.
const LIMITS: Limits = Limits {
    connect: Duration::from_millis(500),
    total: Duration::from_millis(1500),
};

/// Every name leads to the same addresses. Counts how often it was asked.
struct Fixed(Vec<IpAddr>, AtomicUsize);

impl Fixed {
    fn at(addresses: &[&str]) -> Arc<Self> {
        let addresses = addresses.iter().map(|a| a.parse().unwrap()).collect();
        Arc::new(Self(addresses, AtomicUsize::new(0)))
    }
}

impl Resolve for Fixed {
    fn resolve(
        &self,
        _host: String,
    ) -> std::pin::Pin<Box<dyn Future<Output = Result<Vec<IpAddr>, Unresolved>> + Send + '_>> {
        self.1.fetch_add(1, Ordering::Relaxed);
        Box::pin(async {
            if self.0.is_empty() {
                Err(Unresolved)
            } else {
                Ok(self.0.clone())
            }
        })
    }
}

/// A sender to this machine.
fn sender() -> Sender {
    Sender::with(true, LIMITS, Fixed::at(&["127.0.0.1"])).unwrap()
}

struct Scene {
    app: TestApp,
    acme: Company,
    owner: Caller,
    sender: Sender,
}

impl Scene {
    /// An account whose webhooks may lead to this machine.
    async fn start() -> Self {
        let settings = Settings {
            webhooks_private: true,
            ..Settings::default()
        };
        let app = TestApp::start_with(settings).await;
        let acme = app.world().company("acme").await;
        let owner = app.sign_in("acme.owner").await;
        Self {
            app,
            acme,
            owner,
            sender: sender(),
        }
    }

    fn path(&self, rest: &str) -> String {
        format!("/accounts/{}/webhooks{rest}", self.acme.account)
    }

    async fn create(&self, url: &str, types: Value) -> Answer {
        self.owner
            .post(
                &self.path(""),
                &json!({ "url": url, "description": "Our ERP", "event_types": types }),
            )
            .await
    }

    /// A webhook for everything. Answers its id and secret.
    async fn hook(&self, url: &str) -> (String, String) {
        let made = self.create(url, Value::Null).await;
        assert_eq!(made.status, 201, "{}", made.body);
        let text = |pointer: &str| made.at(pointer).as_str().unwrap().to_owned();
        (text("/webhook/id"), text("/signing_secret"))
    }

    /// Something happens in the account.
    async fn act(&self, name: &str) {
        let made = self
            .owner
            .post(
                &format!("/accounts/{}/sub-accounts", self.acme.account),
                &json!({ "name": name, "activity": "importer" }),
            )
            .await;
        assert_eq!(made.status, 201, "{}", made.body);
    }

    /// Everything that is due is tried once.
    async fn round(&self) {
        round(&self.app.services, &self.sender).await.unwrap();
    }

    async fn log(&self, hook: &str) -> Vec<Value> {
        let page = self
            .owner
            .get(&self.path(&format!("/{hook}/deliveries?limit=200")))
            .await
            .ok();
        page["items"].as_array().unwrap().clone()
    }

    /// The newest delivery with its attempts.
    async fn newest(&self, hook: &str) -> Value {
        let id = self.log(hook).await[0]["id"].as_str().unwrap().to_owned();
        self.owner
            .get(&self.path(&format!("/{hook}/deliveries/{id}")))
            .await
            .ok()
    }

    /// One act, one attempt; what the log says of it.
    async fn tried(&self, url: &str) -> (String, Value) {
        let (hook, _) = self.hook(url).await;
        self.act("Something").await;
        self.round().await;
        let newest = self.newest(&hook).await;
        (hook, newest)
    }
}

async fn receiver() -> Receiver {
    Receiver::start().await
}
