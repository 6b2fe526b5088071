//! Staff among themselves, staff about people, terms, the portal's trail.

use serde_json::json;

use super::super::ask::{Ask, ask};
use super::super::stage::Stage;

pub(super) fn all(w: &Stage) -> Vec<Ask> {
    let staff =
        |operation, person: &quaymaster_tests::Person| ask(operation).at("user_id", person.id);
    let reactivation = json!({ "temporary_password": false });
    let suspension = json!({ "reason": "Reported by the police." });
    vec![
        ask("search_all").json(json!({ "q": "acme" })),
        staff("get_person", &w.locked),
        ask("get_company_overview").at("company_id", w.acme.company),
        staff("suspend_person", &w.plain).json(suspension.clone()),
        staff("suspend_person", &w.locked_staff).case("of the staff").json(suspension.clone()),
        staff("lift_person_suspension", &w.stopped),
        ask("list_staff"),
        ask("invite_staff").json(json!({ "email": "new.staff@example.com", "given_name": "New", "family_name": "Staff", "staff_role": "auditor" })),
        ask("list_staff_invitations"),
        ask("resend_staff_invitation").at("invitation_id", w.staff_invitation),
        ask("revoke_staff_invitation").at("invitation_id", w.staff_invitation),
        staff("update_staff", &w.locked_staff).json(json!({ "staff_role": "auditor" })),
        staff("suspend_staff", &w.locked_staff).json(suspension.clone()),
        staff("lift_staff_suspension", &w.suspended_staff),
        staff("reactivate_staff", &w.locked_staff).json(reactivation.clone()),
        staff("update_staff_old_path", &w.locked_staff).json(json!({ "staff_role": "auditor" })),
        staff("suspend_staff_old_path", &w.locked_staff).json(suspension),
        staff("lift_staff_suspension_old_path", &w.suspended_staff),
        staff("reactivate_staff_old_path", &w.locked_staff).json(reactivation),
        ask("list_terms_versions"),
        ask("publish_terms").json(json!({ "title": "Terms and Conditions", "body": "Be fair to everybody who uses this portal.", "what_changed": "A word about everybody." })),
        ask("list_audit_events"),
    ]
}
