//! The people in a campaign, as things stood when it began, with the answers.

use chrono::{DateTime, Utc};
use quaymaster_domain::access::Scope;
use quaymaster_domain::access_reviews::{Answer, ItemFacts, ItemKind};
use quaymaster_domain::ids::{AccessReviewId, AccessReviewItemId, AccountId, UserId};
use quaymaster_domain::members::MemberRole;
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use crate::db::{Handle, WriteTx, sealed::Sealed};
use crate::entities::access_review_items::{ActiveModel, Column, Entity, Model};
use crate::entities::users;
use crate::error::{StoreError, corrupt};
use crate::page::{Cursor, Page, PageRequest};

/// How many rows go into one statement: both databases limit the number of values.
const PIECE: usize = 500;

/// The answer for a person.
#[derive(Clone, Debug)]
pub struct Answered {
    /// Which.
    pub answer: Answer,
    /// Why.
    pub reason: String,
    /// The access that it was changed to, in words.
    pub changed_to: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by_name: String,
}

/// A person in a campaign.
#[derive(Clone, Debug)]
pub struct ReviewItem {
    /// Identity.
    pub id: AccessReviewItemId,
    /// The campaign.
    pub review: AccessReviewId,
    /// The account.
    pub account: AccountId,
    /// The person.
    pub user: UserId,
    /// Through which grant, for a person of another company, and at which version it was.
    pub grant: Option<(Uuid, i64)>,
    /// Sort key of the name.
    pub name_key: String,
    /// The name when the campaign began.
    pub person_name: String,
    /// The company of the person.
    pub company_name: String,
    /// The role of a member when the campaign began.
    pub role: Option<MemberRole>,
    /// The access when the campaign began, in words.
    pub access_summary: String,
    /// The last sign-in of a member, the last use of a grant, when the campaign began.
    pub last_used_at: Option<DateTime<Utc>>,
    /// The answer.
    pub answered: Option<Answered>,
    /// From when on the access is suspended, unless there is an answer before.
    pub lapses_at: Option<DateTime<Utc>>,
    /// The person left without an answer.
    pub has_left: bool,
}

impl ReviewItem {
    /// Member or outsider.
    #[must_use]
    pub fn kind(&self) -> ItemKind {
        if self.grant.is_some() {
            ItemKind::Outside
        } else {
            ItemKind::Member
        }
    }

    /// What decides.
    #[must_use]
    pub fn facts(&self) -> ItemFacts {
        ItemFacts {
            answer: self.answered.as_ref().map(|a| a.answer),
            left: self.has_left,
        }
    }
}

impl TryFrom<Model> for ReviewItem {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        const TABLE: &str = "access_review_items";
        let role = row
            .role
            .as_deref()
            .map(|word| {
                MemberRole::from_word(word).ok_or_else(|| corrupt(TABLE, "role", row.id, word))
            })
            .transpose()?;
        let answered = match (
            row.decision,
            row.reason,
            row.decided_at,
            row.decided_by_name,
        ) {
            (None, ..) => None,
            (Some(word), Some(reason), Some(at), Some(by_name)) => Some(Answered {
                answer: Answer::from_word(&word)
                    .ok_or_else(|| corrupt(TABLE, "decision", row.id, &word))?,
                reason,
                changed_to: row.changed_to,
                at,
                by_name,
            }),
            (Some(word), ..) => return Err(corrupt(TABLE, "decision", row.id, word)),
        };
        Ok(Self {
            id: row.id.into(),
            review: row.review_id.into(),
            account: row.account_id.into(),
            user: row.user_id.into(),
            grant: row.grant_id.map(|id| (id, row.grant_version.unwrap_or(0))),
            name_key: row.name_key,
            person_name: row.person_name,
            company_name: row.company_name,
            role,
            access_summary: row.access_summary,
            last_used_at: row.last_used_at,
            answered,
            lapses_at: row.lapses_at,
            has_left: row.has_left,
        })
    }
}

/// Keeps the people of a campaign.
///
/// # Errors
/// When the database refuses.
pub async fn insert_items(tx: &WriteTx, items: &[ReviewItem]) -> Result<(), StoreError> {
    for piece in items.chunks(PIECE) {
        let rows = piece.iter().map(|item| {
            Model {
                id: item.id.0,
                review_id: item.review.0,
                account_id: item.account.0,
                user_id: item.user.0,
                grant_id: item.grant.map(|(id, _)| id),
                grant_version: item.grant.map(|(_, version)| version),
                name_key: item.name_key.clone(),
                person_name: item.person_name.clone(),
                company_name: item.company_name.clone(),
                role: item.role.map(|r| r.as_str().to_owned()),
                access_summary: item.access_summary.clone(),
                last_used_at: item.last_used_at,
                decision: None,
                reason: None,
                changed_to: None,
                decided_at: None,
                decided_by_name: None,
                lapses_at: item.lapses_at,
                has_left: item.has_left,
            }
            .into_active_model()
        });
        Entity::insert_many(rows)
            .exec_without_returning(&tx.conn())
            .await?;
    }
    Ok(())
}

/// Which people of a campaign.
#[derive(Clone, Copy, Debug, Default)]
pub struct ItemFilter {
    /// Members or outsiders.
    pub kind: Option<ItemKind>,
    /// How they stand.
    pub standing: Option<Standing>,
}

