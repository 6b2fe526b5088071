//! Letters about transfers of activities and merges of accounts, to the owners of both sides.

use quaymaster_store::accounts::Account;

use super::Letter;
use crate::Services;

/// What is proposed, in words: `the transfer of Importer from … to …`.
pub(crate) fn transfer_words(label: &str, from: &Account, to: &Account) -> String {
    format!(
        "the transfer of the business activity {label} from the account \"{}\" ({}) to the account \"{}\" ({})",
        from.name, from.account_number, to.name, to.account_number
    )
}

/// The same for a merge.
pub(crate) fn merge_words(from: &Account, into: &Account) -> String {
    format!(
        "the merge of the account \"{}\" ({}) into the account \"{}\" ({})",
        from.name, from.account_number, into.name, into.account_number
    )
}

/// The other owner is asked. `page` is where it is answered.
pub(crate) fn proposed(s: &Services, by: &str, what: &str, reason: &str, page: &str) -> Letter {
    Letter {
        template: "structure_change_proposed",
        subject: "A change of your accounts needs your consent".to_owned(),
        text: format!(
            "{by} proposes {what}. The reason given:\n\n{reason}\n\nLook at what would move, end or collide, and accept or decline: {}{page}",
            s.settings.base_url
        ),
        once: None,
    }
}

/// It has happened.
pub(crate) fn done(by: &str, what: &str) -> Letter {
    Letter {
        template: "structure_change_done",
        subject: "A change of your accounts has been made".to_owned(),
        text: format!(
            "{by} has accepted {what}. It has been made; what moved stays on record in both accounts."
        ),
        once: None,
    }
}

/// The other side declined.
pub(crate) fn declined(by: &str, what: &str, reason: &str) -> Letter {
    Letter {
        template: "structure_change_declined",
        subject: "A change of your accounts was declined".to_owned(),
        text: format!(
            "{by} has declined {what}. Nothing has changed. The reason given:\n\n{reason}"
        ),
        once: None,
    }
}

/// The proposer took it back, or another change ended it.
pub(crate) fn ended(by: &str, what: &str, reason: &str) -> Letter {
    Letter {
        template: "structure_change_ended",
        subject: "A change of your accounts is no longer proposed".to_owned(),
        text: format!("{by} has ended {what}. Nothing has changed. The reason given:\n\n{reason}"),
        once: None,
    }
}
