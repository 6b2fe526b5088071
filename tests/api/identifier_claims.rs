//! The conflict desk: a company finds its identifier in somebody else's account, claims it and gets it; deadlines, disputes,
//! races, and what each side learns.

use chrono::Duration;
use quaymaster_domain::ids::PartyId;
use quaymaster_service::Settings;
use quaymaster_tests::{Answer, Caller, Company, TestApp};
use serde_json::{Value, json};

use crate::applications::{Applicant, decide, form, hold, newest_code, party, registrar, settings};

const NUMBER: &str = "28-6000001AA";

/// A company whose identifier stands in the broker's account.
struct Conflict {
    app: TestApp,
    claimant: Company,
    broker: Company,
    owner: Caller,
    holder: Caller,
}

impl Conflict {
    async fn new() -> Self {
        let app = TestApp::start_with(settings()).await;
        let claimant = app.world().company("claimant").await;
        let broker = app.world().company("broker").await;
        app.world()
            .register(claimant.party, "importer_number", NUMBER)
            .await;
        hold(&app, broker.account, broker.sub_account.0, NUMBER).await;
        let owner = app.sign_in("claimant.owner").await;
        let holder = app.sign_in("broker.owner").await;
        Self {
            app,
            claimant,
            broker,
            owner,
            holder,
        }
    }

    fn body(&self) -> Value {
        json!({
            "sub_account_id": self.claimant.sub_account, "identifier_kind": "importer_number", "identifier_value": NUMBER,
            "reason": "It is ours; it was entered in an old import.",
        })
    }

    fn claims_of(&self, company: &Company) -> String {
        format!("/accounts/{}/identifier-claims", company.account)
    }

    async fn file(&self) -> String {
        let filed = self
            .owner
            .post(&self.claims_of(&self.claimant), &self.body())
            .await;
        assert_eq!(filed.status, 201, "{}", filed.body);
        filed.at("/id").as_str().unwrap().to_owned()
    }

    async fn answer(&self, id: &str, step: &str, body: &Value) -> Answer {
        let path = format!("{}/{id}/{step}", self.claims_of(&self.broker));
        self.holder.post(&path, body).await
    }

    /// The values in the first sub-account of a company, as its owner sees them.
    async fn values(&self, caller: &Caller, company: &Company) -> Vec<String> {
        let path = format!(
            "/accounts/{}/sub-accounts/{}",
            company.account, company.sub_account
        );
        caller.get(&path).await.ok()["identifiers"]
            .as_array()
            .unwrap()
            .iter()
            .map(|i| i["value"].as_str().unwrap().to_owned())
            .collect()
    }

    async fn trail(&self, caller: &Caller, company: &Company) -> String {
        let path = format!("/accounts/{}/audit-events", company.account);
        caller.get(&path).await.body
    }
}

