//! Applications for an account. Applicants reach their own by its id and the hash of their token; staff read within their
//! scope.

use chrono::{DateTime, Utc};
use quaymaster_domain::access::Scope;
use quaymaster_domain::activities::BusinessActivity;
use quaymaster_domain::applications::{Stage, StageName};
use quaymaster_domain::ids::{AccountId, ApplicationId};
use sea_orm::sea_query::{Expr, LikeExpr};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, EntityTrait, ExprTrait, IntoActiveModel,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};

use crate::db::{Handle, WriteTx, sealed::Sealed};
use crate::entities::applications::{Column, Entity, Model};
use crate::error::{StoreError, corrupt};
use crate::identifiers::{StoredIdentifier, kind};
use crate::members::escape_like;
use crate::page::{Cursor, Page, PageRequest};

/// What the applicant filled in. Everything may be missing in a draft.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    /// Name of the company.
    pub company_name: Option<String>,
    /// The identifier, sealed when personal.
    pub identifier: Option<StoredIdentifier>,
    /// The activity of the first sub-account.
    pub activity: Option<BusinessActivity>,
    /// Given name of the future owner.
    pub owner_given_name: Option<String>,
    /// Family name of the future owner.
    pub owner_family_name: Option<String>,
    /// Business e-mail, where the invitation goes.
    pub email: Option<String>,
    /// Telephone.
    pub phone: Option<String>,
    /// Name of the officer who acknowledges.
    pub officer_name: Option<String>,
    /// Title of that officer.
    pub officer_title: Option<String>,
    /// The officer acknowledges.
    pub officer_acknowledges: bool,
}

/// How an application was decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// By whom.
    pub by_name: String,
    /// Why.
    pub reason: String,
}

/// An application.
#[derive(Clone, Debug)]
pub struct Application {
    /// Identity.
    pub id: ApplicationId,
    /// Hash of the applicant's token.
    pub token_hash: String,
    /// Where it stands, as written; time may have moved it on.
    pub stage: Stage,
    /// The form.
    pub form: Form,
    /// Why the applicant asks for a review without a code.
    pub review_note: Option<String>,
    /// Keyed digest of the newest code.
    pub code_hash: Option<String>,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// When it was last submitted.
    pub submitted_at: Option<DateTime<Utc>>,
    /// When the code was entered.
    pub code_confirmed_at: Option<DateTime<Utc>>,
    /// The decision.
    pub decided: Option<Decided>,
    /// The account that was opened.
    pub account: Option<AccountId>,
    /// Moves on with every change.
    pub version: i64,
}

impl TryFrom<Model> for Application {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let unfit = |column: &'static str, why: &str| corrupt("applications", column, row.id, why);
        let until = || row.expires_at.ok_or_else(|| unfit("expires_at", "missing"));
        let decided_at = || row.decided_at.ok_or_else(|| unfit("decided_at", "missing"));
        let name = StageName::from_word(&row.state).ok_or_else(|| unfit("state", &row.state))?;
        let stage = match name {
            StageName::Draft => Stage::Draft { until: until()? },
            StageName::AwaitingCode => Stage::AwaitingCode {
                until: until()?,
                sent_at: row
                    .code_sent_at
                    .ok_or_else(|| unfit("code_sent_at", "missing"))?,
                tries: u32::try_from(row.code_tries)
                    .map_err(|e| unfit("code_tries", &e.to_string()))?,
            },
            StageName::NotConfirmed => Stage::NotConfirmed { until: until()? },
            StageName::ClaimOffered => Stage::ClaimOffered { until: until()? },
            StageName::ClaimFiled => Stage::ClaimFiled,
            StageName::InReview => Stage::InReview {
                since: row
                    .waiting_since
                    .ok_or_else(|| unfit("waiting_since", "missing"))?,
            },
            StageName::Approved => Stage::Approved { at: decided_at()? },
            StageName::Rejected => Stage::Rejected { at: decided_at()? },
            StageName::Withdrawn => Stage::Withdrawn { at: decided_at()? },
            StageName::Expired => Stage::Expired { at: decided_at()? },
        };
        let identifier = match (row.identifier_kind, row.lookup, row.shown) {
            (Some(word), Some(lookup), Some(shown)) => Some(StoredIdentifier {
                kind: kind("applications", row.id, &word)?,
                lookup,
                shown,
                cipher: row.cipher,
            }),
            _ => None,
        };
        let activity = row
            .activity
            .map(|word| {
                BusinessActivity::from_word(&word)
                    .ok_or_else(|| corrupt("applications", "activity", row.id, word))
            })
            .transpose()?;
        let decided = match (row.decided_by_name, row.decision_reason) {
            (Some(by_name), Some(reason)) => Some(Decided { by_name, reason }),
            _ => None,
        };
        Ok(Self {
            id: row.id.into(),
            token_hash: row.token_hash,
            stage,
            form: Form {
                company_name: row.company_name,
                identifier,
                activity,
                owner_given_name: row.owner_given_name,
                owner_family_name: row.owner_family_name,
                email: row.email,
                phone: row.phone,
                officer_name: row.officer_name,
                officer_title: row.officer_title,
                officer_acknowledges: row.officer_acknowledges,
            },
            review_note: row.review_note,
            code_hash: row.code_hash,
            created_at: row.created_at,
            updated_at: row.updated_at,
            submitted_at: row.submitted_at,
            code_confirmed_at: row.code_confirmed_at,
            decided,
            account: row.account_id.map(Into::into),
            version: row.version,
        })
    }
}

