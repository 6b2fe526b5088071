//! The operator's staff: roles and invitations, locks, the search, and what staff do about people of companies.

use quaymaster_domain::members::StaffRole;
use quaymaster_tests::{Caller, PASSWORD, Person, TestApp};
use serde_json::{Value, json};

use crate::applications::{Applicant, form};

const ROLES: &[(&str, StaffRole)] = &[
    ("the.agent", StaffRole::SupportAgent),
    ("the.leader", StaffRole::SupportLead),
    ("the.registrar", StaffRole::Registrar),
    ("the.auditor", StaffRole::Auditor),
    ("the.admin", StaffRole::Administrator),
];

async fn staffed() -> (TestApp, Vec<Person>) {
    let app = TestApp::start().await;
    let mut people = Vec::new();
    for (name, role) in ROLES {
        people.push(app.world().person(name, Some(*role)).await);
    }
    (app, people)
}

fn why(reason: &str) -> Value {
    json!({ "reason": reason })
}

#[tokio::test]
async fn the_staff_are_listed_for_auditors_and_administrators() {
    let (app, _) = staffed().await;
    for (name, _) in ROLES {
        let answer = app.sign_in(name).await.get("/staff").await;
        let allowed = ["the.auditor", "the.admin"].contains(name);
        assert_eq!(answer.status, if allowed { 200 } else { 403 }, "{name}");
    }
    let list = app
        .sign_in("the.auditor")
        .await
        .get("/staff?limit=3")
        .await
        .ok();
    let names: Vec<&str> = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|m| m["user_id"].as_str())
        .collect();
    assert_eq!(names, ["the.admin", "the.agent", "the.auditor"]);
    let rest = format!(
        "/staff?limit=3&cursor={}",
        list["next_cursor"].as_str().unwrap()
    );
    let rest = app.sign_in("the.auditor").await.get(&rest).await.ok();
    assert_eq!(rest["items"].as_array().map(Vec::len), Some(2));
    assert_eq!(rest["next_cursor"], Value::Null);
}

#[tokio::test]
async fn an_administrator_invites_and_the_invited_person_signs_in() {
    let (app, _) = staffed().await;
    let admin = app.sign_in("the.admin").await;
    let new = json!({ "email": "nia@portal.example", "given_name": "Nia", "family_name": "Okafor", "staff_role": "registrar" });
    let made = admin.post("/staff/invitations", &new).await;
    assert_eq!(made.status, 201, "{}", made.body);
    assert_eq!(made.at("/staff_role"), "registrar");
    assert_eq!(made.at("/account_id"), Value::Null);
    let again = admin.post("/staff/invitations", &new).await;
    assert_eq!(again.outcome(), (409, "already-exists".to_owned()));
    let auditor = app.sign_in("the.auditor").await;
    assert_eq!(auditor.post("/staff/invitations", &new).await.status, 403);

    let listed = auditor.get("/staff/invitations?state=open").await.ok();
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(1));
    let id = made.at("/id").as_str().unwrap().to_owned();
    let sent = admin
        .post_empty(&format!("/staff/invitations/{id}/resend"))
        .await;
    assert_eq!(sent.status, 204, "{}", sent.body);

    let token = last_token(&app).await;
    let redeemed = app
        .anon()
        .post(
            "/invitations/redemptions",
            &json!({ "token": token, "user_id": "nia.okafor", "password": "seven grey herons at dawn" }),
        )
        .await;
    assert_eq!(redeemed.status, 201, "{}", redeemed.body);
    let mut nia = app.anon();
    let begun = nia.sign_in("nia.okafor", "seven grey herons at dawn").await;
    assert_eq!(begun.status, 201, "{}", begun.body);
    let revoked = admin.delete(&format!("/staff/invitations/{id}")).await;
    assert_eq!(revoked.outcome(), (409, "already-member".to_owned()));
}

