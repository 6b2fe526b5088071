//! What can be reported on: subjects with their members, and the reports that come with the portal. Plain data and look-ups;
//! how a definition is read and how rows are fetched is elsewhere.

mod accounts;
mod catalogue;
mod lines;
mod members;
mod records;

use crate::access::AccountData;

pub use catalogue::{STANDARD, Standard, standard};
pub use members::{Extreme, Kind, Member, Operator, Term};

/// Where the rows of a subject come from. Every one has a secured source in the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// One row for an entry summary.
    Entries,
    /// One row for a tariff ordinal of a line.
    Lines,
    /// One row for a person in an account.
    Users,
    /// One row for a try to sign in, by a person of an account.
    SignIns,
    /// One row for a grant that is in force or paused, seen from one of its accounts.
    Grants,
    /// One row for an identifier in a sub-account.
    Identifiers,
    /// One row for a case.
    Cases,
    /// One row for an event of the audit trail.
    Audit,
}

impl Source {
    /// Every source.
    pub const ALL: &'static [Self] = &[
        Self::Entries,
        Self::Lines,
        Self::Users,
        Self::SignIns,
        Self::Grants,
        Self::Identifiers,
        Self::Cases,
        Self::Audit,
    ];

    /// The kind of account data, which decides who sees a row; `None` for trade records.
    #[must_use]
    pub const fn account_data(self) -> Option<AccountData> {
        match self {
            Self::Entries | Self::Lines => None,
            Self::Users => Some(AccountData::Users),
            Self::SignIns => Some(AccountData::SignIns),
            Self::Grants => Some(AccountData::Grants),
            Self::Identifiers => Some(AccountData::Identifiers),
            Self::Cases => Some(AccountData::Cases),
            Self::Audit => Some(AccountData::Audit),
        }
    }

    /// The columns that name a row, so that the order of single rows is total.
    #[must_use]
    pub const fn key(self) -> &'static [&'static str] {
        match self {
            Self::Entries => &["entry_number"],
            Self::Lines => &["entry_number", "line_no", "ordinal"],
            Self::Users => &["account_id", "user_id"],
            Self::SignIns => &["account_id", "id"],
            Self::Grants => &["id", "direction"],
            Self::Identifiers | Self::Cases | Self::Audit => &["id"],
        }
    }
}

/// Something to report on.
#[derive(Debug)]
pub struct Subject {
    /// Permanent.
    pub id: &'static str,
    /// For people.
    pub label: &'static str,
    /// What its rows are.
    pub words: &'static str,
    /// Where they come from.
    pub source: Source,
    /// Dimensions first, then measures.
    pub members: &'static [Member],
    /// Names that are no members any more, with what to use instead.
    pub retired: &'static [Retired],
}

/// A member that is gone. Definitions that name it go on with the replacement, and say so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retired {
    /// Its name.
    pub id: &'static str,
    /// The member that takes its place.
    pub instead: &'static str,
    /// Why, for people.
    pub why: &'static str,
}

/// A member as a definition names it.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The member.
    pub member: &'static Member,
    /// What to tell whoever uses an old name.
    pub message: Option<String>,
}

impl Subject {
    /// A member by its name, by a name that it had, or the one that took its place.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<Found> {
        if let Some(member) = self.members.iter().find(|m| m.id == name) {
            return Some(Found {
                member,
                message: None,
            });
        }
        if let Some(member) = self.members.iter().find(|m| m.aliases.contains(&name)) {
            let message = Some(format!("\"{name}\" is called \"{}\" now.", member.id));
            return Some(Found { member, message });
        }
        let gone = self.retired.iter().find(|r| r.id == name)?;
        let member = self.members.iter().find(|m| m.id == gone.instead)?;
        let message = Some(format!(
            "\"{name}\" was retired: {} \"{}\" stands in its place.",
            gone.why, member.id
        ));
        Some(Found { member, message })
    }
}

impl Subject {
    /// The dimension of this subject that means the same as that of another one, so that groups of both can stand beside each
    /// other.
    #[must_use]
    pub fn shares(&self, of: &Member) -> Option<&'static Member> {
        self.members.iter().find(|m| {
            !m.measure
                && !of.measure
                && (m.id, m.kind, m.label) == (of.id, of.kind, of.label)
                && m.among_subjects().term == of.among_subjects().term
        })
    }
}

