//! Notices: the operator's view of all of them, and what a person is addressed by. Who is in an audience is in `people`, who
//! wants notices by mail in `digests`.

pub mod digests;
pub mod people;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use quaymaster_domain::access::Scope;
use quaymaster_domain::ids::{NoticeId, UserId};
use quaymaster_domain::members::MemberRole;
use quaymaster_domain::notices::{
    Audience, Category, Course, NoticeState, Schedule, activity_target, company_target, role_target,
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, EntityTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};
use uuid::Uuid;

use crate::db::{Handle, WriteTx, sealed::Sealed};
use crate::entities::notices::{Column, Entity, Model};
use crate::entities::{account_activities, accounts, memberships, notice_reads, notice_targets};
use crate::error::{StoreError, corrupt};
use crate::page::{Cursor, Page, PageRequest};

/// A notice.
#[derive(Clone, Debug)]
pub struct Notice {
    /// Identity.
    pub id: NoticeId,
    /// What it is called.
    pub title: String,
    /// The text, Markdown.
    pub body: String,
    /// What it is about.
    pub category: Category,
    /// Whether it is to be acknowledged.
    pub action_required: bool,
    /// Whom it is for.
    pub audience: Audience,
    /// When it is shown.
    pub schedule: Schedule,
    /// Where it stands.
    pub course: Course,
    /// When it was first written down.
    pub created_at: DateTime<Utc>,
    /// By whom.
    pub created_by_name: String,
    /// For `If-Match`.
    pub version: i64,
}

impl From<&Notice> for Model {
    fn from(notice: &Notice) -> Self {
        let (state, begins_at, published_at, withdrawn) = match &notice.course {
            Course::Draft => ("draft", None, None, None),
            Course::Published { at, begins } => ("published", Some(*begins), Some(*at), None),
            Course::Withdrawn {
                published,
                at,
                reason,
            } => ("withdrawn", None, *published, Some((*at, reason.clone()))),
        };
        let (withdrawn_at, withdrawn_reason) = withdrawn.unzip();
        Self {
            id: notice.id.0,
            title: notice.title.clone(),
            body: notice.body.clone(),
            category: notice.category.as_str().to_owned(),
            action_required: notice.action_required,
            audience: notice.audience.kind().to_owned(),
            starts_at: notice.schedule.starts_at,
            expires_at: notice.schedule.expires_at,
            state: state.to_owned(),
            begins_at,
            published_at,
            withdrawn_at,
            withdrawn_reason,
            created_at: notice.created_at,
            created_by_name: notice.created_by_name.clone(),
            version: notice.version,
        }
    }
}

fn notice(row: Model, targets: &[String]) -> Result<Notice, StoreError> {
    let id = row.id;
    let unfit = |column: &'static str, why: &str| corrupt("notices", column, id, why);
    let course = match row.state.as_str() {
        "draft" => Course::Draft,
        "published" => Course::Published {
            at: row
                .published_at
                .ok_or_else(|| unfit("published_at", "empty"))?,
            begins: row.begins_at.ok_or_else(|| unfit("begins_at", "empty"))?,
        },
        "withdrawn" => Course::Withdrawn {
            published: row.published_at,
            at: row
                .withdrawn_at
                .ok_or_else(|| unfit("withdrawn_at", "empty"))?,
            reason: row.withdrawn_reason.unwrap_or_default(),
        },
        other => return Err(unfit("state", other)),
    };
    Ok(Notice {
        id: id.into(),
        title: row.title,
        body: row.body,
        category: Category::from_word(&row.category)
            .ok_or_else(|| unfit("category", &row.category))?,
        action_required: row.action_required,
        audience: Audience::from_words(&row.audience, targets)
            .ok_or_else(|| unfit("audience", &row.audience))?,
        schedule: Schedule {
            starts_at: row.starts_at,
            expires_at: row.expires_at,
        },
        course,
        created_at: row.created_at,
        created_by_name: row.created_by_name,
        version: row.version,
    })
}

