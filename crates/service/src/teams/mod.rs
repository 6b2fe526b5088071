//! Teams of an account and the groups of clients that they look after: the way to pass many grants on to many people. Groups
//! are in `groups`. What anybody sees follows from the grants at the moment of the question (R9); nothing is copied.

mod groups;

use std::collections::HashMap;

use quaymaster_domain::access::{
    AccountRef, Action, Actor, Denied, Permit, Scope, Thing, require, require_read,
};
use quaymaster_domain::companies::AccountName;
use quaymaster_domain::grants::GrantRights;
use quaymaster_domain::ids::{AccountId, ClientGroupId, TeamId, UserId};
use quaymaster_store::constraint::Constraint;
use quaymaster_store::teams::{self as store, DutiesOf};
use quaymaster_store::{Page, PageRequest, StoreError, WriteTx, accounts, client_groups};

use crate::Services;
use crate::accounts::named;
use crate::error::{Fault, FieldFault};
use crate::users::place;

pub use groups::{
    Added, GroupView, Selection, add_clients, clients, create_group, delete_group, find_group,
    list_groups, remove_clients, rename_group,
};
pub use quaymaster_store::client_groups::{ClientGroup, GroupClient};
pub use quaymaster_store::teams::{Duty, Team, TeamMember};

/// Why a team or a group was not changed.
#[derive(Debug, thiserror::Error)]
pub enum TeamError {
    /// The name is taken.
    #[error("this account has a {0} of this name already")]
    NameTaken(&'static str),
    /// A right that is none.
    #[error("choose at least one right, or leave the rights out to pass on what each grant gives")]
    NoRight,
    /// Not specific.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<Denied> for TeamError {
    fn from(denied: Denied) -> Self {
        Self::Fault(denied.into())
    }
}
impl From<StoreError> for TeamError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict(Constraint::TeamName) => Self::NameTaken("team"),
            StoreError::Conflict(Constraint::ClientGroupName) => Self::NameTaken("client group"),
            other => Self::Fault(other.into()),
        }
    }
}

/// A team with what its list shows.
#[derive(Clone, Debug)]
pub struct TeamView {
    /// The team.
    pub team: Team,
    /// Members.
    pub members: u64,
    /// Groups that it looks after.
    pub groups: u64,
}

async fn readable(
    actor: &Actor,
    s: &Services,
    account: AccountId,
) -> Result<(AccountRef, Scope), Fault> {
    let at = place(actor, s, account).await?;
    let scope = require_read(actor, Action::ReadTeams, &Thing::Account(at))?;
    Ok((at, scope))
}

/// The permit and a transaction in which the account's row is locked, so that changes of its teams come one by one.
async fn writing(
    actor: &Actor,
    s: &Services,
    account: AccountId,
) -> Result<(Permit, Scope, WriteTx), Fault> {
    let (at, scope) = readable(actor, s, account).await?;
    let permit = require(actor, Action::ManageTeams, &Thing::Account(at))?;
    let tx = s.db.begin_write().await?;
    accounts::lock(&tx, &scope, account)
        .await?
        .ok_or(Fault::NotFound)?;
    Ok((permit, scope, tx))
}

async fn locked(
    tx: &WriteTx,
    scope: &Scope,
    account: AccountId,
    id: TeamId,
    read: Option<i64>,
) -> Result<Team, Fault> {
    let team = store::lock(tx, scope, account, id)
        .await?
        .ok_or(Fault::NotFound)?;
    if read.is_some_and(|read| read != team.version) {
        return Err(Fault::Stale);
    }
    Ok(team)
}

/// The teams of an account by name.
///
/// # Errors
/// [`Fault::Denied`] for plain users.
pub async fn list(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    page: &PageRequest,
) -> Result<Page<TeamView>, Fault> {
    let (_, scope) = readable(actor, s, account).await?;
    let reader = s.db.reader();
    let found = store::list(&reader, &scope, account, page).await?;
    let ids: Vec<_> = found.items.iter().map(|t| t.id).collect();
    let sizes = store::sizes(&reader, &ids).await?;
    Ok(found.map(|team| sized(team, &sizes)))
}

