//! Cross-account access over HTTP: the life of grants, the guest's view, the people behind them, and what must not be.

mod life;
mod people;
mod races;
mod worlds;

use quaymaster_tests::{Answer, Caller, Company, TestApp};
use serde_json::{Value, json};

/// A client and a broker, and everybody of both who matters, signed in.
pub(crate) struct Two {
    pub(crate) app: TestApp,
    pub(crate) client: Company,
    pub(crate) broker: Company,
    pub(crate) client_owner: Caller,
    pub(crate) broker_owner: Caller,
    pub(crate) employee: Caller,
}

impl Two {
    pub(crate) async fn start() -> Self {
        let app = TestApp::start().await;
        let client = app.world().company("client").await;
        let broker = app.world().company("broker").await;
        Self {
            client_owner: app.sign_in("client.owner").await,
            broker_owner: app.sign_in("broker.owner").await,
            employee: app.sign_in("broker.user").await,
            app,
            client,
            broker,
        }
    }

    /// Signs everybody in again, after the clock has moved.
    pub(crate) async fn again(&mut self) {
        self.client_owner = self.app.sign_in("client.owner").await;
        self.broker_owner = self.app.sign_in("broker.owner").await;
        self.employee = self.app.sign_in("broker.user").await;
    }

    pub(crate) fn invitation(&self) -> Value {
        json!({
            "account_id": self.client.account, "direction": "invite",
            "counterparty": { "account_number": self.broker.account_number, "owner_user_id": "broker.owner" },
            "draft_id": null, "all_sub_accounts": true, "sub_account_ids": [], "top_level": true,
            "rights": rights(), "purpose": "You file our entries.",
        })
    }

    /// The client invites, the broker accepts, and passes it on to its employee.
    pub(crate) async fn granted(&self) -> String {
        let proposed = self
            .client_owner
            .post("/grants", &self.invitation())
            .await
            .ok();
        let id = proposed["id"].as_str().unwrap().to_owned();
        accept(&self.broker_owner, &id, 1).await.ok();
        self.assign(&id).await.ok();
        id
    }

    pub(crate) async fn assign(&self, grant: &str) -> Answer {
        self.broker_owner
            .put(
                &format!("/grants/{grant}/people/{}", self.broker.user.id),
                &json!({ "rights": null }),
            )
            .await
    }

    /// What somebody gets at the client's account.
    pub(crate) async fn look(&self, who: &Caller) -> (u16, String) {
        who.get(&format!("/accounts/{}/sub-accounts", self.client.account))
            .await
            .outcome()
    }
}

pub(crate) fn rights() -> Value {
    json!({ "structure": true, "records": "all", "reports": true, "users": true })
}

pub(crate) async fn accept(who: &Caller, grant: &str, version: i64) -> Answer {
    who.post(
        &format!("/grants/{grant}/acceptance"),
        &json!({ "version": version, "narrowing": null }),
    )
    .await
}

pub(crate) async fn act(who: &Caller, grant: &str, what: &str) -> Answer {
    who.post(
        &format!("/grants/{grant}/{what}"),
        &json!({ "reason": "We change brokers in June" }),
    )
    .await
}

pub(crate) fn seen() -> (u16, String) {
    (200, String::new())
}

pub(crate) fn not_active() -> (u16, String) {
    (403, "grant-not-active".to_owned())
}

pub(crate) fn hidden() -> (u16, String) {
    (404, "not-found".to_owned())
}
