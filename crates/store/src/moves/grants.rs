//! Cross-account grants of accounts whose structure moves: which there are, and what a plan does to their rows. Their life
//! otherwise is in `grants`.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use quaymaster_domain::ids::{AccountId, SubAccountId};
use quaymaster_domain::moves::{GrantAct, GrantFact, GrantSide, Grants};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect,
};
use uuid::Uuid;

use crate::accounts::{self, Account};
use crate::db::{Handle, WriteTx, sealed::Sealed};
use crate::entities::{
    client_group_clients, client_groups, company_blocks, grant_changes, grant_people,
    grant_removals, grant_sub_accounts, grants, memberships, sub_accounts, team_client_groups,
    team_members, teams,
};
use crate::error::StoreError;

/// The living grants of an account.
///
/// # Errors
/// When the database cannot answer.
pub async fn facts(db: &impl Handle, account: AccountId) -> Result<Grants, StoreError> {
    let conn = db.conn();
    let rows = grants::Entity::find()
        .filter(
            Condition::any()
                .add(grants::Column::GrantorAccountId.eq(account.0))
                .add(grants::Column::RecipientAccountId.eq(account.0)),
        )
        .filter(grants::Column::State.ne("ended"))
        .order_by_asc(grants::Column::Id)
        .all(&conn)
        .await?;
    let mut named: HashMap<Uuid, BTreeSet<SubAccountId>> = HashMap::new();
    for piece in rows.chunks(super::PIECE) {
        let subs = grant_sub_accounts::Entity::find()
            .filter(grant_sub_accounts::Column::GrantId.is_in(piece.iter().map(|g| g.id)))
            .all(&conn)
            .await?;
        for sub in subs {
            named
                .entry(sub.grant_id)
                .or_default()
                .insert(sub.sub_account_id.into());
        }
    }
    let mut companies: HashMap<AccountId, String> = HashMap::new();
    for piece in rows.chunks(super::PIECE) {
        let others = piece
            .iter()
            .flat_map(|g| [g.grantor_account_id, g.recipient_account_id])
            .collect();
        for other in accounts::by_ids(db, others).await? {
            companies.insert(other.id, other.company_name);
        }
    }
    let mut found = Grants::default();
    for row in rows {
        let given = row.grantor_account_id == account.0;
        let other = if given {
            row.recipient_account_id
        } else {
            row.grantor_account_id
        };
        // A recipient that knows a client by an identifier only learns no name here either.
        let company = match row.grantor_shown.filter(|_| !given) {
            Some(shown) => shown,
            None => companies.get(&other.into()).cloned().unwrap_or_default(),
        };
        let fact = GrantFact {
            id: row.id,
            grantor: row.grantor_account_id.into(),
            recipient: row.recipient_account_id.into(),
            company,
            all: row.all_sub_accounts,
            sub_accounts: named.remove(&row.id).unwrap_or_default(),
        };
        if given {
            found.given.push(fact);
        } else {
            found.received.push(fact);
        }
    }
    Ok(found)
}

/// The sub-accounts of an account by identity.
async fn subs_of(tx: &WriteTx, account: AccountId) -> Result<Vec<Uuid>, StoreError> {
    Ok(sub_accounts::Entity::find()
        .select_only()
        .column(sub_accounts::Column::Id)
        .filter(sub_accounts::Column::AccountId.eq(account.0))
        .into_tuple()
        .all(&tx.conn())
        .await?)
}

/// What was covered because everything was, before structure arrives in the receiving account. Called before anything moves.
///
/// # Errors
/// When the database refuses.
pub async fn name_what_is_covered(
    tx: &WriteTx,
    grant: Uuid,
    account: AccountId,
) -> Result<(), StoreError> {
    let today = subs_of(tx, account).await?;
    name(tx, grant, account, &today).await
}

async fn name(
    tx: &WriteTx,
    grant: Uuid,
    account: AccountId,
    covered: &[Uuid],
) -> Result<(), StoreError> {
    let conn = tx.conn();
    grants::Entity::update_many()
        .col_expr(grants::Column::AllSubAccounts, Expr::value(false))
        .col_expr(
            grants::Column::Version,
            Expr::col(grants::Column::Version).add(1),
        )
        .filter(grants::Column::Id.eq(grant))
        .exec(&conn)
        .await?;
    grant_sub_accounts::Entity::delete_many()
        .filter(grant_sub_accounts::Column::GrantId.eq(grant))
        .exec(&conn)
        .await?;
    let rows: Vec<_> = covered
        .iter()
        .map(|sub| {
            grant_sub_accounts::Model {
                grant_id: grant,
                sub_account_id: *sub,
                account_id: account.0,
            }
            .into_active_model()
        })
        .collect();
    for piece in rows.chunks(super::PIECE) {
        grant_sub_accounts::Entity::insert_many(piece.to_vec())
            .exec_without_returning(&conn)
            .await?;
    }
    Ok(())
}

