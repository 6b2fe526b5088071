//! Groups of clients: making them, and putting clients in and out, ten thousand at once if need be.

use std::collections::HashMap;

use quaymaster_domain::access::Actor;
use quaymaster_domain::companies::AccountName;
use quaymaster_domain::ids::{AccountId, ClientGroupId};
use quaymaster_store::client_groups::{self as store, ClientGroup, GroupClient};
use quaymaster_store::teams::{DutiesOf, Duty, duties};
use quaymaster_store::{Handle, Page, PageRequest};

use super::{TeamError, readable, writing};
use crate::Services;
use crate::accounts::named;
use crate::error::{Fault, FieldFault};

/// How many accounts that are no clients are named in one refusal.
const MOST_NAMED: usize = 20;

/// A group with what its list shows.
#[derive(Clone, Debug)]
pub struct GroupView {
    /// The group.
    pub group: ClientGroup,
    /// Clients in it.
    pub clients: u64,
    /// The teams that look after it.
    pub teams: Vec<Duty>,
}

/// Which clients.
#[derive(Clone, Debug)]
pub enum Selection {
    /// These accounts.
    Named(Vec<AccountId>),
    /// Every account that has given a grant that is in force or held.
    All,
}

/// What putting clients into a group, or taking them out, did.
#[derive(Clone, Copy, Debug)]
pub struct Added {
    /// Came into the group, or went.
    pub added: u64,
    /// In the group now.
    pub clients: u64,
}

async fn views(db: &impl Handle, groups: Vec<ClientGroup>) -> Result<Vec<GroupView>, Fault> {
    let ids: Vec<_> = groups.iter().map(|g| g.id).collect();
    let sizes = store::sizes(db, &ids).await?;
    let mut of: HashMap<ClientGroupId, Vec<Duty>> = HashMap::new();
    for duty in duties(db, DutiesOf::Groups(&ids)).await? {
        of.entry(duty.group).or_default().push(duty);
    }
    Ok(groups
        .into_iter()
        .map(|group| GroupView {
            clients: sizes.get(&group.id).copied().unwrap_or(0),
            teams: of.remove(&group.id).unwrap_or_default(),
            group,
        })
        .collect())
}

async fn one(db: &impl Handle, group: ClientGroup) -> Result<GroupView, Fault> {
    views(db, vec![group]).await?.pop().ok_or(Fault::NotFound)
}

/// The groups of an account by name.
///
/// # Errors
/// [`Fault::Denied`](crate::Fault::Denied) for plain users.
pub async fn list_groups(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    page: &PageRequest,
) -> Result<Page<GroupView>, Fault> {
    let (_, scope) = readable(actor, s, account).await?;
    let reader = s.db.reader();
    let found = store::list(&reader, &scope, account, page).await?;
    Ok(Page {
        items: views(&reader, found.items).await?,
        next: found.next,
    })
}

/// One group.
///
/// # Errors
/// [`Fault::NotFound`](crate::Fault::NotFound).
pub async fn find_group(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: ClientGroupId,
) -> Result<GroupView, Fault> {
    let (_, scope) = readable(actor, s, account).await?;
    let reader = s.db.reader();
    let group = store::find(&reader, &scope, account, id)
        .await?
        .ok_or(Fault::NotFound)?;
    one(&reader, group).await
}

/// Makes a group. Owner and proxies.
///
/// # Errors
/// [`TeamError::NameTaken`].
pub async fn create_group(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    name: &AccountName,
) -> Result<GroupView, TeamError> {
    let (permit, _, tx) = writing(actor, s, account).await?;
    let group = ClientGroup {
        id: s.id(),
        account,
        name: name.to_string(),
        created_at: actor.now,
        version: 1,
    };
    store::insert(&tx, &group).await?;
    let permit = permit
        .about("client_group", group.id, group.name.clone())
        .change(None, named(&group.name));
    s.commit(tx, permit).await?;
    Ok(GroupView {
        group,
        clients: 0,
        teams: Vec::new(),
    })
}

