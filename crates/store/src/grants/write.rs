//! What becomes of a grant: its row, its sub-accounts and the change that waits, in one go.

use quaymaster_domain::grants::{GrantState, Offer, SubAccounts};
use quaymaster_domain::ids::AccountId;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue::{NotSet, Set, Unchanged},
    ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter,
};

use super::GrantRow;
use crate::db::{WriteTx, sealed::Sealed};
use crate::entities::{grant_changes, grant_sub_accounts, grants};
use crate::error::{StoreError, corrupt};

/// State, since when, by which side, how it ended, why.
type StateColumns = (
    String,
    chrono::DateTime<chrono::Utc>,
    Option<String>,
    Option<String>,
    Option<String>,
);

fn state(state: &GrantState) -> StateColumns {
    let word = state.word().to_owned();
    match state {
        GrantState::Proposed { at } => (word, *at, None, None, None),
        GrantState::Active { since } => (word, *since, None, None, None),
        GrantState::Paused { by, at, reason } => (
            word,
            *at,
            Some(by.as_str().to_owned()),
            None,
            reason.as_ref().map(ToString::to_string),
        ),
        GrantState::Ended {
            how,
            by,
            at,
            reason,
        } => (
            word,
            *at,
            by.map(|side| side.as_str().to_owned()),
            Some(how.as_str().to_owned()),
            reason.as_ref().map(ToString::to_string),
        ),
    }
}

/// Keeps a new grant. `grantor_key` and `recipient_key` are what the other side's list sorts it under.
///
/// # Errors
/// [`Constraint::LivingGrant`](crate::constraint::Constraint::LivingGrant) when one lives or waits between the two.
pub async fn insert(
    tx: &WriteTx,
    new: &GrantRow,
    grantor_key: &str,
    recipient_key: &str,
) -> Result<(), StoreError> {
    let (word, state_at, state_by, ended_how, state_reason) = state(&new.life.state);
    let Offer { scope, ends_at } = &new.life.offer;
    let row = grants::Model {
        id: new.id.0,
        grantor_account_id: new.grantor.0,
        recipient_account_id: new.recipient.0,
        grantor_key: grantor_key.to_lowercase(),
        recipient_key: recipient_key.to_lowercase(),
        grantor_shown: new.grantor_shown.clone(),
        started_by: new.life.started_by.as_str().to_owned(),
        suppressed: new.suppressed,
        state: word,
        state_at,
        state_by,
        ended_how,
        state_reason,
        all_sub_accounts: scope.sub_accounts == SubAccounts::All,
        top_level: scope.top_level,
        structure: scope.rights.structure,
        records: scope.rights.records.as_str().to_owned(),
        reports: scope.rights.reports,
        users: scope.rights.users,
        purpose: new.purpose.to_string(),
        starts_at: new.life.starts_at,
        ends_at: *ends_at,
        identifier_kind: new.identifier.as_ref().map(|(k, _)| k.as_str().to_owned()),
        identifier_shown: new.identifier.as_ref().map(|(_, shown)| shown.clone()),
        batch_id: new.batch.map(Into::into),
        created_at: new.created_at,
        created_by_name: new.created_by_name.clone(),
        version: new.version,
    };
    grants::Entity::insert(row.into_active_model())
        .exec_without_returning(&tx.conn())
        .await?;
    name_sub_accounts(tx, new).await
}

async fn name_sub_accounts(tx: &WriteTx, grant: &GrantRow) -> Result<(), StoreError> {
    let rows: Vec<_> = grant
        .life
        .offer
        .scope
        .sub_accounts
        .named()
        .into_iter()
        .map(|id| {
            grant_sub_accounts::Model {
                grant_id: grant.id.0,
                sub_account_id: id.0,
                account_id: grant.grantor.0,
            }
            .into_active_model()
        })
        .collect();
    for piece in rows.chunks(500) {
        grant_sub_accounts::Entity::insert_many(piece.to_vec())
            .exec_without_returning(&tx.conn())
            .await?;
    }
    Ok(())
}

