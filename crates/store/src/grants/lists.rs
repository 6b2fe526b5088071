//! Lists and counts of grants, from either side. Single grants are in the module above.

use chrono::{DateTime, Utc};
use quaymaster_domain::access::Scope;
use quaymaster_domain::grants::GrantSide;
use quaymaster_domain::ids::{AccountId, GrantId};
use sea_orm::sea_query::{Expr, ExprTrait, LikeExpr};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{GrantRow, load};
use crate::db::Handle;
use crate::entities::{grant_changes, grants};
use crate::error::StoreError;
use crate::members::escape_like;
use crate::page::{Cursor, Page, PageRequest};

/// The states that a list can be filtered by; by the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StateFilter {
    /// Waits for an answer.
    Proposed,
    /// Accepted, and its end has not come.
    Active,
    /// Held.
    Paused,
    /// Over.
    Ended,
    /// All but ended.
    Living,
}

/// Which grants of one side, in which order.
#[derive(Clone, Debug)]
pub struct GrantFilter {
    /// The account's own side in them.
    pub side: GrantSide,
    /// In this state.
    pub state: Option<StateFilter>,
    /// Proposed by this side.
    pub started_by: Option<GrantSide>,
    /// Whose end comes before this moment.
    pub ends_before: Option<DateTime<Utc>>,
    /// Text in the other side's name or number.
    pub q: Option<String>,
    /// The newest first, instead of by the other side's name.
    pub newest: bool,
}

impl GrantFilter {
    /// All grants of a side, by the name of the other.
    #[must_use]
    pub fn of(side: GrantSide) -> Self {
        Self {
            side,
            state: None,
            started_by: None,
            ends_before: None,
            q: None,
            newest: false,
        }
    }

    fn own(&self) -> grants::Column {
        match self.side {
            GrantSide::Grantor => grants::Column::GrantorAccountId,
            GrantSide::Recipient => grants::Column::RecipientAccountId,
        }
    }

    fn other_key(&self) -> grants::Column {
        match self.side {
            GrantSide::Grantor => grants::Column::RecipientKey,
            GrantSide::Recipient => grants::Column::GrantorKey,
        }
    }

    fn condition(&self, account: AccountId, now: DateTime<Utc>) -> Condition {
        let unexpired = || {
            Condition::any()
                .add(grants::Column::EndsAt.is_null())
                .add(grants::Column::EndsAt.gt(now))
        };
        let mut wanted = Condition::all().add(self.own().eq(account.0)).add(
            Condition::any()
                .add(grants::Column::Suppressed.eq(false))
                .add(grants::Column::StartedBy.eq(self.side.as_str())),
        );
        let stored = |word: &str| {
            Condition::all()
                .add(grants::Column::State.eq(word))
                .add(unexpired())
        };
        match self.state {
            None => {}
            Some(StateFilter::Proposed) => wanted = wanted.add(stored("proposed")),
            Some(StateFilter::Active) => wanted = wanted.add(stored("active")),
            Some(StateFilter::Paused) => wanted = wanted.add(stored("paused")),
            Some(StateFilter::Living) => {
                wanted = wanted
                    .add(grants::Column::State.ne("ended"))
                    .add(unexpired());
            }
            Some(StateFilter::Ended) => {
                wanted = wanted.add(
                    Condition::any()
                        .add(grants::Column::State.eq("ended"))
                        .add(grants::Column::EndsAt.lte(now)),
                );
            }
        }
        if let Some(by) = self.started_by {
            wanted = wanted.add(grants::Column::StartedBy.eq(by.as_str()));
        }
        if let Some(before) = self.ends_before {
            wanted = wanted.add(grants::Column::EndsAt.lt(before));
        }
        if let Some(q) = &self.q {
            let name = LikeExpr::new(format!("%{}%", escape_like(&q.to_lowercase()))).escape('\\');
            let number =
                LikeExpr::new(format!("%{}%", escape_like(&q.to_uppercase()))).escape('\\');
            let numbered = sea_orm::sea_query::Query::select()
                .expr(Expr::val(1))
                .from(crate::entities::accounts::Entity)
                .and_where(
                    Expr::col((
                        crate::entities::accounts::Entity,
                        crate::entities::accounts::Column::Id,
                    ))
                    .equals((
                        grants::Entity,
                        match self.side {
                            GrantSide::Grantor => grants::Column::RecipientAccountId,
                            GrantSide::Recipient => grants::Column::GrantorAccountId,
                        },
                    )),
                )
                .and_where(
                    Expr::col((
                        crate::entities::accounts::Entity,
                        crate::entities::accounts::Column::AccountNumber,
                    ))
                    .like(number),
                )
                .and_where(Expr::col((grants::Entity, grants::Column::GrantorShown)).is_null())
                .to_owned();
            wanted = wanted.add(
                Condition::any()
                    .add(Expr::col((grants::Entity, self.other_key())).like(name))
                    .add(Expr::exists(numbered)),
            );
        }
        wanted
    }
}

