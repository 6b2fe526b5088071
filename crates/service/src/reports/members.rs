//! Looking up what can be reported on. Subjects, members and the reports that come with the portal are the domain's; what
//! people see of a stored text is here.

use quaymaster_domain::reports::{Found, STANDARD, SUBJECTS, Source, Term, subject};

pub use quaymaster_domain::reports::{Member, Standard, Subject};

/// Everything that can be reported on.
pub fn subjects() -> impl Iterator<Item = &'static Subject> {
    SUBJECTS.iter()
}

/// The reports that come with the portal.
pub fn catalogue() -> &'static [Standard] {
    STANDARD
}

/// The names of the subjects.
pub(super) fn names() -> Vec<&'static str> {
    SUBJECTS.iter().map(|s| s.id).collect()
}

/// The members of a subject.
pub(super) fn of(name: &str) -> Option<&'static [Member]> {
    subject(name).map(|s| s.members)
}

/// A member by its name, or by an old one of it.
pub(super) fn find(about: &str, name: &str) -> Option<Found> {
    subject(about)?.find(name)
}

/// Which rows a subject is of.
pub(super) fn source(name: &str) -> Source {
    subject(name).map_or(Source::Entries, |s| s.source)
}

/// True when a subject is of trade records.
pub(super) fn is_of_records(name: &str) -> bool {
    source(name).account_data().is_none()
}

/// What people see of a stored text. Personal numbers are stored as digests, which say nothing.
pub(super) fn text(member: &Member, stored: &str) -> String {
    match member.term {
        Term::Text("entry_number") if stored.len() == 11 && stored.is_ascii() => {
            format!("{}-{}-{}", &stored[..3], &stored[3..10], &stored[10..])
        }
        Term::Text("importer_key") if stored.len() > 20 => "personal number".to_owned(),
        _ => stored.to_owned(),
    }
}