#[tokio::test]
async fn refused_claimed_released() {
    let c = Conflict::new().await;
    let add = format!(
        "/accounts/{}/sub-accounts/{}/identifiers",
        c.claimant.account, c.claimant.sub_account
    );
    let refused = c
        .owner
        .post(&add, &json!({ "kind": "importer_number", "value": NUMBER }))
        .await;
    assert_eq!(
        refused.outcome(),
        (409, "identifier-held-by-another-account".to_owned())
    );
    assert_eq!(refused.at("/remedy/kind"), "claim");
    assert_eq!(refused.at("/remedy/company"), "claimant Trading");
    assert_eq!(
        refused.at("/remedy/href"),
        format!("/api/v1{}", c.claims_of(&c.claimant))
    );

    let id = c.file().await;
    let seen = c
        .owner
        .get(&format!("{}/{id}", c.claims_of(&c.claimant)))
        .await;
    assert_eq!(seen.at("/side"), "claimant");
    // Monday: until the end of the next Monday in New York.
    assert_eq!(seen.at("/answer_due_at"), "2026-03-10T04:00:00Z");
    assert!(
        !seen.body.contains("broker"),
        "the claimant does not learn who holds it: {}",
        seen.body
    );
    let received = c
        .holder
        .get(&format!("{}?side=holder", c.claims_of(&c.broker)))
        .await;
    assert_eq!(received.at("/items/0/claimant_company"), "claimant Trading");
    assert_eq!(received.at("/items/0/can/release"), true);
    assert_eq!(received.at("/items/0/claimant_account"), Value::Null);
    assert!(
        !received.body.contains("claimant.owner")
            && !received.body.contains("\"filed_by_name\":\""),
        "{}",
        received.body
    );
    let needs = c.holder.get("/me/needs").await.body;
    assert!(needs.contains("identifier_claims_received"), "{needs}");
    let preview = c
        .holder
        .get(&format!("{}/{id}/preview", c.claims_of(&c.broker)))
        .await
        .ok();
    assert_eq!(preview["sub_accounts"][0]["name"], "First");
    assert_eq!(preview["goes_to"], "account");
    let mail = c
        .app
        .mails_to("broker.owner@example.com")
        .await
        .pop()
        .unwrap();
    assert!(
        mail.body.contains("claimant Trading") && mail.body.contains("10 March 2026"),
        "{}",
        mail.body
    );

    // Only the owner answers; a proxy reads.
    let proxy = c.app.sign_in("broker.proxy").await;
    let path = format!("{}/{id}/release", c.claims_of(&c.broker));
    assert_eq!(
        proxy
            .post(&path, &json!({ "reason": null }))
            .await
            .outcome(),
        (403, "owner-only".to_owned())
    );
    let released = c
        .answer(&id, "release", &json!({ "reason": "Entered by mistake." }))
        .await
        .ok();
    assert_eq!(released["state"], "released");
    assert!(c.values(&c.holder, &c.broker).await.is_empty());
    assert_eq!(c.values(&c.owner, &c.claimant).await, [NUMBER]);
    assert_eq!(
        c.answer(&id, "release", &json!({ "reason": null }))
            .await
            .outcome(),
        (409, "not-open".to_owned())
    );

    // Both sides keep it, with who acted on the own side only.
    let history = c
        .holder
        .get(&format!("{}/{id}", c.claims_of(&c.broker)))
        .await
        .ok();
    assert_eq!(history["decided_by"], "holder");
    for (caller, company, stranger) in [
        (&c.owner, &c.claimant, "Test owner"),
        (&c.holder, &c.broker, "claimant.owner"),
    ] {
        let trail = c.trail(caller, company).await;
        assert!(
            trail.contains("identifier_claim.file") && trail.contains("identifier_claim.release"),
            "{trail}"
        );
        assert!(company.account != c.broker.account || !trail.contains(stranger));
    }
    let told = c
        .app
        .mails_to("claimant.owner@example.com")
        .await
        .pop()
        .unwrap();
    assert!(told.body.contains("Entered by mistake."), "{}", told.body);
}

