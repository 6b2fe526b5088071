//! The one list of operations. Routing and contract are made from it, so a handler that is not here does not exist.

use actix_web::middleware::from_fn;
use actix_web::web;
use quaymaster_service::Services;

use crate::extract::{ApiOptions, Shared};
use crate::operation_list::Operations;
use crate::{
    access_requests, access_reviews, accounts, activities, api_clients, applications, audit, cases,
    companies, company_overview, contacts, credentials, demo, deprecation, docs, events, extract,
    grants, idempotency, identifier_claims, identifiers, invitations, me, merges, middleware,
    needs, notices, oauth, owner_successions, password_resets, problem, records, register, reports,
    request_limits, security_reports, sessions, setup, staff, staff_old_paths, sub_accounts,
    support, teams, terms, transfers, user_imports, users, webhooks,
};

/// The base path of the API.
pub(crate) const BASE: &str = "/api/v1";

/// Puts the API into an actix application.
pub fn configure(services: Services, options: ApiOptions) -> impl FnOnce(&mut web::ServiceConfig) {
    move |config| {
        config.app_data(Shared::new(services, options));
        extract::limits(config);
        config.configure(docs::configure);
        config.configure(oauth::metadata);
        config.service(
            web::scope(BASE)
                .wrap(from_fn(idempotency::remember))
                .wrap(from_fn(extract::authenticate))
                .wrap(from_fn(request_limits::count))
                .wrap(from_fn(middleware::same_origin))
                .wrap(from_fn(deprecation::announce))
                .default_service(web::to(problem::no_operation))
                .configure(|config| areas(&mut Operations::Served(config))),
        );
    }
}

/// Every operation; its path is below the base path.
pub(crate) fn areas(operations: &mut Operations) {
    operations
        .configure(sessions_area)
        .configure(me_area)
        .configure(password_resets_area)
        .configure(users_area)
        .configure(invitations_area)
        .configure(accounts_area)
        .configure(companies_area)
        .configure(structure_area)
        .configure(grants_area)
        .configure(structure_changes_area)
        .configure(owner_successions_area)
        .configure(teams_area)
        .configure(access_reviews_area)
        .configure(onboarding_area)
        .configure(register_area)
        .configure(audit_area)
        .configure(webhooks_area)
        .configure(terms_area)
        .configure(staff_area)
        .configure(cases::area)
        .configure(records::area)
        .configure(notices::area)
        .configure(reports::area)
        .configure(api_clients::area)
        .configure(oauth::area)
        .configure(setup_area)
        .configure(demo_area);
}

fn sessions_area(config: &mut Operations) {
    config
        .service(sessions::create_session)
        .service(sessions::refresh_session)
        .service(sessions::list_sessions)
        .service(security_reports::report_not_me)
        .service(sessions::prove_identity)
        .service(sessions::end_current_session)
        .service(sessions::end_session);
}

fn users_area(config: &mut Operations) {
    config
        .service(users::list_users)
        .service(users::add_existing_user)
        .service(users::get_user)
        .service(users::update_user)
        .service(users::remove_user)
        .service(users::get_effective_access)
        .service(users::hand_over_ownership)
        .service(users::reactivate_user)
        .service(users::reactivate_users)
        .service(users::suspend_user)
        .service(users::lift_suspension)
        .service(users::end_user_session)
        .service(user_imports::import_users)
        .service(needs::list_my_needs);
}

fn invitations_area(config: &mut Operations) {
    config
        .service(invitations::create_invitation)
        .service(invitations::list_invitations)
        .service(invitations::resend_invitation)
        .service(invitations::revoke_invitation)
        .service(invitations::preview_invitation)
        .service(invitations::redeem_invitation);
}

fn accounts_area(config: &mut Operations) {
    config
        .service(accounts::list_accounts)
        .service(accounts::get_account)
        .service(accounts::update_account)
        .service(contacts::list_contacts)
        .service(contacts::create_contact)
        .service(contacts::update_contact)
        .service(contacts::delete_contact)
        .service(contacts::list_addresses)
        .service(contacts::create_address)
        .service(contacts::update_address)
        .service(contacts::delete_address);
}

fn companies_area(config: &mut Operations) {
    config
        .service(companies::list_companies)
        .service(companies::create_company)
        .service(companies::get_company)
        .service(companies::update_company)
        .service(companies::add_subsidiary)
        .service(companies::remove_subsidiary)
        .service(companies::create_account);
}