/// Writes a grant that was locked, with its version moved on. `grantor_key` is set when the recipient learns the grantor's name.
///
/// # Errors
/// When the database refuses.
pub async fn save(
    tx: &WriteTx,
    before: &GrantRow,
    after: &GrantRow,
    grantor_key: Option<&str>,
) -> Result<(), StoreError> {
    let conn = tx.conn();
    let (word, state_at, state_by, ended_how, state_reason) = state(&after.life.state);
    let Offer { scope, ends_at } = &after.life.offer;
    let row = grants::ActiveModel {
        id: Unchanged(after.id.0),
        grantor_key: grantor_key.map_or(NotSet, |key| Set(key.to_lowercase())),
        grantor_shown: Set(after.grantor_shown.clone()),
        state: Set(word),
        state_at: Set(state_at),
        state_by: Set(state_by),
        ended_how: Set(ended_how),
        state_reason: Set(state_reason),
        all_sub_accounts: Set(scope.sub_accounts == SubAccounts::All),
        top_level: Set(scope.top_level),
        structure: Set(scope.rights.structure),
        records: Set(scope.rights.records.as_str().to_owned()),
        reports: Set(scope.rights.reports),
        users: Set(scope.rights.users),
        purpose: Set(after.purpose.to_string()),
        starts_at: Set(after.life.starts_at),
        ends_at: Set(*ends_at),
        version: Set(after.version),
        ..Default::default()
    };
    grants::Entity::update(row)
        .exec_without_returning(&conn)
        .await?;
    if before.life.offer.scope.sub_accounts != scope.sub_accounts {
        grant_sub_accounts::Entity::delete_many()
            .filter(grant_sub_accounts::Column::GrantId.eq(after.id.0))
            .exec(&conn)
            .await?;
        name_sub_accounts(tx, after).await?;
    }
    if before.life.asked != after.life.asked || before.asked != after.asked {
        grant_changes::Entity::delete_many()
            .filter(grant_changes::Column::GrantId.eq(after.id.0))
            .exec(&conn)
            .await?;
        if let (Some(offer), Some(asked)) = (&after.life.asked, &after.asked) {
            let ids = serde_json::to_string(&offer.scope.sub_accounts.named())
                .map_err(|e| corrupt("grant_changes", "sub_account_ids", after.id, e))?;
            let row = grant_changes::Model {
                grant_id: after.id.0,
                all_sub_accounts: offer.scope.sub_accounts == SubAccounts::All,
                sub_account_ids: ids,
                top_level: offer.scope.top_level,
                structure: offer.scope.rights.structure,
                records: offer.scope.rights.records.as_str().to_owned(),
                reports: offer.scope.rights.reports,
                users: offer.scope.rights.users,
                purpose: asked.purpose.to_string(),
                ends_at: offer.ends_at,
                proposed_at: asked.at,
                proposed_by_name: asked.by_name.clone(),
            };
            grant_changes::Entity::insert(row.into_active_model())
                .exec_without_returning(&conn)
                .await?;
        }
    }
    Ok(())
}

/// Keeps the lists of the other sides in order when an account gets another name.
///
/// # Errors
/// When the database refuses.
pub async fn key_of_account(
    tx: &WriteTx,
    account: AccountId,
    name: &str,
) -> Result<(), StoreError> {
    let (conn, key) = (tx.conn(), name.to_lowercase());
    grants::Entity::update_many()
        .col_expr(grants::Column::GrantorKey, Expr::val(key.clone()))
        .filter(grants::Column::GrantorAccountId.eq(account.0))
        .filter(grants::Column::GrantorShown.is_null())
        .exec(&conn)
        .await?;
    grants::Entity::update_many()
        .col_expr(grants::Column::RecipientKey, Expr::val(key))
        .filter(grants::Column::RecipientAccountId.eq(account.0))
        .exec(&conn)
        .await?;
    Ok(())
}
