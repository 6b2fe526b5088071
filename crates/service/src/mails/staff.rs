//! Letters about what the operator's staff did, and to the staff themselves.

use quaymaster_domain::members::StaffRole;

use super::Letter;

/// The operator has suspended you.
pub(crate) fn suspended(reason: &str) -> Letter {
    Letter {
        template: "suspended",
        subject: "Your User ID is suspended".to_owned(),
        text: format!(
            "The operator of the portal has suspended your User ID, and every session of yours has ended. The reason given:\n\n{reason}\n\nIf you think this is a mistake, speak to support."
        ),
        once: None,
    }
}

/// Your role among the staff is another one.
pub(crate) fn role_changed(by: &str, role: StaffRole) -> Letter {
    Letter {
        template: "staff_role_changed",
        subject: "Your role among the staff of the portal".to_owned(),
        text: format!(
            "{by} has made you {}. It counts from your next request on.",
            title(role)
        ),
        once: None,
    }
}

fn title(role: StaffRole) -> &'static str {
    match role {
        StaffRole::SupportAgent => "support agent",
        StaffRole::SupportLead => "support lead",
        StaffRole::Registrar => "registrar",
        StaffRole::Auditor => "auditor",
        StaffRole::Administrator => "administrator",
    }
}