/// Does to a grant what the plan says, after the structure has moved. `moved` are the sub-accounts that did. The checks of the
/// schema wait for the end of the transaction.
///
/// # Errors
/// When the database refuses.
pub async fn follow(
    tx: &WriteTx,
    grant: Uuid,
    act: GrantAct,
    to: &Account,
    moved: &[SubAccountId],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let conn = tx.conn();
    let change = grants::Entity::update_many()
        .col_expr(
            grants::Column::Version,
            Expr::col(grants::Column::Version).add(1),
        )
        .filter(grants::Column::Id.eq(grant));
    let moved: Vec<Uuid> = moved.iter().map(|s| s.0).collect();
    match act {
        // Done before, while the old structure was to be seen.
        GrantAct::None | GrantAct::Name => return Ok(()),
        GrantAct::Give | GrantAct::GiveNamed => {
            change
                .col_expr(grants::Column::GrantorAccountId, Expr::value(to.id.0))
                .col_expr(
                    grants::Column::GrantorKey,
                    Expr::value(to.name.to_lowercase()),
                )
                .col_expr(grants::Column::TopLevel, Expr::value(false))
                .col_expr(grants::Column::Users, Expr::value(false))
                .exec(&conn)
                .await?;
            stay_out(tx, grant, now).await?;
            if act == GrantAct::GiveNamed {
                name(tx, grant, to.id, &moved).await?;
            } else {
                grant_sub_accounts::Entity::update_many()
                    .col_expr(grant_sub_accounts::Column::AccountId, Expr::value(to.id.0))
                    .filter(grant_sub_accounts::Column::GrantId.eq(grant))
                    .exec(&conn)
                    .await?;
            }
        }
        GrantAct::Receive => {
            change
                .col_expr(grants::Column::RecipientAccountId, Expr::value(to.id.0))
                .col_expr(
                    grants::Column::RecipientKey,
                    Expr::value(to.name.to_lowercase()),
                )
                .exec(&conn)
                .await?;
            let members = memberships::Entity::find()
                .select_only()
                .column(memberships::Column::UserId)
                .filter(memberships::Column::AccountId.eq(to.id.0));
            grant_people::Entity::delete_many()
                .filter(grant_people::Column::GrantId.eq(grant))
                .filter(
                    grant_people::Column::UserId
                        .not_in_subquery(sea_orm::QueryTrait::into_query(members)),
                )
                .exec(&conn)
                .await?;
            grant_people::Entity::update_many()
                .col_expr(grant_people::Column::AccountId, Expr::value(to.id.0))
                .filter(grant_people::Column::GrantId.eq(grant))
                .exec(&conn)
                .await?;
        }
        GrantAct::Narrow => {
            for piece in moved.chunks(super::PIECE) {
                grant_sub_accounts::Entity::delete_many()
                    .filter(grant_sub_accounts::Column::GrantId.eq(grant))
                    .filter(grant_sub_accounts::Column::SubAccountId.is_in(piece.to_vec()))
                    .exec(&conn)
                    .await?;
            }
            change.exec(&conn).await?;
        }
        GrantAct::End => {
            let why = "The structure of the accounts has changed.";
            change
                .col_expr(grants::Column::State, Expr::value("ended"))
                .col_expr(grants::Column::StateAt, Expr::value(now))
                .col_expr(grants::Column::StateBy, Expr::value(Option::<String>::None))
                .col_expr(grants::Column::EndedHow, Expr::value("revoked"))
                .col_expr(grants::Column::StateReason, Expr::value(why))
                .exec(&conn)
                .await?;
            grant_sub_accounts::Entity::delete_many()
                .filter(grant_sub_accounts::Column::GrantId.eq(grant))
                .filter(grant_sub_accounts::Column::SubAccountId.is_in(moved))
                .exec(&conn)
                .await?;
        }
    }
    // What was asked for beyond it was asked of another structure.
    grant_changes::Entity::delete_many()
        .filter(grant_changes::Column::GrantId.eq(grant))
        .exec(&conn)
        .await?;
    Ok(())
}

