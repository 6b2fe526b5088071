//! The broker and its clients: access that was asked for, given, paused, that ends soon or that nobody wanted. Through the
//! services, as the owners would do it.

use chrono::{DateTime, Duration, Utc};
use quaymaster_domain::access::Actor;
use quaymaster_domain::account_number::AccountNumber;
use quaymaster_domain::grants::{GrantRights, GrantSide, RecordsScope};
use quaymaster_domain::ids::{AccountId, GrantId};
use quaymaster_domain::members::MemberRole;
use quaymaster_domain::people::{Reason, UserName};
use quaymaster_service::grants::{self, BlockNew, GrantView, Proposal, Target, Wanted};
use quaymaster_store::members;

use super::build::Builder;
use super::cast;
use crate::failure::Failure;

/// The client for whose identifier the broker has a draft, which is still to be sent.
const DRAFTED_CLIENT: usize = 2;
/// The client that does not want the broker's requests.
const UNWILLING: usize = 39;

/// How it stands between the broker and a client.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Standing {
    Nothing,
    Accepted,
    EndsSoon(i64),
    Paused,
    Requested,
    Invited,
    Declined,
    Unwanted,
}

const fn standing(client: usize) -> Standing {
    match client {
        DRAFTED_CLIENT => Standing::Nothing,
        0..24 => Standing::Accepted,
        24..27 => Standing::Requested,
        27..29 => Standing::Invited,
        29..32 => Standing::Paused,
        32 => Standing::EndsSoon(1),
        33 => Standing::EndsSoon(4),
        34..36 => Standing::EndsSoon(6),
        36..=37 => Standing::Declined,
        UNWILLING => Standing::Unwanted,
        _ => Standing::Nothing,
    }
}

/// True for a client whose access the broker has, in force or held.
pub(super) const fn is_accepted(client: usize) -> bool {
    matches!(
        standing(client),
        Standing::Accepted | Standing::EndsSoon(_) | Standing::Paused
    )
}

/// An owner with the account.
struct Owner {
    actor: Actor,
    account: AccountId,
    number: AccountNumber,
    user_name: UserName,
}

fn broken(error: &dyn std::fmt::Display) -> Failure {
    Failure::new(format!("the demo world: grants: {error}"))
}

async fn owner(b: &Builder, user_name: &str) -> Result<Owner, Failure> {
    let actor = b.actor(&b.known(user_name).await?).await?;
    let places = members::of_user(&b.s.db.reader(), actor.user).await?;
    let (_, _, account) = places
        .into_iter()
        .find(|(membership, ..)| membership.role == MemberRole::Owner)
        .ok_or_else(|| Failure::new(format!("{user_name} owns no account")))?;
    Ok(Owner {
        actor,
        account: account.id,
        number: AccountNumber::parse(&account.account_number).map_err(|e| broken(&e))?,
        user_name: UserName::parse(user_name).map_err(|e| broken(&e))?,
    })
}

async fn propose(
    b: &Builder,
    from: &Owner,
    to: &Owner,
    side: GrantSide,
    client: usize,
    ends_at: Option<DateTime<Utc>>,
) -> Result<GrantView, Failure> {
    let (text, records) = match client % 3 {
        0 => (
            "Files our entries in Newark and Los Angeles.",
            RecordsScope::OwnFilings,
        ),
        1 => (
            "Files entries and answers questions of customs.",
            RecordsScope::All,
        ),
        _ => (
            "Looks after classification and protests.",
            RecordsScope::OwnFilings,
        ),
    };
    let proposal = Proposal {
        account: from.account,
        side,
        to: Target::Typed {
            number: to.number.clone(),
            owner: to.user_name.clone(),
        },
        wanted: Wanted {
            all_sub_accounts: true,
            sub_accounts: Vec::new(),
            top_level: client.is_multiple_of(2),
            rights: GrantRights {
                structure: true,
                records,
                reports: client % 3 == 1,
                users: client.is_multiple_of(5),
            },
            purpose: reason(text)?,
            starts_at: None,
            ends_at: ends_at.map(Some),
        },
    };
    grants::propose(&from.actor, &b.s, proposal)
        .await
        .map_err(|e| broken(&e))
}

/// Tells the story between the broker and its clients.
///
/// # Errors
/// When the description does not fit the portal.
pub(super) async fn load(b: &Builder) -> Result<(), Failure> {
    let Some(people) = cast::broker() else {
        return Ok(());
    };
    // The clients of the even numbers are passed on one by one; others come through the teams.
    let employee = b.known(people.employee).await?.id;
    let mut asked = Vec::new();
    for client in 0..cast::CLIENTS.len() {
        let standing = standing(client);
        if standing == Standing::Nothing {
            continue;
        }
        let hours = i64::try_from(client).unwrap_or(0);
        b.clock
            .move_to(b.now - Duration::days(8) + Duration::hours(hours));
        let broker = owner(b, people.owner).await?;
        let theirs = owner(b, &cast::client_user_name(client)).await?;
        let invites =
            standing == Standing::Invited || (standing == Standing::Accepted && client % 2 == 0);
        let (from, to, side) = if invites {
            (&theirs, &broker, GrantSide::Grantor)
        } else {
            (&broker, &theirs, GrantSide::Recipient)
        };
        let ends_at = match standing {
            Standing::EndsSoon(days) => Some(b.now + Duration::days(days)),
            _ => None,
        };
        let grant = propose(b, from, to, side, client, ends_at).await?;
        asked.push((client, standing, grant.grant.id, to.user_name.clone()));
    }
    let mut minutes = 0;
    for (client, standing, id, who) in &asked {
        minutes += 20;
        b.clock
            .move_to(b.now - Duration::days(5) + Duration::minutes(minutes));
        let to = owner(b, who.as_str()).await?;
        answer(b, &to, *standing, *id).await?;
        if is_accepted(*client) && client % 2 == 0 {
            let broker = owner(b, people.owner).await?;
            grants::assign(&broker.actor, &b.s, *id, employee, None)
                .await
                .map_err(|e| broken(&e))?;
        }
    }
    b.clock.move_to(b.now - Duration::days(3));
    for (client, standing, id, _) in asked {
        if standing == Standing::Paused {
            let theirs = owner(b, &cast::client_user_name(client)).await?;
            let why = reason("While our new compliance officer settles in")?;
            grants::pause(&theirs.actor, &b.s, id, Some(why))
                .await
                .map_err(|e| broken(&e))?;
        }
    }
    Ok(())
}

fn reason(text: &str) -> Result<Reason, Failure> {
    Reason::parse(text).map_err(|e| broken(&e))
}

/// What the side that was asked says.
async fn answer(b: &Builder, to: &Owner, standing: Standing, id: GrantId) -> Result<(), Failure> {
    match standing {
        Standing::Nothing | Standing::Requested | Standing::Invited => {}
        Standing::Declined => {
            let why = reason("We file our entries ourselves.")?;
            grants::decline(&to.actor, &b.s, id, Some(why))
                .await
                .map_err(|e| broken(&e))?;
        }
        Standing::Unwanted => {
            let block = BlockNew {
                grant: id,
                reason: Some(reason("We have never heard of this company.")?),
                report: true,
            };
            grants::block(&to.actor, &b.s, to.account, block)
                .await
                .map_err(|e| broken(&e))?;
        }
        Standing::Accepted | Standing::EndsSoon(_) | Standing::Paused => {
            grants::accept(&to.actor, &b.s, id, 1, None)
                .await
                .map_err(|e| broken(&e))?;
        }
    }
    Ok(())
}