fn row(of: &Application) -> Model {
    let Application {
        id,
        token_hash,
        stage,
        form,
        review_note,
        code_hash,
        created_at,
        updated_at,
        submitted_at,
        code_confirmed_at,
        decided,
        account,
        version,
    } = of.clone();
    let Form {
        company_name,
        identifier,
        activity,
        owner_given_name,
        owner_family_name,
        email,
        phone,
        officer_name,
        officer_title,
        officer_acknowledges,
    } = form;
    let (code_sent_at, code_tries) = match stage {
        Stage::AwaitingCode { sent_at, tries, .. } => (Some(sent_at), i64::from(tries)),
        _ => (None, 0),
    };
    let decided_at = match stage {
        Stage::Approved { at }
        | Stage::Rejected { at }
        | Stage::Withdrawn { at }
        | Stage::Expired { at } => Some(at),
        _ => None,
    };
    let waiting_since = match stage {
        Stage::InReview { since } => Some(since),
        _ => None,
    };
    let (decided_by_name, decision_reason) = decided.map(|d| (d.by_name, d.reason)).unzip();
    // As written, not as of now: expiry is told by `expires_at`.
    let state = stage.name(DateTime::<Utc>::MIN_UTC);
    let (identifier_kind, lookup, shown, cipher) = match identifier {
        Some(i) => (
            Some(i.kind.as_str().to_owned()),
            Some(i.lookup),
            Some(i.shown),
            i.cipher,
        ),
        None => (None, None, None, None),
    };
    Model {
        id: id.0,
        token_hash,
        state: state.as_str().to_owned(),
        company_key: company_name.as_deref().unwrap_or_default().to_lowercase(),
        company_name,
        identifier_kind,
        lookup,
        shown,
        cipher,
        activity: activity.map(|a| a.as_str().to_owned()),
        owner_given_name,
        owner_family_name,
        email,
        phone,
        officer_name,
        officer_title,
        officer_acknowledges,
        review_note,
        code_hash,
        code_sent_at,
        code_tries,
        created_at,
        updated_at,
        expires_at: stage.until(),
        submitted_at,
        code_confirmed_at,
        waiting_since,
        decided_at,
        decided_by_name,
        decision_reason,
        account_id: account.map(Into::into),
        version,
    }
}

