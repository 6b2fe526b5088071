//! Cases with support and what is written in them. Readers name whose cases they may see; who that is, the policy decided
//! before. Verifications of callers are in `verifications`, what staff did about people in `actions`.

pub mod actions;
pub mod attachments;
pub mod figures;
pub mod verifications;

use chrono::{DateTime, Utc};
use quaymaster_domain::access::Scope;
use quaymaster_domain::cases::{CaseState, Topic};
use quaymaster_domain::ids::{AccountId, CaseId, CaseMessageId, UserId};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, EntityTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};

use crate::db::{Handle, WriteTx, sealed::Sealed};
use crate::entities::cases::{Column, Entity, Model};
use crate::entities::{case_answers, case_messages, locks, memberships};
use crate::error::{StoreError, corrupt};
use crate::page::{Cursor, Page, PageRequest};

/// A case.
#[derive(Clone, Debug)]
pub struct Case {
    /// Identity.
    pub id: CaseId,
    /// The number that people say.
    pub serial: i64,
    /// What it is about.
    pub topic: Topic,
    /// What it is called.
    pub subject: String,
    /// Whose turn it is.
    pub state: CaseState,
    /// Since when.
    pub state_since: DateTime<Utc>,
    /// When it was opened.
    pub opened_at: DateTime<Utc>,
    /// Who opened it; nobody when that person could not sign in.
    pub opened_by: Option<UserId>,
    /// The name of whoever opened it.
    pub opened_by_name: String,
    /// The User ID as somebody typed it who could not sign in.
    pub typed_user_id: Option<String>,
    /// The account that it is about.
    pub account: Option<AccountId>,
    /// The one person that it is bound to.
    pub person: Option<UserId>,
    /// Who of support works on it.
    pub agent: Option<(UserId, String)>,
    /// Since when a message waits to be passed on to owner and proxies.
    pub relay_due_at: Option<DateTime<Utc>>,
}

impl From<&Case> for Model {
    fn from(case: &Case) -> Self {
        Self {
            id: case.id.0,
            serial: case.serial,
            topic: case.topic.as_str().to_owned(),
            subject: case.subject.clone(),
            state: case.state.as_str().to_owned(),
            state_since: case.state_since,
            opened_at: case.opened_at,
            opened_by: case.opened_by.map(Into::into),
            opened_by_name: case.opened_by_name.clone(),
            typed_user_id: case.typed_user_id.clone(),
            account_id: case.account.map(Into::into),
            person_id: case.person.map(Into::into),
            agent_id: case.agent.as_ref().map(|(id, _)| id.0),
            agent_name: case.agent.as_ref().map(|(_, name)| name.clone()),
            relay_due_at: case.relay_due_at,
        }
    }
}

impl TryFrom<Model> for Case {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let topic = Topic::parse(&row.topic)
            .ok_or_else(|| corrupt("cases", "topic", row.id, &row.topic))?;
        let state = CaseState::parse(&row.state)
            .ok_or_else(|| corrupt("cases", "state", row.id, &row.state))?;
        Ok(Self {
            id: row.id.into(),
            serial: row.serial,
            topic,
            subject: row.subject,
            state,
            state_since: row.state_since,
            opened_at: row.opened_at,
            opened_by: row.opened_by.map(Into::into),
            opened_by_name: row.opened_by_name,
            typed_user_id: row.typed_user_id,
            account: row.account_id.map(Into::into),
            person: row.person_id.map(Into::into),
            agent: row.agent_id.map(UserId).zip(row.agent_name),
            relay_due_at: row.relay_due_at,
        })
    }
}

/// Who wrote a message, and who may read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageKind {
    /// Whoever opened the case.
    Customer,
    /// Support, for the customer.
    Support,
    /// Support, for support alone.
    Note,
}

impl MessageKind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Support => "support",
            Self::Note => "note",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        [Self::Customer, Self::Support, Self::Note]
            .into_iter()
            .find(|kind| kind.as_str() == word)
    }
}