fn structure_area(config: &mut Operations) {
    config
        .service(activities::list_activity_kinds)
        .service(activities::list_activities)
        .service(activities::add_activity)
        .service(activities::remove_activity)
        .service(sub_accounts::list_sub_accounts)
        .service(sub_accounts::create_sub_account)
        .service(sub_accounts::get_sub_account)
        .service(sub_accounts::update_sub_account)
        .service(sub_accounts::delete_sub_account)
        .service(identifiers::add_identifier)
        .service(identifiers::remove_identifier)
        .service(identifiers::search_identifiers)
        .service(access_requests::list_access_request_drafts)
        .service(access_requests::create_access_request_draft)
        .service(access_requests::invite_to_apply)
        .service(access_requests::delete_access_request_draft);
}

fn grants_area(config: &mut Operations) {
    config
        .service(grants::life::list_grants_given)
        .service(grants::life::list_grants_received)
        .service(grants::life::create_grant)
        .service(grants::life::get_grant)
        .service(grants::life::update_grant)
        .service(grants::life::accept_grant)
        .service(grants::life::decline_grant)
        .service(grants::life::pause_grant)
        .service(grants::life::resume_grant)
        .service(grants::life::revoke_grant)
        .service(grants::life::accept_grant_change)
        .service(grants::life::decline_grant_change)
        .service(grants::life::withdraw_grant_change)
        .service(grants::people::list_grant_people)
        .service(grants::people::remove_grant_person)
        .service(grants::people::readmit_grant_person)
        .service(grants::people::assign_grant_person)
        .service(grants::people::unassign_grant_person)
        .service(grants::ledger::list_outside_people)
        .service(grants::ledger::get_outside_effective_access)
        .service(grants::ledger::get_outside_access)
        .service(grants::ledger::end_outside_access)
        .service(grants::ledger::preview_grant)
        .service(grants::ledger::list_guest_access)
        .service(grants::batches::create_grant_request_batch)
        .service(grants::batches::list_grant_request_batches)
        .service(grants::batches::get_grant_request_batch)
        .service(grants::batches::list_grant_request_rows)
        .service(grants::batches::get_grant_request_result)
        .service(grants::batches::renew_grants)
        .service(grants::blocks::list_blocked_companies)
        .service(grants::blocks::block_company)
        .service(grants::blocks::unblock_company)
        .service(grants::blocks::list_grant_reports)
        .service(grants::blocks::close_grant_report);
}

fn structure_changes_area(config: &mut Operations) {
    config
        .service(transfers::list_sibling_accounts)
        .service(transfers::preview_transfer)
        .service(transfers::propose_transfer)
        .service(transfers::list_transfers)
        .service(transfers::get_transfer)
        .service(transfers::preview_proposed_transfer)
        .service(transfers::accept_transfer)
        .service(transfers::decline_transfer)
        .service(transfers::withdraw_transfer)
        .service(merges::preview_merge)
        .service(merges::propose_merge)
        .service(merges::list_merges)
        .service(merges::get_merge)
        .service(merges::preview_proposed_merge)
        .service(merges::accept_merge)
        .service(merges::decline_merge)
        .service(merges::withdraw_merge);
}

fn owner_successions_area(config: &mut Operations) {
    config
        .service(owner_successions::preview_owner_succession)
        .service(owner_successions::nominate_owner)
        .service(owner_successions::request_owner_succession)
        .service(owner_successions::list_owner_successions)
        .service(owner_successions::get_owner_succession)
        .service(owner_successions::accept_owner_succession)
        .service(owner_successions::decline_owner_succession)
        .service(owner_successions::withdraw_owner_succession)
        .service(owner_successions::object_to_owner_succession)
        .service(owner_successions::preview_owner_succession_objection)
        .service(owner_successions::object_by_link)
        .service(owner_successions::list_waiting_owner_successions)
        .service(owner_successions::complete_owner_succession)
        .service(owner_successions::reject_owner_succession);
}

fn teams_area(config: &mut Operations) {
    config
        .service(teams::list_teams)
        .service(teams::create_team)
        .service(teams::get_team)
        .service(teams::update_team)
        .service(teams::delete_team)
        .service(teams::list_team_members)
        .service(teams::set_team_members)
        .service(teams::list_team_client_groups)
        .service(teams::set_team_client_group)
        .service(teams::remove_team_client_group)
        .service(teams::list_client_groups)
        .service(teams::create_client_group)
        .service(teams::get_client_group)
        .service(teams::update_client_group)
        .service(teams::delete_client_group)
        .service(teams::list_client_group_clients)
        .service(teams::add_clients_to_group)
        .service(teams::remove_clients_from_group);
}

