//! Grants as rows: loading them with everything that their life needs, lists of both sides, and what becomes of them.
//! Which people see what is in `seats` and `people`; unwanted companies are in `blocks`.

pub mod batches;
pub mod blocks;
pub mod people;
pub mod seats;
pub(crate) mod sql;
pub mod targets;
mod write;

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use quaymaster_domain::access::Scope;
use quaymaster_domain::grants::{
    EndedHow, Grant, GrantRights, GrantScope, GrantSide, GrantState, Offer, RecordsScope,
    SubAccounts,
};
use quaymaster_domain::identifiers::IdentifierKind;
use quaymaster_domain::ids::{AccountId, GrantBatchId, GrantId, SubAccountId};
use quaymaster_domain::people::Reason;
use sea_orm::sea_query::{Expr, ExprTrait, LikeExpr};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::accounts::{self, Account};
use crate::db::{Handle, WriteTx, sealed::Sealed};
use crate::entities::{grant_changes, grant_sub_accounts, grants, sub_accounts};
use crate::error::{StoreError, corrupt};
use crate::members::escape_like;
use crate::page::{Cursor, Page, PageRequest};

pub use write::{insert, key_of_account, save};

/// What the recipient asked for beyond the grant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The purpose then.
    pub purpose: Reason,
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by_name: String,
}

/// A grant with everything that is kept of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrantRow {
    /// Identity.
    pub id: GrantId,
    /// The account that lets the other see it.
    pub grantor: AccountId,
    /// The account that sees.
    pub recipient: AccountId,
    /// The register's name of the grantor, while the recipient knows no more than an identifier.
    pub grantor_shown: Option<String>,
    /// A proposal that the side that was asked never sees.
    pub suppressed: bool,
    /// Its life.
    pub life: Grant,
    /// What goes with a change that waits.
    pub asked: Option<Asked>,
    /// What for.
    pub purpose: Reason,
    /// The identifier that a request was about: kind, and what is shown of it.
    pub identifier: Option<(IdentifierKind, String)>,
    /// The file that it came with.
    pub batch: Option<GrantBatchId>,
    /// When it was proposed.
    pub created_at: DateTime<Utc>,
    /// By whom.
    pub created_by_name: String,
    /// For `If-Match`.
    pub version: i64,
}

impl GrantRow {
    /// The account on a side.
    #[must_use]
    pub fn account(&self, side: GrantSide) -> AccountId {
        match side {
            GrantSide::Grantor => self.grantor,
            GrantSide::Recipient => self.recipient,
        }
    }

    /// Whether a side is shown the grant at all.
    #[must_use]
    pub fn shown_to(&self, side: GrantSide) -> bool {
        !self.suppressed || self.life.started_by == side
    }
}

fn unfit(column: &'static str, id: Uuid, word: &str) -> StoreError {
    corrupt("grants", column, id, word)
}

fn side(column: &'static str, id: Uuid, word: &str) -> Result<GrantSide, StoreError> {
    GrantSide::from_word(word).ok_or_else(|| unfit(column, id, word))
}

pub(crate) fn records(id: Uuid, word: &str) -> Result<RecordsScope, StoreError> {
    RecordsScope::from_word(word).ok_or_else(|| unfit("records", id, word))
}

fn reason(
    column: &'static str,
    id: Uuid,
    text: Option<String>,
) -> Result<Option<Reason>, StoreError> {
    text.map(|t| Reason::parse(&t).map_err(|e| corrupt("grants", column, id, e)))
        .transpose()
}

fn state(row: &grants::Model) -> Result<GrantState, StoreError> {
    let why = reason("state_reason", row.id, row.state_reason.clone())?;
    let by = row
        .state_by
        .as_deref()
        .map(|word| side("state_by", row.id, word))
        .transpose()?;
    Ok(match row.state.as_str() {
        "proposed" => GrantState::Proposed { at: row.state_at },
        "active" => GrantState::Active {
            since: row.state_at,
        },
        "paused" => GrantState::Paused {
            by: by.ok_or_else(|| unfit("state_by", row.id, "empty"))?,
            at: row.state_at,
            reason: why,
        },
        "ended" => GrantState::Ended {
            how: row
                .ended_how
                .as_deref()
                .and_then(EndedHow::from_word)
                .ok_or_else(|| unfit("ended_how", row.id, "no such word"))?,
            by,
            at: row.state_at,
            reason: why,
        },
        other => return Err(unfit("state", row.id, other)),
    })
}

