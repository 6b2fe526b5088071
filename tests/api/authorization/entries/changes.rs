//! Transfers, merges and the replacement of owners (R8, R11).

use serde_json::{Value, json};

use super::super::ask::{Ask, ask};
use super::super::stage::{OBJECTION, Stage};

fn reason() -> Value {
    json!({ "reason": "The books are kept elsewhere." })
}

pub(super) fn all(w: &Stage) -> Vec<Ask> {
    let c = &w.changes;
    let of = |operation| ask(operation).at("id", w.acme.account);
    let given = |operation| of(operation).at("transfer_id", c.transfer_given);
    let asked = |operation| of(operation).at("transfer_id", c.transfer_asked);
    let merge_own = |operation| of(operation).at("merge_id", c.merge_own);
    let merge_asked = |operation| of(operation).at("merge_id", c.merge_asked);
    // In an account to which owner, proxy and reader belong and the others do not.
    let there = |operation, id| ask(operation).at("id", c.third).at("succession_id", id);
    let portal = |operation| ask(operation).at("succession_id", c.request_ready);
    vec![
        of("list_sibling_accounts"),
        of("preview_transfer").query(c.transfer_query),
        of("propose_transfer").json(json!({
            "activity": "exporter",
            "to_account_id": c.sibling,
            "shared_identifiers": null,
            "reason": "Exports are run elsewhere.",
            "preview_version": c.transfer_version,
        })),
        of("list_transfers"),
        given("get_transfer"),
        given("preview_proposed_transfer"),
        asked("accept_transfer").json(json!({ "preview_version": c.transfer_asked_version })),
        asked("decline_transfer").json(reason()),
        given("withdraw_transfer").json(reason()),
        of("preview_merge").query(c.merge_query),
        of("propose_merge").json(json!({
            "other_account_id": c.third,
            "keep": "this",
            "managers_become": "user",
            "reason": "One account is enough.",
            "preview_version": c.merge_version,
        })),
        of("list_merges"),
        merge_own("get_merge"),
        merge_own("preview_proposed_merge"),
        merge_asked("accept_merge").json(json!({ "preview_version": c.merge_asked_version })),
        merge_asked("decline_merge").json(reason()),
        merge_own("withdraw_merge").json(reason()),
        of("preview_owner_succession").query(c.nomination_query),
        of("preview_owner_succession")
            .case("of a request")
            .query(c.request_query),
        of("nominate_owner").json(json!({
            "successor_user_id": w.plain.id,
            "former_owner_role": "proxy",
            "takes_over_on": null,
            "reason": "Retires.",
        })),
        of("request_owner_succession").json(json!({
            "successor_user_id": w.plain.id,
            "former_owner_role": "user",
            "reason": "Does not answer.",
        })),
        of("list_owner_successions"),
        there("get_owner_succession", c.nomination),
        there("accept_owner_succession", c.nomination),
        there("decline_owner_succession", c.nomination).json(reason()),
        there("withdraw_owner_succession", c.nomination)
            .case("a nomination")
            .json(reason()),
        there("withdraw_owner_succession", c.request)
            .case("a request")
            .json(reason()),
        there("object_to_owner_succession", c.request).json(reason()),
        ask("preview_owner_succession_objection").json(json!({ "token": OBJECTION })),
        ask("object_by_link")
            .json(json!({ "token": OBJECTION, "reason": "The owner is on leave." })),
        ask("list_waiting_owner_successions").query("state=waiting"),
        portal("complete_owner_succession").json(reason()),
        portal("reject_owner_succession").json(reason()),
    ]
}
