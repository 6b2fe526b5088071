//! Companies, accounts, their profile and their trail.

use serde_json::json;

use super::super::ask::{Ask, ask};
use super::super::stage::Stage;

pub(super) fn all(w: &Stage) -> Vec<Ask> {
    let of = |operation| ask(operation).at("id", w.acme.account);
    let company = |operation| ask(operation).at("id", w.acme.company);
    vec![
        ask("list_accounts"),
        of("get_account"),
        of("update_account").json(json!({ "name": "Acme West" })),
        of("list_account_audit_events"),
        of("list_terms_acceptances"),
        of("list_contacts"),
        of("create_contact").json(json!({ "kind": "billing", "name": "Bo Cole", "title": null, "email": "bo@example.com", "phone": null })),
        of("update_contact").at("contact_id", w.contact).json(json!({ "name": "Ann Dean" })),
        of("delete_contact").at("contact_id", w.contact),
        of("list_addresses"),
        of("create_address").json(json!({ "kind": "physical", "line1": "2 Pier Road", "line2": null, "city": "Oakland", "region": "CA", "postal_code": "94607", "country": "US" })),
        of("update_address").at("address_id", w.address).json(json!({ "city": "Alameda" })),
        of("delete_address").at("address_id", w.address),
        ask("list_companies"),
        ask("create_company").json(json!({ "name": "Free Trading", "party_id": w.free_party })),
        company("get_company"),
        company("update_company").json(json!({ "name": "Acme Shipping" })),
        company("add_subsidiary").json(json!({ "party_id": w.free_party })),
        company("remove_subsidiary").at("party_id", w.subsidiary),
        company("create_account").json(json!({
            "name": "Acme East",
            "owner": { "email": "east@example.com", "given_name": "Eve", "family_name": "East" },
            "first_sub_account": { "name": "East", "activity": "surety" },
        })),
    ]
}