#[tokio::test]
async fn a_silent_holder_is_decided_after_five_working_days() {
    let c = Conflict::new().await;
    let registrar = registrar(&c.app).await;
    let id = c.file().await;
    let decision =
        json!({ "outcome": "release", "reason": "Nobody answered, and the register is clear." });
    let path = format!("/identifier-claims/{id}/decision");
    let early = registrar.post(&path, &decision).await;
    assert_eq!(early.outcome(), (409, "waiting".to_owned()));
    assert!(
        registrar.get("/identifier-claims?due=true").await.ok()["items"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    // The last second before midnight in New York, then midnight.
    c.app
        .clock
        .advance(Duration::days(7) + Duration::hours(13) - Duration::seconds(1));
    let registrar = c.app.sign_in("staff.registrar").await;
    assert_eq!(registrar.post(&path, &decision).await.code(), "waiting");
    c.app.clock.advance(Duration::seconds(1));
    let due = registrar.get("/identifier-claims?due=true").await.ok();
    assert_eq!(due["items"][0]["overdue"], true);
    assert_eq!(due["items"][0]["holder_company"], "broker Trading");
    let needs = registrar.get("/me/needs").await.body;
    assert!(needs.contains("identifier_claims_to_decide"), "{needs}");
    assert_eq!(
        registrar.post(&path, &decision).await.ok()["state"],
        "released"
    );
    let owner = c.app.sign_in("claimant.owner").await;
    assert_eq!(c.values(&owner, &c.claimant).await, [NUMBER]);
    let holder = c.app.sign_in("broker.owner").await;
    assert!(
        c.trail(&holder, &c.broker)
            .await
            .contains("identifier_claim.decide")
    );
    assert!(
        c.trail(&owner, &c.claimant)
            .await
            .contains("identifier_claim.decide")
    );
}

#[tokio::test]
async fn disputed_kept_and_claimed_again() {
    let c = Conflict::new().await;
    let registrar = registrar(&c.app).await;
    let id = c.file().await;
    let again = c.owner.post(&c.claims_of(&c.claimant), &c.body()).await;
    assert_eq!(again.outcome(), (409, "already-exists".to_owned()));
    let why = json!({ "reason": "We have taken the company over." });
    assert_eq!(
        c.answer(&id, "dispute", &why).await.ok()["state"],
        "disputed"
    );
    assert_eq!(
        c.answer(&id, "dispute", &why).await.outcome(),
        (409, "not-open".to_owned())
    );
    let seen = c
        .owner
        .get(&format!("{}/{id}", c.claims_of(&c.claimant)))
        .await
        .ok();
    assert_eq!(seen["answer_reason"], "We have taken the company over.");
    assert_eq!(seen["answered_by_name"], Value::Null);
    let path = format!("/identifier-claims/{id}/decision");
    let kept = registrar
        .post(
            &path,
            &json!({ "outcome": "keep", "reason": "The papers are in order." }),
        )
        .await
        .ok();
    assert_eq!(kept["state"], "kept");
    assert_eq!(c.values(&c.holder, &c.broker).await, [NUMBER]);

    // Filed again, withdrawn, filed again: each is on record.
    let second = c.file().await;
    let withdraw = format!("{}/{second}/withdrawal", c.claims_of(&c.claimant));
    assert_eq!(
        c.owner
            .post(&withdraw, &json!({ "reason": null }))
            .await
            .ok()["state"],
        "withdrawn"
    );
    let third = c.file().await;
    // The holder takes it out of its structure: that is a release.
    let subs = format!(
        "/accounts/{}/sub-accounts/{}",
        c.broker.account, c.broker.sub_account
    );
    let place = c.holder.get(&subs).await.at("/identifiers/0/id");
    let removed = c
        .holder
        .delete(&format!("{subs}/identifiers/{}", place.as_str().unwrap()))
        .await;
    assert_eq!(removed.status, 204, "{}", removed.body);
    let over = c
        .owner
        .get(&format!("{}/{third}", c.claims_of(&c.claimant)))
        .await
        .ok();
    assert_eq!(over["state"], "released");
    assert_eq!(c.values(&c.owner, &c.claimant).await, [NUMBER]);
    let all = c.owner.get(&c.claims_of(&c.claimant)).await.ok();
    assert_eq!(all["items"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn only_the_registers_company_claims_and_only_what_others_hold() {
    let c = Conflict::new().await;
    let stranger = c.app.world().company("stranger").await;
    let path = c.claims_of(&stranger);
    let owner = c.app.sign_in("stranger.owner").await;
    let body = |number: &str| json!({ "sub_account_id": stranger.sub_account, "identifier_kind": "importer_number", "identifier_value": number, "reason": "Ours." });
    assert_eq!(
        owner.post(&path, &body(NUMBER)).await.outcome(),
        (409, "client-identifier".to_owned())
    );
    assert_eq!(
        owner.post(&path, &body("28-6999999AA")).await.code(),
        "identifier-not-in-register"
    );
    assert_eq!(
        owner.post(&path, &body("28-6")).await.code(),
        "identifier-malformed"
    );
    c.app
        .world()
        .register(stranger.party, "importer_number", "28-6000009AA")
        .await;
    assert_eq!(
        owner.post(&path, &body("28-6000009AA")).await.outcome(),
        (409, "identifier-free".to_owned())
    );
    let mut elsewhere = body(NUMBER);
    elsewhere["sub_account_id"] = json!(c.claimant.sub_account);
    assert_eq!(
        owner.post(&path, &elsewhere).await.at("/errors/0/pointer"),
        "/sub_account_id"
    );
    // Neither side of it, no claim; the other side's steps are not offered.
    let id = c.file().await;
    assert_eq!(owner.get(&format!("{path}/{id}")).await.status, 404);
    assert_eq!(
        owner
            .post(&format!("{path}/{id}/release"), &json!({ "reason": null }))
            .await
            .status,
        404
    );
    let own = format!("{}/{id}/release", c.claims_of(&c.claimant));
    assert_eq!(
        c.owner.post(&own, &json!({ "reason": null })).await.status,
        403
    );
}

#[tokio::test]
async fn an_application_claims_waits_and_goes_on() {
    let app = TestApp::start_with(Settings {
        automatic_approval: true,
        ..settings()
    })
    .await;
    let registrar = registrar(&app).await;
    let broker = app.world().company("broker").await;
    let numbers = ["28-6000001AA", "28-6000002AA", "28-6000003AA"];
    let mut applicants = Vec::new();
    for (n, number) in numbers.into_iter().enumerate() {
        let name = format!("Applicant{n} Trading Inc");
        let contact = format!("contact{n}@applicant.example");
        let _: PartyId = party(&app, &name, Some(&contact), &[number]).await;
        hold(&app, broker.account, broker.sub_account.0, number).await;
        let mut body = form(number, &format!("ada{n}@applicant.example"));
        body["company_name"] = json!(name);
        let applicant = Applicant::begin(&app, &body).await;
        let code = newest_code(&app, &contact).await;
        let step = |step: &str| format!("{}/{step}", applicant.path);
        let confirmed = applicant
            .caller
            .post(&step("code"), &json!({ "code": code }))
            .await
            .ok();
        assert_eq!(confirmed["state"], "claim_offered");
        assert_eq!(
            decide(&registrar, &applicant.id, "approve").await.code(),
            "application-closed"
        );
        let claimed = applicant
            .caller
            .post(&step("claims"), &json!({ "reason": "It is ours." }))
            .await
            .ok();
        assert_eq!(claimed["state"], "claim_filed");
        assert_eq!(claimed["claim"]["state"], "open");
        assert_eq!(claimed["claim"]["answer_due_at"], "2026-03-10T04:00:00Z");
        applicants.push((
            applicant,
            claimed["claim"]["id"].as_str().unwrap().to_owned(),
        ));
    }
    let holder = app.sign_in("broker.owner").await;
    let claims = format!("/accounts/{}/identifier-claims", broker.account);
    // Released: approved by itself in the same instant, with the identifier in the new account.
    let (first, claim) = &applicants[0];
    let released = holder
        .post(
            &format!("{claims}/{claim}/release"),
            &json!({ "reason": null }),
        )
        .await;
    assert_eq!(released.status, 200, "{}", released.body);
    let seen = first.see().await;
    assert_eq!(
        (&seen["state"], &seen["claim"]["state"]),
        (&json!("approved"), &json!("released"))
    );
    // Disputed and kept: back to the registrar, who cannot approve it.
    let (second, claim) = &applicants[1];
    holder
        .post(
            &format!("{claims}/{claim}/dispute"),
            &json!({ "reason": "Ours." }),
        )
        .await
        .ok();
    registrar
        .post(
            &format!("/identifier-claims/{claim}/decision"),
            &json!({ "outcome": "keep", "reason": "Papers." }),
        )
        .await
        .ok();
    assert_eq!(second.state().await, "in_review");
    assert_eq!(
        decide(&registrar, &second.id, "approve").await.outcome(),
        (409, "claim-offered".to_owned())
    );
    assert_eq!(
        decide(&registrar, &second.id, "offer_claim").await.ok()["state"],
        "claim_offered"
    );
    // Given up: the claim ends with it.
    let (third, claim) = &applicants[2];
    third
        .caller
        .post_empty(&format!("{}/withdrawal", third.path))
        .await
        .ok();
    let over = holder.get(&format!("{claims}/{claim}")).await.ok();
    assert_eq!(over["state"], "withdrawn");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_claims_and_two_hundred_ends_at_once() {
    let c = Conflict::new().await;
    let registrar = registrar(&c.app).await;
    let (path, body) = (c.claims_of(&c.claimant), c.body());
    let filed: Vec<_> = (0..200)
        .map(|_| {
            let (owner, path, body) = (c.owner.clone(), path.clone(), body.clone());
            tokio::spawn(async move { owner.post(&path, &body).await.outcome() })
        })
        .collect();
    let mut won = 0;
    for one in filed {
        match one.await.unwrap() {
            (201, _) => won += 1,
            (409, code) => assert_eq!(code, "already-exists"),
            (503, _) => {}
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(won, 1);
    let id = c
        .owner
        .get(&path)
        .await
        .at("/items/0/id")
        .as_str()
        .unwrap()
        .to_owned();
    c.answer(&id, "dispute", &json!({ "reason": "Ours." }))
        .await
        .ok();
    let ends: Vec<_> = (0..200)
        .map(|n| {
            let (path, caller) = match n % 3 {
                0 => (
                    format!("{}/{id}/release", c.claims_of(&c.broker)),
                    c.holder.clone(),
                ),
                1 => (
                    format!("{}/{id}/withdrawal", c.claims_of(&c.claimant)),
                    c.owner.clone(),
                ),
                _ => (
                    format!("/identifier-claims/{id}/decision"),
                    registrar.clone(),
                ),
            };
            let body = if n % 3 == 2 {
                json!({ "outcome": "keep", "reason": "Papers." })
            } else {
                json!({ "reason": null })
            };
            tokio::spawn(async move { (caller.post(&path, &body).await.outcome(), n % 3) })
        })
        .collect();
    let mut ended = Vec::new();
    for one in ends {
        match one.await.unwrap() {
            ((200, _), by) => ended.push(by),
            ((409 | 503, _), _) => {}
            // Who holds it no longer once it was released stands on neither side of an open claim.
            ((404, _), _) => {}
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(ended.len(), 1, "{ended:?}");
    let (here, there) = (
        c.values(&c.owner, &c.claimant).await,
        c.values(&c.holder, &c.broker).await,
    );
    let one = [NUMBER.to_owned()];
    if ended == [0] {
        assert_eq!((here.as_slice(), there.as_slice()), (&one[..], &[][..]));
    } else {
        assert_eq!((here.as_slice(), there.as_slice()), (&[][..], &one[..]));
    }
}
