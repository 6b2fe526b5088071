//! Applying for an account: the four checks, the code to the register's contact, save and return, the registrar's queue, and
//! that a stranger learns nothing about users and accounts from any of it.

mod checks;
mod secrecy;

use std::collections::BTreeSet;

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
