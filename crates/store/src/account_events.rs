//! Events of accounts: written in the transaction of the act that they tell of, numbered afterwards, read by number. What
//! makes an event is said in the domain; how events travel is elsewhere.

use chrono::{DateTime, Utc};
use quaymaster_domain::access::{ActorKind, PermitParts, Scope};
use quaymaster_domain::events::{Act, EventType, Reach, Shape};
use quaymaster_domain::ids::{AccountId, EventId};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::db::{Handle, WriteTx, sealed::Sealed};
use crate::entities::account_events::{Column, Entity, Model};
use crate::entities::{
    account_activities, account_event_heads as heads, accounts, cases, memberships, notice_targets,
};
use crate::error::{StoreError, corrupt};

/// How many rows one statement inserts.
const AT_ONCE: usize = 200;

/// An event of an account.
#[derive(Clone, Debug)]
pub struct AccountEvent {
    /// The account.
    pub account: AccountId,
    /// Identity; the same in every account that the same act is told to.
    pub id: EventId,
    /// Its number in the account: they count up by one, in the order in which events became visible.
    pub number: i64,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// What happened.
    pub kind: EventType,
    /// To what: kind and id, `user/<id>`.
    pub subject: String,
    /// Ids.
    pub data: Map<String, Value>,
}

/// An event that is to be kept.
#[derive(Clone, Debug)]
pub(crate) struct NewEvent {
    pub(crate) id: Uuid,
    pub(crate) at: DateTime<Utc>,
    pub(crate) kind: EventType,
    pub(crate) subject: (&'static str, String),
    /// What the event says besides the ids of account and subject.
    pub(crate) more: Map<String, Value>,
}

/// Keeps the event that an act makes, if it makes one, for every account that it concerns.
pub(crate) async fn of_act(
    tx: &WriteTx,
    parts: &PermitParts,
    id: Uuid,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let read = |text: &Option<String>| {
        text.as_deref()
            .and_then(|t| serde_json::from_str::<Value>(t).ok())
    };
    let (before, after) = (read(&parts.before), read(&parts.after));
    let act = Act {
        action: parts.action,
        subject: parts.subject.0,
        before: before.as_ref().map(shape),
        after: after.as_ref().map(shape),
    };
    let Some((kind, reach)) = act.event() else {
        return Ok(());
    };
    let (subject_kind, Some(subject_id), _) = &parts.subject else {
        return Ok(());
    };
    let mut more = Map::new();
    if tells_state(kind)
        && let Some(state) = word(after.as_ref(), "state")
    {
        more.insert("state".to_owned(), state.into());
    }
    // People of a grant: the person is acted on, the grant is what the act is about.
    if let Some(grant) = word(after.as_ref(), "grant").or(word(before.as_ref(), "grant")) {
        more.insert("grant_id".to_owned(), grant.into());
    }
    let accounts = reached(tx, parts, reach, subject_id).await?;
    let event = NewEvent {
        id,
        at,
        kind,
        subject: (subject_kind, subject_id.clone()),
        more,
    };
    insert(tx, &accounts, &event).await
}

fn shape(value: &Value) -> Shape<'_> {
    Shape {
        state: word(Some(value), "state"),
    }
}

fn word<'a>(value: Option<&'a Value>, name: &str) -> Option<&'a str> {
    value?.get(name)?.as_str()
}

/// Events whose end can be good or bad.
fn tells_state(kind: EventType) -> bool {
    matches!(
        kind,
        EventType::RecordImportFinished
            | EventType::IdentifierDecided
            | EventType::IdentifierClaimDecided
            | EventType::OwnerSuccessionChanged
            | EventType::AccessReviewChanged
    )
}

