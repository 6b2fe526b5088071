//! Looking up what can be reported on. Subjects, members and the reports that come with the portal are the domain's; what
//! people see of a stored text is here.

use quaymaster_domain::reports::{Found, STANDARD, SUBJECTS, Source, Term, subject};

pub use quaymaster_domain::reports::{Member, Standard, Subject};

/// Everything that can be reported on.
pub fn subjects() -> impl Iterator<Item = &'static Subject> {
    SUBJECTS.iter()
}

/// The subjects that can stand beside one, each with the dimensions that both have.
pub fn mergeable(
    subject: &'static Subject,
) -> impl Iterator<Item = (&'static str, Vec<&'static str>)> {
    SUBJECTS.iter().filter_map(|other| {
        let both = [subject.id.to_owned(), other.id.to_owned()];
        let shared: Vec<&str> = shared_members(&both).map(|m| m.id).collect();
        (other.id != subject.id && !shared.is_empty()).then_some((other.id, shared))
    })
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

/// The dimension as all these subjects have it, the first of which it is of; otherwise which are shared, in words.
pub(super) fn shared(subjects: &[String], member: &Member) -> Result<Member, String> {
    let [_, others @ ..] = subjects else {
        return Ok(*member);
    };
    if others.is_empty() {
        return Ok(*member);
    }
    let missing = others
        .iter()
        .filter_map(|name| subject(name))
        .find(|other| other.shares(member).is_none());
    match missing {
        None => Ok(member.among_subjects()),
        Some(other) => Err(format!(
            "\"{}\" is not shared with \"{}\"; these are shared: {}",
            member.label,
            other.label,
            shared_members(subjects)
                .map(|m| m.label)
                .collect::<Vec<_>>()
                .join(", ")
        )),
    }
}

/// The dimensions that all these subjects have.
pub(super) fn shared_members(subjects: &[String]) -> impl Iterator<Item = &'static Member> {
    let (main, others) = match subjects.split_first() {
        Some((main, others)) => (of(main).unwrap_or_default(), others),
        None => (Default::default(), subjects),
    };
    let others: Vec<&Subject> = others.iter().filter_map(|name| subject(name)).collect();
    main.iter()
        .filter(move |m| !m.measure && others.iter().all(|o| o.shares(m).is_some()))
}

/// Which rows a subject is of.
pub(super) fn source(name: &str) -> Source {
    subject(name).map_or(Source::Entries, |s| s.source)
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
