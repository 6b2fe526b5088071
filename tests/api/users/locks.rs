//! Reactivation of one and of many, suspension: who may, who may not (R6), and what it does at once.

use quaymaster_tests::PASSWORD;

use super::*;

/// The temporary password in a mail: the only paragraph of one word.
fn temporary_of(mail: &str) -> String {
    mail.split("\n\n")
        .find(|part| part.len() >= 15 && !part.contains(char::is_whitespace))
        .unwrap()
        .to_owned()
}

/// R6, the whole table: who reactivates whom.
#[tokio::test]
async fn nobody_reactivates_a_person_of_equal_or_higher_power() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let second_proxy = member(&app, &acme, "acme.proxy2", MemberRole::Proxy).await;
    let second_user = member(&app, &acme, "acme.user2", MemberRole::User).await;
    let owner = app.sign_in("acme.owner").await;
    let proxy = app.sign_in("acme.proxy").await;
    let user = app.sign_in("acme.user").await;
    let forbidden = "forbidden";
    let above = "not-above-target";
    for (who, caller, target, expected) in [
        ("owner", &owner, &acme.owner, above),
        ("owner", &owner, &second_proxy, ""),
        ("owner", &owner, &second_user, ""),
        ("proxy", &proxy, &acme.owner, above),
        ("proxy", &proxy, &acme.proxy, above),
        ("proxy", &proxy, &second_proxy, above),
        ("proxy", &proxy, &second_user, ""),
        ("user", &user, &acme.owner, forbidden),
        ("user", &user, &acme.proxy, forbidden),
        ("user", &user, &acme.user, forbidden),
        ("user", &user, &second_user, forbidden),
    ] {
        app.world().lock(target).await;
        let answer = reactivate(caller, &acme, target, false).await;
        assert_eq!(answer.code(), expected, "{who} -> {}", target.user_name);
        let status = if expected.is_empty() { 200 } else { 403 };
        assert_eq!(answer.status, status, "{who} -> {}", target.user_name);
        // The lock is as it was, or gone.
        let state = &list(&owner, &acme, &format!("q={}", target.email)).await[0]["state"]["kind"];
        let expected = if status == 200 {
            "active"
        } else {
            "failed_attempts"
        };
        assert_eq!(state, expected, "{who} -> {}", target.user_name);
    }
}

#[tokio::test]
async fn reactivation_lets_the_person_in_again() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    active_at(&app, &acme.user, app.services.now() - Duration::days(60)).await;
    app.world().lock(&acme.user).await;
    app.world()
        .execute(
            "INSERT INTO device_cookies (id, user_id, cookie_hash, failed_count, locked_at, created_at, last_used_at) VALUES (?, ?, 'x', 5, ?, ?, ?)",
            vec![
                app.services.id::<uuid::Uuid>().into(),
                acme.user.id.0.into(),
                app.services.now().into(),
                app.services.now().into(),
                app.services.now().into(),
            ],
        )
        .await;
    let done = reactivate(&owner, &acme, &acme.user, false).await.ok();
    assert_eq!(done["state"]["kind"], "active");
    assert_eq!(done["lapses_on"], "2026-04-16");
    let twice = reactivate(&owner, &acme, &acme.user, false).await;
    assert_eq!(twice.outcome(), (409, "not-locked".to_owned()));
    let devices = app
        .rows("SELECT 'locked' AS a, COUNT(*) AS b FROM device_cookies WHERE locked_at IS NOT NULL OR failed_count > 0")
        .await;
    assert_eq!(devices, [("locked".to_owned(), 0)]);
    let mail = app.mails_to(&acme.user.email).await.pop().unwrap();
    assert_eq!(mail.template, "reactivated");
    assert!(mail.body.contains("Test owner"), "{}", mail.body);
    let mut caller = app.anon();
    assert_eq!(caller.sign_in("acme.user", PASSWORD).await.status, 201);

    let trail = owner
        .get(&format!(
            "/accounts/{}/audit-events?action=user.reactivate",
            acme.account
        ))
        .await
        .ok();
    assert_eq!(trail["items"].as_array().unwrap().len(), 1);
    assert_eq!(trail["items"][0]["before"]["state"], "failed_attempts");
    assert_eq!(trail["items"][0]["after"]["state"], "active");
}

