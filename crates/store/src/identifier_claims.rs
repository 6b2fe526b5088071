//! Claims of identifiers that stand in somebody else's account. While a claim is open, the account that holds the identifier
//! is its holder, whatever became of the one at the time of filing.

use chrono::{DateTime, Utc};
use quaymaster_domain::access::Scope;
use quaymaster_domain::identifier_claims::{Claim, ClaimState, Decider};
use quaymaster_domain::ids::{AccountId, ApplicationId, IdentifierClaimId, PartyId, SubAccountId};
use sea_orm::sea_query::{Expr, Query, SelectStatement};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, EntityTrait, ExprTrait, IntoActiveModel,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};

use crate::db::{Handle, WriteTx, sealed::Sealed};
use crate::entities::account_identifiers;
use crate::entities::identifier_claims::{Column, Entity, Model};
use crate::error::{StoreError, corrupt};
use crate::identifiers::{StoredIdentifier, kind};
use crate::page::{Cursor, Page, PageRequest};

/// Who claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claimant {
    /// An account, and the sub-account that is to get the identifier; none once it was deleted.
    Account(AccountId, Option<SubAccountId>),
    /// An application for an account.
    Application(ApplicationId),
}

/// An answer of the holder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by_name: String,
    /// Why the identifier is not let go.
    pub reason: String,
}

/// How a claim ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// When.
    pub at: DateTime<Utc>,
    /// By which side.
    pub by: Decider,
    /// By whom.
    pub by_name: String,
    /// Why.
    pub reason: Option<String>,
}

/// A claim.
#[derive(Clone, Debug)]
pub struct IdentifierClaim {
    /// Identity.
    pub id: IdentifierClaimId,
    /// State and deadline.
    pub claim: Claim,
    /// The identifier.
    pub identifier: StoredIdentifier,
    /// Its party when the claim was filed.
    pub party: PartyId,
    /// The claimant's company, as the register calls it.
    pub claimant_company: String,
    /// Who claims.
    pub claimant: Claimant,
    /// Who holds it, or held it last.
    pub holder: AccountId,
    /// Why it is claimed.
    pub reason: String,
    /// When.
    pub filed_at: DateTime<Utc>,
    /// By whom.
    pub filed_by_name: String,
    /// The holder's answer.
    pub answer: Option<Answer>,
    /// How it ended.
    pub ended: Option<Ended>,
    /// Moves on with every change.
    pub version: i64,
}

impl TryFrom<Model> for IdentifierClaim {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let unfit =
            |column: &'static str, why: &str| corrupt("identifier_claims", column, row.id, why);
        let state = ClaimState::from_word(&row.state).ok_or_else(|| unfit("state", &row.state))?;
        let claimant = match (row.claimant_account_id, row.application_id) {
            (Some(account), None) => {
                Claimant::Account(account.into(), row.sub_account_id.map(Into::into))
            }
            (None, Some(application)) => Claimant::Application(application.into()),
            _ => return Err(unfit("application_id", "neither account nor application")),
        };
        let answer = match (row.answered_at, row.answered_by_name, row.answer_reason) {
            (Some(at), Some(by_name), Some(reason)) => Some(Answer {
                at,
                by_name,
                reason,
            }),
            _ => None,
        };
        let ended = match (row.decided_at, row.decided_by, row.decided_by_name) {
            (Some(at), Some(by), Some(by_name)) => Some(Ended {
                at,
                by: Decider::from_word(&by)
                    .ok_or_else(|| corrupt("identifier_claims", "decided_by", row.id, by))?,
                by_name,
                reason: row.decision_reason,
            }),
            _ => None,
        };
        Ok(Self {
            id: row.id.into(),
            claim: Claim {
                state,
                answer_due_at: row.answer_due_at,
            },
            identifier: StoredIdentifier {
                kind: kind("identifier_claims", row.id, &row.kind)?,
                lookup: row.lookup,
                shown: row.shown,
                cipher: row.cipher,
            },
            party: row.party_id.into(),
            claimant_company: row.claimant_company,
            claimant,
            holder: row.holder_account_id.into(),
            reason: row.reason,
            filed_at: row.filed_at,
            filed_by_name: row.filed_by_name,
            answer,
            ended,
            version: row.version,
        })
    }
}