/// Whoever a review of the former grantor has suspended is kept off the grant by the next one, until its owner readmits the
/// person: nobody gets back by a move what nobody answered for.
async fn stay_out(tx: &WriteTx, grant: Uuid, now: DateTime<Utc>) -> Result<(), StoreError> {
    let conn = tx.conn();
    for user in crate::access_reviews::leave_with_grant(tx, grant, now).await? {
        let known = grant_removals::Entity::find_by_id((grant, user.0))
            .one(&conn)
            .await?;
        if known.is_some() {
            continue;
        }
        let row = grant_removals::Model {
            grant_id: grant,
            user_id: user.0,
            removed_at: now,
            removed_by_name: "Quaymaster".to_owned(),
            reason: Some(
                "Suspended by an access review of the account that gave the access before."
                    .to_owned(),
            ),
        };
        grant_removals::Entity::insert(row.into_active_model())
            .exec_without_returning(&conn)
            .await?;
    }
    Ok(())
}

/// In the client groups of a recipient whose grant another account gives from now on, that one takes the former client's
/// place: between two accounts there is one grant, so the former gives none any more.
///
/// # Errors
/// When the database refuses.
pub async fn take_place_in_groups(
    tx: &WriteTx,
    recipient: AccountId,
    from: AccountId,
    to: AccountId,
) -> Result<(), StoreError> {
    let places = client_group_clients::Entity::find()
        .filter(client_group_clients::Column::AccountId.eq(recipient.0))
        .filter(client_group_clients::Column::ClientAccountId.eq(from.0))
        .all(&tx.conn())
        .await?;
    for place in places {
        take_place(tx, &place, to).await?;
    }
    Ok(())
}

/// One place in a group; where both are in it, the one that is there stays.
async fn take_place(
    tx: &WriteTx,
    place: &client_group_clients::Model,
    to: AccountId,
) -> Result<(), StoreError> {
    let conn = tx.conn();
    let there = client_group_clients::Entity::find_by_id((place.group_id, to.0))
        .one(&conn)
        .await?
        .is_some();
    if there || place.account_id == to.0 {
        let key = (place.group_id, place.client_account_id);
        client_group_clients::Entity::delete_by_id(key)
            .exec(&conn)
            .await?;
    } else {
        client_group_clients::Entity::update_many()
            .col_expr(
                client_group_clients::Column::ClientAccountId,
                Expr::value(to.0),
            )
            .filter(client_group_clients::Column::GroupId.eq(place.group_id))
            .filter(client_group_clients::Column::ClientAccountId.eq(place.client_account_id))
            .exec(&conn)
            .await?;
    }
    Ok(())
}

/// The account on the other side of a grant that was affected, and what the recipient knows the grantor by while it has not
/// learnt the name.
#[derive(Clone, Debug)]
pub struct Counterpart {
    /// The other account.
    pub account: Account,
    /// What the other account, as the recipient, knows of the grantor; none when it knows the name.
    pub grantor_shown: Option<String>,
}

/// The other sides of these grants, before anything moves.
///
/// # Errors
/// When the database cannot answer.
pub async fn counterparts(
    db: &impl Handle,
    side_of: &[(Uuid, GrantSide)],
) -> Result<HashMap<Uuid, Counterpart>, StoreError> {
    let conn = db.conn();
    let mut found = HashMap::new();
    for piece in side_of.chunks(super::PIECE) {
        let rows: HashMap<Uuid, grants::Model> = grants::Entity::find()
            .filter(grants::Column::Id.is_in(piece.iter().map(|(id, _)| *id)))
            .all(&conn)
            .await?
            .into_iter()
            .map(|g| (g.id, g))
            .collect();
        let other = |id: &Uuid, side: &GrantSide| {
            rows.get(id).map(|g| match side {
                GrantSide::Given => g.recipient_account_id,
                GrantSide::Received => g.grantor_account_id,
            })
        };
        let others = piece.iter().filter_map(|(id, side)| other(id, side));
        let accounts: HashMap<Uuid, Account> = accounts::by_ids(db, others.collect())
            .await?
            .into_iter()
            .map(|a| (a.id.0, a))
            .collect();
        for (id, side) in piece {
            let account = other(id, side).and_then(|other| accounts.get(&other));
            if let (Some(account), Some(row)) = (account, rows.get(id)) {
                let given = *side == GrantSide::Given;
                let counterpart = Counterpart {
                    account: account.clone(),
                    grantor_shown: row.grantor_shown.clone().filter(|_| given),
                };
                found.insert(*id, counterpart);
            }
        }
    }
    Ok(found)
}

