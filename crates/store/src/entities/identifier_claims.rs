//! Row of `identifier_claims`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use super::NoRelation as Relation;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "identifier_claims")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub state: String,
    pub kind: String,
    pub lookup: String,
    pub shown: String,
    pub cipher: Option<Vec<u8>>,
    pub party_id: Uuid,
    pub claimant_company: String,
    pub claimant_account_id: Option<Uuid>,
    pub sub_account_id: Option<Uuid>,
    pub application_id: Option<Uuid>,
    pub holder_account_id: Uuid,
    pub reason: String,
    pub filed_at: DateTime<Utc>,
    pub filed_by_name: String,
    pub answer_due_at: DateTime<Utc>,
    pub answered_at: Option<DateTime<Utc>>,
    pub answered_by_name: Option<String>,
    pub answer_reason: Option<String>,
    pub decided_at: Option<DateTime<Utc>>,
    pub decided_by: Option<String>,
    pub decided_by_name: Option<String>,
    pub decision_reason: Option<String>,
    pub version: i64,
}

impl ActiveModelBehavior for ActiveModel {}
