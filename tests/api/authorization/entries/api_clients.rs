//! Programs that act for an account, and their tokens (R11 for what writes).

use serde_json::json;

use super::super::ask::{Ask, ask};
use super::super::stage::{CLIENT_SECRET, Stage};

pub(super) fn all(w: &Stage) -> Vec<Ask> {
    let of = |operation| ask(operation).at("id", w.acme.account);
    let one = |operation| of(operation).at("client_id", w.api_client.id);
    vec![
        ask("list_api_client_scopes"),
        of("list_api_clients"),
        of("create_api_client").json(json!({
            "name": "Another", "contact_email": "erp@example.com", "scopes": ["structure:read"],
        })),
        one("get_api_client"),
        one("update_api_client").json(json!({ "name": "Another name" })),
        one("end_api_client"),
        one("add_api_client_secret"),
        one("remove_api_client_secret").at("secret_id", w.api_client.secret),
        one("approve_api_client"),
        ask("list_token_keys"),
        ask("create_token").text(
            "application/x-www-form-urlencoded",
            &format!(
                "grant_type=client_credentials&client_id={}&client_secret={CLIENT_SECRET}",
                w.api_client.id
            ),
        ),
    ]
}
