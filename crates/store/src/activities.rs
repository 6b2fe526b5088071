//! Business activities of accounts.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use quaymaster_domain::access::{AccountRef, Scope};
use quaymaster_domain::activities::BusinessActivity;
use quaymaster_domain::ids::{AccountId, CompanyId};
use quaymaster_domain::structure::ActivityHolder;
use sea_orm::{
    ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};

use crate::db::{Handle, WriteTx, sealed::Sealed};
use crate::entities::{account_activities, accounts, sub_accounts};
use crate::error::{StoreError, corrupt};

/// An activity of an account.
#[derive(Clone, Debug)]
pub struct HeldActivity {
    /// Which.
    pub activity: BusinessActivity,
    /// Since when.
    pub added_at: DateTime<Utc>,
    /// Who added it.
    pub added_by_name: String,
    /// How many of the sub-accounts that the reader may see carry it.
    pub sub_accounts: u64,
}

pub(crate) fn activity(
    table: &'static str,
    id: impl ToString,
    word: &str,
) -> Result<BusinessActivity, StoreError> {
    BusinessActivity::from_word(word).ok_or_else(|| corrupt(table, "activity", id, word))
}

/// The activities of an account in the order of the catalogue. There are never more than the catalogue has.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn list(
    db: &impl Handle,
    scope: &Scope,
    account: AccountId,
) -> Result<Vec<HeldActivity>, StoreError> {
    if !scope.contains(account) {
        return Ok(Vec::new());
    }
    let conn = db.conn();
    let rows = account_activities::Entity::find()
        .filter(account_activities::Column::AccountId.eq(account.0))
        .order_by_asc(account_activities::Column::Activity)
        .all(&conn)
        .await?;
    let mut carriers = sub_accounts::Entity::find()
        .select_only()
        .column(sub_accounts::Column::Activity)
        .column_as(sub_accounts::Column::Id.count(), "n")
        .filter(sub_accounts::Column::AccountId.eq(account.0))
        .group_by(sub_accounts::Column::Activity);
    if let Some(seen) = scope.sub_accounts(account) {
        carriers = carriers.filter(sub_accounts::Column::Id.is_in(seen.into_iter().map(|s| s.0)));
    }
    let counts: HashMap<String, i64> = carriers
        .into_tuple()
        .all(&conn)
        .await?
        .into_iter()
        .collect();
    let mut all = rows
        .into_iter()
        .map(|row| {
            Ok(HeldActivity {
                activity: activity("account_activities", row.account_id, &row.activity)?,
                sub_accounts: counts
                    .get(&row.activity)
                    .map_or(0, |n| u64::try_from(*n).unwrap_or_default()),
                added_at: row.added_at,
                added_by_name: row.added_by_name,
            })
        })
        .collect::<Result<Vec<_>, StoreError>>()?;
    all.sort_by_key(|held| held.activity);
    Ok(all)
}

/// Which account of the company holds an activity.
///
/// # Errors
/// When the database cannot answer.
pub async fn holder(
    db: &impl Handle,
    at: AccountRef,
    activity: BusinessActivity,
) -> Result<ActivityHolder, StoreError> {
    let conn = db.conn();
    let row = account_activities::Entity::find()
        .filter(account_activities::Column::CompanyId.eq(at.company.0))
        .filter(account_activities::Column::Activity.eq(activity.as_str()))
        .one(&conn)
        .await?;
    let Some(row) = row else {
        return Ok(ActivityHolder::Nobody);
    };
    if row.account_id == at.account.0 {
        return Ok(ActivityHolder::ThisAccount);
    }
    let sibling = accounts::Entity::find_by_id(row.account_id)
        .one(&conn)
        .await?
        .ok_or_else(|| {
            corrupt(
                "account_activities",
                "account_id",
                row.account_id,
                "no such account",
            )
        })?;
    Ok(ActivityHolder::Sibling(sibling.account_number))
}

/// Adds an activity.
///
/// # Errors
/// [`Constraint::ActivityOfCompany`](crate::constraint::Constraint::ActivityOfCompany) when a sibling account holds it (R1).
pub async fn insert(
    tx: &WriteTx,
    account: AccountId,
    company: CompanyId,
    activity: BusinessActivity,
    added_by_name: &str,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = account_activities::Model {
        account_id: account.0,
        activity: activity.as_str().to_owned(),
        company_id: company.0,
        added_at: at,
        added_by_name: added_by_name.to_owned(),
    };
    account_activities::Entity::insert(row.into_active_model())
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// How many sub-accounts of an account carry an activity, whoever may see them.
///
/// # Errors
/// When the database cannot answer.
pub async fn carriers(
    tx: &WriteTx,
    account: AccountId,
    activity: BusinessActivity,
) -> Result<u64, StoreError> {
    Ok(sub_accounts::Entity::find()
        .filter(sub_accounts::Column::AccountId.eq(account.0))
        .filter(sub_accounts::Column::Activity.eq(activity.as_str()))
        .count(&tx.conn())
        .await?)
}

/// Takes an activity away.
///
/// # Errors
/// When the database refuses.
pub async fn delete(
    tx: &WriteTx,
    account: AccountId,
    activity: BusinessActivity,
) -> Result<(), StoreError> {
    account_activities::Entity::delete_by_id((account.0, activity.as_str().to_owned()))
        .exec(&tx.conn())
        .await?;
    Ok(())
}