async fn reached(
    tx: &WriteTx,
    parts: &PermitParts,
    reach: Reach,
    subject: &str,
) -> Result<Vec<Uuid>, StoreError> {
    let own = || parts.account.map(Uuid::from).into_iter().collect();
    let Ok(id) = Uuid::parse_str(subject) else {
        return Ok(own());
    };
    match reach {
        Reach::Account => Ok(own()),
        // Acts of staff on a person stand in the trail of each account by themselves.
        Reach::Person if parts.actor.kind == ActorKind::Staff && parts.account.is_some() => {
            Ok(own())
        }
        Reach::Person => Ok(memberships::Entity::find()
            .select_only()
            .column(memberships::Column::AccountId)
            .filter(memberships::Column::UserId.eq(id))
            .order_by_asc(memberships::Column::AccountId)
            .into_tuple()
            .all(&tx.conn())
            .await?),
        Reach::Case => Ok(cases::Entity::find()
            .select_only()
            .column(cases::Column::AccountId)
            .filter(cases::Column::Id.eq(id))
            .into_tuple::<Option<Uuid>>()
            .one(&tx.conn())
            .await?
            .flatten()
            .into_iter()
            .collect()),
        Reach::Audience => audience(tx, id).await,
    }
}

/// The accounts with people for whom a notice is. Whoever has a role in an account has people there.
async fn audience(tx: &WriteTx, notice: Uuid) -> Result<Vec<Uuid>, StoreError> {
    let targets: Vec<String> = notice_targets::Entity::find()
        .select_only()
        .column(notice_targets::Column::Target)
        .filter(notice_targets::Column::NoticeId.eq(notice))
        .into_tuple()
        .all(&tx.conn())
        .await?;
    let named = |prefix: &str| -> Vec<String> {
        targets
            .iter()
            .filter_map(|t| t.strip_prefix(prefix))
            .map(str::to_owned)
            .collect()
    };
    let (roles, activities) = (named("role:"), named("activity:"));
    let companies: Vec<Uuid> = named("company:")
        .iter()
        .filter_map(|id| Uuid::parse_str(id).ok())
        .collect();
    let mut wanted = Condition::all();
    if !roles.is_empty() {
        let with = memberships::Entity::find()
            .select_only()
            .column(memberships::Column::AccountId)
            .filter(memberships::Column::Role.is_in(roles));
        wanted =
            wanted.add(accounts::Column::Id.in_subquery(sea_orm::QueryTrait::into_query(with)));
    }
    if !activities.is_empty() {
        let with = account_activities::Entity::find()
            .select_only()
            .column(account_activities::Column::AccountId)
            .filter(account_activities::Column::Activity.is_in(activities));
        wanted =
            wanted.add(accounts::Column::Id.in_subquery(sea_orm::QueryTrait::into_query(with)));
    }
    if !companies.is_empty() {
        wanted = wanted.add(accounts::Column::CompanyId.is_in(companies));
    }
    Ok(accounts::Entity::find()
        .select_only()
        .column(accounts::Column::Id)
        .filter(wanted)
        .filter(accounts::Column::State.eq("open"))
        .order_by_asc(accounts::Column::Id)
        .into_tuple()
        .all(&tx.conn())
        .await?)
}

/// Keeps an event for these accounts.
pub(crate) async fn insert(
    tx: &WriteTx,
    accounts: &[Uuid],
    event: &NewEvent,
) -> Result<(), StoreError> {
    let (kind, id) = &event.subject;
    let rows = accounts.iter().map(|account| {
        let mut data = event.more.clone();
        data.insert("account_id".to_owned(), account.to_string().into());
        data.insert(format!("{kind}_id"), id.clone().into());
        Model {
            account_id: *account,
            id: event.id,
            number: None,
            at: event.at,
            kind: event.kind.as_str().to_owned(),
            subject: format!("{kind}/{id}"),
            data: Value::Object(data).to_string(),
        }
        .into_active_model()
    });
    let rows: Vec<_> = rows.collect();
    for some in rows.chunks(AT_ONCE) {
        Entity::insert_many(some.to_vec())
            .exec_without_returning(&tx.conn())
            .await?;
    }
    Ok(())
}

/// The accounts that have events without a number, at most so many.
///
/// # Errors
/// When the database cannot answer.
pub async fn accounts_with_new(db: &impl Handle, limit: u64) -> Result<Vec<AccountId>, StoreError> {
    let found: Vec<Uuid> = Entity::find()
        .select_only()
        .column(Column::AccountId)
        .distinct()
        .filter(Column::Number.is_null())
        .limit(limit)
        .into_tuple()
        .all(&db.conn())
        .await?;
    Ok(found.into_iter().map(Into::into).collect())
}

