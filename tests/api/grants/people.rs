//! The people behind a grant, what a guest may do, the ledger and the kill switch.

use chrono::Duration;
use serde_json::json;

use super::{Two, act, not_active, rights, seen};

#[tokio::test]
async fn what_is_passed_on_is_never_more_than_the_grant() {
    let two = Two::start().await;
    let id = two.granted().await;
    let user = two.broker.user.id;
    let account = two.client.account;
    let less = json!({ "rights": { "structure": true, "records": "none", "reports": false, "users": false } });
    two.broker_owner
        .put(&format!("/grants/{id}/people/{user}"), &less)
        .await
        .ok();
    assert_eq!(two.look(&two.employee).await, seen());
    assert_eq!(
        two.employee
            .get(&format!("/accounts/{account}/users"))
            .await
            .code(),
        "forbidden"
    );
    assert_eq!(
        two.broker_owner
            .get(&format!("/accounts/{account}/users"))
            .await
            .status,
        200
    );
    // The grant shrinks: so does everybody's part, in the same instant.
    two.client_owner
        .patch(&format!("/grants/{id}"), "\"v2\"", &json!({ "rights": { "structure": false, "records": "none", "reports": true, "users": false } }))
        .await
        .ok();
    assert_eq!(two.look(&two.employee).await, not_active());
    assert_eq!(two.look(&two.broker_owner).await.1, "forbidden");
    let more = json!({ "rights": rights() });
    assert_eq!(
        two.broker_owner
            .put(&format!("/grants/{id}/people/{user}"), &more)
            .await
            .code(),
        "exceeds-grant"
    );
}

#[tokio::test]
async fn the_grantor_sees_the_people_and_takes_one_off() {
    let two = Two::start().await;
    let id = two.granted().await;
    assert_eq!(two.look(&two.employee).await, seen());
    let account = two.client.account;
    let ledger = two
        .client_owner
        .get(&format!("/accounts/{account}/outside-people"))
        .await
        .ok();
    let people = ledger["items"].as_array().unwrap();
    assert_eq!(people.len(), 2, "{ledger}");
    let employee = people
        .iter()
        .find(|p| p["person"]["user_id"] == "broker.user")
        .unwrap();
    assert_eq!(employee["via"], json!(["assigned"]));
    assert_eq!(employee["last_used_at"], json!(two.app.services.now()));
    let user = two.broker.user.id;
    let removal = format!("/grants/{id}/people/{user}/removal");
    assert_eq!(
        two.broker_owner
            .post(&removal, &json!({ "reason": null }))
            .await
            .code(),
        "grant-state"
    );
    assert_eq!(
        two.client_owner
            .post(&removal, &json!({ "reason": "Left your company" }))
            .await
            .status,
        204
    );
    assert_eq!(two.look(&two.employee).await, not_active());
    assert_eq!(two.assign(&id).await.code(), "removed-by-grantor");
    let why = two
        .client_owner
        .get(&format!(
            "/accounts/{account}/outside-people/{user}/effective-access"
        ))
        .await
        .ok();
    assert_eq!(why["can_see"], false);
    assert!(why.to_string().contains("taken off"), "{why}");
    assert_eq!(two.client_owner.delete(&removal).await.status, 204);
    assert_eq!(two.look(&two.employee).await, seen());
    // Whoever leaves the recipient loses it in the same instant.
    two.broker_owner
        .delete_match(
            &format!("/accounts/{}/users/{user}", two.broker.account),
            "\"v1\"",
        )
        .await;
    assert_eq!(two.look(&two.employee).await.0, 404);
}

#[tokio::test]
async fn a_guest_reads_within_the_grant_and_writes_nothing() {
    let two = Two::start().await;
    let second = two
        .client_owner
        .post(
            &format!("/accounts/{}/sub-accounts", two.client.account),
            &json!({ "name": "Second", "activity": "importer" }),
        )
        .await
        .ok();
    let mut body = two.invitation();
    body["all_sub_accounts"] = json!(false);
    body["sub_account_ids"] = json!([two.client.sub_account]);
    body["top_level"] = json!(false);
    body["rights"] =
        json!({ "structure": true, "records": "none", "reports": false, "users": false });
    let id = two.client_owner.post("/grants", &body).await.ok()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    super::accept(&two.broker_owner, &id, 1).await.ok();
    two.assign(&id).await.ok();
    let account = two.client.account;
    let subs = two
        .employee
        .get(&format!("/accounts/{account}/sub-accounts"))
        .await
        .ok();
    assert_eq!(subs["items"].as_array().unwrap().len(), 1);
    assert_eq!(subs["items"][0]["id"], json!(two.client.sub_account));
    let found = two.employee.get(&format!("/accounts/{account}")).await.ok();
    assert_eq!(
        (&found["sub_account_count"], &found["user_count"]),
        (&json!(1), &json!(0))
    );
    let second = second["id"].as_str().unwrap();
    assert_eq!(
        two.employee
            .get(&format!("/accounts/{account}/sub-accounts/{second}"))
            .await
            .status,
        404
    );
    for path in [
        "contacts",
        "addresses",
        "business-activities",
        "users",
        "audit-events",
        "grants-given",
        "outside-people",
        "access-request-drafts",
        "invitations",
    ] {
        let answer = two
            .employee
            .get(&format!("/accounts/{account}/{path}"))
            .await;
        assert_eq!(answer.code(), "forbidden", "{path}: {}", answer.body);
    }
    let write = two
        .employee
        .post(
            &format!("/accounts/{account}/sub-accounts"),
            &json!({ "name": "Mine", "activity": "importer" }),
        )
        .await;
    assert_eq!(write.code(), "forbidden", "{}", write.body);
    let renamed = two
        .employee
        .patch(
            &format!(
                "/accounts/{account}/sub-accounts/{}",
                two.client.sub_account
            ),
            "\"v1\"",
            &json!({ "name": "Mine" }),
        )
        .await;
    assert_eq!(renamed.code(), "forbidden", "{}", renamed.body);
}

