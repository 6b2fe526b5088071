//! How often anything has changed that decides who may see what. What was worked out from it holds while the number stands.

use crate::db::{Handle, WriteTx, sealed::Sealed};
use crate::error::{StoreError, corrupt};
use crate::row;

/// How often it has changed. To be read before what is to be kept is read.
///
/// # Errors
/// When the database cannot answer.
pub async fn current(db: &impl Handle) -> Result<i64, StoreError> {
    let rows = row::all(&db.conn(), "SELECT changes FROM access_epoch", []).await?;
    let row = rows
        .first()
        .ok_or_else(|| corrupt("access_epoch", "id", 1, "there is no row"))?;
    Ok(row.try_get_by_index(0)?)
}

/// It changes in this transaction. The last statement before the commit, because others wait for the row.
pub(crate) async fn changes(tx: &WriteTx) -> Result<(), StoreError> {
    row::run(
        &tx.conn(),
        "UPDATE access_epoch SET changes = changes + 1",
        [],
    )
    .await?;
    Ok(())
}
