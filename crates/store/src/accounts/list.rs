//! Accounts in lists: those of the reader, those seen as a guest, both in one order, and what a row says beside them. One account
//! by itself is in the module above.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use quaymaster_domain::access::{Scope, Seat, Seats};
use quaymaster_domain::ids::{AccountId, CompanyId, UserId};
use sea_orm::sea_query::{Expr, LikeExpr};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::{Account, InnerJoinCompany, account, by_ids};
use crate::db::Handle;
use crate::entities::{accounts, companies, memberships, sub_accounts, users};
use crate::error::{StoreError, corrupt};
use crate::grants::seats::{self, After, Part};
use crate::members::escape_like;
use crate::page::{Cursor, Page, PageRequest};

/// Which accounts.
#[derive(Clone, Debug, Default)]
pub struct AccountFilter {
    /// Of this company.
    pub company: Option<CompanyId>,
    /// Text in the account's name or number or in the company's name.
    pub q: Option<String>,
}

/// Accounts by name, within the scope.
///
/// # Errors
/// When the database cannot answer.
pub async fn list(
    db: &impl Handle,
    scope: &Scope,
    filter: &AccountFilter,
    page: &PageRequest,
) -> Result<Page<Account>, StoreError> {
    let mut wanted = Condition::all();
    if let Some(own) = scope.accounts() {
        wanted = wanted.add(accounts::Column::Id.is_in(own.into_iter().map(|a| a.0)));
    }
    if let Some(company) = filter.company {
        wanted = wanted.add(accounts::Column::CompanyId.eq(company.0));
    }
    if let Some(q) = &filter.q {
        let pattern =
            || LikeExpr::new(format!("%{}%", escape_like(&q.to_lowercase()))).escape('\\');
        // Account numbers are kept in capitals.
        let number = LikeExpr::new(format!("%{}%", escape_like(&q.to_uppercase()))).escape('\\');
        wanted = wanted.add(
            Condition::any()
                .add(Expr::col((accounts::Entity, accounts::Column::NameKey)).like(pattern()))
                .add(Expr::col((companies::Entity, companies::Column::NameKey)).like(pattern()))
                .add(Expr::col((accounts::Entity, accounts::Column::AccountNumber)).like(number)),
        );
    }
    if let Some(after) = &page.after {
        let name = after.part(0);
        wanted = wanted.add(
            Condition::any()
                .add(accounts::Column::NameKey.gt(name))
                .add(
                    Condition::all()
                        .add(accounts::Column::NameKey.eq(name))
                        .add(accounts::Column::Id.gt(after.id())),
                ),
        );
    }
    let rows = accounts::Entity::find()
        .inner_join_company()
        .filter(wanted)
        .order_by_asc(accounts::Column::NameKey)
        .order_by_asc(accounts::Column::Id)
        .limit(page.reach())
        .all(&db.conn())
        .await?;
    let found = rows
        .into_iter()
        .map(|(row, company)| account(row, company))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Page::cut(found, page, |a| {
        Cursor::new([a.name.to_lowercase(), a.id.to_string()])
    }))
}

/// The accounts that a person sees, as a member and as a guest, by name. Whoever is both goes by the membership.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn list_seen(
    db: &impl Handle,
    scope: &Scope,
    seats: &Seats,
    seen_as: (bool, bool),
    filter: &AccountFilter,
    now: DateTime<Utc>,
    page: &PageRequest,
) -> Result<Page<(Account, Vec<Seat>)>, StoreError> {
    let (members, guests) = seen_as;
    let mut all = BTreeMap::new();
    let mut ends = Vec::new();
    if guests && !seats.own().is_empty() {
        let found = list_as_guest(db, scope, seats.user(), seats.own(), filter, now, page).await?;
        ends.extend(found.next);
        for (account, parts) in found.items {
            let seats = parts.into_iter().map(|(seat, _)| seat).collect();
            all.insert((account.name.to_lowercase(), account.id), (account, seats));
        }
    }
    if guests && !members {
        for (own, _) in seats.own() {
            all.retain(|(_, id), _| id != own);
        }
    }
    if members {
        let found = list(db, scope, filter, page).await?;
        ends.extend(found.next);
        for account in found.items {
            let key = (account.name.to_lowercase(), account.id);
            all.insert(key, (account, Vec::new()));
        }
    }
    // What lies beyond the end of either list comes with the next page.
    let end = ends
        .into_iter()
        .map(|cursor| (cursor.part(0).to_owned(), AccountId(cursor.id())))
        .min();
    let limit = usize::try_from(page.limit).unwrap_or(usize::MAX);
    let mut items = Vec::with_capacity(limit.min(all.len()));
    let mut next = None;
    for (key, item) in all {
        if end.as_ref().is_some_and(|end| key > *end) || items.len() == limit {
            next = items.last().map(|(account, _): &(Account, Vec<Seat>)| {
                Cursor::new([account.name.to_lowercase(), account.id.to_string()])
            });
            break;
        }
        items.push(item);
    }
    if next.is_none() {
        next = end.map(|(name, id)| Cursor::new([name, id.to_string()]));
    }
    Ok(Page { items, next })
}

