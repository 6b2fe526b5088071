//! Letters about transfers of activities and merges of accounts, to the owners of both sides.

use quaymaster_domain::moves::{AffectedGrant, GrantAct, GrantSide};
use quaymaster_store::accounts::Account;
use quaymaster_store::moves::grants::Counterpart;

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

/// To the company on the other side of a grant: what the change of the two accounts does to it. `other` is read as it was before.
pub(crate) fn grant_affected(
    s: &Services,
    grant: &AffectedGrant,
    other: &Counterpart,
    from: &Account,
    to: &Account,
) -> Letter {
    let called = |account: &Account| format!("\"{}\" ({})", account.name, account.account_number);
    let own = called(&other.account);
    // A recipient that has not learnt whose number it asked for learns it by no letter either.
    let party = |account: &Account| match &other.grantor_shown {
        Some(shown) => format!("the company with {shown}"),
        None => called(account),
    };
    let company = match (&other.grantor_shown, grant.side) {
        (Some(shown), GrantSide::Given) => shown.clone(),
        _ => from.company_name.clone(),
    };
    let text = match (grant.side, grant.act) {
        (GrantSide::Given, GrantAct::Give | GrantAct::GiveNamed) => format!(
            "The access of your account {own} to {} goes along with the sub-accounts that it covers: they belong to {} of the same company from now on, which gives the access instead. Your people keep it. What it said about the account itself and about its users is over; ask the Account Owner there if you need it.",
            party(from),
            party(to)
        ),
        (GrantSide::Given, GrantAct::None | GrantAct::Narrow) => format!(
            "Some sub-accounts of {} have moved to another account of the same company. The access of your account {own} covers those that stay; it no longer covers those that moved. If you need them, ask the company for access again.",
            party(from)
        ),
        (GrantSide::Given, GrantAct::Name) => format!(
            "Sub-accounts have moved into {}. The access of your account {own} covered everything there; it covers the same sub-accounts as before, named one by one, and not those that arrived. If you need them, ask for a change.",
            party(to)
        ),
        (GrantSide::Received, GrantAct::Receive) => format!(
            "The account {} was merged into {} of the same company. The access that it had to your account {own} is that one's from now on, within the same limits. You see the people behind it and can end it at any time.",
            called(from),
            called(to)
        ),
        (GrantSide::Given, GrantAct::End | GrantAct::Receive) => format!(
            "The access of your account {own} to {} has ended, because its structure went into another account of the same company with which you have a grant already. That one stays as it is.",
            party(from)
        ),
        (GrantSide::Received, _) => format!(
            "The access of the account {} to your account {own} has ended, because it was merged into {} of the same company, which has a grant of yours already. That one stays as it is.",
            called(from),
            called(to)
        ),
    };
    Letter {
        template: "grant_follows_structure",
        subject: format!("Access and {company}: accounts have changed"),
        text: format!(
            "{text}\n\nSee it at {}/access/cross-account",
            s.settings.base_url
        ),
        once: None,
    }
}