async fn with_targets(db: &impl Handle, rows: Vec<Model>) -> Result<Vec<Notice>, StoreError> {
    use notice_targets::Column;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let mut targets: HashMap<Uuid, Vec<String>> = HashMap::new();
    let found = notice_targets::Entity::find()
        .filter(Column::NoticeId.is_in(rows.iter().map(|row| row.id)))
        .order_by_asc(Column::Target)
        .all(&db.conn())
        .await?;
    for row in found {
        targets.entry(row.notice_id).or_default().push(row.target);
    }
    rows.into_iter()
        .map(|row| {
            let own = targets.remove(&row.id).unwrap_or_default();
            notice(row, &own)
        })
        .collect()
}

fn in_state(state: NoticeState, now: DateTime<Utc>) -> Condition {
    let published = || Condition::all().add(Column::State.eq("published"));
    let over = Column::ExpiresAt.lte(now);
    let not_over = || {
        Condition::any()
            .add(Column::ExpiresAt.is_null())
            .add(Column::ExpiresAt.gt(now))
    };
    match state {
        NoticeState::Draft | NoticeState::Withdrawn => {
            Condition::all().add(Column::State.eq(state.as_str()))
        }
        NoticeState::Scheduled => published().add(Column::BeginsAt.gt(now)).add(not_over()),
        NoticeState::Current => published().add(Column::BeginsAt.lte(now)).add(not_over()),
        NoticeState::Expired => published().add(over),
    }
}

/// Every notice, the newest first; for readers who may see everything.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn list(
    db: &impl Handle,
    scope: &Scope,
    state: Option<NoticeState>,
    now: DateTime<Utc>,
    page: &PageRequest,
) -> Result<Page<Notice>, StoreError> {
    if scope.reason().is_none() {
        return Ok(Page {
            items: Vec::new(),
            next: None,
        });
    }
    let mut wanted = Condition::all();
    if let Some(state) = state {
        wanted = wanted.add(in_state(state, now));
    }
    if let Some(after) = &page.after {
        wanted = wanted.add(Column::Id.lt(after.id()));
    }
    let rows = Entity::find()
        .filter(wanted)
        .order_by_desc(Column::Id)
        .limit(page.reach())
        .all(&db.conn())
        .await?;
    let found = with_targets(db, rows).await?;
    Ok(Page::cut(found, page, |n| Cursor::new([n.id.to_string()])))
}

/// One notice; for readers who may see everything.
///
/// # Errors
/// When the database cannot answer or the row does not fit.
pub async fn find(
    db: &impl Handle,
    scope: &Scope,
    id: NoticeId,
) -> Result<Option<Notice>, StoreError> {
    if scope.reason().is_none() {
        return Ok(None);
    }
    let row = Entity::find_by_id(id.0).one(&db.conn()).await?;
    Ok(with_targets(db, row.into_iter().collect()).await?.pop())
}

/// The same with the row locked until the transaction ends.
///
/// # Errors
/// As [`find`].
pub async fn lock(tx: &WriteTx, scope: &Scope, id: NoticeId) -> Result<Option<Notice>, StoreError> {
    if scope.reason().is_none() {
        return Ok(None);
    }
    let row = Entity::find_by_id(id.0)
        .lock_exclusive()
        .one(&tx.conn())
        .await?;
    Ok(with_targets(tx, row.into_iter().collect()).await?.pop())
}

async fn insert_targets(tx: &WriteTx, notice: &Notice) -> Result<(), StoreError> {
    let rows: Vec<_> = notice
        .audience
        .targets()
        .into_iter()
        .map(|target| {
            notice_targets::Model {
                notice_id: notice.id.0,
                target,
            }
            .into_active_model()
        })
        .collect();
    if !rows.is_empty() {
        notice_targets::Entity::insert_many(rows)
            .exec_without_returning(&tx.conn())
            .await?;
    }
    Ok(())
}

