//! How many rows each subject has for a reader, and how fresh they are: what somebody looks at before choosing one.

use std::time::Duration as Wait;

use chrono::{DateTime, Utc};
use quaymaster_domain::access::Actor;
use quaymaster_domain::ids::AccountId;
use quaymaster_domain::reports::{SUBJECTS, Source};
use quaymaster_store::records::write::epoch;
use quaymaster_store::reports::query::{Question, count_up_to};

use super::{asking, filter_of, reporter};
use crate::Services;
use crate::error::Fault;
use crate::records::report_reach;

/// Rows are counted exactly up to here.
const MOST_COUNTED: u64 = 100_000;

/// Somebody waits in front of a list.
const MOST_TIME: Wait = Wait::from_secs(10);

/// The rows of a subject within the reader's rights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Permanent id of the subject.
    pub subject: &'static str,
    /// How many there are, and whether that is all; `None` for what is not for the reader.
    pub rows: Option<(u64, bool)>,
    /// When an import changed something last; `None` for data of accounts, which is as of now.
    pub as_of: Option<DateTime<Utc>>,
}

/// The size of every subject.
///
/// # Errors
/// [`Fault::Denied`] without the right to reports, [`Fault::NotFound`] for an account out of reach, [`Fault::Busy`] when it
/// takes too long.
pub async fn sizes(
    actor: &Actor,
    s: &Services,
    account: Option<AccountId>,
) -> Result<Vec<Size>, Fault> {
    reporter(actor, s).await?;
    let scope = report_reach(s, actor, filter_of(account)).await?.scope;
    asking::reachable(&scope, account)?;
    let changed_at = epoch(&s.db.reader()).await?.changed_at;
    let counting = async {
        let mut counts = Vec::new();
        for source in Source::ALL {
            let rows = if asking::barred(&scope, source.account_data(), "").is_err() {
                None
            } else {
                let question = Question {
                    source: *source,
                    grouped: false,
                    terms: Vec::new(),
                    filter: None,
                    order: Vec::new(),
                    limit: 1,
                };
                let count = count_up_to(&s.db, &question, &scope, MOST_COUNTED + 1).await?;
                Some((count.min(MOST_COUNTED), count <= MOST_COUNTED))
            };
            counts.push((*source, rows));
        }
        Ok::<_, Fault>(counts)
    };
    let counts = tokio::time::timeout(MOST_TIME, counting)
        .await
        .map_err(|_elapsed| Fault::Busy(MOST_TIME.as_secs()))??;
    let size = |subject: &'static quaymaster_domain::reports::Subject| Size {
        subject: subject.id,
        rows: counts
            .iter()
            .find(|(source, _)| *source == subject.source)
            .and_then(|(_, rows)| *rows),
        as_of: subject
            .source
            .account_data()
            .is_none()
            .then_some(changed_at)
            .flatten(),
    };
    Ok(SUBJECTS.iter().map(size).collect())
}