/// What lists show of an account besides its own row.
#[derive(Clone, Debug, Default)]
pub struct AccountSummary {
    /// The owner's User ID, once there is one.
    pub owner_user_name: Option<String>,
    /// The owner's name.
    pub owner_name: String,
    /// How many sub-accounts it has.
    pub sub_accounts: u64,
    /// How many members it has.
    pub members: u64,
    /// The number of the account that it was merged into.
    pub merged_into_number: Option<String>,
}

/// Owners and counts of accounts that a finder of this module returned.
///
/// # Errors
/// When the database cannot answer.
pub async fn summaries(
    db: &impl Handle,
    found: &[Account],
) -> Result<HashMap<AccountId, AccountSummary>, StoreError> {
    if found.is_empty() {
        return Ok(HashMap::new());
    }
    let conn = db.conn();
    let ids = || found.iter().map(|a| a.id.0);
    let subs: HashMap<uuid::Uuid, i64> = sub_accounts::Entity::find()
        .select_only()
        .column(sub_accounts::Column::AccountId)
        .column_as(sub_accounts::Column::Id.count(), "n")
        .filter(sub_accounts::Column::AccountId.is_in(ids()))
        .group_by(sub_accounts::Column::AccountId)
        .into_tuple()
        .all(&conn)
        .await?
        .into_iter()
        .collect();
    let members: HashMap<uuid::Uuid, i64> = memberships::Entity::find()
        .select_only()
        .column(memberships::Column::AccountId)
        .column_as(memberships::Column::UserId.count(), "n")
        .filter(memberships::Column::AccountId.is_in(ids()))
        .group_by(memberships::Column::AccountId)
        .into_tuple()
        .all(&conn)
        .await?
        .into_iter()
        .collect();
    let owners: HashMap<uuid::Uuid, users::Model> = users::Entity::find()
        .filter(users::Column::Id.is_in(found.iter().map(|a| a.owner.0)))
        .all(&conn)
        .await?
        .into_iter()
        .map(|u| (u.id, u))
        .collect();
    let survivors: Vec<uuid::Uuid> = found
        .iter()
        .filter_map(|a| a.merged_into.map(|id| id.0))
        .collect();
    let numbers: HashMap<uuid::Uuid, String> = if survivors.is_empty() {
        HashMap::new()
    } else {
        accounts::Entity::find()
            .select_only()
            .column(accounts::Column::Id)
            .column(accounts::Column::AccountNumber)
            .filter(accounts::Column::Id.is_in(survivors))
            .into_tuple()
            .all(&conn)
            .await?
            .into_iter()
            .collect()
    };
    let count = |of: &HashMap<uuid::Uuid, i64>, id: AccountId| {
        of.get(&id.0)
            .map_or(0, |n| u64::try_from(*n).unwrap_or_default())
    };
    found
        .iter()
        .map(|a| {
            let owner = owners
                .get(&a.owner.0)
                .ok_or_else(|| corrupt("accounts", "owner_user_id", a.id, "no such user"))?;
            let summary = AccountSummary {
                owner_user_name: owner.user_name.clone(),
                owner_name: format!("{} {}", owner.given_name, owner.family_name),
                sub_accounts: count(&subs, a.id),
                members: count(&members, a.id),
                merged_into_number: a.merged_into.and_then(|id| numbers.get(&id.0).cloned()),
            };
            Ok((a.id, summary))
        })
        .collect()
}

/// The accounts that a person sees as a guest through own accounts, by name, with what is seen there.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn list_as_guest(
    db: &impl Handle,
    scope: &Scope,
    user: UserId,
    own: &[(AccountId, bool)],
    filter: &AccountFilter,
    now: DateTime<Utc>,
    page: &PageRequest,
) -> Result<Page<(Account, Vec<(Seat, Part)>)>, StoreError> {
    let own: Vec<_> = own
        .iter()
        .filter(|(id, _)| scope.contains(*id))
        .copied()
        .collect();
    let own = own.as_slice();
    let after = page.after.as_ref().map(|after| After {
        name: after.part(0),
        id: after.id(),
    });
    let found = seats::accounts(db, user, own, filter, after, page.reach(), now).await?;
    let page = Page::cut(found, page, |(key, id)| {
        Cursor::new([key.clone(), id.to_string()])
    });
    let ids: Vec<AccountId> = page.items.iter().map(|(_, id)| AccountId(*id)).collect();
    let mut places: HashMap<AccountId, Account> = by_ids(db, ids.iter().map(|id| id.0).collect())
        .await?
        .into_iter()
        .map(|a| (a.id, a))
        .collect();
    let mut seen = seats::in_accounts(db, user, own, &ids, now).await?;
    let mut items = Vec::with_capacity(ids.len());
    for id in ids {
        if let (Some(account), Some(parts)) = (places.remove(&id), seen.remove(&id)) {
            items.push((account, parts));
        }
    }
    Ok(Page {
        items,
        next: page.next,
    })
}
