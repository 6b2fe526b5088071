//! Teams of an account: their members, and the groups of clients that they look after. What a member sees through that is
//! computed where grants are read; nothing is copied here (R9).

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use quaymaster_domain::access::Scope;
use quaymaster_domain::grants::{GrantRights, RecordsScope};
use quaymaster_domain::ids::{AccountId, ClientGroupId, TeamId, UserId};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, ExprTrait, IntoActiveModel, JoinType, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use crate::db::{Handle, WriteTx, sealed::Sealed};
use crate::entities::teams::{Column, Entity, Model};
use crate::entities::{client_groups, memberships, team_client_groups, team_members, users};
use crate::error::{StoreError, corrupt};
use crate::page::{Cursor, Page, PageRequest};

/// How many rows go into one statement.
const PIECE: usize = 500;

/// A team.
#[derive(Clone, Debug)]
pub struct Team {
    /// Identity.
    pub id: TeamId,
    /// Of which account.
    pub account: AccountId,
    /// Its name.
    pub name: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// For `If-Match`.
    pub version: i64,
}

impl From<Model> for Team {
    fn from(row: Model) -> Self {
        Self {
            id: row.id.into(),
            account: row.account_id.into(),
            name: row.name,
            created_at: row.created_at,
            version: row.version,
        }
    }
}

/// A person in a team.
#[derive(Clone, Debug)]
pub struct TeamMember {
    /// Who.
    pub user: UserId,
    /// The User ID.
    pub user_name: Option<String>,
    /// Full name.
    pub name: String,
    /// Since when in the team.
    pub added_at: DateTime<Utc>,
}

/// That a team looks after a group.
#[derive(Clone, Debug)]
pub struct Duty {
    /// The team.
    pub team: TeamId,
    /// Its name.
    pub team_name: String,
    /// The group.
    pub group: ClientGroupId,
    /// Its name.
    pub group_name: String,
    /// With which rights; none means as each grant gives.
    pub rights: Option<GrantRights>,
    /// Since when.
    pub assigned_at: DateTime<Utc>,
    /// By whom.
    pub assigned_by_name: String,
}

/// Teams of an account by name.
///
/// # Errors
/// When the database cannot answer.
pub async fn list(
    db: &impl Handle,
    scope: &Scope,
    account: AccountId,
    page: &PageRequest,
) -> Result<Page<Team>, StoreError> {
    let mut rows = Vec::new();
    if scope.contains(account) {
        let mut wanted = Condition::all().add(Column::AccountId.eq(account.0));
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
        rows = Entity::find()
            .filter(wanted)
            .order_by_asc(Column::NameKey)
            .order_by_asc(Column::Id)
            .limit(page.reach())
            .all(&db.conn())
            .await?;
    }
    let page = Page::cut(rows, page, |row| {
        Cursor::new([row.name_key.clone(), row.id.to_string()])
    });
    Ok(page.map(Team::from))
}

/// One team of an account.
///
/// # Errors
/// When the database cannot answer.
pub async fn find(
    db: &impl Handle,
    scope: &Scope,
    account: AccountId,
    id: TeamId,
) -> Result<Option<Team>, StoreError> {
    if !scope.contains(account) {
        return Ok(None);
    }
    let row = Entity::find_by_id(id.0)
        .filter(Column::AccountId.eq(account.0))
        .one(&db.conn())
        .await?;
    Ok(row.map(Into::into))
}

/// The same, locked until the transaction ends.
///
/// # Errors
/// When the database cannot answer.
pub async fn lock(
    tx: &WriteTx,
    scope: &Scope,
    account: AccountId,
    id: TeamId,
) -> Result<Option<Team>, StoreError> {
    if !scope.contains(account) {
        return Ok(None);
    }
    let row = Entity::find_by_id(id.0)
        .filter(Column::AccountId.eq(account.0))
        .lock_exclusive()
        .one(&tx.conn())
        .await?;
    Ok(row.map(Into::into))
}

/// Keeps a new team.
///
/// # Errors
/// [`Constraint::TeamName`](crate::constraint::Constraint::TeamName) when the account has one of this name.
pub async fn insert(tx: &WriteTx, new: &Team) -> Result<(), StoreError> {
    let row = Model {
        id: new.id.0,
        account_id: new.account.0,
        name: new.name.clone(),
        name_key: new.name.to_lowercase(),
        created_at: new.created_at,
        version: new.version,
    };
    Entity::insert(row.into_active_model())
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// Renames a locked team and moves its version on.
///
/// # Errors
/// [`Constraint::TeamName`](crate::constraint::Constraint::TeamName).
pub async fn rename(tx: &WriteTx, id: TeamId, name: &str) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::Name, Expr::value(name))
        .col_expr(Column::NameKey, Expr::value(name.to_lowercase()))
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .filter(Column::Id.eq(id.0))
        .exec(&tx.conn())
        .await?;
    Ok(())
}

