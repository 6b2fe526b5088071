//! Changes of structure that are under way: a transfer between the importer's two accounts, and two owners who are silent, one of
//! whom may still object.

use chrono::Duration;
use quaymaster_domain::activities::BusinessActivity;
use quaymaster_domain::companies::ContactKind;
use quaymaster_domain::ids::AccountId;
use quaymaster_domain::members::MemberRole;
use quaymaster_domain::people::{EmailAddress, JobTitle, PersonName, Reason};
use quaymaster_service::contacts::{self, ContactFacts};
use quaymaster_service::owner_successions::{self, SuccessionRequest};
use quaymaster_service::transfers::{self, NewTransfer};

use super::build::Builder;
use crate::failure::Failure;

fn broken(error: impl std::fmt::Display) -> Failure {
    Failure::new(format!("the demo world: changes: {error}"))
}

/// A proxy asks for another owner.
struct Silent {
    proxy: &'static str,
    officer: (&'static str, &'static str),
    days_ago: i64,
    reason: &'static str,
}

/// Over its waiting time: the registrar completes it.
const READY: Silent = Silent {
    proxy: "otto.berg",
    officer: ("Greta Holm", "greta.holm@prairie.example"),
    days_ago: 14,
    reason: "Anna left the company in spring and answers neither mail nor telephone.",
};

/// The owner and the officer may still object.
const WAITING: Silent = Silent {
    proxy: "mia.conti",
    officer: ("Rolf Stein", "rolf.stein@granite.example"),
    days_ago: 1,
    reason: "Peter is on leave without a date of return, and a bond needs a signature.",
};

/// What began weeks ago.
pub(super) async fn earlier(builder: &Builder) -> Result<(), Failure> {
    ask(builder, &READY).await
}

/// What began just now.
pub(super) async fn latest(builder: &Builder) -> Result<(), Failure> {
    ask(builder, &WAITING).await?;
    offer(builder).await
}

async fn ask(builder: &Builder, silent: &Silent) -> Result<(), Failure> {
    builder.move_to_ago(Duration::days(silent.days_ago));
    let actor = builder.actor_of(silent.proxy).await?;
    let account = place(&actor, MemberRole::Proxy)?;
    let (name, email) = silent.officer;
    let officer = ContactFacts {
        kind: ContactKind::Officer,
        name: PersonName::parse(name).map_err(broken)?,
        title: Some(JobTitle::parse("Chief compliance officer").map_err(broken)?),
        email: Some(EmailAddress::parse(email).map_err(broken)?),
        phone: None,
    };
    let s = builder.services();
    contacts::create(&actor, s, account, officer)
        .await
        .map_err(broken)?;
    let request = SuccessionRequest {
        successor: actor.user,
        former_owner_role: MemberRole::User,
        reason: Reason::parse(silent.reason).map_err(broken)?,
    };
    owner_successions::request(&actor, s, account, &request)
        .await
        .map_err(broken)?;
    Ok(())
}

/// Protests are to be filed by the importer's other account.
async fn offer(builder: &Builder) -> Result<(), Failure> {
    let giver = builder.actor_of("maria.lopez").await?;
    let receiver = builder.actor_of("helen.park").await?;
    let (from, to) = (
        place(&giver, MemberRole::Owner)?,
        place(&receiver, MemberRole::Owner)?,
    );
    let s = builder.services();
    let activity = BusinessActivity::ProtestFiler;
    let preview = transfers::preview(&giver, s, from, to, activity, None)
        .await
        .map_err(broken)?;
    let new = NewTransfer {
        activity,
        to,
        shared: None,
        reason: Reason::parse("Protests are prepared by the export desk from now on.")
            .map_err(broken)?,
        preview_version: preview.version,
    };
    transfers::propose(&giver, s, from, new)
        .await
        .map_err(broken)?;
    Ok(())
}

/// The account in which the person has this role.
fn place(actor: &quaymaster_domain::access::Actor, role: MemberRole) -> Result<AccountId, Failure> {
    actor
        .memberships
        .iter()
        .find(|m| m.role == role)
        .map(|m| m.account)
        .ok_or_else(|| broken(format!("{} has no such role", actor.name)))
}