fn row(of: &IdentifierClaim) -> Model {
    let IdentifierClaim {
        id,
        claim,
        identifier,
        party,
        claimant_company,
        claimant,
        holder,
        reason,
        filed_at,
        filed_by_name,
        answer,
        ended,
        version,
    } = of.clone();
    let (claimant_account_id, sub_account_id, application_id) = match claimant {
        Claimant::Account(account, sub) => (Some(account.0), sub.map(|s| s.0), None),
        Claimant::Application(id) => (None, None, Some(id.0)),
    };
    let (answered_at, answered_by_name, answer_reason) = match answer {
        Some(a) => (Some(a.at), Some(a.by_name), Some(a.reason)),
        None => (None, None, None),
    };
    let (decided_at, decided_by, decided_by_name, decision_reason) = match ended {
        Some(e) => (
            Some(e.at),
            Some(e.by.as_str().to_owned()),
            Some(e.by_name),
            e.reason,
        ),
        None => (None, None, None, None),
    };
    Model {
        id: id.0,
        state: claim.state.as_str().to_owned(),
        kind: identifier.kind.as_str().to_owned(),
        lookup: identifier.lookup,
        shown: identifier.shown,
        cipher: identifier.cipher,
        party_id: party.0,
        claimant_company,
        claimant_account_id,
        sub_account_id,
        application_id,
        holder_account_id: holder.0,
        reason,
        filed_at,
        filed_by_name,
        answer_due_at: claim.answer_due_at,
        answered_at,
        answered_by_name,
        answer_reason,
        decided_at,
        decided_by,
        decided_by_name,
        decision_reason,
        version,
    }
}