/// Everything that can be reported on, in the order in which people choose.
pub const SUBJECTS: &[Subject] = &[
    Subject {
        id: "entry_summaries",
        label: "Entry summaries",
        words: "One row for an entry summary: dates, liquidation, totals, fees.",
        source: Source::Entries,
        members: records::ENTRIES,
        retired: &[],
    },
    Subject {
        id: "entry_lines",
        label: "Entry lines and tariffs",
        words: "One row for a tariff ordinal of a line: HTS number, origin, value, duty, fees.",
        source: Source::Lines,
        members: lines::LINES,
        retired: &[],
    },
    Subject {
        id: "statements",
        label: "Statements and duties",
        words: "What is to be paid on statements: one row for an entry summary with its statement, due date and payment.",
        source: Source::Entries,
        members: records::STATEMENTS,
        retired: &[],
    },
    Subject {
        id: "users",
        label: "Users and access",
        words: "One row for a person in an account: role, last sign-in, locks and suspensions.",
        source: Source::Users,
        members: accounts::USERS,
        retired: &[Retired {
            id: "status",
            instead: "suspended",
            why: "being locked and being suspended are two things.",
        }],
    },
    Subject {
        id: "sign_ins",
        label: "Sign-ins and locks",
        words: "One row for a try to sign in by a person of an account.",
        source: Source::SignIns,
        members: accounts::SIGN_INS,
        retired: &[],
    },
    Subject {
        id: "grants",
        label: "Cross-account access",
        words: "One row for a grant that is in force or paused, as the account sees it that gave or received it.",
        source: Source::Grants,
        members: accounts::GRANTS,
        retired: &[],
    },
    Subject {
        id: "identifiers",
        label: "Identifiers and activities",
        words: "One row for an identifier in a sub-account with its business activity.",
        source: Source::Identifiers,
        members: accounts::IDENTIFIERS,
        retired: &[],
    },
    Subject {
        id: "cases",
        label: "Cases",
        words: "One row for a case with support.",
        source: Source::Cases,
        members: accounts::CASES,
        retired: &[],
    },
    Subject {
        id: "audit",
        label: "Audit",
        words: "One row for an event of an account's audit trail.",
        source: Source::Audit,
        members: accounts::AUDIT,
        retired: &[],
    },
];

/// A subject by its id.
#[must_use]
pub fn subject(id: &str) -> Option<&'static Subject> {
    SUBJECTS.iter().find(|s| s.id == id)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_name_means_one_member() {
        assert_eq!(SUBJECTS.len(), 9);
        for subject in SUBJECTS {
            let mut names = BTreeSet::new();
            for member in subject.members {
                assert!(names.insert(member.id), "{} {}", subject.id, member.id);
                for alias in member.aliases {
                    assert!(names.insert(alias), "{} {alias}", subject.id);
                }
                assert!(!member.label.is_empty() && member.words.ends_with('.'));
                assert_eq!(member.measure, member.term.is_aggregate(), "{}", member.id);
            }
            for gone in subject.retired {
                assert!(names.insert(gone.id), "{} {}", subject.id, gone.id);
                assert!(subject.members.iter().any(|m| m.id == gone.instead));
            }
        }
    }

    #[test]
    fn subjects_share_what_is_the_same_in_both() {
        let of = |name| subject(name).unwrap();
        let (lines, entries) = (of("entry_lines"), of("entry_summaries"));
        for id in ["importer", "entry_month", "filer", "port"] {
            let member = lines.find(id).unwrap().member;
            let found = entries.shares(member).unwrap();
            assert_eq!(found.among_subjects().term, member.among_subjects().term);
        }
        for id in ["country", "hts", "duty"] {
            let member = lines.find(id).unwrap().member;
            assert_eq!(entries.shares(member), None, "{id}");
        }
        // A key is shown only where it says something, so it is what tells importers apart in both.
        let importer = entries.find("importer").unwrap().member;
        assert_eq!(importer.among_subjects().term, Term::Text("importer_key"));
        let account = of("users").find("account").unwrap().member;
        assert!(of("cases").shares(account).is_some());
        assert!(entries.shares(account).is_none());
    }

    #[test]
    fn old_names_go_on_with_a_message() {
        let lines = subject("entry_lines").unwrap();
        let now = lines.find("country").unwrap();
        assert_eq!(now.message, None);
        let renamed = lines.find("country_of_origin").unwrap();
        assert_eq!(renamed.member, now.member);
        assert!(renamed.message.unwrap().contains("\"country\""));
        let gone = subject("users").unwrap().find("status").unwrap();
        assert_eq!(gone.member.id, "suspended");
        assert!(gone.message.unwrap().contains("retired"));
        assert_eq!(lines.find("password_hash"), None);
    }
}