/// The grants of one side of an account.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn list(
    db: &impl Handle,
    scope: &Scope,
    account: AccountId,
    filter: &GrantFilter,
    now: DateTime<Utc>,
    page: &PageRequest,
) -> Result<Page<GrantRow>, StoreError> {
    if !scope.contains(account) {
        return Ok(Page {
            items: Vec::new(),
            next: None,
        });
    }
    let mut wanted = filter.condition(account, now);
    let key = filter.other_key();
    if let Some(after) = &page.after {
        wanted = wanted.add(if filter.newest {
            Condition::all().add(grants::Column::Id.lt(after.id()))
        } else {
            Condition::all().add(
                Expr::tuple([
                    Expr::col((grants::Entity, key)),
                    Expr::col((grants::Entity, grants::Column::Id)),
                ])
                .gt(Expr::tuple([
                    Expr::val(after.part(0).to_owned()),
                    Expr::val(after.id()),
                ])),
            )
        });
    }
    let mut query = grants::Entity::find().filter(wanted);
    query = if filter.newest {
        query.order_by_desc(grants::Column::Id)
    } else {
        query.order_by_asc(key).order_by_asc(grants::Column::Id)
    };
    let rows = query.limit(page.reach()).all(&db.conn()).await?;
    let page = Page::cut(rows, page, |row| {
        let name = match filter.side {
            GrantSide::Grantor => &row.recipient_key,
            GrantSide::Recipient => &row.grantor_key,
        };
        Cursor::new([name.clone(), row.id.to_string()])
    });
    let next = page.next;
    Ok(Page {
        items: load(db, page.items).await?,
        next,
    })
}

/// How many grants of one side there are.
///
/// # Errors
/// When the database cannot answer.
pub async fn count(
    db: &impl Handle,
    scope: &Scope,
    account: AccountId,
    filter: &GrantFilter,
    now: DateTime<Utc>,
) -> Result<u64, StoreError> {
    use sea_orm::PaginatorTrait;
    if !scope.contains(account) {
        return Ok(0);
    }
    let wanted = filter.condition(account, now);
    Ok(grants::Entity::find()
        .filter(wanted)
        .count(&db.conn())
        .await?)
}

/// How many changes wait for the account that gave the grants.
///
/// # Errors
/// When the database cannot answer.
pub async fn count_changes(
    db: &impl Handle,
    scope: &Scope,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<u64, StoreError> {
    use sea_orm::PaginatorTrait;
    if !scope.contains(account) {
        return Ok(0);
    }
    let filter = GrantFilter {
        state: Some(StateFilter::Living),
        ..GrantFilter::of(GrantSide::Grantor)
    };
    let waiting = sea_orm::sea_query::Query::select()
        .expr(Expr::val(1))
        .from(grant_changes::Entity)
        .and_where(
            Expr::col((grant_changes::Entity, grant_changes::Column::GrantId))
                .equals((grants::Entity, grants::Column::Id)),
        )
        .to_owned();
    let wanted = filter.condition(account, now).add(Expr::exists(waiting));
    Ok(grants::Entity::find()
        .filter(wanted)
        .count(&db.conn())
        .await?)
}

/// Grants that are not marked as ended and whose end comes by a moment, by end; the ones after `after`. For the jobs.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn ending(
    db: &impl Handle,
    until: DateTime<Utc>,
    after: Option<(DateTime<Utc>, GrantId)>,
    limit: u64,
) -> Result<Vec<GrantRow>, StoreError> {
    let mut wanted = Condition::all()
        .add(grants::Column::State.ne("ended"))
        .add(grants::Column::EndsAt.is_not_null())
        .add(grants::Column::EndsAt.lte(until));
    if let Some((at, id)) = after {
        wanted = wanted.add(
            Expr::tuple([
                Expr::col((grants::Entity, grants::Column::EndsAt)),
                Expr::col((grants::Entity, grants::Column::Id)),
            ])
            .gt(Expr::tuple([Expr::val(at), Expr::val(id.0)])),
        );
    }
    let rows = grants::Entity::find()
        .filter(wanted)
        .order_by_asc(grants::Column::EndsAt)
        .order_by_asc(grants::Column::Id)
        .limit(limit)
        .all(&db.conn())
        .await?;
    load(db, rows).await
}