/// A message in a case.
#[derive(Clone, Debug)]
pub struct Message {
    /// Identity.
    pub id: CaseMessageId,
    /// The case.
    pub case: CaseId,
    /// When.
    pub at: DateTime<Utc>,
    /// By whom, and for whom.
    pub kind: MessageKind,
    /// Who wrote it.
    pub author_name: String,
    /// What.
    pub body: String,
}

/// Which cases are wanted.
#[derive(Clone, Debug, Default)]
pub struct CaseFilter {
    /// Only those that this person opened.
    pub opened_by: Option<UserId>,
    /// Only those about this person.
    pub person: Option<UserId>,
    /// Only in this state.
    pub state: Option<CaseState>,
    /// Only about this.
    pub topic: Option<Topic>,
    /// Only those of this agent.
    pub agent: Option<UserId>,
}

impl CaseFilter {
    fn condition(&self) -> Condition {
        Condition::all()
            .add_option(self.opened_by.map(|u| Column::OpenedBy.eq(u.0)))
            .add_option(self.person.map(|u| Column::PersonId.eq(u.0)))
            .add_option(self.state.map(|s| Column::State.eq(s.as_str())))
            .add_option(self.topic.map(|t| Column::Topic.eq(t.as_str())))
            .add_option(self.agent.map(|u| Column::AgentId.eq(u.0)))
    }
}

/// True when the reader may see everybody's cases, or asks for own ones only.
fn readable(scope: &Scope, filter: &CaseFilter) -> bool {
    scope.reason().is_some() || filter.opened_by.is_some()
}

/// Cases, the newest first.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn list(
    db: &impl Handle,
    scope: &Scope,
    filter: &CaseFilter,
    page: &PageRequest,
) -> Result<Page<Case>, StoreError> {
    let mut rows = Vec::new();
    if readable(scope, filter) {
        let mut wanted = filter.condition();
        if let Some(after) = &page.after {
            wanted = wanted.add(Column::Id.lt(after.id()));
        }
        rows = Entity::find()
            .filter(wanted)
            .order_by_desc(Column::Id)
            .limit(page.reach())
            .all(&db.conn())
            .await?;
    }
    let found = cases(rows)?;
    Ok(Page::cut(found, page, |c| Cursor::new([c.id.to_string()])))
}

/// The cases that wait for support, whoever waits longest first.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn queue(
    db: &impl Handle,
    scope: &Scope,
    filter: &CaseFilter,
    page: &PageRequest,
) -> Result<Page<Case>, StoreError> {
    let mut rows = Vec::new();
    if scope.reason().is_some() {
        let mut wanted = filter
            .condition()
            .add(Column::State.eq(CaseState::Waiting.as_str()));
        if let Some(after) = &page.after {
            let since = after.part(0).parse::<DateTime<Utc>>().unwrap_or_default();
            wanted = wanted.add(
                Condition::any().add(Column::StateSince.gt(since)).add(
                    Condition::all()
                        .add(Column::StateSince.eq(since))
                        .add(Column::Id.gt(after.id())),
                ),
            );
        }
        rows = Entity::find()
            .filter(wanted)
            .order_by_asc(Column::StateSince)
            .order_by_asc(Column::Id)
            .limit(page.reach())
            .all(&db.conn())
            .await?;
    }
    let found = cases(rows)?;
    Ok(Page::cut(found, page, |c| {
        Cursor::new([c.state_since.to_rfc3339(), c.id.to_string()])
    }))
}

fn cases(rows: Vec<Model>) -> Result<Vec<Case>, StoreError> {
    rows.into_iter().map(Case::try_from).collect()
}

/// One case; for readers who may see everything, or of the person who opened it.
///
/// # Errors
/// When the database cannot answer or the row does not fit.
pub async fn find(
    db: &impl Handle,
    scope: &Scope,
    id: CaseId,
    opened_by: Option<UserId>,
) -> Result<Option<Case>, StoreError> {
    let filter = CaseFilter {
        opened_by,
        ..CaseFilter::default()
    };
    if !readable(scope, &filter) {
        return Ok(None);
    }
    Entity::find_by_id(id.0)
        .filter(filter.condition())
        .one(&db.conn())
        .await?
        .map(Case::try_from)
        .transpose()
}

