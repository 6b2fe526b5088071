//! Notices of the operator: one to acknowledge, one about a time to come, one for brokers alone; and prepared answers.

use chrono::Duration;
use quaymaster_domain::activities::BusinessActivity;
use quaymaster_domain::cases::{CaseSubject, MessageText, Topic};
use quaymaster_domain::notices::{Audience, Category, NoticeBody, NoticeTitle, Schedule};
use quaymaster_service::canned_answers::{self, NewCanned};
use quaymaster_service::notices::{self, NewNotice};

use super::build::Builder;
use crate::failure::Failure;

fn broken(error: impl std::fmt::Display) -> Failure {
    Failure::new(format!("the demo world: notices: {error}"))
}

struct Told {
    hours_ago: i64,
    title: &'static str,
    body: &'static str,
    category: Category,
    action_required: bool,
    audience: fn() -> Audience,
    ends_in_days: Option<i64>,
    acknowledged_by: &'static [&'static str],
}

const TOLD: &[Told] = &[
    Told {
        hours_ago: 30,
        title: "One User ID for each person",
        body: "From next month on the portal points out User IDs that seem to be shared.\n\n- **Owners** invite the second person instead; it takes a minute under *People*.\n- Nobody else has to do anything.\n\nPlease acknowledge that you have read this.",
        category: Category::Rules,
        action_required: true,
        audience: || Audience::All,
        ends_in_days: Some(60),
        acknowledged_by: &["james.okoye", "ines.duarte"],
    },
    Told {
        hours_ago: 28,
        title: "The portal is away on Sunday morning",
        body: "On Sunday from **06:00 to 08:00 UTC** the portal is being renewed. Nobody can sign in during these two hours.",
        category: Category::Maintenance,
        action_required: false,
        audience: || Audience::All,
        ends_in_days: Some(14),
        acknowledged_by: &[],
    },
    Told {
        hours_ago: 26,
        title: "Ask many clients for access with one file",
        body: "Brokers can upload a list of clients and ask all of them for access at once. The way is under *Clients*, *Ask by file*.",
        category: Category::News,
        action_required: false,
        audience: || Audience::Activities(vec![BusinessActivity::Broker]),
        ends_in_days: None,
        acknowledged_by: &[],
    },
];

const PREPARED: &[(&str, Option<Topic>, &str)] = &[
    (
        "Locked: your owner is faster",
        Some(Topic::AccessAndLock),
        "Your Account Owner or a Proxy Account Owner reactivates you at once, under People. If none of them can be reached, call us and quote the number of this case.",
    ),
    (
        "Another owner is needed",
        Some(Topic::OwnerChange),
        "A proxy of the account asks for another owner under Account, Ownership. The owner and the officer on file are told and may object for five working days.",
    ),
    (
        "Thank you",
        None,
        "Thank you for writing. We close this case now; it opens again when you write in it.",
    ),
];

/// What the operator has told people lately, and what support has prepared.
pub(super) async fn earlier(world: &Builder) -> Result<(), Failure> {
    let s = world.services();
    for told in TOLD {
        world.move_to_ago(Duration::hours(told.hours_ago));
        let lead = world.actor_of("luis.ortega").await?;
        let new = NewNotice {
            title: NoticeTitle::parse(told.title).map_err(broken)?,
            body: NoticeBody::parse(told.body).map_err(broken)?,
            category: told.category,
            action_required: told.action_required,
            audience: (told.audience)(),
            schedule: Schedule {
                starts_at: None,
                expires_at: told.ends_in_days.map(|days| s.now() + Duration::days(days)),
            },
        };
        let made = notices::create(&lead, s, new).await.map_err(broken)?;
        let id = made.notice.id;
        notices::publish(&lead, s, id).await.map_err(broken)?;
        for reader in told.acknowledged_by {
            let reader = world.actor_of(reader).await?;
            notices::acknowledge(&reader, s, id).await?;
        }
    }
    let lead = world.actor_of("luis.ortega").await?;
    for (title, topic, body) in PREPARED {
        let new = NewCanned {
            title: CaseSubject::parse(title).map_err(broken)?,
            topic: *topic,
            body: MessageText::parse(body).map_err(broken)?,
        };
        canned_answers::create(&lead, s, new)
            .await
            .map_err(broken)?;
    }
    Ok(())
}
