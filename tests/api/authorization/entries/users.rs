//! People of an account: list, roles, locks, invitations, succession (R6, R8, R11).

use quaymaster_tests::Person;
use serde_json::{Value, json};

use super::super::ask::{Ask, ask};
use super::super::stage::{INVITATION, Stage};

fn invitation(role: &str) -> Value {
    json!({ "email": "new.person@example.com", "given_name": "New", "family_name": "Person", "role": role, "access": [], "port_codes": [] })
}

fn existing(person: &Person, role: &str) -> Value {
    json!({ "user_id": person.user_name, "email": person.email, "role": role, "access": [], "port_codes": [] })
}

const IMPORT: &str = "email,given_name,family_name,role,sub_account,structure,records,reports,port_codes\n\
    cy@example.com,Cy,Dane,user,First,read,none,none,\n";
const IMPORT_PROXY: &str = "email,given_name,family_name,role,sub_account,structure,records,reports,port_codes\n\
    cy@example.com,Cy,Dane,proxy,,,,,\n";

pub(super) fn all(w: &Stage) -> Vec<Ask> {
    let of = |operation| ask(operation).at("id", w.acme.account);
    let about = |operation, case, user: &Person| of(operation).case(case).at("user_id", user.id);
    let (user, proxy, owner) = (&w.locked, &w.locked_proxy, &w.acme.owner);
    let reactivation = || json!({ "temporary_password": false });
    let suspension = || json!({ "reason": "Left the company." });
    let succession = || json!({ "successor_user_id": w.plain.id, "former_owner_role": "proxy", "reason": "Retires." });
    let access = || json!({ "access": [{ "sub_account_id": w.acme.sub_account, "structure": "read", "records": "none", "reports": "none" }] });
    vec![
        of("list_users"),
        about("get_user", "a user", user),
        about("get_user", "the owner", owner),
        about("get_user", "of another company", &w.other.user),
        about("get_effective_access", "", user),
        of("add_existing_user")
            .case("as user")
            .json(existing(&w.free, "user")),
        of("add_existing_user")
            .case("as proxy")
            .json(existing(&w.free, "proxy")),
        about("update_user", "access of a user", &w.plain).json(access()),
        about("update_user", "a user to proxy", &w.plain).json(json!({ "role": "proxy" })),
        about("update_user", "a proxy to user", proxy).json(json!({ "role": "user" })),
        about("update_user", "the owner to user", owner).json(json!({ "role": "user" })),
        about("remove_user", "a user", &w.plain),
        about("remove_user", "a proxy", proxy),
        about("remove_user", "the owner", owner),
        about("remove_user", "of another company", &w.other.user),
        about("reactivate_user", "a user", user).json(reactivation()),
        about("reactivate_user", "a proxy", proxy).json(reactivation()),
        about("reactivate_user", "the owner", owner).json(reactivation()),
        of("reactivate_users")
            .json(json!({ "user_ids": [user.id, proxy.id], "temporary_password": false })),
        about("suspend_user", "a user", &w.plain).json(suspension()),
        about("suspend_user", "a proxy", proxy).json(suspension()),
        about("suspend_user", "the owner", owner).json(suspension()),
        about("lift_suspension", "by the owner", &w.suspended),
        about("lift_suspension", "by the staff", &w.stopped),
        about("end_user_session", "", user).at("session_id", w.session),
        of("import_users")
            .query("dry_run=true")
            .text("text/csv", IMPORT),
        of("import_users")
            .case("with a proxy")
            .query("dry_run=true")
            .text("text/csv", IMPORT_PROXY),
        of("import_users")
            .case("in earnest")
            .query("dry_run=false")
            .text("text/csv", IMPORT),
        of("hand_over_ownership").json(succession()),
        of("create_invitation")
            .case("as user")
            .json(invitation("user")),
        of("create_invitation")
            .case("as proxy")
            .json(invitation("proxy")),
        of("list_invitations"),
        of("resend_invitation").at("invitation_id", w.invitation),
        of("revoke_invitation").at("invitation_id", w.invitation),
        ask("preview_invitation").json(json!({ "token": INVITATION })),
        ask("redeem_invitation").json(json!({
            "token": INVITATION,
            "user_id": "ivy.invited",
            "password": "Seven geese over Mobile Bay",
        })),
    ]
}
