//! Saved, shared and scheduled reports of the demo world, made through the services.

use quaymaster_domain::access::Actor;
use quaymaster_domain::ids::AccountId;
use quaymaster_domain::schedules::{Day, Recurrence, Wanted};
use quaymaster_service::reports::{self, Audience, FileFormat, NewReport, NewSchedule, NewShare};

use super::build::Builder;
use crate::failure::Failure;

/// Own copies of standard reports: by whom, of which, called what, what for.
const SAVED: [(&str, &str, &str, &str); 3] = [
    (
        "maria.lopez",
        "DU-101",
        "What we pay on which goods",
        "For the monthly meeting with purchasing.",
    ),
    (
        "maria.lopez",
        "LQ-103",
        "Entries that are held up",
        "Ask the broker about these.",
    ),
    (
        "priya.nair",
        "DU-103",
        "Clients by duty",
        "Who needs a review of classification first.",
    ),
];

fn broken(error: &dyn std::fmt::Display) -> Failure {
    Failure::new(format!("the demo world: reports: {error}"))
}

fn account_of(actor: &Actor) -> Result<AccountId, Failure> {
    actor
        .memberships
        .first()
        .map(|membership| membership.account)
        .ok_or_else(|| broken(&format!("{} belongs to no account", actor.name)))
}

pub(super) async fn load(b: &Builder) -> Result<(), Failure> {
    for (who, code, name, description) in SAVED {
        let actor = b.actor_of(who).await?;
        let standard = reports::find(&actor, &b.s, code).await?;
        let new = NewReport {
            name: name.to_owned(),
            description: description.to_owned(),
            folder: String::new(),
            definition: serde_json::from_str(&standard.definition).map_err(|e| broken(&e))?,
            based_on: Some(code.to_owned()),
        };
        let saved = reports::create(&actor, &b.s, new)
            .await
            .map_err(|e| broken(&e))?;
        let key = saved.card.key();
        let share = NewShare {
            audience: Audience::Account,
            account: account_of(&actor)?,
        };
        reports::share(&actor, &b.s, &key, share)
            .await
            .map_err(|e| broken(&e))?;
        reports::star(&actor, &b.s, &key).await?;
    }
    let actor = b.actor_of("maria.lopez").await?;
    let schedule = NewSchedule {
        report: "LQ-101".to_owned(),
        name: "What liquidates next, on Mondays".to_owned(),
        account: None,
        timing: Wanted {
            recurrence: Recurrence::Weekly {
                weekdays: vec![Day::Mon],
            },
            time: "07:00".to_owned(),
            time_zone: "America/New_York".to_owned(),
            starts_on: None,
            ends_on: None,
        },
        prompts: serde_json::json!({ "p1": { "relative": "next_30_days" } }),
        format: FileFormat::Xlsx,
        recipients: Vec::new(),
        skip_if_empty: true,
        by_mail: true,
    };
    reports::create_schedule(&actor, &b.s, schedule)
        .await
        .map_err(|e| broken(&e))?;
    Ok(())
}