#[tokio::test]
async fn a_withdrawn_invitation_is_dead_and_the_address_free() {
    let (app, _) = staffed().await;
    let admin = app.sign_in("the.admin").await;
    let new = json!({ "email": "nia@portal.example", "given_name": "Nia", "family_name": "Okafor", "staff_role": "auditor" });
    let made = admin.post("/staff/invitations", &new).await.ok();
    let token = last_token(&app).await;
    let id = made["id"].as_str().unwrap();
    let gone = admin.delete(&format!("/staff/invitations/{id}")).await;
    assert_eq!(gone.status, 204, "{}", gone.body);
    let dead = app
        .anon()
        .post("/invitations/previews", &json!({ "token": token }))
        .await;
    assert_eq!(dead.outcome(), (409, "link-not-valid".to_owned()));
    let staff = admin.get("/staff").await.ok();
    assert_eq!(staff["items"].as_array().map(Vec::len), Some(ROLES.len()));
    admin.post("/staff/invitations", &new).await.ok();
}

async fn last_token(app: &TestApp) -> String {
    let text = column(
        app,
        "SELECT body AS text FROM mails WHERE template = 'invitation' ORDER BY id DESC LIMIT 1",
    )
    .await;
    let (_, rest) = text[0].split_once("#token=").unwrap();
    rest.split_whitespace().next().unwrap().to_owned()
}

/// The values of one column named `text`, looked up behind the application's back.
async fn column(app: &TestApp, sql: &str) -> Vec<String> {
    use sea_orm::{ConnectionTrait, Statement};
    let raw = app.database.raw().await;
    let rows = raw
        .query_all_raw(Statement::from_string(raw.get_database_backend(), sql))
        .await
        .unwrap();
    rows.iter()
        .map(|r| r.try_get("", "text").unwrap())
        .collect()
}