fn sized(team: Team, sizes: &HashMap<TeamId, (u64, u64)>) -> TeamView {
    let (members, groups) = sizes.get(&team.id).copied().unwrap_or_default();
    TeamView {
        team,
        members,
        groups,
    }
}

/// One team.
///
/// # Errors
/// [`Fault::NotFound`].
pub async fn find(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: TeamId,
) -> Result<TeamView, Fault> {
    let (_, scope) = readable(actor, s, account).await?;
    let reader = s.db.reader();
    let team = store::find(&reader, &scope, account, id)
        .await?
        .ok_or(Fault::NotFound)?;
    let sizes = store::sizes(&reader, &[id]).await?;
    Ok(sized(team, &sizes))
}

/// Makes a team. Owner and proxies.
///
/// # Errors
/// [`TeamError::NameTaken`].
pub async fn create(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    name: &AccountName,
) -> Result<TeamView, TeamError> {
    let (permit, _, tx) = writing(actor, s, account).await?;
    let team = Team {
        id: s.id(),
        account,
        name: name.to_string(),
        created_at: actor.now,
        version: 1,
    };
    store::insert(&tx, &team).await?;
    let permit = permit
        .about("team", team.id, team.name.clone())
        .change(None, named(&team.name));
    s.commit(tx, permit).await?;
    Ok(TeamView {
        team,
        members: 0,
        groups: 0,
    })
}

/// Renames a team.
///
/// # Errors
/// [`TeamError::NameTaken`], [`Fault::Stale`].
pub async fn rename(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: TeamId,
    read: i64,
    name: Option<&AccountName>,
) -> Result<TeamView, TeamError> {
    let (permit, scope, tx) = writing(actor, s, account).await?;
    let mut team = locked(&tx, &scope, account, id, Some(read)).await?;
    let sizes = store::sizes(&tx, &[id]).await?;
    if let Some(name) = name.filter(|n| n.as_str() != team.name) {
        store::rename(&tx, id, name.as_str()).await?;
        let permit = permit
            .about("team", id, name.as_str())
            .change(named(&team.name), named(name.as_str()));
        team.name = name.to_string();
        team.version += 1;
        s.commit(tx, permit).await?;
    }
    Ok(sized(team, &sizes))
}

/// Deletes a team: its members lose what they had through it at once.
///
/// # Errors
/// [`Fault::NotFound`], [`Fault::Stale`].
pub async fn delete(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: TeamId,
    read: i64,
) -> Result<(), Fault> {
    let (permit, scope, tx) = writing(actor, s, account).await?;
    let team = locked(&tx, &scope, account, id, Some(read)).await?;
    store::delete(&tx, id).await?;
    let permit = permit
        .about("team", id, team.name.clone())
        .change(named(&team.name), None);
    s.commit(tx, permit).await?;
    Ok(())
}

/// The members of a team by name.
///
/// # Errors
/// [`Fault::NotFound`].
pub async fn members(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: TeamId,
    page: &PageRequest,
) -> Result<Page<TeamMember>, Fault> {
    let (_, scope) = readable(actor, s, account).await?;
    let reader = s.db.reader();
    store::find(&reader, &scope, account, id)
        .await?
        .ok_or(Fault::NotFound)?;
    Ok(store::members(&reader, id, page).await?)
}