/// Grants of rows, with their sub-accounts and the changes that wait.
pub(crate) async fn load(
    db: &impl Handle,
    rows: Vec<grants::Model>,
) -> Result<Vec<GrantRow>, StoreError> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let conn = db.conn();
    let mut named: HashMap<Uuid, BTreeSet<SubAccountId>> = HashMap::new();
    let some: Vec<_> = rows
        .iter()
        .filter(|r| !r.all_sub_accounts)
        .map(|r| r.id)
        .collect();
    if !some.is_empty() {
        let found = grant_sub_accounts::Entity::find()
            .filter(grant_sub_accounts::Column::GrantId.is_in(some))
            .all(&conn)
            .await?;
        for row in found {
            named
                .entry(row.grant_id)
                .or_default()
                .insert(row.sub_account_id.into());
        }
    }
    let mut waiting: HashMap<Uuid, grant_changes::Model> = grant_changes::Entity::find()
        .filter(grant_changes::Column::GrantId.is_in(rows.iter().map(|r| r.id)))
        .all(&conn)
        .await?
        .into_iter()
        .map(|c| (c.grant_id, c))
        .collect();
    rows.into_iter()
        .map(|row| {
            let change = waiting.remove(&row.id);
            let subs = named.remove(&row.id).unwrap_or_default();
            grant(row, subs, change)
        })
        .collect()
}

fn grant(
    row: grants::Model,
    subs: BTreeSet<SubAccountId>,
    change: Option<grant_changes::Model>,
) -> Result<GrantRow, StoreError> {
    let purpose =
        |text: &str| Reason::parse(text).map_err(|e| corrupt("grants", "purpose", row.id, e));
    let (offer_asked, asked) = match change {
        None => (None, None),
        Some(change) => {
            let ids: Vec<SubAccountId> = serde_json::from_str(&change.sub_account_ids)
                .map_err(|e| corrupt("grant_changes", "sub_account_ids", row.id, e))?;
            let offer = Offer {
                scope: GrantScope {
                    sub_accounts: if change.all_sub_accounts {
                        SubAccounts::All
                    } else {
                        SubAccounts::Named(ids.into_iter().collect())
                    },
                    top_level: change.top_level,
                    rights: GrantRights {
                        structure: change.structure,
                        records: records(row.id, &change.records)?,
                        reports: change.reports,
                        users: change.users,
                    },
                },
                ends_at: change.ends_at,
            };
            let asked = Asked {
                purpose: purpose(&change.purpose)?,
                at: change.proposed_at,
                by_name: change.proposed_by_name,
            };
            (Some(offer), Some(asked))
        }
    };
    let identifier = match (&row.identifier_kind, &row.identifier_shown) {
        (Some(kind), Some(shown)) => Some((
            crate::identifiers::kind("grants", row.id, kind)?,
            shown.clone(),
        )),
        _ => None,
    };
    Ok(GrantRow {
        life: Grant {
            started_by: side("started_by", row.id, &row.started_by)?,
            state: state(&row)?,
            offer: Offer {
                scope: GrantScope {
                    sub_accounts: if row.all_sub_accounts {
                        SubAccounts::All
                    } else {
                        SubAccounts::Named(subs)
                    },
                    top_level: row.top_level,
                    rights: GrantRights {
                        structure: row.structure,
                        records: records(row.id, &row.records)?,
                        reports: row.reports,
                        users: row.users,
                    },
                },
                ends_at: row.ends_at,
            },
            starts_at: row.starts_at,
            asked: offer_asked,
        },
        purpose: purpose(&row.purpose)?,
        id: row.id.into(),
        grantor: row.grantor_account_id.into(),
        recipient: row.recipient_account_id.into(),
        grantor_shown: row.grantor_shown,
        suppressed: row.suppressed,
        asked,
        identifier,
        batch: row.batch_id.map(Into::into),
        created_at: row.created_at,
        created_by_name: row.created_by_name,
        version: row.version,
    })
}

fn within(scope: &Scope, row: &grants::Model) -> bool {
    let asked = if row.started_by == GrantSide::Grantor.as_str() {
        row.recipient_account_id
    } else {
        row.grantor_account_id
    };
    [row.grantor_account_id, row.recipient_account_id]
        .into_iter()
        .any(|account| scope.contains(account.into()) && !(row.suppressed && account == asked))
}

/// One grant, if the scope has one of its sides and that side is shown it.
///
/// # Errors
/// When the database cannot answer or the row does not fit.
pub async fn find(
    db: &impl Handle,
    scope: &Scope,
    id: GrantId,
) -> Result<Option<GrantRow>, StoreError> {
    let row = grants::Entity::find_by_id(id.0).one(&db.conn()).await?;
    let row = row.filter(|row| within(scope, row));
    Ok(load(db, row.into_iter().collect()).await?.pop())
}

/// The same with the row locked until the transaction ends.
///
/// # Errors
/// When the database cannot answer or the row does not fit.
pub async fn lock(
    tx: &WriteTx,
    scope: &Scope,
    id: GrantId,
) -> Result<Option<GrantRow>, StoreError> {
    let row = grants::Entity::find_by_id(id.0)
        .lock_exclusive()
        .one(&tx.conn())
        .await?;
    let row = row.filter(|row| within(scope, row));
    Ok(load(tx, row.into_iter().collect()).await?.pop())
}