/// True when the account has events without a number. Tells nothing else, so it needs no scope.
///
/// # Errors
/// When the database cannot answer.
pub async fn has_new(db: &impl Handle, account: AccountId) -> Result<bool, StoreError> {
    let found: Option<Uuid> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::AccountId.eq(account.0))
        .filter(Column::Number.is_null())
        .into_tuple()
        .one(&db.conn())
        .await?;
    Ok(found.is_some())
}

/// Gives numbers to the events of an account that have none, at most so many, and answers them.
///
/// Whoever gives numbers holds the head of the account until the commit, and sees only events whose acts are committed. So a
/// number once seen is followed by higher ones only, however late an act is committed that began earlier.
///
/// # Errors
/// When the database refuses.
pub async fn number_new(
    tx: &WriteTx,
    account: AccountId,
    limit: u64,
) -> Result<Vec<AccountEvent>, StoreError> {
    let conn = tx.conn();
    let head = heads::Model {
        account_id: account.0,
        last_number: 0,
    };
    heads::Entity::insert(head.into_active_model())
        .on_conflict(
            OnConflict::column(heads::Column::AccountId)
                .do_nothing()
                .to_owned(),
        )
        .exec_without_returning(&conn)
        .await?;
    let Some(head) = heads::Entity::find_by_id(account.0)
        .lock_exclusive()
        .one(&conn)
        .await?
    else {
        return Err(StoreError::Busy("an account lost its head".to_owned()));
    };
    let rows = Entity::find()
        .filter(Column::AccountId.eq(account.0))
        .filter(Column::Number.is_null())
        .order_by_asc(Column::At)
        .order_by_asc(Column::Id)
        .limit(limit)
        .all(&conn)
        .await?;
    let mut last = head.last_number;
    let mut events = Vec::with_capacity(rows.len());
    for mut row in rows {
        last += 1;
        Entity::update_many()
            .col_expr(Column::Number, Expr::value(last))
            .filter(Column::AccountId.eq(row.account_id))
            .filter(Column::Id.eq(row.id))
            .exec(&conn)
            .await?;
        row.number = Some(last);
        events.push(AccountEvent::try_from(row)?);
    }
    heads::Entity::update_many()
        .col_expr(heads::Column::LastNumber, Expr::value(last))
        .filter(heads::Column::AccountId.eq(account.0))
        .exec(&conn)
        .await?;
    Ok(events)
}

/// The events of an account after a number, the oldest first.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn after(
    db: &impl Handle,
    scope: &Scope,
    account: AccountId,
    number: i64,
    limit: u64,
) -> Result<Vec<AccountEvent>, StoreError> {
    if !scope.contains(account) {
        return Ok(Vec::new());
    }
    Entity::find()
        .filter(Column::AccountId.eq(account.0))
        .filter(Column::Number.gt(number))
        .order_by_asc(Column::Number)
        .limit(limit)
        .all(&db.conn())
        .await?
        .into_iter()
        .map(AccountEvent::try_from)
        .collect()
}

/// Forgets events from before this moment. Those that have no number yet stay: nobody has had a chance to read them.
///
/// # Errors
/// When the database refuses.
pub async fn forget(tx: &WriteTx, before: DateTime<Utc>) -> Result<u64, StoreError> {
    let done = Entity::delete_many()
        .filter(Column::At.lt(before))
        .filter(Column::Number.is_not_null())
        .exec(&tx.conn())
        .await?;
    Ok(done.rows_affected)
}

impl TryFrom<Model> for AccountEvent {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let unfit = |column, text: &str| corrupt("account_events", column, row.id, text);
        let kind = EventType::from_word(&row.kind).ok_or_else(|| unfit("kind", &row.kind))?;
        let Ok(Value::Object(data)) = serde_json::from_str(&row.data) else {
            return Err(unfit("data", &row.data));
        };
        let number = row.number.ok_or_else(|| unfit("number", "none"))?;
        Ok(Self {
            account: row.account_id.into(),
            id: row.id.into(),
            number,
            at: row.at,
            kind,
            subject: row.subject,
            data,
        })
    }
}