/// Makes a team consist of these members of the account.
///
/// # Errors
/// [`Fault::Invalid`] for everybody who is no member of the account.
pub async fn set_members(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: TeamId,
    people: &[UserId],
) -> Result<TeamView, TeamError> {
    let (permit, scope, tx) = writing(actor, s, account).await?;
    let team = locked(&tx, &scope, account, id, None).await?;
    let own = store::among_members(&tx, account, people).await?;
    let faults: Vec<_> = people
        .iter()
        .enumerate()
        .filter(|(_, user)| !own.contains(user))
        .map(|(n, _)| FieldFault {
            pointer: format!("/user_ids/{n}"),
            code: "invalid",
            detail: "this person is no member of this account".to_owned(),
        })
        .collect();
    if !faults.is_empty() {
        return Err(Fault::Invalid(faults).into());
    }
    let (came, gone) = store::set_members(&tx, &team, people, actor.now, &actor.name).await?;
    let sizes = store::sizes(&tx, &[id]).await?;
    let view = sized(team, &sizes);
    if came + gone > 0 {
        let after = serde_json::json!({ "members": people, "came": came, "left": gone });
        let permit = permit
            .about("team", id, view.team.name.clone())
            .change(None, Some(after.to_string()));
        s.commit(tx, permit).await?;
    }
    Ok(view)
}

/// The groups that a team looks after, by name, each with its number of clients.
///
/// # Errors
/// [`Fault::NotFound`].
pub async fn duties(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: TeamId,
) -> Result<Vec<(Duty, u64)>, Fault> {
    let (_, scope) = readable(actor, s, account).await?;
    let reader = s.db.reader();
    store::find(&reader, &scope, account, id)
        .await?
        .ok_or(Fault::NotFound)?;
    let all = store::duties(&reader, DutiesOf::Team(id)).await?;
    let groups: Vec<_> = all.iter().map(|d| d.group).collect();
    let sizes = client_groups::sizes(&reader, &groups).await?;
    Ok(all
        .into_iter()
        .map(|duty| {
            let clients = sizes.get(&duty.group).copied().unwrap_or(0);
            (duty, clients)
        })
        .collect())
}

/// Has a team look after a group, with these rights or with what each grant gives; never with more (R9).
///
/// # Errors
/// [`Fault::NotFound`], [`TeamError::NoRight`].
pub async fn set_duty(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: TeamId,
    group: ClientGroupId,
    rights: Option<GrantRights>,
) -> Result<(Duty, u64), TeamError> {
    let (permit, scope, tx) = writing(actor, s, account).await?;
    if rights.is_some_and(GrantRights::is_nothing) {
        return Err(TeamError::NoRight);
    }
    let team = locked(&tx, &scope, account, id, None).await?;
    let of = client_groups::lock(&tx, &scope, account, group)
        .await?
        .ok_or(Fault::NotFound)?;
    store::set_duty(&tx, &team, group, rights, actor.now, &actor.name).await?;
    let sizes = client_groups::sizes(&tx, &[group]).await?;
    let duty = Duty {
        team: id,
        team_name: team.name.clone(),
        group,
        group_name: of.name.clone(),
        rights,
        assigned_at: actor.now,
        assigned_by_name: actor.name.clone(),
    };
    let after = serde_json::json!({
        "client_group": of.name,
        "rights": rights.map(|r| serde_json::json!({
            "structure": r.structure, "records": r.records.as_str(), "reports": r.reports, "users": r.users,
        })),
    });
    let permit = permit
        .about("team", id, team.name)
        .change(None, Some(after.to_string()));
    s.commit(tx, permit).await?;
    Ok((duty, sizes.get(&group).copied().unwrap_or(0)))
}

/// Ends that a team looks after a group.
///
/// # Errors
/// [`Fault::NotFound`] when it does not.
pub async fn end_duty(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: TeamId,
    group: ClientGroupId,
) -> Result<(), Fault> {
    let (permit, scope, tx) = writing(actor, s, account).await?;
    let team = locked(&tx, &scope, account, id, None).await?;
    let of = client_groups::lock(&tx, &scope, account, group)
        .await?
        .ok_or(Fault::NotFound)?;
    if !store::end_duty(&tx, id, group).await? {
        return Err(Fault::NotFound);
    }
    let before = serde_json::json!({ "client_group": of.name });
    let permit = permit
        .about("team", id, team.name)
        .change(Some(before.to_string()), None);
    s.commit(tx, permit).await?;
    Ok(())
}