async fn etag(admin: &Caller, person: &Person) -> String {
    let staff = admin.get("/staff").await.ok();
    let row = staff["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|m| m["id"] == person.id.to_string())
        .unwrap()
        .clone();
    format!("\"v{}\"", row["version"])
}

#[tokio::test]
async fn a_role_counts_at_the_next_request_and_the_last_administrator_stays() {
    let (app, people) = staffed().await;
    let (agent, admin_person) = (&people[0], &people[4]);
    let admin = app.sign_in("the.admin").await;
    let agent_session = app.sign_in("the.agent").await;
    assert_eq!(agent_session.get("/staff").await.status, 403);

    let tag = etag(&admin, agent).await;
    let path = format!("/staff/members/{}", agent.id);
    let changed = admin
        .patch(&path, &tag, &json!({ "staff_role": "auditor" }))
        .await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    assert_eq!(changed.header("etag"), "\"v2\"");
    assert_eq!(agent_session.get("/staff").await.status, 200);
    let stale = admin
        .patch(&path, &tag, &json!({ "staff_role": "registrar" }))
        .await;
    assert_eq!(stale.outcome(), (412, "stale".to_owned()));
    let nothing = admin.patch(&path, changed.header("etag"), &json!({})).await;
    assert_eq!(nothing.at("/staff_role"), "auditor");
    let null = admin
        .patch(
            &path,
            changed.header("etag"),
            &json!({ "staff_role": null }),
        )
        .await;
    assert_eq!(null.status, 422);

    let own = format!("/staff/members/{}", admin_person.id);
    let tag = etag(&admin, admin_person).await;
    let last = admin
        .patch(&own, &tag, &json!({ "staff_role": "auditor" }))
        .await;
    assert_eq!(last.outcome(), (409, "last-administrator".to_owned()));

    let trail = admin.get("/audit-events?action=staff.manage").await.ok();
    assert_eq!(trail["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(
        trail["items"][0]["before"],
        json!({ "staff_role": "support_agent" })
    );
    assert_eq!(
        trail["items"][0]["after"],
        json!({ "staff_role": "auditor" })
    );
}

#[tokio::test]
async fn two_administrators_cannot_remove_each_other_at_once() {
    let (app, people) = staffed().await;
    let other = app
        .world()
        .person("two.admin", Some(StaffRole::Administrator))
        .await;
    let one = app.sign_in("the.admin").await;
    let two = app.sign_in("two.admin").await;
    let body = json!({ "staff_role": "auditor" });
    let (first_path, second_path) = (
        format!("/staff/members/{}", other.id),
        format!("/staff/members/{}", people[4].id),
    );
    let (a, b) = futures_util::join!(
        one.patch(&first_path, "\"v1\"", &body),
        two.patch(&second_path, "\"v1\"", &body),
    );
    let mut statuses = [a.status, b.status];
    statuses.sort_unstable();
    assert_eq!(statuses[0], 200, "{} {}", a.body, b.body);
    // The slower one finds itself without the role, or the other as the last.
    assert!(matches!(statuses[1], 403 | 409), "{} {}", a.body, b.body);
    let left = column(
        &app,
        "SELECT user_name AS text FROM users WHERE staff_role = 'administrator'",
    )
    .await;
    assert_eq!(left.len(), 1);
}

#[tokio::test]
async fn an_old_proof_of_identity_is_not_enough_to_manage_staff() {
    let (app, people) = staffed().await;
    let admin = app.sign_in("the.admin").await;
    app.clock.advance(chrono::Duration::minutes(11));
    let token = {
        // The access token has ended; the session has not.
        let mut again = admin.clone();
        let renewed = again.post_empty("/sessions/refresh").await;
        again.keep(&renewed);
        assert_eq!(renewed.status, 200, "{}", renewed.body);
        again
    };
    let path = format!("/staff/members/{}/suspension", people[0].id);
    let refused = token.post(&path, &why("Left the company")).await;
    assert_eq!(refused.outcome(), (403, "proof-required".to_owned()));
}

#[tokio::test]
async fn a_suspended_member_of_the_staff_is_out_at_once_and_let_in_again() {
    let (app, people) = staffed().await;
    let agent = &people[0];
    let admin = app.sign_in("the.admin").await;
    let session = app.sign_in("the.agent").await;
    session.get("/companies").await.ok();
    let path = format!("/staff/members/{}/suspension", agent.id);
    let suspended = admin.post(&path, &why("Under investigation")).await;
    assert_eq!(
        suspended.at("/state/kind"),
        "suspended",
        "{}",
        suspended.body
    );
    assert_eq!(suspended.at("/state/lifted_by"), json!(["staff"]));
    assert_eq!(session.get("/companies").await.status, 401);
    let mut out = app.anon();
    assert_eq!(
        out.sign_in("the.agent", PASSWORD).await.outcome(),
        (401, "sign-in-failed".to_owned())
    );

    let lifted = admin.delete(&path).await;
    assert_eq!(lifted.at("/state/kind"), "active", "{}", lifted.body);
    assert_eq!(
        admin.delete(&path).await.outcome(),
        (409, "not-locked".to_owned())
    );
    app.sign_in("the.agent").await;

    let own = format!("/staff/members/{}/suspension", people[4].id);
    assert_eq!(
        admin.post(&own, &why("A holiday")).await.outcome(),
        (403, "not-above-target".to_owned())
    );
    let company = app.world().company("acme").await;
    let trade = format!("/staff/members/{}/suspension", company.user.id);
    assert_eq!(
        admin.post(&trade, &why("Not staff")).await.outcome(),
        (404, "not-found".to_owned())
    );
    for name in ["the.leader", "the.auditor", "the.registrar"] {
        let caller = app.sign_in(name).await;
        assert_eq!(
            caller.post(&path, &why("No right")).await.status,
            403,
            "{name}"
        );
    }
}

#[tokio::test]
async fn the_old_paths_of_the_staff_do_the_same_and_say_that_they_end() {
    let (app, people) = staffed().await;
    let id = people[0].id.0;
    let admin = app.sign_in("the.admin").await;
    let ends = |answer: &quaymaster_tests::Answer| {
        ["deprecation", "sunset", "link"].map(|name| answer.header(name).to_owned())
    };
    let announced = |successor: &str| {
        [
            "@1795392000".to_owned(),
            "Tue, 01 Jun 2027 00:00:00 GMT".to_owned(),
            format!("<{successor}>; rel=\"successor-version\""),
        ]
    };
    let old = format!("/staff/{id}/suspension");
    let new = format!("/api/v1/staff/members/{id}/suspension");

    let suspended = admin.post(&old, &why("Under investigation")).await;
    assert_eq!(
        suspended.at("/state/kind"),
        "suspended",
        "{}",
        suspended.body
    );
    assert_eq!(ends(&suspended), announced(&new));
    let lifted = admin.delete(&old).await;
    assert_eq!(lifted.at("/state/kind"), "active", "{}", lifted.body);
    assert_eq!(ends(&lifted), announced(&new));

    let role = json!({ "staff_role": "auditor" });
    let changed = admin
        .patch(&format!("/staff/{id}"), lifted.header("etag"), &role)
        .await;
    assert_eq!(changed.at("/staff_role"), "auditor", "{}", changed.body);
    assert_eq!(
        ends(&changed),
        announced(&format!("/api/v1/staff/members/{id}"))
    );

    let reactivation = json!({ "temporary_password": false });
    let old = format!("/staff/{id}/reactivation");
    let refused = admin.post(&old, &reactivation).await;
    assert_eq!(refused.outcome(), (409, "not-locked".to_owned()));
    let new = format!("/api/v1/staff/members/{id}/reactivation");
    assert_eq!(ends(&refused), announced(&new), "refusals say so too");
    let nobody = app.anon().post(&old, &reactivation).await;
    assert_eq!(nobody.status, 401);
    assert_eq!(ends(&nobody), announced(&new));

    let no_id = admin.post("/staff/x/reactivation", &reactivation).await;
    assert_eq!(no_id.status, 404);
    assert_eq!(
        no_id.header("link"),
        "",
        "what is no id is not written back"
    );
    let stays = admin
        .post(&format!("/staff/members/{id}/reactivation"), &reactivation)
        .await;
    assert_eq!(stays.outcome(), (409, "not-locked".to_owned()));
    assert_eq!(ends(&stays), [""; 3]);
}

#[tokio::test]
async fn an_administrator_reactivates_locked_staff() {
    let (app, people) = staffed().await;
    let agent = &people[0];
    app.world().lock(agent).await;
    let admin = app.sign_in("the.admin").await;
    let path = format!("/staff/members/{}/reactivation", agent.id);
    let done = admin
        .post(&path, &json!({ "temporary_password": true }))
        .await;
    assert_eq!(done.at("/state/kind"), "active", "{}", done.body);
    assert!(
        !done.body.contains("password"),
        "the password is mailed, never answered"
    );
    let mail = column(
        &app,
        "SELECT body AS text FROM mails WHERE template = 'reactivated'",
    )
    .await;
    assert_eq!(mail.len(), 1);
    let again = admin
        .post(&path, &json!({ "temporary_password": false }))
        .await;
    assert_eq!(again.outcome(), (409, "not-locked".to_owned()));
    app.sign_in("the.agent").await;
}

#[tokio::test]
async fn staff_see_everything_about_a_person_but_not_about_each_other() {
    let (app, people) = staffed().await;
    let company = app.world().company("acme").await;
    app.sign_in("acme.user").await;
    let path = format!("/staff/people/{}", company.user.id);
    for (name, _) in ROLES {
        let person = app.sign_in(name).await.get(&path).await.ok();
        assert_eq!(person["user_id"], "acme.user");
        assert_eq!(
            person["memberships"][0]["account_id"],
            company.account.to_string()
        );
        assert_eq!(person["sessions"].as_array().map(Vec::len), Some(1));
        assert_eq!(person["recent_sign_ins"][0]["outcome"], "succeeded");
        assert!(!person.to_string().contains("argon2"), "{person}");
    }
    let colleague = format!("/staff/people/{}", people[4].id);
    for (name, wanted) in [
        ("the.agent", 404),
        ("the.leader", 404),
        ("the.registrar", 404),
        ("the.auditor", 200),
        ("the.admin", 200),
    ] {
        assert_eq!(
            app.sign_in(name).await.get(&colleague).await.status,
            wanted,
            "{name}"
        );
    }
    let absent = format!("/staff/people/{}", company.account);
    assert_eq!(
        app.sign_in("the.agent").await.get(&absent).await.status,
        404
    );
    assert_eq!(app.sign_in("acme.owner").await.get(&path).await.status, 403);
}

#[tokio::test]
async fn a_person_is_suspended_by_leads_and_seen_in_the_trail_of_the_company() {
    let (app, people) = staffed().await;
    let company = app.world().company("acme").await;
    let path = format!("/staff/people/{}/suspension", company.user.id);
    for name in ["the.agent", "the.registrar", "the.auditor"] {
        let refused = app.sign_in(name).await.post(&path, &why("No right")).await;
        assert_eq!(refused.outcome(), (403, "forbidden".to_owned()), "{name}");
    }
    let victim = app.sign_in("acme.user").await;
    let lead = app.sign_in("the.leader").await;
    let suspended = lead.post(&path, &why("Reported as stolen")).await;
    assert_eq!(
        suspended.at("/state/kind"),
        "suspended",
        "{}",
        suspended.body
    );
    assert_eq!(victim.get("/accounts").await.status, 401);

    let owner = app.sign_in("acme.owner").await;
    let trail = owner
        .get(&format!(
            "/accounts/{}/audit-events?action=person.suspend",
            company.account
        ))
        .await
        .ok();
    assert_eq!(trail["items"].as_array().map(Vec::len), Some(1), "{trail}");
    let row = &trail["items"][0];
    assert_eq!(row["actor_kind"], "staff");
    assert_eq!(row["on_behalf_of_account_id"], company.account.to_string());
    assert_eq!(row["reason"], "Reported as stolen");
    assert_eq!(
        row["actor"]["user_id"],
        Value::Null,
        "companies are not told the User IDs of staff"
    );

    let by_owner = owner
        .delete(&format!(
            "/accounts/{}/users/{}/suspension",
            company.account, company.user.id
        ))
        .await;
    assert_eq!(by_owner.outcome(), (403, "not-above-target".to_owned()));
    let lifted = lead.delete(&path).await;
    assert_eq!(lifted.at("/state/kind"), "active", "{}", lifted.body);

    owner
        .post(
            &format!(
                "/accounts/{}/users/{}/suspension",
                company.account, company.user.id
            ),
            &why("On leave until June"),
        )
        .await
        .ok();
    let theirs = lead.delete(&path).await;
    assert_eq!(theirs.outcome(), (403, "not-above-target".to_owned()));
    assert!(theirs.body.contains("Account Owner"), "{}", theirs.body);

    let colleague = format!("/staff/people/{}/suspension", people[0].id);
    assert_eq!(lead.post(&colleague, &why("A rival")).await.status, 404);
    let oneself = format!("/staff/people/{}/suspension", people[4].id);
    let admin = app.sign_in("the.admin").await;
    let last = admin.post(&oneself, &why("By mistake")).await;
    assert_eq!(last.outcome(), (403, "not-above-target".to_owned()));
}

#[tokio::test]
async fn the_search_finds_what_the_role_may_see() {
    let (app, _) = staffed().await;
    let company = app.world().company("acme").await;
    let other = app.world().company("globex").await;
    let owner = app.sign_in("acme.owner").await;
    app.world()
        .register(company.party, "importer_number", "28-1234567AB")
        .await;
    let identifiers = format!(
        "/accounts/{}/sub-accounts/{}/identifiers",
        company.account, company.sub_account
    );
    let added = owner
        .post(
            &identifiers,
            &json!({ "kind": "importer_number", "value": "28-1234567ab" }),
        )
        .await;
    assert_eq!(added.status, 201, "{}", added.body);

    let agent = app.sign_in("the.agent").await;
    let kinds = async |caller: &Caller, q: &str| -> Vec<(String, String)> {
        let found = caller
            .post("/staff-searches", &json!({ "q": q }))
            .await
            .ok();
        let items = found["items"].as_array().unwrap().clone();
        items
            .iter()
            .map(|hit| {
                let text = |at: &str| hit[at].as_str().unwrap_or_default().to_owned();
                (text("kind"), text("title"))
            })
            .collect()
    };
    let has = |hits: &[(String, String)], kind: &str, title: &str| {
        hits.iter().any(|(k, t)| k == kind && t == title)
    };
    let hits = kinds(&agent, "ACME").await;
    assert!(has(&hits, "company", "acme Trading"), "{hits:?}");
    assert!(has(&hits, "account", "acme Trading"), "{hits:?}");
    assert!(has(&hits, "user", "Test owner"), "{hits:?}");
    assert!(
        !hits.iter().any(|(_, title)| title.contains("globex")),
        "{hits:?}"
    );
    assert!(has(
        &kinds(&agent, &other.account_number).await,
        "account",
        "globex Trading"
    ));
    assert!(has(
        &kinds(&agent, "acme.proxy@example.com").await,
        "user",
        "Test proxy"
    ));
    assert!(has(
        &kinds(&agent, "28-1234567AB").await,
        "identifier",
        "28-1234567AB"
    ));
    assert!(
        kinds(&agent, "28-1234567").await.is_empty(),
        "identifiers are found whole only"
    );
    assert!(
        kinds(&agent, "%%").await.is_empty(),
        "signs of patterns are plain text"
    );
    assert!(
        kinds(&agent, "the.admin").await.is_empty(),
        "colleagues are hidden from support"
    );
    let auditor = app.sign_in("the.auditor").await;
    assert!(has(
        &kinds(&auditor, "the.admin").await,
        "user",
        "Test admin"
    ));

    let search = async |caller: &Caller, body: serde_json::Value| {
        caller.post("/staff-searches", &body).await
    };
    assert_eq!(
        search(&owner, json!({ "q": "acme" })).await.outcome(),
        (403, "forbidden".to_owned())
    );
    for q in ["", "a", "   ", &"x".repeat(101)] {
        let refused = search(&agent, json!({ "q": q })).await;
        assert_eq!(refused.status, 422, "{q}");
        assert_eq!(refused.at("/errors/0/pointer"), "/q");
    }
    assert_eq!(
        search(&agent, json!({})).await.at("/errors/0/pointer"),
        "/q"
    );
    // What is looked for may be a Social Security number, which stands in no address.
    assert_eq!(agent.get("/staff-searches?q=acme").await.status, 405);
}

#[tokio::test]
async fn a_social_security_number_is_found_whole_and_shown_masked() {
    let (app, _) = staffed().await;
    let company = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    let s = &app.services;
    let id: uuid::Uuid = s.id();
    // As the register keeps it: found by its keyed digest, never by itself.
    app.world()
        .execute(
            "INSERT INTO register_entries (id, kind, lookup, shown, cipher, party_id, updated_at) VALUES (?, 'importer_number', ?, '***-**-9999', NULL, ?, ?)",
            vec![
                id.into(),
                s.secrets.keyed_digest("importer_number", "219-09-9999").into(),
                company.party.0.into(),
                s.now().into(),
            ],
        )
        .await;
    let identifiers = format!(
        "/accounts/{}/sub-accounts/{}/identifiers",
        company.account, company.sub_account
    );
    let added = owner
        .post(
            &identifiers,
            &json!({ "kind": "importer_number", "value": "219-09-9999" }),
        )
        .await;
    assert_eq!(added.status, 201, "{}", added.body);
    let agent = app.sign_in("the.agent").await;
    let search = async |q: &str| agent.post("/staff-searches", &json!({ "q": q })).await;
    let found = search("219-09-9999").await;
    assert_eq!(found.at("/items/0/kind"), "identifier", "{}", found.body);
    assert_eq!(found.at("/items/0/title"), "***-**-9999");
    assert!(!found.body.contains("219-09"), "{}", found.body);
    for part in ["9999", "219-09", "***-**-9999"] {
        let none = search(part).await.ok();
        assert_eq!(none["items"], json!([]), "{part}");
    }
}

#[tokio::test]
async fn staff_see_a_company_on_one_screen_and_the_company_sees_who_looked() {
    let (app, _) = staffed().await;
    let acme = app.world().company("acme").await;
    app.world().company("other").await;
    let owner = app.sign_in("acme.owner").await;
    let users = format!("/accounts/{}/invitations", acme.account);
    let invited = owner
        .post(
            &users,
            &json!({ "email": "new@acme.example", "given_name": "Nia", "family_name": "Okafor", "role": "user", "access": [], "port_codes": [] }),
        )
        .await;
    assert_eq!(invited.status, 201, "{}", invited.body);
    app.world()
        .execute(
            "UPDATE mails SET state = 'failed', last_error = '550 no such mailbox' WHERE template = 'invitation'",
            Vec::new(),
        )
        .await;
    let mut application = form("08-110000000", "ada@applicant.example");
    application["company_name"] = json!("ACME Trading");
    let applied = Applicant::begin(&app, &application).await;
    let elsewhere = form("08-120000000", "eve@applicant.example");
    Applicant::begin(&app, &elsewhere).await;
    let proxy = app.sign_in("acme.proxy").await;
    let case = proxy
        .post(
            "/cases",
            &json!({ "topic": "other", "subject": "A question", "message": "Please help.", "account_id": acme.account }),
        )
        .await
        .json();
    app.world().lock(&acme.user).await;
    let refused = app
        .anon()
        .sign_in("acme.user", "whatever the password is")
        .await;
    assert_eq!(refused.status, 401);

    let case_id = case["id"].as_str().unwrap();
    let path = format!("/staff/companies/{}", acme.company);
    let agent = app.sign_in("the.agent").await;
    let seen = agent.get(&format!("{path}?case_id={case_id}")).await.ok();
    assert_eq!(seen["accounts"].as_array().unwrap().len(), 1);
    let account = &seen["accounts"][0];
    assert_eq!(account["account"]["id"], json!(acme.account));
    assert_eq!(account["account"]["state"], "open");
    let names = |list: &Value| -> Vec<String> {
        list.as_array()
            .unwrap()
            .iter()
            .map(|one| {
                format!(
                    "{} {} {}",
                    one["user_id"].as_str().unwrap_or("-"),
                    one["role"].as_str().unwrap(),
                    one["state"]["kind"].as_str().unwrap()
                )
            })
            .collect()
    };
    assert_eq!(
        names(&account["managers"]),
        ["acme.owner owner active", "acme.proxy proxy active"]
    );
    assert_eq!(
        names(&account["locked"]),
        ["acme.user user failed_attempts"]
    );
    assert_eq!(account["invitations"][0]["email"], "new@acme.example");
    assert_eq!(seen["cases"][0]["number"], case["number"]);
    let tries: Vec<_> = seen["sign_ins"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (&one["person"]["user_id"], &one["sign_in"]["outcome"]))
        .collect();
    assert_eq!(
        tries[0],
        (&json!("acme.user"), &json!("refused_locked")),
        "{tries:?}"
    );
    assert!(tries.contains(&(&json!("acme.owner"), &json!("succeeded"))));
    assert!(tries.iter().all(|(who, _)| *who != "the.agent"));
    let mail = seen["mails"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["mail"]["template"] == "invitation")
        .unwrap();
    assert_eq!(mail["mail"]["state"], "failed");
    assert_eq!(mail["mail"]["last_error"], "550 no such mailbox");
    assert_eq!(mail["to"]["name"], "Nia Okafor");
    let applications = seen["applications"].as_array().unwrap();
    assert_eq!(applications.len(), 1, "{applications:?}");
    assert_eq!(applications[0]["id"], json!(applied.id));
    assert_eq!(applications[0]["state"], applied.state().await);
    assert_eq!(applications[0]["owner_name"], "Ada Applicant");
    assert_eq!(seen["audit_events"], Value::Null, "agents read no trails");

    // The company sees who looked, and in which case.
    let trail = format!(
        "/accounts/{}/audit-events?action=company.read",
        acme.account
    );
    let rows = owner.get(&trail).await.ok();
    assert_eq!(rows["items"].as_array().unwrap().len(), 1);
    assert_eq!(rows["items"][0]["actor_kind"], "staff");
    assert_eq!(rows["items"][0]["subject_id"], json!(acme.company));
    assert_eq!(
        rows["items"][0]["reason"],
        format!("Case {}", case["number"].as_str().unwrap())
    );
    let other = app.sign_in("other.owner").await;
    assert_eq!(other.get(&path).await.status, 403);

    // The auditor reads the trail too; registrars and administrators read no cases.
    let auditor = app.sign_in("the.auditor").await.get(&path).await.ok();
    assert_eq!(auditor["audit_events"][0]["action"], "company.read");
    for name in ["the.registrar", "the.admin"] {
        let seen = app.sign_in(name).await.get(&path).await.ok();
        assert_eq!(seen["cases"], Value::Null, "{name}");
    }
    let named = app
        .sign_in("the.registrar")
        .await
        .get(&format!("{path}?case_id={case_id}"))
        .await;
    assert_eq!(named.status, 422);
    let strange = agent.get(&format!("{path}?case_id={}", acme.account)).await;
    assert_eq!(strange.at("/errors/0/pointer"), "?case_id");
    let nobody = agent
        .get(&format!("/staff/companies/{}", acme.account))
        .await;
    assert_eq!(nobody.status, 404);
}

#[tokio::test]
async fn staff_see_a_person_on_one_screen_and_the_company_sees_who_looked() {
    let (app, _) = staffed().await;
    let acme = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    let user = app.sign_in("acme.user").await;
    let case = user
        .post(
            "/cases",
            &json!({ "topic": "password", "subject": "A question", "message": "Please help.", "account_id": null }),
        )
        .await
        .json();
    let failed = app
        .anon()
        .sign_in("acme.user", "not the password at all")
        .await;
    assert_eq!(failed.status, 401);

    let path = format!("/staff/people/{}", acme.user.id);
    let agent = app.sign_in("the.agent").await;
    let found = agent
        .get(&format!("{path}?case_id={}", case["id"].as_str().unwrap()))
        .await;
    let seen = found.ok();
    assert_eq!(seen["recent_sign_ins"][0]["outcome"], "failed");
    assert_eq!(seen["recent_sign_ins"][1]["outcome"], "succeeded");
    assert_eq!(seen["sessions"].as_array().unwrap().len(), 1);
    assert_eq!(seen["cases"][0]["number"], case["number"]);
    let access = &seen["access"][0];
    assert_eq!(access["account_id"], json!(acme.account));
    assert_eq!(access["access"]["role"], "user");
    assert!(
        access["access"]["explanations"][0]
            .as_str()
            .unwrap()
            .starts_with("This person is an Account User")
    );
    for right in ["structure", "records", "reports"] {
        let right = &access["access"]["sub_accounts"][0][right];
        assert!(["assigned", "none"].contains(&right["source"].as_str().unwrap()));
        assert!(right["why"].as_str().unwrap().len() > 10);
    }
    for secret in ["password_hash", "challenge_answer", "argon2", PASSWORD] {
        assert!(!found.body.contains(secret), "{secret}");
    }
    let of_owner = agent
        .get(&format!("/staff/people/{}", acme.owner.id))
        .await
        .ok();
    assert_eq!(
        of_owner["access"][0]["access"]["sub_accounts"][0]["records"]["source"],
        "owner"
    );

    let trail = format!(
        "/accounts/{}/audit-events?action=person.read&subject_id={}",
        acme.account, acme.user.id
    );
    let rows = owner.get(&trail).await.ok();
    assert_eq!(rows["items"].as_array().unwrap().len(), 1);
    assert_eq!(
        rows["items"][0]["actor"]["id"],
        agent.get("/me").await.ok()["id"]
    );
    assert_eq!(
        rows["items"][0]["reason"],
        format!("Case {}", case["number"].as_str().unwrap())
    );

    // An act leaves its own row and not a second one for the answer.
    let lead = app.sign_in("the.leader").await;
    lead.post(
        &format!("{path}/suspension"),
        &why("Reported by the police."),
    )
    .await
    .ok();
    let rows = owner.get(&trail).await.ok();
    assert_eq!(rows["items"].as_array().unwrap().len(), 1);
    let admin = app.sign_in("the.admin").await.get(&path).await.ok();
    assert_eq!(admin["cases"], Value::Null);
    assert_eq!(admin["state"]["kind"], "suspended");
    assert_eq!(admin["state"]["reason"], "Reported by the police.");
}
