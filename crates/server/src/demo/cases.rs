//! Cases with support: answered ones of the last days, and some that wait.

use chrono::Duration;
use quaymaster_domain::access::Origin;
use quaymaster_domain::cases::{CaseSubject, MessageText, Topic};
use quaymaster_domain::ids::CaseId;
use quaymaster_domain::people::UserName;
use quaymaster_service::cases::{self, NewCase};

use super::build::Builder;
use crate::failure::Failure;

fn broken(error: impl std::fmt::Display) -> Failure {
    Failure::new(format!("the demo world: cases: {error}"))
}

/// A question, and what support answered.
struct Told {
    by: &'static str,
    hours_ago: i64,
    topic: Topic,
    subject: &'static str,
    question: &'static str,
    /// The agent's answer, so many hours later.
    answer: Option<(i64, &'static str)>,
    closed: bool,
}

const TOLD: &[Told] = &[
    Told {
        by: "james.okoye",
        hours_ago: 150,
        topic: Topic::RestrictedActivity,
        subject: "A second filer code",
        question: "We were given a second filer code last month. Who adds it to the account?",
        answer: Some((
            5,
            "A registrar adds filer codes. Send us the letter that names the code, and we pass it on.",
        )),
        closed: true,
    },
    Told {
        by: "ines.duarte",
        hours_ago: 100,
        topic: Topic::Reports,
        subject: "Which ports do I see?",
        question: "My list is shorter than that of a colleague at the next desk. Is something missing?",
        answer: Some((
            3,
            "Nothing is missing: your Account Owner limited your access to some ports. People, your name, Access shows which.",
        )),
        closed: false,
    },
    Told {
        by: "victor.stone",
        hours_ago: 60,
        topic: Topic::CrossAccountAccess,
        subject: "Forty clients at once",
        question: "Is there a way to ask all our clients for access with one file?",
        answer: None,
        closed: false,
    },
    Told {
        by: "maria.lopez",
        hours_ago: 54,
        topic: Topic::IdentifierConflict,
        subject: "Somebody else holds our importer number",
        question: "The portal says that another account holds the importer number of our new subsidiary.",
        answer: None,
        closed: false,
    },
];

/// What was asked some days ago, the oldest first.
pub(super) async fn earlier(world: &Builder) -> Result<(), Failure> {
    let s = world.services();
    for told in TOLD {
        world.move_to_ago(Duration::hours(told.hours_ago));
        let customer = world.actor_of(told.by).await?;
        let new = NewCase {
            topic: told.topic,
            subject: CaseSubject::parse(told.subject).map_err(broken)?,
            message: MessageText::parse(told.question).map_err(broken)?,
            account: customer.memberships.first().map(|m| m.account),
        };
        let opened = cases::open(&customer, s, new).await.map_err(broken)?;
        if let Some((later, words)) = told.answer {
            answer(world, opened.case.id, told.hours_ago - later, words).await?;
        }
        if told.closed {
            let customer = world.actor_of(told.by).await?;
            cases::close(&customer, s, opened.case.id)
                .await
                .map_err(broken)?;
        }
    }
    Ok(())
}

/// Who is locked out asks for help.
pub(super) async fn latest(world: &Builder) -> Result<(), Failure> {
    let s = world.services();
    let locked = UserName::parse("tom.becker").map_err(broken)?;
    let message = MessageText::parse(
        "Tom Becker here. I am locked out and nobody of ours answers the telephone. I have to file today.",
    )
    .map_err(broken)?;
    let origin = Origin {
        request_id: s.id::<uuid::Uuid>().to_string(),
        network: "198.51.100.7".to_owned(),
    };
    cases::ask_for_help(s, &locked, &message, origin).await?;
    Ok(())
}

async fn answer(world: &Builder, id: CaseId, hours_ago: i64, words: &str) -> Result<(), Failure> {
    world.move_to_ago(Duration::hours(hours_ago));
    let s = world.services();
    let agent = world.actor_of("beth.turner").await?;
    cases::assign(&agent, s, id, true).await.map_err(broken)?;
    let words = MessageText::parse(words).map_err(broken)?;
    cases::write(&agent, s, id, &words, false)
        .await
        .map_err(broken)?;
    Ok(())
}