/// The grant between two accounts that lives or waits, by what is stored, locked. Its end may have come.
///
/// # Errors
/// When the database cannot answer or the row does not fit.
pub async fn lock_between(
    tx: &WriteTx,
    grantor: AccountId,
    recipient: AccountId,
) -> Result<Option<GrantRow>, StoreError> {
    let row = grants::Entity::find()
        .filter(grants::Column::GrantorAccountId.eq(grantor.0))
        .filter(grants::Column::RecipientAccountId.eq(recipient.0))
        .filter(grants::Column::State.ne("ended"))
        .lock_exclusive()
        .one(&tx.conn())
        .await?;
    Ok(load(tx, row.into_iter().collect()).await?.pop())
}

/// Every grant that an account gave and that is not marked as ended, locked, in one order for everybody.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn lock_given(
    tx: &WriteTx,
    scope: &Scope,
    account: AccountId,
) -> Result<Vec<GrantRow>, StoreError> {
    if !scope.contains(account) {
        return Ok(Vec::new());
    }
    let rows = grants::Entity::find()
        .filter(grants::Column::GrantorAccountId.eq(account.0))
        .filter(grants::Column::State.ne("ended"))
        .order_by_asc(grants::Column::Id)
        .lock_exclusive()
        .all(&tx.conn())
        .await?;
    load(tx, rows).await
}

/// The proposals that wait for an account and come from accounts of a company, locked.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn lock_proposals_from(
    tx: &WriteTx,
    scope: &Scope,
    account: AccountId,
    from: &[AccountId],
) -> Result<Vec<GrantRow>, StoreError> {
    if !scope.contains(account) {
        return Ok(Vec::new());
    }
    let from: Vec<_> = from.iter().map(|a| a.0).collect();
    let of = |own: grants::Column, other: grants::Column, by: GrantSide| {
        Condition::all()
            .add(own.eq(account.0))
            .add(other.is_in(from.clone()))
            .add(grants::Column::StartedBy.eq(by.as_str()))
    };
    let rows = grants::Entity::find()
        .filter(grants::Column::State.eq("proposed"))
        .filter(
            Condition::any()
                .add(of(
                    grants::Column::GrantorAccountId,
                    grants::Column::RecipientAccountId,
                    GrantSide::Recipient,
                ))
                .add(of(
                    grants::Column::RecipientAccountId,
                    grants::Column::GrantorAccountId,
                    GrantSide::Grantor,
                )),
        )
        .order_by_asc(grants::Column::Id)
        .lock_exclusive()
        .all(&tx.conn())
        .await?;
    load(tx, rows).await
}

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

/// A grant by its id, locked, for the jobs of the portal itself.
///
/// # Errors
/// When the database cannot answer or the row does not fit.
pub async fn lock_for_job(tx: &WriteTx, id: GrantId) -> Result<Option<GrantRow>, StoreError> {
    let row = grants::Entity::find_by_id(id.0)
        .lock_exclusive()
        .one(&tx.conn())
        .await?;
    Ok(load(tx, row.into_iter().collect()).await?.pop())
}

/// Both accounts of grants that a finder of this module returned.
///
/// # Errors
/// When the database cannot answer.
pub async fn parties(
    db: &impl Handle,
    found: &[GrantRow],
) -> Result<HashMap<AccountId, Account>, StoreError> {
    let ids: BTreeSet<Uuid> = found
        .iter()
        .flat_map(|g| [g.grantor.0, g.recipient.0])
        .collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let all = accounts::by_ids(db, ids.into_iter().collect()).await?;
    Ok(all.into_iter().map(|a| (a.id, a)).collect())
}

/// A sub-account that a grant names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedSubAccount {
    /// Identity.
    pub id: SubAccountId,
    /// Its name.
    pub name: String,
    /// The activity that it carries.
    pub activity: quaymaster_domain::activities::BusinessActivity,
}

/// The sub-accounts that grants of a finder of this module name, by name.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn named_sub_accounts(
    db: &impl Handle,
    ids: impl IntoIterator<Item = SubAccountId>,
) -> Result<Vec<NamedSubAccount>, StoreError> {
    let ids: BTreeSet<Uuid> = ids.into_iter().map(|id| id.0).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    sub_accounts::Entity::find()
        .filter(sub_accounts::Column::Id.is_in(ids))
        .order_by_asc(sub_accounts::Column::Name)
        .all(&db.conn())
        .await?
        .into_iter()
        .map(|row| {
            Ok(NamedSubAccount {
                activity: crate::activities::activity("sub_accounts", row.id, &row.activity)?,
                id: row.id.into(),
                name: row.name,
            })
        })
        .collect()
}
