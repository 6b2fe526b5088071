//! One file per table, exactly its columns. Nothing here leaves this crate.

use sea_orm::{EnumIter, RelationDef, RelationTrait};

pub(crate) mod access_request_drafts;
pub(crate) mod access_review_items;
pub(crate) mod access_review_schedules;
pub(crate) mod access_reviews;
pub(crate) mod account_activities;
pub(crate) mod account_event_heads;
pub(crate) mod account_events;
pub(crate) mod account_identifiers;
pub(crate) mod accounts;
pub(crate) mod addresses;
pub(crate) mod api_client_assertions;
pub(crate) mod api_client_secrets;
pub(crate) mod api_clients;
pub(crate) mod applications;
pub(crate) mod attempt_counters;
pub(crate) mod audit_events;
pub(crate) mod caller_verifications;
pub(crate) mod canned_answers;
pub(crate) mod case_actions;
pub(crate) mod case_answers;
pub(crate) mod case_attachments;
pub(crate) mod case_messages;
pub(crate) mod cases;
pub(crate) mod challenge_answers;
pub(crate) mod client_group_clients;
pub(crate) mod client_groups;
pub(crate) mod companies;
pub(crate) mod company_blocks;
pub(crate) mod contacts;
pub(crate) mod device_cookies;
pub(crate) mod grant_batch_rows;
pub(crate) mod grant_batches;
pub(crate) mod grant_changes;
pub(crate) mod grant_people;
pub(crate) mod grant_removals;
pub(crate) mod grant_reports;
pub(crate) mod grant_sub_accounts;
pub(crate) mod grant_uses;
pub(crate) mod grants;
pub(crate) mod idempotency_keys;
pub(crate) mod identifier_claims;
pub(crate) mod invitations;
pub(crate) mod locks;
pub(crate) mod mails;
pub(crate) mod membership_access;
pub(crate) mod membership_ports;
pub(crate) mod memberships;
pub(crate) mod merges;
pub(crate) mod notice_digests;
pub(crate) mod notice_reads;
pub(crate) mod notice_targets;
pub(crate) mod notices;
pub(crate) mod owner_succession_notices;
pub(crate) mod owner_successions;
pub(crate) mod parties;
pub(crate) mod password_history;
pub(crate) mod password_resets;
pub(crate) mod pending_identifiers;
pub(crate) mod record_epoch;
pub(crate) mod record_import_errors;
pub(crate) mod record_imports;
pub(crate) mod refresh_tokens;
pub(crate) mod register_changes;
pub(crate) mod register_entries;
pub(crate) mod register_import_errors;
pub(crate) mod register_imports;
pub(crate) mod report_chunks;
pub(crate) mod report_deliveries;
pub(crate) mod report_recipients;
pub(crate) mod report_runs;
pub(crate) mod report_schedules;
pub(crate) mod report_shares;
pub(crate) mod report_snapshots;
pub(crate) mod report_stars;
pub(crate) mod saved_report_versions;
pub(crate) mod saved_reports;
pub(crate) mod security_links;
pub(crate) mod sessions;
pub(crate) mod setup_tokens;
pub(crate) mod sign_ins;
pub(crate) mod sub_account_identifiers;
pub(crate) mod sub_accounts;
pub(crate) mod subsidiaries;
pub(crate) mod team_client_groups;
pub(crate) mod team_members;
pub(crate) mod teams;
pub(crate) mod terms_acceptances;
pub(crate) mod terms_versions;
pub(crate) mod transfers;
pub(crate) mod users;
pub(crate) mod webhook_attempts;
pub(crate) mod webhook_deliveries;
pub(crate) mod webhooks;

/// Tables are joined by hand where they are read; the derive still asks for a type.
#[derive(Copy, Clone, Debug, EnumIter)]
pub enum NoRelation {}

impl RelationTrait for NoRelation {
    fn def(&self) -> RelationDef {
        match *self {}
    }
}
