//! Applications for an account, and identifier claims from both sides.

use serde_json::{Value, json};

use super::super::ask::{Ask, ask};
use super::super::stage::{APPLICATIONS, CODE, Stage};

fn application(submit: bool) -> Value {
    json!({
        "company_name": "Apply Trading", "identifier_kind": "importer_number", "identifier_value": "28-4444441AA",
        "activity": "importer", "owner_given_name": "Ann", "owner_family_name": "Apply", "email": "ann@apply.example",
        "phone": "+1 202 555 0147", "officer_name": "Rosa Grant", "officer_title": "Chief",
        "officer_acknowledges": true, "submit": submit,
    })
}

pub(super) fn all(w: &Stage) -> Vec<Ask> {
    let [awaiting, draft, offered, review] = w.applications;
    let [received, filed, disputed] = w.claims;
    let own = |operation, index: usize, id| {
        ask(operation)
            .at("id", id)
            .header("application-token", APPLICATIONS[index])
    };
    let of = |operation| ask(operation).at("id", w.acme.account);
    let claim = |operation, id| of(operation).at("claim_id", id);
    let decision = |case, id, outcome: &str| {
        ask("decide_identifier_claim")
            .case(case)
            .at("id", id)
            .json(json!({ "outcome": outcome, "reason": "Looked at both sides." }))
    };
    vec![
        ask("create_application").json(application(true)),
        own("get_application", 0, awaiting),
        own("get_application", 1, awaiting).case("with the token of another one"),
        own("update_application", 1, draft).json(json!({ "phone": "+1 202 555 0148" })),
        own("submit_application", 1, draft),
        own("resend_application_code", 0, awaiting),
        own("enter_application_code", 0, awaiting).json(json!({ "code": CODE })),
        own("ask_for_application_review", 0, awaiting)
            .json(json!({ "note": "The contact has left." })),
        own("claim_for_application", 2, offered).json(json!({ "reason": "It is ours." })),
        own("withdraw_application", 3, review),
        ask("list_applications"),
        ask("get_application_review").at("id", review),
        ask("decide_application")
            .at("id", review)
            .json(json!({ "outcome": "approve", "reason": "Checked by telephone." })),
        of("invite_to_apply").at("draft_id", w.apply_draft),
        of("list_identifier_claims"),
        claim("get_identifier_claim", received),
        claim("preview_identifier_release", received),
        of("file_identifier_claim").json(json!({
            "sub_account_id": w.acme.sub_account, "identifier_kind": "importer_number",
            "identifier_value": "28-5555554AA", "reason": "It is ours.",
        })),
        claim("release_identifier", received).json(json!({ "reason": null })),
        claim("release_identifier", filed)
            .case("of the other side")
            .json(json!({ "reason": null })),
        claim("dispute_identifier_claim", received).json(json!({ "reason": "It is ours." })),
        claim("withdraw_identifier_claim", filed).json(json!({ "reason": null })),
        claim("withdraw_identifier_claim", received)
            .case("of the other side")
            .json(json!({ "reason": null })),
        ask("list_all_identifier_claims"),
        ask("get_any_identifier_claim").at("id", received),
        decision("disputed", disputed, "release"),
        decision("within the time for an answer", received, "release"),
    ]
}
