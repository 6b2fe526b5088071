//! Applying for an account: the four checks, the code to the register's contact, save and return, the registrar's queue, and
//! that a stranger learns nothing about users and accounts from any of it.

use std::collections::BTreeSet;
use std::time::Instant;

use chrono::Duration;
use quaymaster_domain::ids::{AccountId, PartyId};
use quaymaster_domain::members::StaffRole;
use quaymaster_service::Settings;
use quaymaster_tests::{Answer, Caller, TestApp};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

const CONTACT: &str = "contact@applicant.example";
const NUMBER: &str = "28-4000001AA";

/// Policies that do not stand in the way of many requests of one test.
pub(crate) fn settings() -> Settings {
    Settings {
        applications_per_hour: 10_000,
        codes_per_day: 10_000,
        network_failures: 1_000_000,
        ..Settings::default()
    }
}

/// A party with a contact, and its identifiers in the register.
pub(crate) async fn party(
    app: &TestApp,
    name: &str,
    contact: Option<&str>,
    numbers: &[&str],
) -> PartyId {
    let id: PartyId = app.services.id();
    let now = app.services.now();
    app.world()
        .execute(
            "INSERT INTO parties (id, party_key, name, name_key, contact_email, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
            vec![
                id.0.into(),
                format!("P-{id}").into(),
                name.into(),
                name.to_lowercase().into(),
                contact.map(str::to_owned).into(),
                now.into(),
                now.into(),
            ],
        )
        .await;
    for number in numbers {
        app.world().register(id, "importer_number", number).await;
    }
    id
}

/// Puts an identifier into an account, whatever the register says today.
pub(crate) async fn hold(app: &TestApp, account: AccountId, sub_account: Uuid, number: &str) {
    let (identifier, place): (Uuid, Uuid) = (app.services.id(), app.services.id());
    let now = app.services.now();
    app.world()
        .execute(
            "INSERT INTO account_identifiers (id, account_id, kind, lookup, shown, cipher) VALUES (?, ?, 'importer_number', ?, ?, NULL)",
            vec![identifier.into(), account.0.into(), number.into(), number.into()],
        )
        .await;
    app.world()
        .execute(
            "INSERT INTO sub_account_identifiers (id, sub_account_id, account_id, identifier_id, added_at, added_by_name) VALUES (?, ?, ?, ?, ?, 'an old import')",
            vec![place.into(), sub_account.into(), account.0.into(), identifier.into(), now.into()],
        )
        .await;
}

pub(crate) fn form(number: &str, email: &str) -> Value {
    json!({
        "company_name": "Applicant Trading, Inc.", "identifier_kind": "importer_number", "identifier_value": number,
        "activity": "importer", "owner_given_name": "Ada", "owner_family_name": "Applicant", "email": email,
        "phone": "+1 202 555 0147", "officer_name": "Rosa Grant", "officer_title": "Chief Compliance Officer",
        "officer_acknowledges": true, "submit": true,
    })
}

/// An application with the caller that can return to it.
pub(crate) struct Applicant {
    pub(crate) caller: Caller,
    pub(crate) path: String,
    pub(crate) id: String,
}

impl Applicant {
    pub(crate) async fn begin(app: &TestApp, body: &Value) -> Self {
        let answer = app.anon().post("/applications", body).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        Self::of(app, &answer)
    }

    fn of(app: &TestApp, answer: &Answer) -> Self {
        let token = answer.at("/resume_token").as_str().unwrap().to_owned();
        let id = answer.at("/application/id").as_str().unwrap().to_owned();
        Self {
            caller: app.anon().with_header("application-token", &token),
            path: format!("/applications/{id}"),
            id,
        }
    }

    pub(crate) async fn see(&self) -> Value {
        self.caller.get(&self.path).await.ok()
    }

    pub(crate) async fn state(&self) -> String {
        self.see().await["state"].as_str().unwrap().to_owned()
    }

