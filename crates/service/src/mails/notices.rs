//! Letters about notices of the operator.

use chrono::{DateTime, Utc};
use quaymaster_store::notices::Notice;

use super::Letter;
use crate::Services;

/// What is new, for whoever wants it by mail.
pub(crate) fn digest(
    s: &Services,
    notices: &[Notice],
    more: bool,
    token: &str,
    now: DateTime<Utc>,
) -> Letter {
    let base = &s.settings.base_url;
    let lines: Vec<String> = notices
        .iter()
        .map(|notice| {
            let mark = if notice.action_required {
                " (please acknowledge)"
            } else {
                ""
            };
            format!("- {}{mark}\n  {base}/notices/{}", notice.title, notice.id)
        })
        .collect();
    let rest = if more {
        format!("\n\nThere are more at {base}/notices.")
    } else {
        String::new()
    };
    Letter {
        template: "notice_digest",
        subject: match notices {
            [only] => format!("Notice: {}", only.title),
            several => format!("{} new notices", several.len()),
        },
        text: format!(
            "New in the portal:\n\n{}{rest}\n\nYou get this because you asked for notices by mail. To end these mails, without signing in:\n\n{base}/unsubscribe#token={token}",
            lines.join("\n")
        ),
        once: Some(format!(
            "notice-digest:{}:{}",
            token.split('.').next().unwrap_or_default(),
            now.timestamp()
        )),
    }
}