/// Deletes a team with everything that hangs on it.
///
/// # Errors
/// When the database refuses.
pub async fn delete(tx: &WriteTx, id: TeamId) -> Result<(), StoreError> {
    Entity::delete_by_id(id.0).exec(&tx.conn()).await?;
    Ok(())
}

/// How many members and groups each of these teams has.
///
/// # Errors
/// When the database cannot answer.
pub async fn sizes(
    db: &impl Handle,
    teams: &[TeamId],
) -> Result<HashMap<TeamId, (u64, u64)>, StoreError> {
    let mut all: HashMap<TeamId, (u64, u64)> = HashMap::new();
    if teams.is_empty() {
        return Ok(all);
    }
    let ids = || teams.iter().map(|t| t.0);
    let conn = db.conn();
    let members = team_members::Entity::find()
        .select_only()
        .column(team_members::Column::TeamId)
        .column_as(team_members::Column::UserId.count(), "n")
        .filter(team_members::Column::TeamId.is_in(ids()))
        .group_by(team_members::Column::TeamId)
        .into_tuple::<(Uuid, i64)>()
        .all(&conn)
        .await?;
    for (id, n) in members {
        all.entry(id.into()).or_default().0 = u64::try_from(n).unwrap_or(0);
    }
    let groups = team_client_groups::Entity::find()
        .select_only()
        .column(team_client_groups::Column::TeamId)
        .column_as(team_client_groups::Column::GroupId.count(), "n")
        .filter(team_client_groups::Column::TeamId.is_in(ids()))
        .group_by(team_client_groups::Column::TeamId)
        .into_tuple::<(Uuid, i64)>()
        .all(&conn)
        .await?;
    for (id, n) in groups {
        all.entry(id.into()).or_default().1 = u64::try_from(n).unwrap_or(0);
    }
    Ok(all)
}

/// The members of a team by name.
///
/// # Errors
/// When the database cannot answer.
pub async fn members(
    db: &impl Handle,
    team: TeamId,
    page: &PageRequest,
) -> Result<Page<TeamMember>, StoreError> {
    let to_user = team_members::Entity::belongs_to(users::Entity)
        .from(team_members::Column::UserId)
        .to(users::Column::Id)
        .into();
    let mut wanted = Condition::all().add(team_members::Column::TeamId.eq(team.0));
    if let Some(after) = &page.after {
        let name = after.part(0);
        wanted = wanted.add(
            Condition::any().add(users::Column::NameKey.gt(name)).add(
                Condition::all()
                    .add(users::Column::NameKey.eq(name))
                    .add(users::Column::Id.gt(after.id())),
            ),
        );
    }
    let rows = team_members::Entity::find()
        .join(JoinType::InnerJoin, to_user)
        .select_also(users::Entity)
        .filter(wanted)
        .order_by_asc(users::Column::NameKey)
        .order_by_asc(users::Column::Id)
        .limit(page.reach())
        .all(&db.conn())
        .await?;
    let mut found = Vec::with_capacity(rows.len());
    for (row, user) in rows {
        let user =
            user.ok_or_else(|| corrupt("team_members", "user_id", row.user_id, "no such user"))?;
        let member = TeamMember {
            user: user.id.into(),
            user_name: user.user_name,
            name: format!("{} {}", user.given_name, user.family_name),
            added_at: row.added_at,
        };
        found.push((user.name_key, member));
    }
    let page = Page::cut(found, page, |(key, member)| {
        Cursor::new([key.clone(), member.user.to_string()])
    });
    Ok(page.map(|(_, member)| member))
}