/// Keeps a new application.
///
/// # Errors
/// When the database refuses.
pub async fn insert(tx: &WriteTx, new: &Application) -> Result<(), StoreError> {
    Entity::insert(row(new).into_active_model())
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// Writes an application whose row is locked, and moves its version on.
///
/// # Errors
/// When the database refuses.
pub async fn save(tx: &WriteTx, changed: &mut Application) -> Result<(), StoreError> {
    changed.version += 1;
    let row = row(changed).into_active_model().reset_all();
    Entity::update(row)
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// One application, for its applicant or for readers who may see everything.
///
/// # Errors
/// When the database cannot answer or the row does not fit.
pub async fn by_id(db: &impl Handle, id: ApplicationId) -> Result<Option<Application>, StoreError> {
    Entity::find_by_id(id.0)
        .one(&db.conn())
        .await?
        .map(Application::try_from)
        .transpose()
}

/// The same with the row locked until the transaction ends.
///
/// # Errors
/// When the database cannot answer or the row does not fit.
pub async fn lock(tx: &WriteTx, id: ApplicationId) -> Result<Option<Application>, StoreError> {
    Entity::find_by_id(id.0)
        .lock_exclusive()
        .one(&tx.conn())
        .await?
        .map(Application::try_from)
        .transpose()
}

/// Applications in one state, the longest waiting first; for readers who may see everything.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn list(
    db: &impl Handle,
    scope: &Scope,
    state: StageName,
    now: DateTime<Utc>,
    q: Option<&str>,
    page: &PageRequest,
) -> Result<Page<Application>, StoreError> {
    if scope.reason().is_none() {
        return Ok(Page {
            items: Vec::new(),
            next: None,
        });
    }
    let mut wanted = in_state(state, now);
    if let Some(q) = q {
        wanted = wanted.add(
            Expr::col(Column::CompanyKey)
                .like(LikeExpr::new(format!("%{}%", escape_like(&q.to_lowercase()))).escape('\\')),
        );
    }
    let queue = state == StageName::InReview;
    if let Some(after) = &page.after {
        // Ids grow with time, so that the queue's order needs the moment besides; the other lists are newest first.
        wanted = if queue {
            let since = DateTime::parse_from_rfc3339(after.part(0))
                .map_or(DateTime::<Utc>::UNIX_EPOCH, |at| at.to_utc());
            wanted.add(
                Condition::any().add(Column::WaitingSince.gt(since)).add(
                    Condition::all()
                        .add(Column::WaitingSince.eq(since))
                        .add(Column::Id.gt(after.id())),
                ),
            )
        } else {
            wanted.add(Column::Id.lt(after.id()))
        };
    }
    let select = Entity::find().filter(wanted).limit(page.reach());
    let select = if queue {
        select
            .order_by_asc(Column::WaitingSince)
            .order_by_asc(Column::Id)
    } else {
        select.order_by_desc(Column::Id)
    };
    let found = select
        .all(&db.conn())
        .await?
        .into_iter()
        .map(Application::try_from)
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Page::cut(found, page, |a| {
        let since = match a.stage {
            Stage::InReview { since } => since.to_rfc3339(),
            _ => String::new(),
        };
        Cursor::new([since, a.id.to_string()])
    }))
}

/// The newest applications that name this company or opened one of its accounts, drafts aside; for readers who may see
/// everything.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn of_company(
    db: &impl Handle,
    scope: &Scope,
    name: &str,
    accounts: &[AccountId],
    most: u64,
) -> Result<Vec<Application>, StoreError> {
    if scope.reason().is_none() {
        return Ok(Vec::new());
    }
    let concerned = Condition::any()
        .add(Column::CompanyKey.eq(name.to_lowercase()))
        .add(Column::AccountId.is_in(accounts.iter().map(|id| id.0)));
    Entity::find()
        .filter(concerned)
        .filter(Column::State.ne(StageName::Draft.as_str()))
        .order_by_desc(Column::Id)
        .limit(most)
        .all(&db.conn())
        .await?
        .into_iter()
        .map(Application::try_from)
        .collect()
}

fn in_state(state: StageName, now: DateTime<Utc>) -> Condition {
    let written = |state: StageName| Column::State.eq(state.as_str());
    match state {
        StageName::Draft
        | StageName::AwaitingCode
        | StageName::NotConfirmed
        | StageName::ClaimOffered => Condition::all()
            .add(written(state))
            .add(Column::ExpiresAt.gt(now)),
        StageName::Expired => Condition::any()
            .add(written(state))
            .add(Column::ExpiresAt.lte(now)),
        other => Condition::all().add(written(other)),
    }
}

/// How many wait for the registrar; for readers who may see everything.
///
/// # Errors
/// When the database cannot answer.
pub async fn count_in_review(db: &impl Handle, scope: &Scope) -> Result<u64, StoreError> {
    if scope.reason().is_none() {
        return Ok(0);
    }
    Ok(Entity::find()
        .filter(Column::State.eq(StageName::InReview.as_str()))
        .count(&db.conn())
        .await?)
}

/// Deletes what expired before a moment without ever having been submitted: nobody decides about it, and it holds names
/// and addresses. Tells how many.
///
/// # Errors
/// When the database refuses.
pub async fn forget_drafts(tx: &WriteTx, before: DateTime<Utc>) -> Result<u64, StoreError> {
    let gone = Entity::delete_many()
        .filter(Column::State.eq(StageName::Draft.as_str()))
        .filter(Column::SubmittedAt.is_null())
        .filter(Column::ExpiresAt.lt(before))
        .exec(&tx.conn())
        .await?;
    Ok(gone.rows_affected)
}
