//! Teams, groups of clients, requests by file, renewals (R9, R11).

use serde_json::json;

use super::super::ask::{Ask, ask};
use super::super::stage::Stage;

const FILE: &str = "account_number,owner_user_id,structure,purpose\nQM-0000-00001-8,nobody.here,yes,You are our client\n";

pub(super) fn all(w: &Stage) -> Vec<Ask> {
    let of = |operation| ask(operation).at("id", w.acme.account);
    let team = |operation| of(operation).at("team_id", w.team);
    let group = |operation| of(operation).at("group_id", w.client_group);
    let name = || json!({ "name": "Another name" });
    let clients = || json!({ "client_account_ids": [w.broker.account] });
    let file = |operation| ask(operation).at("id", w.grant_batch);
    vec![
        of("list_teams"),
        of("create_team").json(name()),
        team("get_team"),
        team("update_team").json(name()),
        team("delete_team"),
        team("list_team_members"),
        team("set_team_members").json(json!({ "user_ids": [w.plain.id] })),
        team("list_team_client_groups"),
        team("set_team_client_group")
            .at("group_id", w.client_group)
            .json(json!({ "rights": null })),
        team("remove_team_client_group").at("group_id", w.client_group),
        of("list_client_groups"),
        of("create_client_group").json(name()),
        group("get_client_group"),
        group("update_client_group").json(name()),
        group("delete_client_group"),
        group("list_client_group_clients"),
        group("add_clients_to_group")
            .case("all")
            .json(json!({ "all": true, "client_account_ids": [] })),
        group("remove_clients_from_group").json(clients()),
        of("list_grant_request_batches"),
        file("get_grant_request_batch"),
        file("list_grant_request_rows"),
        file("get_grant_request_result"),
        of("renew_grants")
            .json(json!({ "grant_ids": [w.grant], "ends_at": "2027-01-01T00:00:00Z" })),
        ask("create_grant_request_batch")
            .query(Box::leak(
                format!("account_id={}", w.acme.account).into_boxed_str(),
            ))
            .text("text/csv", FILE),
    ]
}
