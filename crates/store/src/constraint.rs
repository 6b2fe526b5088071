//! The one table between names of constraints on PostgreSQL and what SQLite says of them. The services map the
//! named constraints that stand for a rule to its refusal.

use sea_orm::{DbErr, RuntimeErr};

macro_rules! constraints {
    ($($(#[$doc:meta])* $variant:ident = $postgres:literal, $sqlite:literal;)+) => {
        /// A constraint of the schema that can refuse a write.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Constraint { $($(#[$doc])* $variant,)+ /// A foreign key; SQLite does not say which.
            ForeignKey }

        impl Constraint {
            /// Every unique constraint: name on PostgreSQL, columns as SQLite prints them.
            pub const UNIQUE: &'static [(Self, &'static str, &'static str)] = &[$((Self::$variant, $postgres, $sqlite)),+];
        }
    };
}

constraints! {
    /// Two parties with one key.
    PartyKey = "uq_parties_key", "parties.party_key";
    /// An identifier stands in the register once.
    RegisterIdentifier = "uq_register_entries_identifier", "register_entries.kind, register_entries.lookup";
    /// A User ID is taken.
    UserKey = "uq_users_user_key", "users.user_key";
    /// An e-mail address belongs to one user.
    UserEmail = "uq_users_email_key", "users.email_key";
    /// A device cookie.
    DeviceCookie = "uq_device_cookies_hash", "device_cookies.cookie_hash";
    /// A refresh token.
    RefreshToken = "uq_refresh_tokens_hash", "refresh_tokens.token_hash";
    /// A reset link.
    PasswordResetToken = "uq_password_resets_token", "password_resets.token_hash";
    /// Terms are accepted once a version.
    TermsAcceptance = "terms_acceptances_pkey", "terms_acceptances.user_id, terms_acceptances.version";
    /// A version of the terms.
    TermsVersion = "terms_versions_pkey", "terms_versions.version";
    /// A party is linked to one company.
    CompanyParty = "uq_companies_party", "companies.party_id";
    /// A party is a subsidiary of one company.
    SubsidiaryParty = "uq_subsidiaries_party", "subsidiaries.party_id";
    /// A subsidiary is recorded once.
    Subsidiary = "subsidiaries_pkey", "subsidiaries.company_id, subsidiaries.party_id";
    /// An account number.
    AccountNumber = "uq_accounts_number", "accounts.account_number";
    /// An account serial.
    AccountSerial = "uq_accounts_serial", "accounts.serial";
    /// R8: at most one owner.
    OneOwner = "uq_memberships_owner", "memberships.account_id";
    /// A person is a member once.
    Membership = "memberships_pkey", "memberships.account_id, memberships.user_id";
    /// R1: an activity is held by one account of a company.
    ActivityOfCompany = "uq_account_activities_company", "account_activities.company_id, account_activities.activity";
    /// An account holds an activity once.
    ActivityOfAccount = "account_activities_pkey", "account_activities.account_id, account_activities.activity";
    /// Names of sub-accounts differ within an account.
    SubAccountName = "uq_sub_accounts_name", "sub_accounts.account_id, sub_accounts.name";
    /// R2: an identifier exists in one account.
    Identifier = "uq_account_identifiers_identifier", "account_identifiers.kind, account_identifiers.lookup";
    /// An identifier stands in a sub-account once.
    SubAccountIdentifier = "uq_sub_account_identifiers", "sub_account_identifiers.sub_account_id, sub_account_identifiers.identifier_id";
    /// An unknown identifier waits once for each sub-account.
    PendingIdentifier = "uq_pending_identifiers_open", "pending_identifiers.sub_account_id, pending_identifiers.kind, pending_identifiers.lookup";
    /// An invitation token.
    InvitationToken = "uq_invitations_token", "invitations.token_hash";
    /// One draft for an identifier.
    AccessRequestDraft = "uq_access_request_drafts", "access_request_drafts.account_id, access_request_drafts.identifier_kind, access_request_drafts.lookup";
    /// One open transfer of an activity.
    OpenTransfer = "uq_transfers_open", "transfers.company_id, transfers.activity";
    /// One open merge of two accounts.
    OpenMerge = "uq_merges_open", "merges.from_account_id, merges.into_account_id";
    /// One open succession of a kind.
    OpenSuccession = "uq_owner_successions_open", "owner_successions.account_id, owner_successions.kind";
    /// A link that stops a succession.
    SuccessionToken = "uq_owner_succession_notices_token", "owner_succession_notices.token_hash";
    /// The token that an applicant returns with.
    ApplicationToken = "uq_applications_token", "applications.token_hash";
    /// One claim at a time for an identifier.
    IdentifierClaim = "uq_identifier_claims_open", "identifier_claims.kind, identifier_claims.lookup";
    /// A mail that must go out once.
    MailDedupe = "uq_mails_dedupe", "mails.dedupe_key";
    /// Names of a person's own reports differ within a folder.
    SavedReportName = "uq_saved_reports_name", "saved_reports.owner_id, saved_reports.folder, saved_reports.name_key";
    /// A version of a saved report.
    SavedReportVersion = "saved_report_versions_pkey", "saved_report_versions.report_id, saved_report_versions.version";
    /// A star is given once.
    ReportStar = "report_stars_pkey", "report_stars.user_id, report_stars.report_key";
    /// A report is shared with somebody once.
    ReportShare = "uq_report_shares_target", "report_shares.report_id, report_shares.target";
    /// A chunk of rows.
    ReportChunk = "report_chunks_pkey", "report_chunks.snapshot_id, report_chunks.number";
    /// A schedule names a person once.
    ReportRecipient = "report_recipients_pkey", "report_recipients.schedule_id, report_recipients.user_id";
    /// A schedule brings its report to a person once a time.
    ReportDelivery = "uq_report_deliveries_once", "report_deliveries.schedule_id, report_deliveries.due_at, report_deliveries.user_id";
    /// Names of the API clients of an account differ, while they last.
    ApiClientName = "uq_api_clients_name", "api_clients.account_id, api_clients.name_key";
    /// A secret of an API client.
    ApiClientSecret = "uq_api_client_secrets_hash", "api_client_secrets.secret_hash";
    /// An assertion is used once.
    ApiClientAssertion = "api_client_assertions_pkey", "api_client_assertions.client_id, api_client_assertions.jti_hash";
    /// An idempotency key.
    IdempotencyKey = "idempotency_keys_pkey", "idempotency_keys.caller, idempotency_keys.idempotency_key";
    /// Between two accounts one grant lives or waits.
    LivingGrant = "uq_grants_living", "grants.grantor_account_id, grants.recipient_account_id";
    /// A grant names a sub-account once.
    GrantSubAccount = "grant_sub_accounts_pkey", "grant_sub_accounts.grant_id, grant_sub_accounts.sub_account_id";
    /// A grant has one change that waits.
    GrantChange = "grant_changes_pkey", "grant_changes.grant_id";
    /// A person is assigned to a grant once.
    GrantPerson = "grant_people_pkey", "grant_people.grant_id, grant_people.user_id";
    /// A person is removed from a grant once.
    GrantRemoval = "grant_removals_pkey", "grant_removals.grant_id, grant_removals.user_id";
    /// A company is blocked once.
    CompanyBlock = "company_blocks_pkey", "company_blocks.account_id, company_blocks.company_id";
    /// Names of client groups differ within an account.
    ClientGroupName = "uq_client_groups_name", "client_groups.account_id, client_groups.name_key";
    /// A client is in a group once.
    ClientGroupClient = "client_group_clients_pkey", "client_group_clients.group_id, client_group_clients.client_account_id";
    /// Names of teams differ within an account.
    TeamName = "uq_teams_name", "teams.account_id, teams.name_key";
    /// A person is in a team once.
    TeamMember = "team_members_pkey", "team_members.team_id, team_members.user_id";
    /// A group is assigned to a team once.
    TeamClientGroup = "team_client_groups_pkey", "team_client_groups.team_id, team_client_groups.group_id";
    /// The number of a case.
    CaseSerial = "uq_cases_serial", "cases.serial";
    /// A notice names a part of its audience once.
    NoticeTarget = "notice_targets_pkey", "notice_targets.notice_id, notice_targets.target";
    /// A person reads a notice once.
    NoticeRead = "notice_reads_pkey", "notice_reads.notice_id, notice_reads.user_id";
    /// A link of a security mail.
    SecurityLink = "uq_security_links_token", "security_links.token_hash";
    /// An event of an account.
    AccountEvent = "account_events_pkey", "account_events.account_id, account_events.id";
    /// Events of an account have numbers of their own.
    AccountEventNumber = "uq_account_events_number", "account_events.account_id, account_events.number";
    /// An event goes to a webhook once.
    WebhookDelivery = "uq_webhook_deliveries_event", "webhook_deliveries.webhook_id, webhook_deliveries.event_id";
    /// The attempts of a delivery.
    WebhookAttempt = "webhook_attempts_pkey", "webhook_attempts.delivery_id, webhook_attempts.number";
    /// Titles of canned answers differ.
    CannedAnswer = "uq_canned_answers_title", "canned_answers.title_key";
}

impl Constraint {
    /// The constraint that a database error speaks of.
    pub(crate) fn of(error: &DbErr) -> Option<Self> {
        let (DbErr::Exec(RuntimeErr::SqlxError(cause))
        | DbErr::Query(RuntimeErr::SqlxError(cause))) = error
        else {
            return None;
        };
        let sea_orm::sqlx::Error::Database(database) = &**cause else {
            return None;
        };
        if database.is_foreign_key_violation() {
            return Some(Self::ForeignKey);
        }
        if let Some(name) = database.constraint() {
            return Self::UNIQUE
                .iter()
                .find(|(_, postgres, _)| *postgres == name)
                .map(|(c, ..)| *c);
        }
        let columns = database
            .message()
            .strip_prefix("UNIQUE constraint failed: ")?;
        Self::UNIQUE
            .iter()
            .find(|(.., sqlite)| *sqlite == columns)
            .map(|(c, ..)| *c)
    }
}