/// Keeps a new notice.
///
/// # Errors
/// When the database refuses.
pub async fn insert(tx: &WriteTx, new: &Notice) -> Result<(), StoreError> {
    Entity::insert(Model::from(new).into_active_model())
        .exec_without_returning(&tx.conn())
        .await?;
    insert_targets(tx, new).await
}

/// Writes a notice whose row is locked, with its audience.
///
/// # Errors
/// When the database refuses.
pub async fn update(tx: &WriteTx, notice: &Notice) -> Result<(), StoreError> {
    let row = Model::from(notice).into_active_model().reset_all();
    Entity::update(row)
        .exec_without_returning(&tx.conn())
        .await?;
    notice_targets::Entity::delete_many()
        .filter(notice_targets::Column::NoticeId.eq(notice.id.0))
        .exec(&tx.conn())
        .await?;
    insert_targets(tx, notice).await
}

/// What a person has done with a notice.
#[derive(Clone, Copy, Debug)]
pub struct Reading {
    /// When it was first opened.
    pub read_at: DateTime<Utc>,
    /// When it was acknowledged.
    pub acknowledged_at: Option<DateTime<Utc>>,
}

/// A notice as a person has it.
#[derive(Clone, Debug)]
pub struct Addressed {
    /// The notice.
    pub notice: Notice,
    /// What the person has done with it.
    pub reading: Option<Reading>,
}

/// Which of the notices to a person are wanted.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoticeFilter {
    /// Only this one.
    pub id: Option<NoticeId>,
    /// Only about this.
    pub category: Option<Category>,
    /// Only those that wait for the person's acknowledgement.
    pub unacknowledged: bool,
    /// Only those that began after this moment.
    pub begun_after: Option<DateTime<Utc>>,
}

/// The words by which a person is addressed; `None` for somebody who belongs to no account.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn targets_of(
    db: &impl Handle,
    person: UserId,
) -> Result<Option<Vec<String>>, StoreError> {
    let conn = db.conn();
    let places: Vec<(Uuid, String)> = memberships::Entity::find()
        .select_only()
        .column(memberships::Column::AccountId)
        .column(memberships::Column::Role)
        .filter(memberships::Column::UserId.eq(person.0))
        .into_tuple()
        .all(&conn)
        .await?;
    if places.is_empty() {
        return Ok(None);
    }
    let ids: Vec<Uuid> = places.iter().map(|(account, _)| *account).collect();
    let mut all = Vec::new();
    for (account, role) in &places {
        let role = MemberRole::from_word(role)
            .ok_or_else(|| corrupt("memberships", "role", account, role))?;
        all.push(role_target(role));
    }
    let companies: Vec<Uuid> = accounts::Entity::find()
        .select_only()
        .column(accounts::Column::CompanyId)
        .filter(accounts::Column::Id.is_in(ids.clone()))
        .into_tuple()
        .all(&conn)
        .await?;
    all.extend(companies.into_iter().map(|c| company_target(c.into())));
    let activities: Vec<String> = account_activities::Entity::find()
        .select_only()
        .column(account_activities::Column::Activity)
        .filter(account_activities::Column::AccountId.is_in(ids))
        .into_tuple()
        .all(&conn)
        .await?;
    all.extend(activities.iter().filter_map(|word| {
        quaymaster_domain::activities::BusinessActivity::from_word(word).map(activity_target)
    }));
    all.sort();
    all.dedup();
    Ok(Some(all))
}

fn addressed(
    person: UserId,
    targets: &[String],
    filter: &NoticeFilter,
    now: DateTime<Utc>,
) -> Condition {
    let named = notice_targets::Entity::find()
        .select_only()
        .column(notice_targets::Column::NoticeId)
        .filter(notice_targets::Column::Target.is_in(targets))
        .into_query();
    let mut wanted = in_state(NoticeState::Current, now).add(
        Condition::any()
            .add(Column::Audience.eq("all"))
            .add(Column::Id.in_subquery(named)),
    );
    if filter.unacknowledged {
        let done = notice_reads::Entity::find()
            .select_only()
            .column(notice_reads::Column::NoticeId)
            .filter(notice_reads::Column::UserId.eq(person.0))
            .filter(notice_reads::Column::AcknowledgedAt.is_not_null())
            .into_query();
        wanted = wanted
            .add(Column::ActionRequired.eq(true))
            .add(Column::Id.not_in_subquery(done));
    }
    wanted
        .add_option(filter.id.map(|id| Column::Id.eq(id.0)))
        .add_option(filter.category.map(|c| Column::Category.eq(c.as_str())))
        .add_option(filter.begun_after.map(|at| Column::BeginsAt.gt(at)))
}

