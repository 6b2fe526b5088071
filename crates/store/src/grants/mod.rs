//! Grants as rows: loading them with everything that their life needs, lists of both sides, and what becomes of them.
//! Which people see what is in `seats` and `people`; unwanted companies are in `blocks`.

pub mod batches;
pub mod blocks;
mod lists;
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
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::accounts::{self, Account};
use crate::db::{Handle, WriteTx, sealed::Sealed};
use crate::entities::{grant_changes, grant_sub_accounts, grants, sub_accounts};
use crate::error::{StoreError, corrupt};

pub use lists::{GrantFilter, StateFilter, count, count_changes, ending, list};
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
