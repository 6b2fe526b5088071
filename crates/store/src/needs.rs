//! Counts of what waits for somebody, for the page that opens first. Counts of people are in `members`.

use quaymaster_domain::access::Scope;
use quaymaster_domain::ids::AccountId;
use sea_orm::{ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter};

use crate::db::Handle;
use crate::entities::{access_request_drafts, pending_identifiers};
use crate::error::StoreError;

/// How many unknown identifiers wait for the registrar, of one account or of all that the scope has.
///
/// # Errors
/// When the database cannot answer.
pub async fn pending_verifications(
    db: &impl Handle,
    scope: &Scope,
    account: Option<AccountId>,
) -> Result<u64, StoreError> {
    use pending_identifiers::{Column, Entity};
    let mut wanted = Condition::all().add(Column::State.eq("pending"));
    if let Some(accounts) = scope.accounts() {
        wanted = wanted.add(Column::AccountId.is_in(accounts.into_iter().map(|a| a.0)));
    }
    if let Some(account) = account {
        wanted = wanted.add(Column::AccountId.eq(account.0));
    }
    Ok(Entity::find().filter(wanted).count(&db.conn()).await?)
}

/// How many drafts of access requests an account has that were not sent.
///
/// # Errors
/// When the database cannot answer.
pub async fn access_request_drafts(
    db: &impl Handle,
    scope: &Scope,
    account: AccountId,
) -> Result<u64, StoreError> {
    use access_request_drafts::{Column, Entity};
    if !scope.contains(account) {
        return Ok(0);
    }
    Ok(Entity::find()
        .filter(Column::AccountId.eq(account.0))
        .filter(Column::InvitedAt.is_null())
        .count(&db.conn())
        .await?)
}
