//! A valid request for every operation of the contract, by area. A new operation needs a line here.

mod access_reviews;
mod accounts;
mod api_clients;
mod cases;
mod changes;
mod grants;
mod me;
mod notices;
mod onboarding;
mod records;
mod register;
mod reports;
mod staff;
mod structure;
mod teams;
mod users;
mod webhooks;

use quaymaster_service::Settings;

use super::ask::Ask;
use super::stage::Stage;

/// The operations that need nobody to be signed in. The list may only shrink.
pub(super) const PUBLIC: &[&str] = &[
    "answer_password_reset",
    "ask_for_access_help",
    "ask_for_application_review",
    "claim_for_application",
    "create_application",
    "create_first_administrator",
    "create_session",
    "create_token",
    "enter_application_code",
    "get_application",
    "get_current_terms",
    "get_setup",
    "list_activity_kinds",
    "list_challenge_questions",
    "list_demo_mails",
    "list_demo_people",
    "list_token_keys",
    "object_by_link",
    "preview_invitation",
    "preview_owner_succession_objection",
    "redeem_invitation",
    "redeem_password_reset",
    "refresh_session",
    "report_not_me",
    "resend_application_code",
    "start_password_reset",
    "submit_application",
    "unsubscribe_from_notices",
    "update_application",
    "withdraw_application",
];

/// What a person may do whose next step is still open (R10).
pub(crate) const ANY_STEP: &[&str] = &[
    "accept_terms",
    "change_password",
    "choose_challenge_questions",
    "end_current_session",
    "end_session",
    "get_me",
    "get_my_challenge_questions",
    "list_my_terms_changes",
    "prove_identity",
];

/// Operations in which nobody gets through on the fixed world, and why.
pub(super) const NEVER: &[(&str, &str)] = &[
    (
        "create_first_administrator",
        "this portal has its administrator already",
    ),
    ("list_demo_mails", "this portal is no demo"),
    ("list_demo_people", "this portal is no demo"),
    (
        "start_access_review",
        "a review of the account is running already",
    ),
    (
        "complete_access_review",
        "people of the review wait for an answer",
    ),
    (
        "update_report",
        "nobody has saved, run or scheduled a report in the fixed world",
    ),
    (
        "delete_report",
        "nobody has saved, run or scheduled a report in the fixed world",
    ),
    (
        "list_report_shares",
        "nobody has saved, run or scheduled a report in the fixed world",
    ),
    (
        "share_report",
        "nobody has saved, run or scheduled a report in the fixed world",
    ),
    (
        "unshare_report",
        "nobody has saved, run or scheduled a report in the fixed world",
    ),
    (
        "get_report_run",
        "nobody has saved, run or scheduled a report in the fixed world",
    ),
    (
        "cancel_report_run",
        "nobody has saved, run or scheduled a report in the fixed world",
    ),
    (
        "list_report_rows",
        "nobody has saved, run or scheduled a report in the fixed world",
    ),
    (
        "export_report_run",
        "nobody has saved, run or scheduled a report in the fixed world",
    ),
    (
        "get_report_schedule",
        "nobody has saved, run or scheduled a report in the fixed world",
    ),
    (
        "update_report_schedule",
        "nobody has saved, run or scheduled a report in the fixed world",
    ),
    (
        "delete_report_schedule",
        "nobody has saved, run or scheduled a report in the fixed world",
    ),
    (
        "run_report_schedule",
        "nobody has saved, run or scheduled a report in the fixed world",
    ),
    (
        "list_schedule_deliveries",
        "nobody has saved, run or scheduled a report in the fixed world",
    ),
    (
        "mark_report_delivery_read",
        "nobody has saved, run or scheduled a report in the fixed world",
    ),
];

/// Writing operations that succeed without a row in the audit trail, and why.
pub(super) const NOT_AUDITED: &[(&str, &str)] = &[
    (
        "refresh_session",
        "the token rotates; the session is the one whose beginning is in the trail",
    ),
    (
        "start_password_reset",
        "the same for User IDs that nobody has; what comes of the answers is in the trail",
    ),
    ("import_users", "a dry run changes nothing"),
    ("import_users [with a proxy]", "a dry run changes nothing"),
    (
        "search_identifiers",
        "reads, by a POST for what must not stand in an address",
    ),
    (
        "search_register",
        "reads, by a POST for what must not stand in an address",
    ),
    (
        "search_all",
        "reads, by a POST for what must not stand in an address",
    ),
    (
        "mark_notice_read",
        "that somebody has opened a notice stands with the notice; acknowledging it is in the trail",
    ),
    (
        "preview_notice",
        "reads, by a POST because a text is too long for an address",
    ),
    (
        "preview_invitation",
        "reads, by a POST because it takes a secret",
    ),
    (
        "preview_owner_succession_objection",
        "reads, by a POST because it takes a secret",
    ),
    (
        "create_token",
        "a token changes nothing; when a client last got one stands with the client",
    ),
    ("star_report", "a mark for oneself"),
    ("unstar_report", "a mark for oneself"),
    (
        "find_report_values",
        "shows values to choose from and keeps nothing; what staff read of records is written down",
    ),
    (
        "preview_report",
        "reads, by a POST because a definition is too long for an address",
    ),
    (
        "preview_next_runs",
        "reads, by a POST because a timing is too long for an address",
    ),
    (
        "preview_grant",
        "reads, by a POST because an offer is too long for an address",
    ),
];

/// The policies of the deployment that the matrix is for.
pub(super) fn settings() -> Settings {
    Settings::default()
}

/// Every entry, in the order of the matrix.
pub(super) fn all(w: &Stage) -> Vec<Ask> {
    [
        me::all(w),
        accounts::all(w),
        structure::all(w),
        grants::all(w),
        onboarding::all(w),
        users::all(w),
        changes::all(w),
        access_reviews::all(w),
        teams::all(w),
        records::all(w),
        register::all(w),
        staff::all(w),
        cases::all(w),
        notices::all(w),
        reports::all(w),
        webhooks::all(w),
        api_clients::all(w),
    ]
    .concat()
}