/// The same with the row locked until the transaction ends.
///
/// # Errors
/// As [`find`].
pub async fn lock(
    tx: &WriteTx,
    scope: &Scope,
    id: CaseId,
    opened_by: Option<UserId>,
) -> Result<Option<Case>, StoreError> {
    let filter = CaseFilter {
        opened_by,
        ..CaseFilter::default()
    };
    if !readable(scope, &filter) {
        return Ok(None);
    }
    Entity::find_by_id(id.0)
        .filter(filter.condition())
        .lock_exclusive()
        .one(&tx.conn())
        .await?
        .map(Case::try_from)
        .transpose()
}

/// The serial of the next case. No other is made until the transaction ends.
///
/// # Errors
/// When the database cannot answer.
pub async fn next_serial(tx: &WriteTx) -> Result<i64, StoreError> {
    let conn = tx.conn();
    locks::Entity::find_by_id("case_serial")
        .lock_exclusive()
        .one(&conn)
        .await?
        .ok_or_else(|| corrupt("locks", "name", "case_serial", "no such row"))?;
    let last = Entity::find()
        .select_only()
        .column(Column::Serial)
        .order_by_desc(Column::Serial)
        .into_tuple::<i64>()
        .one(&conn)
        .await?;
    Ok(last.unwrap_or(0) + 1)
}