/// Keeps a new claim.
///
/// # Errors
/// [`Constraint::IdentifierClaim`](crate::constraint::Constraint::IdentifierClaim) when one for the same identifier is open.
pub async fn insert(tx: &WriteTx, new: &IdentifierClaim) -> Result<(), StoreError> {
    Entity::insert(row(new).into_active_model())
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// Writes a claim whose row is locked, and moves its version on.
///
/// # Errors
/// When the database refuses.
pub async fn save(tx: &WriteTx, changed: &mut IdentifierClaim) -> Result<(), StoreError> {
    changed.version += 1;
    let row = row(changed).into_active_model().reset_all();
    Entity::update(row)
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// One claim, locked until the transaction ends, for a service that has asked the policy about one of its sides.
///
/// # Errors
/// When the database cannot answer or the row does not fit.
pub async fn lock(
    tx: &WriteTx,
    id: IdentifierClaimId,
) -> Result<Option<IdentifierClaim>, StoreError> {
    Entity::find_by_id(id.0)
        .lock_exclusive()
        .one(&tx.conn())
        .await?
        .map(IdentifierClaim::try_from)
        .transpose()
}

/// One claim; for readers who may see everything.
///
/// # Errors
/// When the database cannot answer or the row does not fit.
pub async fn find(
    db: &impl Handle,
    scope: &Scope,
    id: IdentifierClaimId,
) -> Result<Option<IdentifierClaim>, StoreError> {
    if scope.reason().is_none() {
        return Ok(None);
    }
    by_id(db, id).await
}

/// One claim, whoever asks: for a use case that decides afterwards whether the reader is one of its sides.
///
/// # Errors
/// When the database cannot answer or the row does not fit.
pub async fn by_id(
    db: &impl Handle,
    id: IdentifierClaimId,
) -> Result<Option<IdentifierClaim>, StoreError> {
    Entity::find_by_id(id.0)
        .one(&db.conn())
        .await?
        .map(IdentifierClaim::try_from)
        .transpose()
}

/// The newest claim of an application.
///
/// # Errors
/// When the database cannot answer or the row does not fit.
pub async fn of_application(
    db: &impl Handle,
    application: ApplicationId,
) -> Result<Option<IdentifierClaim>, StoreError> {
    Entity::find()
        .filter(Column::ApplicationId.eq(application.0))
        .order_by_desc(Column::Id)
        .one(&db.conn())
        .await?
        .map(IdentifierClaim::try_from)
        .transpose()
}

/// The open claim of an identifier, locked until the transaction ends.
///
/// # Errors
/// When the database cannot answer or the row does not fit.
pub async fn lock_open_of(
    tx: &WriteTx,
    identifier: &StoredIdentifier,
) -> Result<Option<IdentifierClaim>, StoreError> {
    Entity::find()
        .filter(Column::Kind.eq(identifier.kind.as_str()))
        .filter(Column::Lookup.eq(identifier.lookup.as_str()))
        .filter(open())
        .lock_exclusive()
        .one(&tx.conn())
        .await?
        .map(IdentifierClaim::try_from)
        .transpose()
}

fn open() -> Condition {
    Condition::all()
        .add(Column::State.is_in([ClaimState::Open.as_str(), ClaimState::Disputed.as_str()]))
}

fn over() -> Condition {
    Condition::all()
        .add(Column::State.is_not_in([ClaimState::Open.as_str(), ClaimState::Disputed.as_str()]))
}

/// Which side of a claim an account is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// It claims.
    Claimant,
    /// It holds or held the identifier.
    Holder,
}

/// The identifier of the claim's row, as far as this account holds it.
fn held_by(account: AccountId) -> SelectStatement {
    use account_identifiers::Column as Held;
    Query::select()
        .expr(Expr::val(1))
        .from(account_identifiers::Entity)
        .and_where(Expr::col((account_identifiers::Entity, Held::AccountId)).eq(account.0))
        .and_where(
            Expr::col((account_identifiers::Entity, Held::Kind)).equals((Entity, Column::Kind)),
        )
        .and_where(
            Expr::col((account_identifiers::Entity, Held::Lookup)).equals((Entity, Column::Lookup)),
        )
        .to_owned()
}

fn of_side(account: AccountId, side: Side) -> Condition {
    match side {
        Side::Claimant => Condition::all().add(Column::ClaimantAccountId.eq(account.0)),
        Side::Holder => Condition::any()
            .add(open().add(Expr::exists(held_by(account))))
            .add(over().add(Column::HolderAccountId.eq(account.0))),
    }
}

/// The claims of an account, the newest first, within the scope.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn list(
    db: &impl Handle,
    scope: &Scope,
    account: AccountId,
    side: Option<Side>,
    state: Option<ClaimState>,
    page: &PageRequest,
) -> Result<Page<IdentifierClaim>, StoreError> {
    if !scope.contains(account) {
        return Ok(Page {
            items: Vec::new(),
            next: None,
        });
    }
    let mut wanted = Condition::all().add(match side {
        Some(side) => of_side(account, side),
        None => Condition::any()
            .add(of_side(account, Side::Claimant))
            .add(of_side(account, Side::Holder)),
    });
    if let Some(state) = state {
        wanted = wanted.add(Column::State.eq(state.as_str()));
    }
    if let Some(after) = &page.after {
        wanted = wanted.add(Column::Id.lt(after.id()));
    }
    let found = Entity::find()
        .filter(wanted)
        .order_by_desc(Column::Id)
        .limit(page.reach())
        .all(&db.conn())
        .await?
        .into_iter()
        .map(IdentifierClaim::try_from)
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Page::cut(found, page, |c| Cursor::new([c.id.to_string()])))
}

/// What a registrar may decide: disputed, or not answered in time.
fn due(now: DateTime<Utc>) -> Condition {
    Condition::any()
        .add(Column::State.eq(ClaimState::Disputed.as_str()))
        .add(
            Condition::all()
                .add(Column::State.eq(ClaimState::Open.as_str()))
                .add(Column::AnswerDueAt.lte(now)),
        )
}