/// How a person stands, as the rows know it: what an unanswered person is goes by the campaign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// With this answer.
    Answered(Answer),
    /// Without an answer, and in it.
    Unanswered,
    /// Out of it without an answer.
    Left,
    /// Nobody stands so in this campaign.
    Nobody,
}

/// A person in a campaign, with what is known now: User ID and e-mail address on file.
#[derive(Clone, Debug)]
pub struct ReviewedPerson {
    /// As things stood when the campaign began.
    pub item: ReviewItem,
    /// The User ID.
    pub user_name: Option<String>,
    /// The address on file.
    pub email: String,
}

fn reviewed((row, user): (Model, Option<users::Model>)) -> Result<ReviewedPerson, StoreError> {
    let user = user.ok_or_else(|| {
        corrupt(
            "access_review_items",
            "user_id",
            row.user_id,
            "no such user",
        )
    })?;
    Ok(ReviewedPerson {
        item: row.try_into()?,
        user_name: user.user_name,
        email: user.email,
    })
}

fn with_user() -> sea_orm::SelectTwo<Entity, users::Entity> {
    let to_user = Entity::belongs_to(users::Entity)
        .from(Column::UserId)
        .to(users::Column::Id)
        .into();
    Entity::find()
        .join(sea_orm::JoinType::InnerJoin, to_user)
        .select_also(users::Entity)
}

/// The people of a campaign by name.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn list_items(
    db: &impl Handle,
    scope: &Scope,
    account: AccountId,
    review: AccessReviewId,
    filter: ItemFilter,
    page: &PageRequest,
) -> Result<Page<ReviewedPerson>, StoreError> {
    let nobody = filter.standing == Some(Standing::Nobody);
    if nobody || !scope.contains(account) {
        return Ok(Page {
            items: Vec::new(),
            next: None,
        });
    }
    let mut wanted = Condition::all()
        .add(Column::ReviewId.eq(review.0))
        .add(Column::AccountId.eq(account.0));
    wanted = match filter.kind {
        None => wanted,
        Some(ItemKind::Member) => wanted.add(Column::GrantId.is_null()),
        Some(ItemKind::Outside) => wanted.add(Column::GrantId.is_not_null()),
    };
    wanted = match filter.standing {
        None | Some(Standing::Nobody) => wanted,
        Some(Standing::Answered(answer)) => wanted.add(Column::Decision.eq(answer.as_str())),
        Some(Standing::Unanswered) => wanted
            .add(Column::Decision.is_null())
            .add(Column::HasLeft.eq(false)),
        Some(Standing::Left) => wanted
            .add(Column::Decision.is_null())
            .add(Column::HasLeft.eq(true)),
    };
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
    let rows = with_user()
        .filter(wanted)
        .order_by_asc(Column::NameKey)
        .order_by_asc(Column::Id)
        .limit(page.reach())
        .all(&db.conn())
        .await?;
    let found = rows
        .into_iter()
        .map(reviewed)
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Page::cut(found, page, |r| {
        Cursor::new([r.item.name_key.clone(), r.item.id.to_string()])
    }))
}

/// One person of a campaign, locked until the transaction ends.
///
/// # Errors
/// When the database cannot answer or the row does not fit.
pub async fn lock_item(
    tx: &WriteTx,
    scope: &Scope,
    account: AccountId,
    review: AccessReviewId,
    id: AccessReviewItemId,
) -> Result<Option<ReviewedPerson>, StoreError> {
    if !scope.contains(account) {
        return Ok(None);
    }
    let conn = tx.conn();
    let row = Entity::find_by_id(id.0)
        .filter(Column::ReviewId.eq(review.0))
        .filter(Column::AccountId.eq(account.0))
        .lock_exclusive()
        .one(&conn)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let user = users::Entity::find_by_id(row.user_id).one(&conn).await?;
    reviewed((row, user)).map(Some)
}

/// Keeps an answer; from then on nothing lapses.
///
/// # Errors
/// When the database refuses.
pub async fn set_answer(
    tx: &WriteTx,
    id: AccessReviewItemId,
    answered: &Answered,
) -> Result<(), StoreError> {
    let change = ActiveModel {
        decision: Set(Some(answered.answer.as_str().to_owned())),
        reason: Set(Some(answered.reason.clone())),
        changed_to: Set(answered.changed_to.clone()),
        decided_at: Set(Some(answered.at)),
        decided_by_name: Set(Some(answered.by_name.clone())),
        lapses_at: Set(None),
        has_left: Set(false),
        ..Default::default()
    };
    Entity::update_many()
        .set(change)
        .filter(Column::Id.eq(id.0))
        .exec(&tx.conn())
        .await?;
    Ok(())
}

/// Lets everybody without an answer out of a campaign that was called off.
///
/// # Errors
/// When the database refuses.
pub async fn let_go(tx: &WriteTx, review: AccessReviewId) -> Result<(), StoreError> {
    leave(tx, Condition::all().add(Column::ReviewId.eq(review.0))).await
}

/// Lets everybody without an answer that matches out of the campaigns.
pub(super) async fn leave(tx: &WriteTx, wanted: Condition) -> Result<(), StoreError> {
    let change = ActiveModel {
        lapses_at: Set(None),
        has_left: Set(true),
        ..Default::default()
    };
    Entity::update_many()
        .set(change)
        .filter(wanted)
        .filter(Column::Decision.is_null())
        .filter(Column::HasLeft.eq(false))
        .exec(&tx.conn())
        .await?;
    Ok(())
}