/// Renames a group.
///
/// # Errors
/// [`TeamError::NameTaken`], [`Fault::Stale`](crate::Fault::Stale).
pub async fn rename_group(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: ClientGroupId,
    read: i64,
    name: Option<&AccountName>,
) -> Result<GroupView, TeamError> {
    let (permit, scope, tx) = writing(actor, s, account).await?;
    let mut group = store::lock(&tx, &scope, account, id)
        .await?
        .ok_or(Fault::NotFound)?;
    if group.version != read {
        return Err(Fault::Stale.into());
    }
    let Some(name) = name.filter(|n| n.as_str() != group.name) else {
        return Ok(one(&tx, group).await?);
    };
    store::rename(&tx, id, name.as_str()).await?;
    let permit = permit
        .about("client_group", id, name.as_str())
        .change(named(&group.name), named(name.as_str()));
    group.name = name.to_string();
    group.version += 1;
    let view = one(&tx, group).await?;
    s.commit(tx, permit).await?;
    Ok(view)
}

/// Deletes a group: what teams had through it ends at once; the grants stay.
///
/// # Errors
/// [`Fault::NotFound`](crate::Fault::NotFound), [`Fault::Stale`](crate::Fault::Stale).
pub async fn delete_group(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: ClientGroupId,
    read: i64,
) -> Result<(), Fault> {
    let (permit, scope, tx) = writing(actor, s, account).await?;
    let group = store::lock(&tx, &scope, account, id)
        .await?
        .ok_or(Fault::NotFound)?;
    if group.version != read {
        return Err(Fault::Stale);
    }
    let size = store::sizes(&tx, &[id]).await?.remove(&id).unwrap_or(0);
    store::delete(&tx, id).await?;
    let before = serde_json::json!({ "name": group.name, "clients": size });
    let permit = permit
        .about("client_group", id, group.name)
        .change(Some(before.to_string()), None);
    s.commit(tx, permit).await?;
    Ok(())
}

/// The clients of a group by name.
///
/// # Errors
/// [`Fault::NotFound`](crate::Fault::NotFound).
pub async fn clients(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: ClientGroupId,
    page: &PageRequest,
) -> Result<Page<GroupClient>, Fault> {
    let (_, scope) = readable(actor, s, account).await?;
    let reader = s.db.reader();
    let group = store::find(&reader, &scope, account, id)
        .await?
        .ok_or(Fault::NotFound)?;
    Ok(store::clients(&reader, &group, actor.now, page).await?)
}

/// Puts clients into a group. Whoever looks after the group sees them at once, as far as their grants go.
///
/// # Errors
/// [`Fault::Invalid`](crate::Fault::Invalid) for accounts that have given no grant.
pub async fn add_clients(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: ClientGroupId,
    which: &Selection,
) -> Result<Added, Fault> {
    let (permit, scope, tx) = writing(actor, s, account).await?;
    let group = store::lock(&tx, &scope, account, id)
        .await?
        .ok_or(Fault::NotFound)?;
    let added = match which {
        Selection::All => store::add_all(&tx, &group, actor.now, &actor.name).await?,
        Selection::Named(wanted) => {
            let known = store::known_clients(&tx, account, wanted, actor.now).await?;
            let faults: Vec<_> = wanted
                .iter()
                .enumerate()
                .filter(|(_, client)| !known.contains(client))
                .take(MOST_NAMED)
                .map(|(n, _)| FieldFault {
                    pointer: format!("/client_account_ids/{n}"),
                    code: "invalid",
                    detail: "no account of this identity has given yours a grant that is in force or held".to_owned(),
                })
                .collect();
            if !faults.is_empty() {
                return Err(Fault::Invalid(faults));
            }
            store::add(&tx, &group, wanted, actor.now, &actor.name).await?
        }
    };
    let clients = store::sizes(&tx, &[id]).await?.remove(&id).unwrap_or(0);
    let after = serde_json::json!({ "added": added, "clients": clients });
    let permit = permit
        .about("client_group", id, group.name)
        .change(None, Some(after.to_string()));
    s.commit(tx, permit).await?;
    Ok(Added { added, clients })
}

/// Takes clients out of a group.
///
/// # Errors
/// [`Fault::NotFound`](crate::Fault::NotFound).
pub async fn remove_clients(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: ClientGroupId,
    which: &[AccountId],
) -> Result<Added, Fault> {
    let (permit, scope, tx) = writing(actor, s, account).await?;
    let group = store::lock(&tx, &scope, account, id)
        .await?
        .ok_or(Fault::NotFound)?;
    let gone = store::take_out(&tx, &group, which).await?;
    let clients = store::sizes(&tx, &[id]).await?.remove(&id).unwrap_or(0);
    if gone > 0 {
        let after = serde_json::json!({ "removed": gone });
        let permit = permit
            .about("client_group", id, group.name)
            .change(None, Some(after.to_string()));
        s.commit(tx, permit).await?;
    }
    Ok(Added {
        added: gone,
        clients,
    })
}
