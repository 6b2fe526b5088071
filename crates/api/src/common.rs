//! Shapes that several areas answer: references to people and the like. Shapes of one area are in its own file.

use quaymaster_domain::ids::UserId;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A person by name.
#[derive(Serialize, ToSchema)]
pub(crate) struct PersonRef {
    /// Identity.
    pub(crate) id: Uuid,
    /// The User ID; `null` until the invitation is redeemed, and for the operator's staff when a company reads.
    #[schema(example = "ana.lee")]
    pub(crate) user_id: Option<String>,
    /// Given and family name.
    #[schema(example = "Ana Lee")]
    pub(crate) name: String,
}

impl PersonRef {
    pub(crate) fn new(id: UserId, user_id: Option<String>, name: String) -> Self {
        Self {
            id: id.into(),
            user_id,
            name,
        }
    }
}
