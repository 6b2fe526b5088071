//! How the broker has divided its clients: groups by coast, and the desks that look after them. Through the services.

use chrono::Duration;
use quaymaster_domain::companies::AccountName;
use quaymaster_domain::grants::{GrantRights, RecordsScope};
use quaymaster_domain::ids::AccountId;
use quaymaster_domain::members::MemberRole;
use quaymaster_service::teams::{self, Selection};
use quaymaster_store::members;

use super::build::Builder;
use super::cast;
use super::grants::is_accepted;
use crate::failure::Failure;

fn broken(error: impl std::fmt::Display) -> Failure {
    Failure::new(format!("the demo world: teams: {error}"))
}

/// A group of clients with the desk that looks after it.
struct Desk {
    group: &'static str,
    team: &'static str,
    people: &'static [&'static str],
    /// What the desk gets of each grant; everything unless given.
    rights: Option<GrantRights>,
    /// Takes the clients whose number leaves this remainder, divided by three.
    remainder: usize,
}

const DESKS: [Desk; 2] = [
    Desk {
        group: "West Coast importers",
        team: "Long Beach desk",
        people: &["priya.nair", "dan.cole"],
        rights: None,
        remainder: 0,
    },
    Desk {
        group: "East Coast importers",
        team: "Newark desk",
        people: &["dan.cole", "ruth.meyer"],
        rights: Some(GrantRights {
            structure: true,
            records: RecordsScope::OwnFilings,
            reports: false,
            users: false,
        }),
        remainder: 1,
    },
];

/// The account that a client owns.
async fn account_of(b: &Builder, client: usize) -> Result<AccountId, Failure> {
    let owner = b.known(&cast::client_user_name(client)).await?.id;
    members::of_user(&b.s.db.reader(), owner)
        .await?
        .into_iter()
        .find(|(membership, ..)| membership.role == MemberRole::Owner)
        .map(|(_, _, account)| account.id)
        .ok_or_else(|| broken("a client without an account"))
}

/// Divides the accepted clients among the desks.
///
/// # Errors
/// When the description does not fit the portal.
pub(super) async fn load(b: &Builder) -> Result<(), Failure> {
    let Some(people) = cast::broker() else {
        return Ok(());
    };
    b.move_to_ago(Duration::hours(70));
    let owner = b.actor_of(people.owner).await?;
    let account = owner
        .memberships
        .iter()
        .find(|m| m.role == MemberRole::Owner)
        .map(|m| m.account)
        .ok_or_else(|| broken("the broker has no owner"))?;
    let s = b.services();
    for desk in DESKS {
        let name = |text| AccountName::parse(text).map_err(broken);
        let group = teams::create_group(&owner, s, account, &name(desk.group)?)
            .await
            .map_err(broken)?;
        let mut clients = Vec::new();
        for client in
            (0..cast::CLIENTS.len()).filter(|n| n % 3 == desk.remainder && is_accepted(*n))
        {
            clients.push(account_of(b, client).await?);
        }
        teams::add_clients(
            &owner,
            s,
            account,
            group.group.id,
            &Selection::Named(clients),
        )
        .await
        .map_err(broken)?;
        let team = teams::create(&owner, s, account, &name(desk.team)?)
            .await
            .map_err(broken)?;
        let mut members = Vec::new();
        for person in desk.people {
            members.push(b.known(person).await?.id);
        }
        let id = team.team.id;
        teams::set_members(&owner, s, account, id, &members)
            .await
            .map_err(broken)?;
        teams::set_duty(&owner, s, account, id, group.group.id, desk.rights)
            .await
            .map_err(broken)?;
    }
    Ok(())
}
