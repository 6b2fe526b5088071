//! Many at the same instant: exactly one wins, the others hear the rule.

use std::collections::BTreeMap;

use serde_json::json;

use super::{Two, accept, act};

/// Clients at the same instant.
const CROWD: usize = 200;

async fn crowd<F>(ask: impl Fn(usize) -> F) -> BTreeMap<(u16, String), usize>
where
    F: Future<Output = quaymaster_tests::Answer> + Send + 'static,
{
    let all: Vec<_> = (0..CROWD).map(|n| tokio::spawn(ask(n))).collect();
    let mut outcomes = BTreeMap::new();
    for one in all {
        *outcomes.entry(one.await.unwrap().outcome()).or_insert(0) += 1;
    }
    outcomes
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_acceptances_one_counts() {
    let two = Two::start().await;
    let id = two
        .client_owner
        .post("/grants", &two.invitation())
        .await
        .ok()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let outcomes = crowd(|_| {
        let (who, id) = (two.broker_owner.clone(), id.clone());
        async move { accept(&who, &id, 1).await }
    })
    .await;
    assert_eq!(
        outcomes.get(&(200, String::new())),
        Some(&1),
        "{outcomes:?}"
    );
    let refused = outcomes
        .get(&(409, "grant-state".to_owned()))
        .copied()
        .unwrap_or(0);
    let busy = outcomes
        .get(&(503, "busy".to_owned()))
        .copied()
        .unwrap_or(0);
    assert_eq!(refused + busy, CROWD - 1, "{outcomes:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_proposals_between_two_accounts_one_stands() {
    let two = Two::start().await;
    let outcomes = crowd(|n| {
        let body = two.invitation();
        let mut crossing = body.clone();
        crossing["account_id"] = json!(two.broker.account);
        crossing["direction"] = json!("request");
        crossing["counterparty"] =
            json!({ "account_number": two.client.account_number, "owner_user_id": "client.owner" });
        let (who, body) = if n % 2 == 0 {
            (two.client_owner.clone(), body)
        } else {
            (two.broker_owner.clone(), crossing)
        };
        async move { who.post("/grants", &body).await }
    })
    .await;
    assert_eq!(
        outcomes.get(&(201, String::new())),
        Some(&1),
        "{outcomes:?}"
    );
    let refused = outcomes
        .get(&(409, "grant-exists".to_owned()))
        .copied()
        .unwrap_or(0);
    let busy = outcomes
        .get(&(503, "busy".to_owned()))
        .copied()
        .unwrap_or(0);
    assert_eq!(refused + busy, CROWD - 1, "{outcomes:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_quicker_a_revoked_grant_is_over() {
    let two = Two::start().await;
    let id = two.granted().await;
    let outcomes = crowd(|n| {
        let id = id.clone();
        let (who, what) = if n % 2 == 0 {
            (two.client_owner.clone(), "revocation")
        } else {
            (two.broker_owner.clone(), "pause")
        };
        async move { act(&who, &id, what).await }
    })
    .await;
    let done = outcomes.get(&(200, String::new())).copied().unwrap_or(0);
    assert!((1..=2).contains(&done), "{outcomes:?}");
    let found = two.client_owner.get(&format!("/grants/{id}")).await.ok();
    assert_eq!(found["state"]["how"], "revoked");
    assert_eq!(two.look(&two.employee).await, super::not_active());
}