    async fn post(&self, step: &str, body: &Value) -> Answer {
        self.caller
            .post(&format!("{}/{step}", self.path), body)
            .await
    }

    async fn post_empty(&self, step: &str) -> Answer {
        self.caller
            .post_empty(&format!("{}/{step}", self.path))
            .await
    }

    async fn patch(&self, body: &Value) -> Answer {
        self.caller
            .send(
                Method::PATCH,
                &self.path,
                Some("application/json"),
                body.to_string().into_bytes(),
            )
            .await
    }

    async fn enter(&self, code: &str) -> Answer {
        self.post("code", &json!({ "code": code })).await
    }

    /// Enters the newest code that the register's contact was mailed.
    pub(crate) async fn confirm(&self, app: &TestApp, contact: &str) -> Answer {
        let code = newest_code(app, contact).await;
        self.enter(&code).await
    }
}

/// The digits of the newest mail with a code to an address.
pub(crate) async fn newest_code(app: &TestApp, contact: &str) -> String {
    let mails = app.mails_to(contact).await;
    let mail = mails
        .iter()
        .rfind(|m| m.template == "application_code")
        .unwrap();
    let (_, rest) = mail.body.split_once("the code:\n\n").unwrap();
    rest.lines().next().unwrap().to_owned()
}

fn another(code: &str) -> String {
    let digits: String = code.chars().filter(char::is_ascii_digit).collect();
    let number: u32 = digits.parse().unwrap();
    format!("{:06}", (number + 1) % 1_000_000)
}

pub(crate) async fn registrar(app: &TestApp) -> Caller {
    app.world()
        .person("staff.registrar", Some(StaffRole::Registrar))
        .await;
    app.sign_in("staff.registrar").await
}

pub(crate) async fn decide(registrar: &Caller, id: &str, outcome: &str) -> Answer {
    let body = json!({ "outcome": outcome, "reason": "Looked at by hand." });
    registrar
        .post(&format!("/applications/{id}/decision"), &body)
        .await
}

#[tokio::test]
async fn from_the_form_to_the_owner() {
    let app = TestApp::start_with(settings()).await;
    let registrar = registrar(&app).await;
    party(&app, "Applicant Trading Inc", Some(CONTACT), &[NUMBER]).await;
    let applicant = Applicant::begin(&app, &form(NUMBER, "ada@applicant.example")).await;
    let seen = applicant.see().await;
    assert_eq!(seen["state"], "awaiting_code");
    assert_eq!(seen["code"]["tries_left"], 5);
    assert_eq!(seen["code"]["expires_at"], "2026-03-02T15:10:00Z");
    assert_eq!(seen["identifier_value"], NUMBER);

    // The link back was mailed to the applicant, the code to the register's contact.
    let back = app.mails_to("ada@applicant.example").await;
    assert_eq!(back.len(), 1);
    assert!(
        back[0]
            .body
            .contains(&format!("#application={}&token=", applicant.id))
    );
    let code = newest_code(&app, CONTACT).await;
    let wrong = applicant.enter(&another(&code)).await;
    assert_eq!(wrong.outcome(), (409, "code-wrong".to_owned()));
    assert!(
        wrong.at("/detail").as_str().unwrap().contains("4 tries"),
        "{}",
        wrong.body
    );
    let right = applicant.enter(&code).await.ok();
    assert_eq!(right["state"], "in_review");
    assert_eq!(
        applicant.enter(&code).await.outcome(),
        (409, "application-closed".to_owned())
    );

    let queue = registrar.get("/applications").await.ok();
    let waiting = &queue["items"][0];
    assert_eq!(waiting["id"], applicant.id.as_str());
    for check in [
        "email_is_new",
        "register_matches",
        "contact_reachable",
        "identifier_free",
        "code_confirmed",
        "activity_free",
        "self_service_activity",
    ] {
        assert_eq!(waiting["checks"][check], true, "{check}");
    }
    let needs = registrar.get("/me/needs").await.ok();
    assert_eq!(needs["items"][0]["kind"], "applications");

    let decided = decide(&registrar, &applicant.id, "approve").await.ok();
    assert_eq!(decided["state"], "approved");
    assert_eq!(decided["company"]["name"], "Applicant Trading Inc");
    assert_eq!(
        applicant.see().await["invited_email"],
        "a•••@applicant.example"
    );
    let number = decided["account"]["account_number"].as_str().unwrap();
    let told = app.mails_to(CONTACT).await.pop().unwrap();
    assert!(told.body.contains(number), "{}", told.body);

    // Twenty-one days for the invitation; the owner finds account, sub-account and identifier.
    let token = app.token_for("ada@applicant.example").await;
    app.clock.advance(Duration::days(20));
    let redeemed = app
        .anon()
        .post(
            "/invitations/redemptions",
            &json!({ "token": token, "user_id": "ada.applicant", "password": "seven quiet lanterns 88" }),
        )
        .await;
    assert_eq!(redeemed.status, 201, "{}", redeemed.body);
    app.world()
        .execute(
            "UPDATE users SET has_challenge_questions = TRUE WHERE user_key = 'ada.applicant'",
            vec![],
        )
        .await;
    let mut owner = app.anon();
    assert_eq!(
        owner
            .sign_in("ada.applicant", "seven quiet lanterns 88")
            .await
            .status,
        201
    );
    let accounts = owner.get("/accounts").await.ok();
    assert_eq!(accounts["items"][0]["account_number"], number);
    let account = accounts["items"][0]["id"].as_str().unwrap();
    let subs = owner
        .get(&format!("/accounts/{account}/sub-accounts"))
        .await
        .ok();
    assert_eq!(subs["items"][0]["identifiers"][0]["value"], NUMBER);
    let trail = owner
        .get(&format!("/accounts/{account}/audit-events"))
        .await
        .ok();
    assert!(trail.to_string().contains("application.decide"), "{trail}");
}