/// Which of these people are members of the account.
///
/// # Errors
/// When the database cannot answer.
pub async fn among_members(
    db: &impl Handle,
    account: AccountId,
    people: &[UserId],
) -> Result<HashSet<UserId>, StoreError> {
    let rows = memberships::Entity::find()
        .select_only()
        .column(memberships::Column::UserId)
        .filter(memberships::Column::AccountId.eq(account.0))
        .filter(memberships::Column::UserId.is_in(people.iter().map(|p| p.0)))
        .into_tuple::<Uuid>()
        .all(&db.conn())
        .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Makes a team consist of these people; whoever stays keeps the day of joining. Answers how many came and went.
///
/// # Errors
/// [`Constraint::ForeignKey`](crate::constraint::Constraint::ForeignKey) when somebody is no member of the account.
pub async fn set_members(
    tx: &WriteTx,
    team: &Team,
    people: &[UserId],
    at: DateTime<Utc>,
    by_name: &str,
) -> Result<(u64, u64), StoreError> {
    let conn = tx.conn();
    let gone = team_members::Entity::delete_many()
        .filter(team_members::Column::TeamId.eq(team.id.0))
        .filter(team_members::Column::UserId.is_not_in(people.iter().map(|p| p.0)))
        .exec(&conn)
        .await?
        .rows_affected;
    let mut came = 0;
    for piece in people.chunks(PIECE) {
        let rows = piece.iter().map(|user| {
            team_members::Model {
                team_id: team.id.0,
                user_id: user.0,
                account_id: team.account.0,
                added_at: at,
                added_by_name: by_name.to_owned(),
            }
            .into_active_model()
        });
        came += team_members::Entity::insert_many(rows)
            .on_conflict(
                OnConflict::columns([team_members::Column::TeamId, team_members::Column::UserId])
                    .do_nothing()
                    .to_owned(),
            )
            .exec_without_returning(&conn)
            .await?;
    }
    Ok((came, gone))
}

/// Which duties are looked for.
#[derive(Clone, Copy, Debug)]
pub enum DutiesOf<'a> {
    /// Of one team.
    Team(TeamId),
    /// Of these groups.
    Groups(&'a [ClientGroupId]),
}

/// What teams look after, by the name of the group and of the team.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn duties(db: &impl Handle, of: DutiesOf<'_>) -> Result<Vec<Duty>, StoreError> {
    use team_client_groups::Column as Link;
    let wanted = match of {
        DutiesOf::Team(team) => Condition::all().add(Link::TeamId.eq(team.0)),
        DutiesOf::Groups([]) => return Ok(Vec::new()),
        DutiesOf::Groups(groups) => {
            Condition::all().add(Link::GroupId.is_in(groups.iter().map(|g| g.0)))
        }
    };
    let conn = db.conn();
    let rows = team_client_groups::Entity::find()
        .filter(wanted)
        .all(&conn)
        .await?;
    let groups: HashMap<Uuid, String> = client_groups::Entity::find()
        .filter(client_groups::Column::Id.is_in(rows.iter().map(|r| r.group_id)))
        .all(&conn)
        .await?
        .into_iter()
        .map(|g| (g.id, g.name))
        .collect();
    let teams: HashMap<Uuid, String> = Entity::find()
        .filter(Column::Id.is_in(rows.iter().map(|r| r.team_id)))
        .all(&conn)
        .await?
        .into_iter()
        .map(|t| (t.id, t.name))
        .collect();
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        let rights = match &row.records {
            None => None,
            Some(word) => Some(GrantRights {
                structure: row.structure.unwrap_or(false),
                records: RecordsScope::from_word(word)
                    .ok_or_else(|| corrupt("team_client_groups", "records", row.team_id, word))?,
                reports: row.reports.unwrap_or(false),
                users: row.users.unwrap_or(false),
            }),
        };
        all.push(Duty {
            team: row.team_id.into(),
            team_name: teams.get(&row.team_id).cloned().unwrap_or_default(),
            group: row.group_id.into(),
            group_name: groups.get(&row.group_id).cloned().unwrap_or_default(),
            rights,
            assigned_at: row.assigned_at,
            assigned_by_name: row.assigned_by_name,
        });
    }
    all.sort_by(|a, b| {
        let key = |d: &Duty| {
            (
                d.group_name.to_lowercase(),
                d.team_name.to_lowercase(),
                d.team,
            )
        };
        key(a).cmp(&key(b))
    });
    Ok(all)
}

/// Has a team look after a group, or changes with which rights.
///
/// # Errors
/// [`Constraint::ForeignKey`](crate::constraint::Constraint::ForeignKey) when the group is not the account's.
pub async fn set_duty(
    tx: &WriteTx,
    team: &Team,
    group: ClientGroupId,
    rights: Option<GrantRights>,
    at: DateTime<Utc>,
    by_name: &str,
) -> Result<(), StoreError> {
    use team_client_groups::Column as Link;
    let row = team_client_groups::Model {
        team_id: team.id.0,
        group_id: group.0,
        account_id: team.account.0,
        structure: rights.map(|r| r.structure),
        records: rights.map(|r| r.records.as_str().to_owned()),
        reports: rights.map(|r| r.reports),
        users: rights.map(|r| r.users),
        assigned_at: at,
        assigned_by_name: by_name.to_owned(),
    };
    team_client_groups::Entity::insert(row.into_active_model())
        .on_conflict(
            OnConflict::columns([Link::TeamId, Link::GroupId])
                .update_columns([
                    Link::Structure,
                    Link::Records,
                    Link::Reports,
                    Link::Users,
                    Link::AssignedAt,
                    Link::AssignedByName,
                ])
                .to_owned(),
        )
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// Ends that a team looks after a group. False when it did not.
///
/// # Errors
/// When the database refuses.
pub async fn end_duty(
    tx: &WriteTx,
    team: TeamId,
    group: ClientGroupId,
) -> Result<bool, StoreError> {
    let done = team_client_groups::Entity::delete_many()
        .filter(team_client_groups::Column::TeamId.eq(team.0))
        .filter(team_client_groups::Column::GroupId.eq(group.0))
        .exec(&tx.conn())
        .await?;
    Ok(done.rows_affected > 0)
}

/// How many teams an account has.
///
/// # Errors
/// When the database cannot answer.
pub async fn count(db: &impl Handle, account: AccountId) -> Result<u64, StoreError> {
    Ok(Entity::find()
        .filter(Column::AccountId.eq(account.0))
        .count(&db.conn())
        .await?)
}
