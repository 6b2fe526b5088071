//! The demo's own mailbox: every mail is one file in a folder, so that e-mailed links can be followed without a mail
//! server. Exists in the demo only.

use std::path::Path;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::Services;
use crate::error::Fault;
use crate::mails::outbox::QueuedMail;

/// How many mails the list shows at most, the newest.
const SHOWN: usize = 200;

/// A mail in the demo's mailbox.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DemoMail {
    /// The mail's id.
    pub id: String,
    /// To whom.
    pub to: String,
    /// Subject line.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// The links in the text.
    pub links: Vec<String>,
    /// When it arrived.
    pub at: DateTime<Utc>,
}

/// Puts a mail into the mailbox. A second time, the same file is written again.
///
/// # Errors
/// When the folder cannot be written.
pub async fn deliver(folder: &Path, mail: &QueuedMail, at: DateTime<Utc>) -> std::io::Result<()> {
    let kept = DemoMail {
        id: mail.id.to_string(),
        to: mail.recipient.clone(),
        subject: mail.subject.clone(),
        text: mail.body.clone(),
        links: links(&mail.body),
        at,
    };
    tokio::fs::create_dir_all(folder).await?;
    let partial = folder.join(format!(".{}.part", mail.id));
    tokio::fs::write(&partial, serde_json::to_vec_pretty(&kept)?).await?;
    tokio::fs::rename(&partial, folder.join(format!("{}.json", mail.id))).await
}

/// The newest mails of the mailbox, of one address if one is given.
///
/// # Errors
/// [`Fault::NotFound`] outside the demo.
pub async fn list(s: &Services, address: Option<&str>) -> Result<Vec<DemoMail>, Fault> {
    let Some(folder) = s.settings.demo_mailbox.clone().filter(|_| s.settings.demo) else {
        return Err(Fault::NotFound);
    };
    let address = address
        .map(|a| a.trim().to_lowercase())
        .filter(|a| !a.is_empty());
    let read = tokio::task::spawn_blocking(move || read(&folder, address.as_deref())).await;
    read.map_err(|error| Fault::Internal(format!("the demo mailbox: {error}")))?
        .map_err(|error| Fault::Internal(format!("the demo mailbox: {error}")))
}

fn read(folder: &Path, address: Option<&str>) -> std::io::Result<Vec<DemoMail>> {
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        other => other?,
    };
    // Ids sort by the time of their making.
    let mut files: Vec<_> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|e| e == "json"))
        .collect();
    files.sort_unstable_by(|a, b| b.cmp(a));
    let mut mails = Vec::new();
    for file in files {
        // A file that somebody put there or took away is no reason to hide the others.
        let Some(mail) = std::fs::read(&file)
            .ok()
            .and_then(|bytes| serde_json::from_slice::<DemoMail>(&bytes).ok())
        else {
            continue;
        };
        if address.is_none_or(|wanted| mail.to.to_lowercase().contains(wanted)) {
            mails.push(mail);
        }
        if mails.len() >= SHOWN {
            break;
        }
    }
    Ok(mails)
}

/// Every web address that stands in the text by itself.
fn links(text: &str) -> Vec<String> {
    text.split_whitespace()
        .map(|word| word.trim_matches(|c: char| "<>()[].,;\"'".contains(c)))
        .filter(|word| word.starts_with("http://") || word.starts_with("https://"))
        // The signature names the portal's address, which is no link to follow.
        .filter(|word| {
            word.split_once("://")
                .is_some_and(|(_, rest)| rest.contains('/'))
        })
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_found_without_what_surrounds_them() {
        let text = "Follow http://localhost:8080/reset-password#token=abc_-1.\n\nQuaymaster, http://localhost:8080\n(https://portal.example.com/welcome#token=x)";
        assert_eq!(
            links(text),
            [
                "http://localhost:8080/reset-password#token=abc_-1",
                "https://portal.example.com/welcome#token=x"
            ]
        );
    }
}