/// Ended grants name sub-accounts too; the names of those that have left the account go.
///
/// # Errors
/// When the database refuses.
pub async fn forget_in_ended(
    tx: &WriteTx,
    from: AccountId,
    moved: &[SubAccountId],
) -> Result<(), StoreError> {
    for piece in moved.chunks(super::PIECE) {
        grant_sub_accounts::Entity::delete_many()
            .filter(grant_sub_accounts::Column::AccountId.eq(from.0))
            .filter(grant_sub_accounts::Column::SubAccountId.is_in(piece.iter().map(|s| s.0)))
            .exec(&tx.conn())
            .await?;
    }
    Ok(())
}

/// Moves client groups, teams and unwanted companies of an emptied account, and lets it be found as the survivor in the
/// groups of others.
///
/// # Errors
/// When the database refuses.
pub async fn groups_and_blocks(
    tx: &WriteTx,
    from: AccountId,
    to: AccountId,
) -> Result<(), StoreError> {
    let conn = tx.conn();
    for group in client_groups::Entity::find()
        .filter(client_groups::Column::AccountId.eq(from.0))
        .all(&conn)
        .await?
    {
        let taken = client_groups::Entity::find()
            .filter(client_groups::Column::AccountId.eq(to.0))
            .filter(client_groups::Column::NameKey.eq(group.name_key.clone()))
            .one(&conn)
            .await?
            .is_some();
        let (name, key) = free_name(taken, &group.name, group.id);
        client_groups::Entity::update_many()
            .col_expr(client_groups::Column::AccountId, Expr::value(to.0))
            .col_expr(client_groups::Column::Name, Expr::value(name))
            .col_expr(client_groups::Column::NameKey, Expr::value(key))
            .filter(client_groups::Column::Id.eq(group.id))
            .exec(&conn)
            .await?;
    }
    for team in teams::Entity::find()
        .filter(teams::Column::AccountId.eq(from.0))
        .all(&conn)
        .await?
    {
        let taken = teams::Entity::find()
            .filter(teams::Column::AccountId.eq(to.0))
            .filter(teams::Column::NameKey.eq(team.name_key.clone()))
            .one(&conn)
            .await?
            .is_some();
        let (name, key) = free_name(taken, &team.name, team.id);
        teams::Entity::update_many()
            .col_expr(teams::Column::AccountId, Expr::value(to.0))
            .col_expr(teams::Column::Name, Expr::value(name))
            .col_expr(teams::Column::NameKey, Expr::value(key))
            .filter(teams::Column::Id.eq(team.id))
            .exec(&conn)
            .await?;
    }
    client_group_clients::Entity::update_many()
        .col_expr(client_group_clients::Column::AccountId, Expr::value(to.0))
        .filter(client_group_clients::Column::AccountId.eq(from.0))
        .exec(&conn)
        .await?;
    team_members::Entity::update_many()
        .col_expr(team_members::Column::AccountId, Expr::value(to.0))
        .filter(team_members::Column::AccountId.eq(from.0))
        .exec(&conn)
        .await?;
    team_client_groups::Entity::update_many()
        .col_expr(team_client_groups::Column::AccountId, Expr::value(to.0))
        .filter(team_client_groups::Column::AccountId.eq(from.0))
        .exec(&conn)
        .await?;
    // In the groups of others the survivor takes the place of the emptied account, unless it is there already.
    for place in client_group_clients::Entity::find()
        .filter(client_group_clients::Column::ClientAccountId.eq(from.0))
        .all(&conn)
        .await?
    {
        take_place(tx, &place, to).await?;
    }
    for block in company_blocks::Entity::find()
        .filter(company_blocks::Column::AccountId.eq(from.0))
        .all(&conn)
        .await?
    {
        let there = company_blocks::Entity::find_by_id((to.0, block.company_id))
            .one(&conn)
            .await?
            .is_some();
        if !there {
            company_blocks::Entity::update_many()
                .col_expr(company_blocks::Column::AccountId, Expr::value(to.0))
                .filter(company_blocks::Column::AccountId.eq(from.0))
                .filter(company_blocks::Column::CompanyId.eq(block.company_id))
                .exec(&conn)
                .await?;
        }
    }
    Ok(())
}

/// A name that is taken there gets a tail that no other has.
fn free_name(taken: bool, name: &str, id: Uuid) -> (String, String) {
    if !taken {
        return (name.to_owned(), name.to_lowercase());
    }
    let tail: String = id.simple().to_string().chars().skip(26).collect();
    let head: String = name.chars().take(60).collect();
    let name = format!("{head} ({tail})");
    let key = name.to_lowercase();
    (name, key)
}
