//! The operator's staff, and finding people of the whole portal. For readers who may see everything.

use quaymaster_domain::access::Scope;
use quaymaster_domain::ids::{AccountId, UserId};
use quaymaster_domain::members::StaffRole;
use sea_orm::sea_query::{Expr, LikeExpr};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
};

use crate::db::{Handle, WriteTx, sealed::Sealed};
use crate::entities::account_identifiers;
use crate::entities::users::{Column, Entity};
use crate::error::StoreError;
use crate::identifiers::StoredIdentifier;
use crate::members::escape_like;
use crate::page::{Cursor, Page, PageRequest};
use crate::users::{User, name_key};

/// The staff by name, also who has not redeemed the invitation yet.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn list(
    db: &impl Handle,
    scope: &Scope,
    page: &PageRequest,
) -> Result<Page<User>, StoreError> {
    if scope.reason().is_none() {
        return Ok(Page {
            items: Vec::new(),
            next: None,
        });
    }
    let mut wanted = Condition::all().add(Column::StaffRole.is_not_null());
    if let Some(after) = &page.after {
        let name = after.part(0);
        wanted = wanted.add(
            Condition::any().add(Column::NameKey.gt(name)).add(
                Condition::all()
                    .add(Column::NameKey.eq(name))
                    .add(Column::Id.gt(after.id())),
            ),
        );
    }
    let rows = Entity::find()
        .filter(wanted)
        .order_by_asc(Column::NameKey)
        .order_by_asc(Column::Id)
        .limit(page.reach())
        .all(&db.conn())
        .await?;
    let people = rows
        .into_iter()
        .map(User::try_from)
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Page::cut(people, page, |u| {
        Cursor::new([name_key(&u.given_name, &u.family_name), u.id.to_string()])
    }))
}

/// The administrators who can act: joined and not suspended. Their rows stay locked until the transaction ends, so that
/// two of them cannot remove each other in the same instant.
///
/// # Errors
/// When the database cannot answer.
pub async fn lock_administrators(tx: &WriteTx) -> Result<Vec<UserId>, StoreError> {
    let rows = Entity::find()
        .filter(Column::StaffRole.eq(StaffRole::Administrator.as_str()))
        .filter(Column::UserKey.is_not_null())
        .filter(Column::SuspendedAt.is_null())
        .order_by_asc(Column::Id)
        .lock_exclusive()
        .all(&tx.conn())
        .await?;
    Ok(rows.into_iter().map(|row| row.id.into()).collect())
}

/// People whose name, User ID or e-mail address contains the text, by name.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn search_people(
    db: &impl Handle,
    scope: &Scope,
    q: &str,
    staff_too: bool,
    most: u64,
) -> Result<Vec<User>, StoreError> {
    if scope.reason().is_none() {
        return Ok(Vec::new());
    }
    let q = q.to_lowercase();
    let contains = |column: Column| {
        Expr::col((Entity, column))
            .like(LikeExpr::new(format!("%{}%", escape_like(&q))).escape('\\'))
    };
    let mut wanted = Condition::all().add(
        Condition::any()
            .add(contains(Column::NameKey))
            .add(contains(Column::UserKey))
            .add(contains(Column::EmailKey)),
    );
    if !staff_too {
        wanted = wanted.add(Column::StaffRole.is_null());
    }
    let rows = Entity::find()
        .filter(wanted)
        .order_by_asc(Column::NameKey)
        .order_by_asc(Column::Id)
        .limit(most)
        .all(&db.conn())
        .await?;
    rows.into_iter().map(User::try_from).collect()
}

/// The account that holds exactly this identifier, with the identifier's own id.
///
/// # Errors
/// When the database cannot answer.
pub async fn find_identifier(
    db: &impl Handle,
    scope: &Scope,
    wanted: &StoredIdentifier,
) -> Result<Option<(uuid::Uuid, AccountId)>, StoreError> {
    if scope.reason().is_none() {
        return Ok(None);
    }
    let row = account_identifiers::Entity::find()
        .filter(account_identifiers::Column::Kind.eq(wanted.kind.as_str()))
        .filter(account_identifiers::Column::Lookup.eq(wanted.lookup.as_str()))
        .one(&db.conn())
        .await?;
    Ok(row.map(|row| (row.id, row.account_id.into())))
}