#[tokio::test]
async fn a_temporary_password_is_mailed_and_works_until_the_day_is_over() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    app.world().lock(&acme.user).await;
    let done = reactivate(&owner, &acme, &acme.user, true).await;
    assert_eq!(done.status, 200, "{}", done.body);
    let mail = app.mails_to(&acme.user.email).await.pop().unwrap();
    let temporary = temporary_of(&mail.body);
    assert!(!done.body.contains(&temporary));
    assert!(
        mail.body.contains("3 March 2026, 00:00 UTC"),
        "{}",
        mail.body
    );
    let trail = owner
        .get(&format!("/accounts/{}/audit-events", acme.account))
        .await;
    assert!(!trail.body.contains(&temporary));

    let mut caller = app.anon();
    let signed_in = caller.sign_in("acme.user", &temporary).await;
    assert_eq!(signed_in.status, 201, "{}", signed_in.body);
    assert_eq!(signed_in.at("/next_step"), "change_password");
    // Nothing else works before.
    let early = caller.get("/accounts").await;
    assert_eq!(early.outcome(), (423, "next-step-required".to_owned()));

    // Another one, not used on the same day.
    app.world().lock(&acme.proxy).await;
    reactivate(&owner, &acme, &acme.proxy, true).await.ok();
    let mail = app.mails_to(&acme.proxy.email).await.pop().unwrap();
    let late = temporary_of(&mail.body);
    app.clock.advance(Duration::hours(9));
    let mut caller = app.anon();
    let refused = caller.sign_in("acme.proxy", &late).await;
    assert_eq!(refused.outcome(), (401, "sign-in-failed".to_owned()));
}

#[tokio::test]
async fn reactivating_many_tells_what_became_of_each() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let other = app.world().company("other").await;
    let second_proxy = member(&app, &acme, "acme.proxy2", MemberRole::Proxy).await;
    let suspended = member(&app, &acme, "acme.suspended", MemberRole::User).await;
    let owner = app.sign_in("acme.owner").await;
    let proxy = app.sign_in("acme.proxy").await;
    let user = app.sign_in("acme.user").await;
    suspend(&owner, &acme, &suspended).await.ok();
    for person in [&acme.user, &second_proxy, &acme.owner, &other.user] {
        app.world().lock(person).await;
    }
    let path = format!("/accounts/{}/reactivations", acme.account);
    let people = [
        acme.user.id,
        second_proxy.id,
        acme.owner.id,
        acme.proxy.id,
        suspended.id,
        other.user.id,
        acme.user.id,
    ];
    let body = json!({ "user_ids": people, "temporary_password": false });
    let done = proxy.post(&path, &body).await.ok();
    let rows: Vec<_> = done["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            (
                row["outcome"].as_str().unwrap(),
                row["code"].as_str().unwrap_or_default(),
            )
        })
        .collect();
    assert_eq!(
        rows,
        [
            ("reactivated", ""),
            ("refused", "not-above-target"),
            ("refused", "not-above-target"),
            ("refused", "not-above-target"),
            ("refused", "not-locked"),
            ("refused", "not-found"),
        ]
    );
    // What was refused is untouched; what was not is done.
    assert_eq!(
        names(&list(&owner, &acme, "state=failed_attempts").await),
        ["acme.owner", "acme.proxy2"]
    );
    let nobody = json!({ "user_ids": [], "temporary_password": false });
    let many: Vec<_> = (0..201).map(|_| acme.user.id).collect();
    for body in [
        nobody,
        json!({ "user_ids": many, "temporary_password": false }),
    ] {
        let answer = owner.post(&path, &body).await;
        assert_eq!(answer.at("/errors/0/pointer"), "/user_ids");
    }
    assert_eq!(
        user.post(&path, &body).await.outcome(),
        (403, "forbidden".to_owned())
    );
}

#[tokio::test]
async fn a_suspended_person_is_out_at_the_very_next_request() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    let user = app.sign_in("acme.user").await;
    assert_eq!(
        user.get(&format!("/accounts/{}", acme.account))
            .await
            .status,
        200
    );
    let done = suspend(&owner, &acme, &acme.user).await.ok();
    assert_eq!(done["state"]["kind"], "suspended");
    assert_eq!(
        user.get(&format!("/accounts/{}", acme.account))
            .await
            .status,
        401
    );
    let mut again = app.anon();
    assert_eq!(again.sign_in("acme.user", PASSWORD).await.status, 401);
    let answer = reactivate(&owner, &acme, &acme.user, false).await;
    assert_eq!(answer.outcome(), (409, "not-locked".to_owned()));
    assert!(
        answer.body.contains("lift the suspension"),
        "{}",
        answer.body
    );
    let mail = app.mails_to(&acme.user.email).await.pop().unwrap();
    assert!(mail.body.contains("Left the company on 30 June"));

    let done = lift(&owner, &acme, &acme.user).await.ok();
    assert_eq!(done["state"]["kind"], "active");
    // The sessions stay ended.
    assert_eq!(
        user.get(&format!("/accounts/{}", acme.account))
            .await
            .status,
        401
    );
    assert_eq!(again.sign_in("acme.user", PASSWORD).await.status, 201);
    let twice = lift(&owner, &acme, &acme.user).await;
    assert_eq!(twice.outcome(), (409, "not-locked".to_owned()));
    for reason in ["", "x", &"x".repeat(501)] {
        let answer = owner
            .post(
                &format!("{}/suspension", one(&acme, &acme.user)),
                &json!({ "reason": reason }),
            )
            .await;
        assert_eq!(answer.at("/errors/0/pointer"), "/reason");
    }
}

