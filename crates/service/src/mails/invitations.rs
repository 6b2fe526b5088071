//! The letter with the link that makes an invited person a user.

use quaymaster_store::invitations::Invitation;

use super::Letter;
use crate::Services;

/// You are invited. `to` names company and account; none for the staff.
pub(crate) fn invited(
    s: &Services,
    invitation: &Invitation,
    to: Option<(&str, &str)>,
    token: &str,
) -> Letter {
    let by = &invitation.invited_by_name;
    let (subject, what) = match to {
        Some((company, account)) => (
            format!("{company} invites you to Quaymaster"),
            format!("{by} invites you to the portal account \"{account}\" of {company}."),
        ),
        None => (
            "You are invited to the staff of Quaymaster".to_owned(),
            format!("{by} invites you to the staff that operates this portal."),
        ),
    };
    let until = invitation.expires_at.format("%-d %B %Y, %H:%M UTC");
    Letter {
        template: "invitation",
        subject,
        text: format!(
            "{what}\n\nFollow this link to choose your own User ID and password, or to join with the User ID that you have:\n\n{}/welcome#token={token}\n\nThe link works once, until {until}. Nobody else may use it: every person has an own User ID.\nIf you did not expect this, ignore it; nothing happens without you.",
            s.settings.base_url
        ),
        once: None,
    }
}