/// The notices that are shown to a person now, the newest first.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn of_person(
    db: &impl Handle,
    person: UserId,
    filter: &NoticeFilter,
    now: DateTime<Utc>,
    page: &PageRequest,
) -> Result<Page<Addressed>, StoreError> {
    let Some(targets) = targets_of(db, person).await? else {
        return Ok(Page {
            items: Vec::new(),
            next: None,
        });
    };
    let mut wanted = addressed(person, &targets, filter, now);
    if let Some(after) = &page.after {
        let begun = after.part(0).parse::<DateTime<Utc>>().unwrap_or_default();
        wanted = wanted.add(
            Condition::any().add(Column::BeginsAt.lt(begun)).add(
                Condition::all()
                    .add(Column::BeginsAt.eq(begun))
                    .add(Column::Id.lt(after.id())),
            ),
        );
    }
    let rows = Entity::find()
        .filter(wanted)
        .order_by_desc(Column::BeginsAt)
        .order_by_desc(Column::Id)
        .limit(page.reach())
        .all(&db.conn())
        .await?;
    let cut = Page::cut(rows, page, |row| {
        let begun = row.begins_at.map_or_else(String::new, |at| at.to_rfc3339());
        Cursor::new([begun, row.id.to_string()])
    });
    let reads: HashMap<Uuid, Reading> = notice_reads::Entity::find()
        .filter(notice_reads::Column::UserId.eq(person.0))
        .filter(notice_reads::Column::NoticeId.is_in(cut.items.iter().map(|row| row.id)))
        .all(&db.conn())
        .await?
        .into_iter()
        .map(|row| {
            let reading = Reading {
                read_at: row.read_at,
                acknowledged_at: row.acknowledged_at,
            };
            (row.notice_id, reading)
        })
        .collect();
    let items = with_targets(db, cut.items).await?;
    Ok(Page {
        items: items
            .into_iter()
            .map(|notice| Addressed {
                reading: reads.get(&notice.id.0).copied(),
                notice,
            })
            .collect(),
        next: cut.next,
    })
}

/// How many notices wait for a person's acknowledgement.
///
/// # Errors
/// When the database cannot answer.
pub async fn count_to_acknowledge(
    db: &impl Handle,
    person: UserId,
    now: DateTime<Utc>,
) -> Result<u64, StoreError> {
    let Some(targets) = targets_of(db, person).await? else {
        return Ok(0);
    };
    let filter = NoticeFilter {
        unacknowledged: true,
        ..NoticeFilter::default()
    };
    Ok(Entity::find()
        .filter(addressed(person, &targets, &filter, now))
        .count(&db.conn())
        .await?)
}

/// Keeps that a person has opened or acknowledged a notice. The person's row is locked, so the two cannot cross.
///
/// # Errors
/// When the database refuses.
pub async fn keep_reading(
    tx: &WriteTx,
    notice: NoticeId,
    person: UserId,
    known: bool,
    reading: Reading,
) -> Result<(), StoreError> {
    let row = notice_reads::Model {
        notice_id: notice.0,
        user_id: person.0,
        read_at: reading.read_at,
        acknowledged_at: reading.acknowledged_at,
    }
    .into_active_model();
    if known {
        notice_reads::Entity::update(row.reset_all())
            .exec_without_returning(&tx.conn())
            .await?;
    } else {
        notice_reads::Entity::insert(row)
            .exec_without_returning(&tx.conn())
            .await?;
    }
    Ok(())
}