fn access_reviews_area(config: &mut Operations) {
    config
        .service(access_reviews::list_access_reviews)
        .service(access_reviews::start_access_review)
        .service(access_reviews::get_access_review)
        .service(access_reviews::list_access_review_items)
        .service(access_reviews::answer_access_review_item)
        .service(access_reviews::complete_access_review)
        .service(access_reviews::cancel_access_review)
        .service(access_reviews::get_access_review_evidence)
        .service(access_reviews::get_access_review_schedule)
        .service(access_reviews::set_access_review_schedule)
        .service(access_reviews::end_access_review_schedule);
}

fn onboarding_area(config: &mut Operations) {
    config
        .service(applications::create_application)
        .service(applications::review::list_applications)
        .service(applications::get_application)
        .service(applications::update_application)
        .service(applications::submit_application)
        .service(applications::resend_application_code)
        .service(applications::enter_application_code)
        .service(applications::ask_for_application_review)
        .service(applications::claim_for_application)
        .service(applications::withdraw_application)
        .service(applications::review::get_application_review)
        .service(applications::review::decide_application)
        .service(identifier_claims::file_identifier_claim)
        .service(identifier_claims::list_identifier_claims)
        .service(identifier_claims::get_identifier_claim)
        .service(identifier_claims::preview_identifier_release)
        .service(identifier_claims::release_identifier)
        .service(identifier_claims::dispute_identifier_claim)
        .service(identifier_claims::withdraw_identifier_claim)
        .service(identifier_claims::list_all_identifier_claims)
        .service(identifier_claims::get_any_identifier_claim)
        .service(identifier_claims::decide_identifier_claim);
}

fn register_area(config: &mut Operations) {
    config
        .service(register::list_register_entries)
        .service(register::search_register)
        .service(register::set_register_entry)
        .service(register::list_register_history)
        .service(register::imports::import_register)
        .service(register::imports::list_register_imports)
        .service(register::imports::get_register_import)
        .service(register::imports::list_register_import_errors)
        .service(register::list_parties)
        .service(register::verifications::list_pending_verifications)
        .service(register::verifications::decide_pending_verification);
}

fn audit_area(config: &mut Operations) {
    config
        .service(audit::list_account_audit_events)
        .service(audit::list_audit_events);
}

fn webhooks_area(config: &mut Operations) {
    config
        .service(events::list_account_events)
        .service(webhooks::list_webhooks)
        .service(webhooks::create_webhook)
        .service(webhooks::get_webhook)
        .service(webhooks::update_webhook)
        .service(webhooks::end_webhook)
        .service(webhooks::rotate_webhook_secret)
        .service(webhooks::send_test_event)
        .service(webhooks::list_webhook_deliveries)
        .service(webhooks::get_webhook_delivery)
        .service(webhooks::redeliver_event)
        .service(webhooks::redeliver_failed_events);
}

fn terms_area(config: &mut Operations) {
    config
        .service(terms::get_current_terms)
        .service(terms::list_my_terms_changes)
        .service(terms::list_terms_acceptances)
        .service(terms::list_terms_versions)
        .service(terms::publish_terms);
}

fn staff_area(config: &mut Operations) {
    config
        .service(staff::list_staff)
        .service(staff::invite_staff)
        .service(staff::list_staff_invitations)
        .service(staff::resend_staff_invitation)
        .service(staff::revoke_staff_invitation)
        .service(support::search_all)
        .service(support::get_person)
        .service(company_overview::get_company_overview)
        .service(support::suspend_person)
        .service(support::lift_person_suspension)
        .service(staff::update_staff)
        .service(staff::suspend_staff)
        .service(staff::lift_staff_suspension)
        .service(staff::reactivate_staff)
        .service(staff_old_paths::update_staff_old_path)
        .service(staff_old_paths::suspend_staff_old_path)
        .service(staff_old_paths::lift_staff_suspension_old_path)
        .service(staff_old_paths::reactivate_staff_old_path);
}

fn setup_area(config: &mut Operations) {
    config
        .service(setup::get_setup)
        .service(setup::create_first_administrator);
}

fn demo_area(config: &mut Operations) {
    config
        .service(demo::list_demo_mails)
        .service(demo::list_demo_people);
}

fn me_area(config: &mut Operations) {
    config
        .service(me::get_me)
        .service(me::update_me)
        .service(me::list_my_memberships)
        .service(me::list_my_sign_ins)
        .service(me::list_my_terms_acceptances)
        .service(me::accept_terms)
        .service(credentials::change_password)
        .service(credentials::list_challenge_questions)
        .service(credentials::get_my_challenge_questions)
        .service(credentials::choose_challenge_questions);
}

fn password_resets_area(config: &mut Operations) {
    config
        .service(password_resets::start_password_reset)
        .service(password_resets::redeem_password_reset)
        .service(password_resets::answer_password_reset);
}