#[tokio::test]
async fn save_and_return() {
    let app = TestApp::start_with(settings()).await;
    party(&app, "Applicant Trading Inc", Some(CONTACT), &[NUMBER]).await;
    let body = json!({ "company_name": "Applicant Trading", "submit": false });
    let applicant = Applicant::begin(&app, &body).await;
    assert_eq!(applicant.state().await, "draft");
    let missing = applicant.post_empty("submission").await;
    let pointers: BTreeSet<String> = missing.json()["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["pointer"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(missing.status, 422);
    assert!(
        pointers.contains("/email") && pointers.contains("/officer_acknowledges"),
        "{pointers:?}"
    );

    let mut rest = form(NUMBER, "ada@applicant.example");
    rest.as_object_mut().unwrap().remove("submit");
    rest["company_name"] = json!("Another Company");
    applicant.patch(&rest).await.ok();
    let unconfirmed = applicant.post_empty("submission").await.ok();
    assert_eq!(unconfirmed["state"], "not_confirmed");
    assert!(app.mails_to(CONTACT).await.is_empty());
    // Corrected and handed in again, without starting anew.
    applicant
        .patch(&json!({ "company_name": "APPLICANT TRADING, INCORPORATED" }))
        .await
        .ok();
    assert_eq!(
        applicant.post_empty("submission").await.ok()["state"],
        "awaiting_code"
    );
    // What does not touch the code leaves it alone; another identifier makes a draft again.
    let same = applicant
        .patch(&json!({ "phone": "+1 202 555 0199" }))
        .await
        .ok();
    assert_eq!(same["state"], "awaiting_code");
    let code = newest_code(&app, CONTACT).await;
    let again = applicant
        .patch(&json!({ "email": "ben@applicant.example" }))
        .await
        .ok();
    assert_eq!(again["state"], "draft");
    assert_eq!(
        applicant.enter(&code).await.outcome(),
        (409, "application-closed".to_owned())
    );

    // Kept for thirty days after the last step.
    app.clock.advance(Duration::days(30));
    assert_eq!(applicant.state().await, "expired");
    assert_eq!(
        applicant.post_empty("submission").await.outcome(),
        (409, "application-closed".to_owned())
    );
}

#[tokio::test]
async fn a_code_has_ten_minutes_five_tries_and_successors() {
    let app = TestApp::start_with(settings()).await;
    party(&app, "Applicant Trading Inc", Some(CONTACT), &[NUMBER]).await;
    let applicant = Applicant::begin(&app, &form(NUMBER, "ada@applicant.example")).await;
    let first = newest_code(&app, CONTACT).await;
    let early = applicant.post_empty("codes").await;
    assert_eq!(early.outcome(), (429, "throttled".to_owned()));
    assert_eq!(early.header("retry-after"), "60");
    app.clock.advance(Duration::seconds(60));
    assert_eq!(
        applicant.post_empty("codes").await.ok()["code"]["tries_left"],
        5
    );
    let second = newest_code(&app, CONTACT).await;
    if first != second {
        assert_eq!(applicant.enter(&first).await.code(), "code-wrong");
    }
    for _ in 0..5 {
        applicant.enter(&another(&second)).await;
    }
    assert_eq!(
        applicant.enter(&second).await.outcome(),
        (409, "code-not-valid".to_owned())
    );
    app.clock.advance(Duration::seconds(60));
    applicant.post_empty("codes").await.ok();
    let third = newest_code(&app, CONTACT).await;
    app.clock.advance(Duration::minutes(10));
    assert_eq!(
        applicant.enter(&third).await.outcome(),
        (409, "code-not-valid".to_owned())
    );
    applicant.post_empty("codes").await.ok();
    assert_eq!(
        applicant.confirm(&app, CONTACT).await.ok()["state"],
        "in_review"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_tries_at_once_are_five() {
    let app = TestApp::start_with(settings()).await;
    party(&app, "Applicant Trading Inc", Some(CONTACT), &[NUMBER]).await;
    let applicant = Applicant::begin(&app, &form(NUMBER, "ada@applicant.example")).await;
    let code = newest_code(&app, CONTACT).await;
    let wrong = another(&code);
    let tries: Vec<_> = (0..100)
        .map(|_| {
            let (caller, path) = (applicant.caller.clone(), format!("{}/code", applicant.path));
            let body = json!({ "code": wrong });
            tokio::spawn(async move { caller.post(&path, &body).await.code() })
        })
        .collect();
    let mut compared = 0;
    for one in tries {
        if one.await.unwrap() == "code-wrong" {
            compared += 1;
        }
    }
    assert_eq!(compared, 5);
    assert_eq!(applicant.enter(&code).await.code(), "code-not-valid");
}

#[tokio::test]
async fn allowances_of_networks_and_identifiers() {
    let app = TestApp::start_with(Settings {
        applications_per_hour: 3,
        codes_per_day: 3,
        ..Settings::default()
    })
    .await;
    party(&app, "Applicant Trading Inc", Some(CONTACT), &[NUMBER]).await;
    let first = Applicant::begin(&app, &form(NUMBER, "ada@applicant.example")).await;
    for _ in 0..2 {
        app.clock.advance(Duration::minutes(1));
        first.post_empty("codes").await.ok();
    }
    app.clock.advance(Duration::minutes(1));
    assert_eq!(
        first.post_empty("codes").await.outcome(),
        (429, "throttled".to_owned())
    );
    // Another application for the same identifier has no codes either, one for an unknown identifier is counted alike.
    let body = form(NUMBER, "eve@applicant.example");
    assert_eq!(app.anon().post("/applications", &body).await.status, 429);
    // The way without a code stays open.
    let asked = first
        .post("review-requests", &json!({ "note": "No code has come." }))
        .await
        .ok();
    assert_eq!(asked["state"], "in_review");
    assert_eq!(
        app.anon().post("/applications", &json!({})).await.status,
        201
    );
    assert_eq!(
        app.anon().post("/applications", &json!({})).await.outcome(),
        (429, "throttled".to_owned())
    );
    app.clock.advance(Duration::hours(1));
    assert_eq!(
        app.anon().post("/applications", &json!({})).await.status,
        201
    );
}

#[tokio::test]
async fn a_stranger_learns_nothing_from_the_answers() {
    let app = TestApp::start_with(settings()).await;
    let other = app.world().company("other").await;
    party(
        &app,
        "Applicant Trading Inc",
        Some(CONTACT),
        &[NUMBER, "28-4000002AA"],
    )
    .await;
    hold(&app, other.account, other.sub_account.0, "28-4000002AA").await;
    let shape = |answer: &Answer| {
        let mut body = answer.json();
        body["resume_token"] = Value::Null;
        let application = body["application"].as_object_mut().unwrap();
        for own in ["id", "email", "identifier_value"] {
            application.remove(own);
        }
        (answer.status, body.to_string())
    };
    let anon = app.anon();
    let plain = anon
        .post("/applications", &form(NUMBER, "ada@applicant.example"))
        .await;
    let user = anon
        .post("/applications", &form(NUMBER, &other.owner.email))
        .await;
    let held = anon
        .post(
            "/applications",
            &form("28-4000002AA", "ada@applicant.example"),
        )
        .await;
    assert_eq!(shape(&plain), shape(&user), "who has a User ID");
    assert_eq!(
        shape(&plain),
        shape(&held),
        "which identifier stands in an account"
    );
    assert_eq!(plain.at("/application/state"), "awaiting_code");

    // A wrong token and an application that does not exist have one answer.
    let known = Applicant::of(&app, &plain);
    let wrong = app
        .anon()
        .with_header("application-token", "x")
        .get(&known.path)
        .await;
    let absent = app
        .anon()
        .with_header("application-token", "x")
        .get("/applications/01890000-0000-7000-8000-000000000000")
        .await;
    assert_eq!(wrong.outcome(), (404, "not-found".to_owned()));
    assert_eq!(wrong.outcome(), absent.outcome());
    assert_eq!(wrong.at("/detail"), absent.at("/detail"));
    assert_eq!(app.anon().get(&known.path).await.status, 404);

    // Only the registrar sees that the e-mail belongs to a user.
    let as_user = Applicant::begin(&app, &form(NUMBER, &other.owner.email)).await;
    let confirmed = as_user.confirm(&app, CONTACT).await.ok();
    assert_eq!(confirmed["state"], "in_review");
    let registrar = registrar(&app).await;
    let review = registrar
        .get(&format!("/applications/{}/review", as_user.id))
        .await
        .ok();
    assert_eq!(review["checks"]["email_is_new"], false);
}

/// The middle of the times that a request takes, after a few rounds to warm up; both kinds take turns.
async fn middle_times(app: &TestApp, bodies: [Value; 2]) -> [f64; 2] {
    let anon = app.anon();
    let mut times = [Vec::new(), Vec::new()];
    for round in 0..48 {
        for (body, times) in bodies.iter().zip(&mut times) {
            let started = Instant::now();
            assert_eq!(anon.post("/applications", body).await.status, 201);
            if round >= 8 {
                times.push(started.elapsed().as_secs_f64());
            }
        }
    }
    times.map(|mut all| {
        all.sort_by(f64::total_cmp);
        all[all.len() / 2]
    })
}

#[tokio::test]
async fn a_stranger_learns_nothing_from_the_time() {
    let app = TestApp::start_with(settings()).await;
    let other = app.world().company("other").await;
    party(
        &app,
        "Applicant Trading Inc",
        Some(CONTACT),
        &[NUMBER, "28-4000002AA"],
    )
    .await;
    hold(&app, other.account, other.sub_account.0, "28-4000002AA").await;
    for bodies in [
        [
            form(NUMBER, "nobody.owner@example.com"),
            form(NUMBER, &other.owner.email),
        ],
        [
            form(NUMBER, "a@applicant.example"),
            form("28-4000002AA", "b@applicant.example"),
        ],
    ] {
        // A difference that is there stays; one by chance does not come back three times.
        let mut closest = f64::INFINITY;
        for _ in 0..3 {
            let [one, two] = middle_times(&app, bodies.clone()).await;
            closest = closest.min((one - two).abs() / one.min(two));
        }
        assert!(
            closest < 0.25,
            "the times differ by {:.0} %",
            closest * 100.0
        );
    }
}

#[tokio::test]
async fn every_check_that_fails_is_the_registrars() {
    let app = TestApp::start_with(Settings {
        automatic_approval: true,
        ..settings()
    })
    .await;
    let registrar = registrar(&app).await;
    party(&app, "Applicant Trading Inc", Some(CONTACT), &[NUMBER]).await;
    party(&app, "Silent Trading Inc", None, &["28-4000003AA"]).await;
    let unknown = Applicant::begin(&app, &form("28-4999999AA", "a@applicant.example")).await;
    assert_eq!(unknown.state().await, "not_confirmed");
    let mut silent = form("28-4000003AA", "b@applicant.example");
    silent["company_name"] = json!("Silent Trading Inc.");
    let silent = Applicant::begin(&app, &silent).await;
    assert_eq!(silent.state().await, "not_confirmed");
    for (applicant, code) in [(&unknown, "identifier-not-in-register"), (&silent, "")] {
        let asked = applicant
            .post(
                "review-requests",
                &json!({ "note": "Please look at it by hand." }),
            )
            .await
            .ok();
        assert_eq!(asked["state"], "in_review");
        assert_eq!(
            decide(&registrar, &applicant.id, "approve").await.code(),
            code
        );
    }
    assert_eq!(silent.state().await, "approved");
    let nothing = decide(&registrar, &unknown.id, "offer_claim").await;
    assert_eq!(nothing.outcome(), (422, "invalid".to_owned()));
    assert_eq!(
        decide(&registrar, &unknown.id, "reject").await.ok()["state"],
        "rejected"
    );
    assert_eq!(unknown.see().await["decision_reason"], "Looked at by hand.");

    // A restricted activity is never approved by itself (R5), a self-service one is.
    let filer = party(
        &app,
        "Filing Trading Inc",
        Some("contact@filing.example"),
        &["28-4000009AA"],
    )
    .await;
    app.world().register(filer, "filer_code", "AB1").await;
    let mut restricted = form("AB1", "r@filing.example");
    restricted["company_name"] = json!("Filing Trading Inc");
    restricted["identifier_kind"] = json!("filer_code");
    restricted["activity"] = json!("broker");
    let restricted = Applicant::begin(&app, &restricted).await;
    assert_eq!(
        restricted
            .confirm(&app, "contact@filing.example")
            .await
            .ok()["state"],
        "in_review"
    );
    assert_eq!(
        decide(&registrar, &restricted.id, "approve").await.ok()["state"],
        "approved"
    );

    let plain = Applicant::begin(&app, &form(NUMBER, "ada@applicant.example")).await;
    let done = plain.confirm(&app, CONTACT).await.ok();
    assert_eq!(done["state"], "approved");

    // R1: the company has its importer's account now.
    party_number(&app, NUMBER, "28-4000008AA").await;
    let second = Applicant::begin(&app, &form("28-4000008AA", "second@applicant.example")).await;
    assert_eq!(
        second.confirm(&app, CONTACT).await.ok()["state"],
        "in_review"
    );
    let refused = decide(&registrar, &second.id, "approve").await;
    assert_eq!(
        refused.outcome(),
        (409, "activity-held-by-sibling-account".to_owned())
    );
}

/// Gives the party of a number another one.
async fn party_number(app: &TestApp, of: &str, number: &str) {
    let id: Uuid = app.services.id();
    app.world()
        .execute(
            "INSERT INTO register_entries (id, kind, lookup, shown, cipher, party_id, updated_at) SELECT ?, kind, ?, ?, NULL, party_id, updated_at FROM register_entries WHERE kind = 'importer_number' AND lookup = ?",
            vec![id.into(), number.into(), number.into(), of.into()],
        )
        .await;
}

#[tokio::test]
async fn bad_input_is_named_field_by_field() {
    let app = TestApp::start_with(settings()).await;
    let anon = app.anon();
    let wrong = [
        ("/email", json!({ "email": "nobody" })),
        ("/phone", json!({ "phone": "12" })),
        (
            "/identifier_value",
            json!({ "identifier_kind": "importer_number", "identifier_value": "12" }),
        ),
        (
            "/identifier_value",
            json!({ "identifier_kind": "importer_number" }),
        ),
        (
            "/identifier_kind",
            json!({ "identifier_value": "28-4000001AA" }),
        ),
        ("/company_name", json!({ "company_name": "x" })),
        ("/activity", json!({ "activity": "smuggler" })),
        ("/token_hash", json!({ "token_hash": "x" })),
        ("/state", json!({ "state": "approved" })),
    ];
    for (pointer, body) in wrong {
        let answer = anon.post("/applications", &body).await;
        assert_eq!(answer.status, 422, "{body}: {}", answer.body);
        assert_eq!(answer.at("/errors/0/pointer"), pointer, "{body}");
    }
    let mut closed = form(NUMBER, "ada@applicant.example");
    closed["activity"] = json!("cartman");
    assert_eq!(
        anon.post("/applications", &closed)
            .await
            .at("/errors/0/code"),
        "activity-closed"
    );
    let mut unfit = form(NUMBER, "ada@applicant.example");
    unfit["activity"] = json!("broker");
    assert_eq!(
        anon.post("/applications", &unfit)
            .await
            .at("/errors/0/code"),
        "identifier-kind-not-for-activity"
    );
    let applicant = Applicant::begin(&app, &form(NUMBER, "ada@applicant.example")).await;
    for code in ["", "12345", "1234567", "abcdef"] {
        assert_eq!(applicant.enter(code).await.status, 422, "{code}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_approvals_at_once_make_one_account() {
    let app = TestApp::start_with(settings()).await;
    let registrar = registrar(&app).await;
    party(&app, "Applicant Trading Inc", Some(CONTACT), &[NUMBER]).await;
    // Two applications of one company, decided at once by many.
    let mut ids = Vec::new();
    for email in ["ada@applicant.example", "ben@applicant.example"] {
        let applicant = Applicant::begin(&app, &form(NUMBER, email)).await;
        applicant.confirm(&app, CONTACT).await.ok();
        ids.push(applicant.id);
    }
    let all: Vec<_> = (0..200)
        .map(|n| {
            let (registrar, id) = (registrar.clone(), ids[n % 2].clone());
            tokio::spawn(async move { decide(&registrar, &id, "approve").await.outcome() })
        })
        .collect();
    let mut won = 0;
    for one in all {
        match one.await.unwrap() {
            (200, _) => won += 1,
            (409 | 503, _) => {}
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(won, 1);
    let companies = registrar.get("/companies?q=applicant").await.ok();
    assert_eq!(companies["items"].as_array().unwrap().len(), 1);
    assert_eq!(
        companies["items"][0]["accounts"].as_array().unwrap().len(),
        1
    );
}

#[tokio::test]
async fn an_invitation_to_apply_is_mailed_to_the_registers_contact() {
    let app = TestApp::start_with(settings()).await;
    let broker = app.world().company("broker").await;
    party(&app, "Applicant Trading Inc", Some(CONTACT), &[NUMBER]).await;
    let owner = app.sign_in("broker.owner").await;
    let drafts = format!("/accounts/{}/access-request-drafts", broker.account);
    let body = json!({ "sub_account_id": null, "identifier_kind": "importer_number", "identifier_value": NUMBER, "note": "We file your entries." });
    let made = owner.post(&drafts, &body).await.ok();
    assert_eq!(made["kind"], "invite_to_apply");
    assert_eq!(made["invited_at"], "2026-03-02T15:00:00Z");
    let mail = app.mails_to(CONTACT).await.pop().unwrap();
    assert!(
        mail.body.contains("/apply#invitation=") && mail.body.contains("We file your entries."),
        "{}",
        mail.body
    );
    let again = format!("{drafts}/{}/invitation", made["id"].as_str().unwrap());
    assert_eq!(
        owner.post_empty(&again).await.outcome(),
        (429, "throttled".to_owned())
    );
    app.clock.advance(Duration::days(7));
    let owner = app.sign_in("broker.owner").await;
    owner.post_empty(&again).await.ok();
    assert_eq!(app.mails_to(CONTACT).await.len(), 2);
}

/// The states and steps as a person would tell them, next to the real thing.
#[tokio::test]
async fn the_states_are_those_of_the_model() {
    let app = TestApp::start_with(settings()).await;
    registrar(&app).await;
    let mut seed = 0x5eed_u64;
    let mut pick = |n: usize| {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).unwrap() % n
    };
    let mut reached = BTreeSet::new();
    for walk in 0..40 {
        let number = format!("28-41{walk:05}AA");
        let contact = format!("contact{walk}@applicant.example");
        party(&app, "Applicant Trading Inc", Some(&contact), &[&number]).await;
        let mut body = form(&number, &format!("ada{walk}@applicant.example"));
        body["submit"] = json!(false);
        let applicant = Applicant::begin(&app, &body).await;
        let mut model = "draft";
        for _ in 0..14 {
            let (answer, next) = match pick(9) {
                0 => (
                    applicant.post_empty("submission").await,
                    matches!(model, "draft" | "not_confirmed").then_some("awaiting_code"),
                ),
                1 if model == "awaiting_code" => {
                    (applicant.confirm(&app, &contact).await, Some("in_review"))
                }
                1 => (applicant.enter("000000").await, None),
                2 => {
                    app.clock.advance(Duration::minutes(1));
                    (
                        applicant.post_empty("codes").await,
                        (model == "awaiting_code").then_some("awaiting_code"),
                    )
                }
                3 => (
                    applicant
                        .post("review-requests", &json!({ "note": "By hand." }))
                        .await,
                    matches!(model, "awaiting_code" | "not_confirmed").then_some("in_review"),
                ),
                4 => (
                    applicant
                        .post("claims", &json!({ "reason": "It is ours." }))
                        .await,
                    None,
                ),
                5 => (
                    applicant
                        .patch(&json!({ "owner_given_name": format!("Ada{}", pick(1_000)) }))
                        .await,
                    matches!(model, "draft" | "awaiting_code" | "not_confirmed").then_some("draft"),
                ),
                6 => (
                    decide(
                        &app.sign_in("staff.registrar").await,
                        &applicant.id,
                        "approve",
                    )
                    .await,
                    (model == "in_review").then_some("approved"),
                ),
                7 => (
                    decide(
                        &app.sign_in("staff.registrar").await,
                        &applicant.id,
                        "reject",
                    )
                    .await,
                    (model == "in_review").then_some("rejected"),
                ),
                _ if pick(6) > 0 => continue,
                _ => (
                    applicant.post_empty("withdrawal").await,
                    (!matches!(model, "approved" | "rejected" | "withdrawn"))
                        .then_some("withdrawn"),
                ),
            };
            match next {
                Some(state) => {
                    assert_eq!(
                        answer.status, 200,
                        "from {model} to {state}: {}",
                        answer.body
                    );
                    model = state;
                }
                None => assert_eq!(
                    answer.outcome(),
                    (409, "application-closed".to_owned()),
                    "in {model}"
                ),
            }
            assert_eq!(applicant.state().await, model);
            reached.insert(model);
        }
    }
    assert_eq!(
        reached.into_iter().collect::<Vec<_>>(),
        [
            "approved",
            "awaiting_code",
            "draft",
            "in_review",
            "rejected",
            "withdrawn"
        ],
    );
}