#[tokio::test]
async fn users_are_seen_without_their_locks_and_sign_ins() {
    let two = Two::start().await;
    two.granted().await;
    let users = two
        .employee
        .get(&format!("/accounts/{}/users", two.client.account))
        .await
        .ok();
    for user in users["items"].as_array().unwrap() {
        assert_eq!(user["last_sign_in"], json!(null));
        assert_eq!(user["lapses_on"], json!(null));
        assert_eq!(user["state"]["kind"], "active");
    }
    for filter in [
        "state=dormant",
        "lapses_before=2026-12-01",
        "sort=last_sign_in",
    ] {
        let answer = two
            .employee
            .get(&format!("/accounts/{}/users?{filter}", two.client.account))
            .await;
        assert_eq!(answer.code(), "forbidden", "{filter}");
    }
    for path in ["invitations", "audit-events", "grants-given"] {
        let answer = two
            .employee
            .get(&format!("/accounts/{}/{path}", two.client.account))
            .await;
        assert_eq!(answer.code(), "forbidden", "{path}");
    }
    let one = two
        .employee
        .get(&format!(
            "/accounts/{}/users/{}",
            two.client.account, two.client.owner.id
        ))
        .await;
    assert_eq!(one.code(), "forbidden", "{}", one.body);
}

#[tokio::test]
async fn the_kill_switch_ends_everything_when_the_number_is_right() {
    let two = Two::start().await;
    let id = two.granted().await;
    let account = two.client.account;
    let there = two
        .client_owner
        .get(&format!("/accounts/{account}/outside-access"))
        .await
        .ok();
    assert_eq!(there, json!({ "people": 2, "grants": 1, "proposals": 0 }));
    let path = format!("/accounts/{account}/outside-access/end");
    let wrong = two
        .client_owner
        .post(&path, &json!({ "people": 1, "reason": null }))
        .await;
    assert_eq!(wrong.code(), "preview-changed", "{}", wrong.body);
    assert_eq!(two.look(&two.employee).await, seen());
    let done = two
        .client_owner
        .post(&path, &json!({ "people": 2, "reason": "Suspected misuse" }))
        .await
        .ok();
    assert_eq!(done, json!({ "people": 2, "grants": 1 }));
    assert_eq!(two.look(&two.employee).await, not_active());
    assert_eq!(two.look(&two.broker_owner).await, not_active());
    assert_eq!(
        act(&two.broker_owner, &id, "pause").await.code(),
        "grant-state"
    );
}

#[tokio::test]
async fn the_preview_shows_what_the_guest_will_see() {
    let two = Two::start().await;
    let shown = two
        .client_owner
        .post(
            &format!("/accounts/{}/grant-previews", two.client.account),
            &json!({ "all_sub_accounts": true, "sub_account_ids": [], "top_level": false, "rights": rights() }),
        )
        .await
        .ok();
    two.granted().await;
    let subs = two
        .employee
        .get(&format!("/accounts/{}/sub-accounts", two.client.account))
        .await
        .ok();
    let names = |list: &serde_json::Value| -> Vec<String> {
        list.as_array()
            .unwrap()
            .iter()
            .map(|s| s["name"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(names(&shown["sub_accounts"]), names(&subs["items"]));
    assert_eq!(shown["users"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn reminders_go_to_both_sides_once_each_and_an_end_is_written_down_once() {
    let mut two = Two::start().await;
    let mut body = two.invitation();
    body["ends_at"] = json!(two.app.services.now() + Duration::days(40));
    let id = two.client_owner.post("/grants", &body).await.ok()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    super::accept(&two.broker_owner, &id, 1).await.ok();
    let s = two.app.services.clone();
    use quaymaster_service::grants::reminders;
    assert_eq!(reminders::send_due(&s).await.unwrap(), 0);
    for (days, sent) in [(10, 2), (0, 0), (23, 2), (6, 2), (0, 0)] {
        two.app.clock.advance(Duration::days(days));
        assert_eq!(
            reminders::send_due(&s).await.unwrap(),
            sent,
            "after {days} days"
        );
    }
    assert_eq!(reminders::end_due(&s).await.unwrap(), 0);
    two.app.clock.advance(Duration::days(1));
    assert_eq!(reminders::end_due(&s).await.unwrap(), 1);
    assert_eq!(reminders::end_due(&s).await.unwrap(), 0);
    two.again().await;
    let found = two.broker_owner.get(&format!("/grants/{id}")).await.ok();
    assert_eq!(found["state"]["how"], "expired");
    assert_eq!(found["version"], 3);
}
