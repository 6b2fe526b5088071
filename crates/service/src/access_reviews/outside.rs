//! People of other companies in a review: who they are when it begins, and what an answer does to their way in.

use quaymaster_domain::access::Actor;
use quaymaster_domain::people::Reason;
use quaymaster_store::WriteTx;
use quaymaster_store::access_reviews::{AccessReview, ReviewItem};

use super::ReviewError;
use crate::Services;
use crate::error::Fault;

/// Everybody who sees the account through a grant at this moment.
pub(super) async fn people(
    _s: &Services,
    _tx: &WriteTx,
    _review: &AccessReview,
) -> Result<Vec<ReviewItem>, Fault> {
    Ok(Vec::new())
}

/// The grant was changed since the review began; answers how it is now, in words.
pub(super) async fn changed(_tx: &WriteTx, _item: &ReviewItem) -> Result<String, ReviewError> {
    Err(ReviewError::NothingChanged(
        "change the grant first, then answer with change; to change nothing, answer with keep",
    ))
}

/// Takes a person off the grant.
pub(super) async fn remove(
    _actor: &Actor,
    _s: &Services,
    _tx: &WriteTx,
    _item: &ReviewItem,
    _reason: &Reason,
) -> Result<(), ReviewError> {
    Err(Fault::NotFound.into())
}