/// Who lifts what whom suspended; an own suspension never.
#[tokio::test]
async fn a_suspension_is_lifted_by_the_side_that_made_it() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let second_proxy = member(&app, &acme, "acme.proxy2", MemberRole::Proxy).await;
    let owner = app.sign_in("acme.owner").await;
    let proxy = app.sign_in("acme.proxy").await;
    let by = |side: &'static str, person: &Person| {
        let id = person.id.0;
        let app = &app;
        async move {
            app.world()
                .execute(
                    "UPDATE users SET suspended_at = ?, suspended_by_kind = ?, suspended_reason = 'Because.' WHERE id = ?",
                    vec![app.services.now().into(), side.into(), id.into()],
                )
                .await;
        }
    };
    let refused = (403, "not-above-target".to_owned());
    for (side, caller, target, allowed) in [
        ("owner", &owner, &acme.user, true),
        ("owner", &proxy, &acme.user, false),
        ("proxy", &owner, &acme.user, true),
        ("proxy", &proxy, &acme.user, true),
        ("staff", &owner, &acme.user, false),
        ("staff", &proxy, &acme.user, false),
        ("owner", &owner, &second_proxy, true),
        ("owner", &proxy, &second_proxy, false),
        ("staff", &owner, &second_proxy, false),
    ] {
        by(side, target).await;
        let answer = lift(caller, &acme, target).await;
        if allowed {
            assert_eq!(answer.status, 200, "{side} {}", target.user_name);
        } else {
            assert_eq!(answer.outcome(), refused, "{side} {}", target.user_name);
        }
    }
    // Nor is it replaced by one that others could lift.
    by("staff", &acme.user).await;
    assert_eq!(suspend(&owner, &acme, &acme.user).await.outcome(), refused);
    by("owner", &acme.user).await;
    assert_eq!(suspend(&proxy, &acme, &acme.user).await.outcome(), refused);
    for (caller, target) in [
        (&owner, &acme.owner),
        (&proxy, &acme.owner),
        (&proxy, &acme.proxy),
        (&proxy, &second_proxy),
    ] {
        assert_eq!(suspend(caller, &acme, target).await.outcome(), refused);
    }
}

#[tokio::test]
async fn a_person_of_several_companies_is_protected_from_each_of_them() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let other = app.world().company("other").await;
    let owner = app.sign_in("acme.owner").await;
    // Who answers for another company is let in by nobody here, and shut out by nobody here.
    app.world()
        .member(acme.account, &other.owner, MemberRole::User)
        .await;
    app.world().lock(&other.owner).await;
    let refused = (403, "not-above-target".to_owned());
    assert_eq!(
        reactivate(&owner, &acme, &other.owner, false)
            .await
            .outcome(),
        refused
    );
    assert_eq!(
        suspend(&owner, &acme, &other.owner).await.outcome(),
        refused
    );
    // A user of two companies is let in by either, and shut out by none alone.
    app.world()
        .member(acme.account, &other.user, MemberRole::User)
        .await;
    app.world().lock(&other.user).await;
    assert_eq!(
        reactivate(&owner, &acme, &other.user, false).await.status,
        200
    );
    let answer = suspend(&owner, &acme, &other.user).await;
    assert_eq!(answer.outcome(), refused);
    assert!(
        answer.body.contains("take the person out"),
        "{}",
        answer.body
    );
    // Taking the person out of the own account is always possible.
    let etag = owner
        .get(&one(&acme, &other.user))
        .await
        .header("etag")
        .to_owned();
    let gone = owner.delete_match(&one(&acme, &other.user), &etag).await;
    assert_eq!(gone.status, 204);
    // Staff count like owners.
    let clerk = app
        .world()
        .person("some.clerk", Some(StaffRole::Auditor))
        .await;
    app.world()
        .member(acme.account, &clerk, MemberRole::User)
        .await;
    assert_eq!(suspend(&owner, &acme, &clerk).await.outcome(), refused);
}