/// Opens a case.
///
/// # Errors
/// When the database refuses.
pub async fn insert(tx: &WriteTx, new: &Case) -> Result<(), StoreError> {
    Entity::insert(Model::from(new).into_active_model())
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// Writes a case whose row is locked.
///
/// # Errors
/// When the database refuses.
pub async fn update(tx: &WriteTx, case: &Case) -> Result<(), StoreError> {
    let row = Model::from(case).into_active_model().reset_all();
    Entity::update(row)
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// Keeps a message.
///
/// # Errors
/// When the database refuses.
pub async fn insert_message(tx: &WriteTx, new: &Message) -> Result<(), StoreError> {
    let row = case_messages::Model {
        id: new.id.0,
        case_id: new.case.0,
        at: new.at,
        kind: new.kind.as_str().to_owned(),
        author_name: new.author_name.clone(),
        body: new.body.clone(),
    };
    case_messages::Entity::insert(row.into_active_model())
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// What was written in a case that a finder returned, the oldest first.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn messages(
    db: &impl Handle,
    case: &Case,
    with_notes: bool,
    page: &PageRequest,
) -> Result<Page<Message>, StoreError> {
    use case_messages::Column;
    let mut wanted = Condition::all().add(Column::CaseId.eq(case.id.0));
    if !with_notes {
        wanted = wanted.add(Column::Kind.ne(MessageKind::Note.as_str()));
    }
    if let Some(after) = &page.after {
        wanted = wanted.add(Column::Id.gt(after.id()));
    }
    let rows = case_messages::Entity::find()
        .filter(wanted)
        .order_by_asc(Column::Id)
        .limit(page.reach())
        .all(&db.conn())
        .await?;
    let found = rows
        .into_iter()
        .map(|row| {
            let kind = MessageKind::from_word(&row.kind)
                .ok_or_else(|| corrupt("case_messages", "kind", row.id, &row.kind))?;
            Ok(Message {
                id: row.id.into(),
                case: row.case_id.into(),
                at: row.at,
                kind,
                author_name: row.author_name,
                body: row.body,
            })
        })
        .collect::<Result<Vec<_>, StoreError>>()?;
    Ok(Page::cut(found, page, |m| Cursor::new([m.id.to_string()])))
}

/// Notes that a customer who waited was answered.
///
/// # Errors
/// When the database refuses.
pub async fn answered(
    tx: &WriteTx,
    id: uuid::Uuid,
    case: &Case,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = case_answers::Model {
        id,
        case_id: case.id.0,
        waited_since: case.state_since,
        at,
    };
    case_answers::Entity::insert(row.into_active_model())
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// How many answers were given since then. A number about all cases, which everybody who waits is told.
///
/// # Errors
/// When the database cannot answer.
pub async fn answers_since(db: &impl Handle, since: DateTime<Utc>) -> Result<u64, StoreError> {
    Ok(case_answers::Entity::find()
        .filter(case_answers::Column::At.gt(since))
        .count(&db.conn())
        .await?)
}

/// How many cases have waited longer than this one, which waits. A number, nothing about those cases.
///
/// # Errors
/// When the database cannot answer.
pub async fn ahead_of(db: &impl Handle, case: &Case) -> Result<u64, StoreError> {
    let before = Condition::any()
        .add(Column::StateSince.lt(case.state_since))
        .add(
            Condition::all()
                .add(Column::StateSince.eq(case.state_since))
                .add(Column::Id.lt(case.id.0)),
        );
    Ok(Entity::find()
        .filter(Column::State.eq(CaseState::Waiting.as_str()))
        .filter(before)
        .count(&db.conn())
        .await?)
}

/// The open cases about these accounts and about people in them, whoever waits longest first; for readers who may see
/// everybody's cases.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn open_of_accounts(
    db: &impl Handle,
    scope: &Scope,
    accounts: &[AccountId],
    most: u64,
) -> Result<Vec<Case>, StoreError> {
    if scope.reason().is_none() || accounts.is_empty() {
        return Ok(Vec::new());
    }
    let ids = || accounts.iter().map(|account| account.0);
    let people = memberships::Entity::find()
        .select_only()
        .column(memberships::Column::UserId)
        .filter(memberships::Column::AccountId.is_in(ids()))
        .into_query();
    let rows = Entity::find()
        .filter(Column::State.ne(CaseState::Closed.as_str()))
        .filter(
            Condition::any()
                .add(Column::AccountId.is_in(ids()))
                .add(Column::PersonId.in_subquery(people)),
        )
        .order_by_asc(Column::StateSince)
        .order_by_asc(Column::Id)
        .limit(most)
        .all(&db.conn())
        .await?;
    cases(rows)
}

/// Cases whose first message waits to be passed on, with their rows locked; for the portal itself.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn lock_to_relay(tx: &WriteTx, limit: u64) -> Result<Vec<Case>, StoreError> {
    let rows = Entity::find()
        .filter(Column::RelayDueAt.is_not_null())
        .order_by_asc(Column::RelayDueAt)
        .limit(limit)
        .lock_exclusive()
        .all(&tx.conn())
        .await?;
    cases(rows)
}

/// Whether anything waits to be passed on.
///
/// # Errors
/// When the database cannot answer.
pub async fn any_to_relay(db: &impl Handle) -> Result<bool, StoreError> {
    let first = Entity::find()
        .filter(Column::RelayDueAt.is_not_null())
        .limit(1)
        .count(&db.conn())
        .await?;
    Ok(first > 0)
}

/// Who decides in the accounts that a person belongs to: their owners and proxies, without the person.
///
/// # Errors
/// When the database cannot answer.
pub async fn who_can_help(db: &impl Handle, person: UserId) -> Result<Vec<UserId>, StoreError> {
    use memberships::Column;
    let conn = db.conn();
    let accounts: Vec<uuid::Uuid> = memberships::Entity::find()
        .select_only()
        .column(Column::AccountId)
        .filter(Column::UserId.eq(person.0))
        .into_tuple()
        .all(&conn)
        .await?;
    if accounts.is_empty() {
        return Ok(Vec::new());
    }
    let found: Vec<uuid::Uuid> = memberships::Entity::find()
        .select_only()
        .column(Column::UserId)
        .distinct()
        .filter(Column::AccountId.is_in(accounts))
        .filter(Column::Role.is_in(["owner", "proxy"]))
        .filter(Column::UserId.ne(person.0))
        .into_tuple()
        .all(&conn)
        .await?;
    Ok(found.into_iter().map(Into::into).collect())
}