/// Claims of the whole portal, the nearest deadline first; for readers who may see everything.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn list_all(
    db: &impl Handle,
    scope: &Scope,
    state: Option<ClaimState>,
    due_at: Option<DateTime<Utc>>,
    page: &PageRequest,
) -> Result<Page<IdentifierClaim>, StoreError> {
    if scope.reason().is_none() {
        return Ok(Page {
            items: Vec::new(),
            next: None,
        });
    }
    let mut wanted = Condition::all();
    if let Some(state) = state {
        wanted = wanted.add(Column::State.eq(state.as_str()));
    }
    if let Some(now) = due_at {
        wanted = wanted.add(due(now));
    }
    if let Some(after) = &page.after {
        let at = DateTime::parse_from_rfc3339(after.part(0))
            .map_or(DateTime::<Utc>::UNIX_EPOCH, |at| at.to_utc());
        wanted = wanted.add(
            Condition::any().add(Column::AnswerDueAt.gt(at)).add(
                Condition::all()
                    .add(Column::AnswerDueAt.eq(at))
                    .add(Column::Id.gt(after.id())),
            ),
        );
    }
    let found = Entity::find()
        .filter(wanted)
        .order_by_asc(Column::AnswerDueAt)
        .order_by_asc(Column::Id)
        .limit(page.reach())
        .all(&db.conn())
        .await?
        .into_iter()
        .map(IdentifierClaim::try_from)
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Page::cut(found, page, |c| {
        Cursor::new([c.claim.answer_due_at.to_rfc3339(), c.id.to_string()])
    }))
}

/// How many open claims an account has on one side, within the scope.
///
/// # Errors
/// When the database cannot answer.
pub async fn count_open(
    db: &impl Handle,
    scope: &Scope,
    account: AccountId,
    side: Side,
) -> Result<u64, StoreError> {
    if !scope.contains(account) {
        return Ok(0);
    }
    Ok(Entity::find()
        .filter(of_side(account, side))
        .filter(open())
        .count(&db.conn())
        .await?)
}

/// How many wait for a registrar; for readers who may see everything.
///
/// # Errors
/// When the database cannot answer.
pub async fn count_due(
    db: &impl Handle,
    scope: &Scope,
    now: DateTime<Utc>,
) -> Result<u64, StoreError> {
    if scope.reason().is_none() {
        return Ok(0);
    }
    Ok(Entity::find().filter(due(now)).count(&db.conn()).await?)
}

/// True when this account holds the identifier of an open claim, or held that of one that is over.
///
/// # Errors
/// When the database cannot answer.
pub async fn is_holder(
    db: &impl Handle,
    claim: &IdentifierClaim,
    account: AccountId,
) -> Result<bool, StoreError> {
    let found = Entity::find_by_id(claim.id.0)
        .filter(of_side(account, Side::Holder))
        .count(&db.conn())
        .await?;
    Ok(found > 0)
}

/// How many grants show one of these sub-accounts of an account to another account at a moment.
///
/// # Errors
/// When the database cannot answer.
pub async fn grants_showing(
    db: &impl Handle,
    account: AccountId,
    sub_accounts: &[SubAccountId],
    now: DateTime<Utc>,
) -> Result<u64, StoreError> {
    use crate::entities::{grant_sub_accounts as named, grants};
    if sub_accounts.is_empty() {
        return Ok(0);
    }
    let one_of_them = Query::select()
        .column(named::Column::GrantId)
        .from(named::Entity)
        .and_where(named::Column::SubAccountId.is_in(sub_accounts.iter().map(|id| id.0)))
        .to_owned();
    Ok(grants::Entity::find()
        .filter(grants::Column::GrantorAccountId.eq(account.0))
        .filter(grants::Column::State.eq("active"))
        .filter(
            Condition::any()
                .add(grants::Column::StartsAt.is_null())
                .add(grants::Column::StartsAt.lte(now)),
        )
        .filter(
            Condition::any()
                .add(grants::Column::EndsAt.is_null())
                .add(grants::Column::EndsAt.gt(now)),
        )
        .filter(
            Condition::any()
                .add(grants::Column::AllSubAccounts.eq(true))
                .add(grants::Column::Id.in_subquery(one_of_them)),
        )
        .count(&db.conn())
        .await?)
}
