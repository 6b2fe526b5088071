//! Signing in and out, the caller's own profile and credentials, password resets, set-up.

use quaymaster_tests::PASSWORD;
use serde_json::{Value, json};

use super::super::ask::{Ask, OWN_SESSION, ask};
use super::super::stage::{NOT_ME, RESET, Stage};

/// Challenge questions of the catalogue, with answers.
fn answers(count: usize) -> Value {
    quaymaster_domain::challenge_questions::questions()
        .take(count)
        .map(|q| json!({ "question_id": q.id.as_str(), "answer": format!("Answer {}", q.text) }))
        .collect()
}

pub(super) fn all(w: &Stage) -> Vec<Ask> {
    vec![
        ask("create_session").json(json!({ "user_id": "acme.plain", "password": PASSWORD })),
        ask("refresh_session"),
        ask("list_sessions"),
        ask("report_not_me").json(json!({ "token": NOT_ME })),
        ask("list_my_terms_changes"),
        ask("end_session").case("own").at("id", OWN_SESSION),
        ask("end_session")
            .case("somebody else's")
            .at("id", w.session),
        ask("end_current_session"),
        ask("prove_identity").json(json!({ "password": PASSWORD })),
        ask("get_me"),
        ask("update_me").json(json!({ "theme": "dark" })),
        ask("list_my_memberships"),
        ask("list_my_sign_ins"),
        ask("list_my_needs"),
        ask("change_password").json(json!({
            "current_password": PASSWORD,
            "new_password": "Seven geese over Mobile Bay",
        })),
        ask("list_challenge_questions"),
        ask("get_my_challenge_questions"),
        ask("choose_challenge_questions")
            .json(json!({ "current_password": PASSWORD, "answers": answers(5) })),
        ask("get_current_terms"),
        ask("list_my_terms_acceptances"),
        ask("accept_terms").json(json!({ "version": 1, "sha256": format!("{:064}", 1) })),
        ask("start_password_reset").json(json!({ "user_id": "acme.plain" })),
        ask("answer_password_reset")
            .at("id", w.password_reset)
            .json(json!({ "answers": answers(3) })),
        ask("redeem_password_reset").json(json!({ "token": RESET })),
        ask("get_setup"),
        ask("create_first_administrator").json(json!({
            "token": "no-such-token-00000000000000000000000000001",
            "user_id": "first.admin",
            "password": "Seven geese over Mobile Bay",
            "given_name": "First",
            "family_name": "Admin",
            "email": "first.admin@example.com",
        })),
        ask("list_demo_mails"),
        ask("list_demo_people"),
    ]
}
