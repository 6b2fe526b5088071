//! The list of everything that can be asked for, with who may ask for it. One line an action.

use crate::api_clients::ApiScope;
use crate::members::StaffRole::{
    self, Administrator, Auditor, Registrar, SupportAgent, SupportLead,
};

/// What a member of the account needs to have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberNeed {
    /// Members cannot do this, whatever their role.
    Nobody,
    /// Only to oneself; no account is involved.
    Oneself,
    /// Any member.
    Member,
    /// Structure `write` in the sub-account, or owner or proxy.
    StructureWrite,
    /// Owner or proxy.
    Proxy,
    /// Owner only (R11).
    Owner,
}

/// What a grant has to give for a guest of the account to do something there. Guests read; they never write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GuestNeed {
    /// Guests cannot do this.
    Nothing,
    /// Any right at all.
    Any,
    /// The structure.
    Structure,
    /// The structure and the account's own profile.
    Profile,
    /// The users.
    Users,
}

const ANY_STAFF: &[StaffRole] = &[SupportAgent, SupportLead, Registrar, Auditor, Administrator];
const NO_STAFF: &[StaffRole] = &[];
const REGISTRAR: &[StaffRole] = &[Registrar];
const REGISTER_READERS: &[StaffRole] = &[Registrar, Auditor, Administrator];
const SUPPORT_DESK: &[StaffRole] = &[SupportAgent, SupportLead];
const CASE_READERS: &[StaffRole] = &[SupportAgent, SupportLead, Auditor];
const ANSWER_READERS: &[StaffRole] = &[SupportAgent, SupportLead, Auditor, Administrator];
const DESK_WATCHERS: &[StaffRole] = &[SupportLead, Auditor, Administrator];
const LEADS: &[StaffRole] = &[SupportLead, Administrator];
const ADMIN: &[StaffRole] = &[Administrator];
const REPORT_READERS: &[StaffRole] = &[SupportLead, Registrar, Auditor, Administrator];
const AUDIT_READERS: &[StaffRole] = &[Auditor, Administrator];

macro_rules! actions {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $member:ident, $staff:ident $(, $step_up:ident)?;)+) => {
        /// Everything that can be asked for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Action { $($(#[$doc])* $variant),+ }

        impl Action {
            /// Every action, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name in the audit trail.
            #[must_use]
            pub const fn name(self) -> &'static str { match self { $(Self::$variant => $name),+ } }

            /// What a member of the account needs.
            #[must_use]
            pub const fn member_need(self) -> MemberNeed { match self { $(Self::$variant => MemberNeed::$member),+ } }

            /// Which staff may.
            #[must_use]
            pub const fn staff(self) -> &'static [StaffRole] { match self { $(Self::$variant => $staff),+ } }

            /// What a guest of the account needs.
            #[must_use]
            pub const fn guest_need(self) -> GuestNeed {
                match self {
                    Self::ReadAccount => GuestNeed::Any,
                    Self::ReadStructure => GuestNeed::Structure,
                    Self::ReadProfile => GuestNeed::Profile,
                    Self::ReadUsers => GuestNeed::Users,
                    _ => GuestNeed::Nothing,
                }
            }

            /// The scope that lets a program do this for its account; `None` when none does.
            #[must_use]
            pub const fn client_scope(self) -> Option<ApiScope> {
                match self {
                    Self::ReadAccount | Self::ReadProfile | Self::ReadStructure => {
                        Some(ApiScope::StructureRead)
                    }
                    Self::ChangeIdentifiers => Some(ApiScope::IdentifiersWrite),
                    Self::ImportRecords | Self::ReadRecordImports => {
                        Some(ApiScope::RecordsImport)
                    }
                    Self::ReadUsers => Some(ApiScope::UsersRead),
                    Self::ReadEvents => Some(ApiScope::EventsRead),
                    Self::ReadAudit => Some(ApiScope::AuditRead),
                    _ => None,
                }
            }

            /// True when a proof of identity of at most ten minutes is needed.
            #[must_use]
            pub const fn needs_fresh_proof(self) -> bool { match self { $(Self::$variant => actions!(@step $($step_up)?)),+ } }
        }
    };
    (@step) => { false };
    (@step step_up) => { true };
}

actions! {
    /// Read own profile, sessions, sign-ins, terms.
    ReadOwn = "me.read", Oneself, NO_STAFF;
    /// Change own profile.
    UpdateOwn = "me.update", Oneself, NO_STAFF;
    /// Change own password.
    ChangePassword = "me.change_password", Oneself, NO_STAFF;
    /// Choose challenge questions.
    ChooseQuestions = "me.choose_challenge_questions", Oneself, NO_STAFF;
    /// Save, change, mark and delete own reports.
    SaveReports = "report.save", Oneself, NO_STAFF;
    /// Let others use an own report, or end that. The right to share is looked at where it is used.
    ShareReports = "report.share", Oneself, NO_STAFF;
    /// Run a report, or stop a run.
    RunReports = "report.run", Oneself, NO_STAFF;
    /// Make, change and delete own schedules of reports, and open what they brought.
    ScheduleReports = "report.schedule", Oneself, NO_STAFF;
    /// Accept the terms.
    AcceptTerms = "me.accept_terms", Oneself, NO_STAFF;
    /// Sign out.
    EndOwnSession = "session.end", Oneself, NO_STAFF;
    /// End another own session: whoever found a browser open must not throw the person out elsewhere.
    EndOtherSession = "session.end_other", Oneself, NO_STAFF, step_up;
    /// Prove one's identity again.
    ProveIdentity = "session.prove", Oneself, NO_STAFF;
    /// Open a case with support, write in it, close it.
    WriteOwnCase = "case.write_own", Oneself, NO_STAFF;

    /// Acknowledge a notice.
    AcknowledgeNotice = "notice.acknowledge", Oneself, NO_STAFF;

    /// See an account: number, name, owner.
    ReadAccount = "account.read", Member, ANY_STAFF;
    /// See an account's own profile: contacts, addresses, business activities.
    ReadProfile = "account.read_profile", Member, ANY_STAFF;
    /// Change profile, contacts, addresses.
    UpdateAccount = "account.update", Proxy, REGISTRAR;
    /// Read sub-accounts and identifiers.
    ReadStructure = "structure.read", Member, ANY_STAFF;
    /// Add or remove a self-service business activity.
    ChangeActivities = "activity.change", Proxy, REGISTRAR;
    /// Add or remove a restricted business activity (R5).
    ChangeRestrictedActivities = "activity.change_restricted", Nobody, REGISTRAR;
    /// Create or delete a sub-account.
    ChangeSubAccounts = "sub_account.change", Proxy, REGISTRAR;
    /// Rename a sub-account.
    UpdateSubAccount = "sub_account.update", StructureWrite, REGISTRAR;
    /// Add or remove a corporate identifier.
    ChangeIdentifiers = "identifier.change", StructureWrite, REGISTRAR;
    /// Draft an access request or an invitation to apply (R4, R11).
    DraftAccessRequest = "access_request.draft", Owner, NO_STAFF;
    /// See the drafts.
    ReadAccessRequests = "access_request.read", Proxy, ANY_STAFF;

    /// See the identifier claims of an account, from either side.
    ReadIdentifierClaims = "identifier_claim.read", Proxy, ANY_STAFF;
    /// Claim an identifier that another account holds.
    FileIdentifierClaim = "identifier_claim.file", Proxy, NO_STAFF;
    /// Give an own claim up.
    WithdrawIdentifierClaim = "identifier_claim.withdraw", Proxy, NO_STAFF;
    /// Release an identifier that somebody claims.
    ReleaseIdentifierClaim = "identifier_claim.release", Owner, NO_STAFF;
    /// Dispute the claim of an identifier.
    DisputeIdentifierClaim = "identifier_claim.dispute", Owner, NO_STAFF;

    /// See the users of an account.
    ReadUsers = "user.read", Proxy, ANY_STAFF;
    /// See everything about a user of an account: locks, sessions, sign-ins, rights.
    ReadUserDetail = "user.read_detail", Proxy, ANY_STAFF;
    /// Invite or add an account user, or import several.
    InviteUser = "user.invite", Proxy, NO_STAFF;
    /// Invite or add a proxy, make one of a user or a user of one (R11).
    ChangeProxies = "user.change_proxies", Owner, NO_STAFF, step_up;
    /// Change what a user may do.
    UpdateUserAccess = "user.update_access", Proxy, NO_STAFF;
    /// Take a user out of the account.
    RemoveUser = "user.remove", Proxy, NO_STAFF;
    /// Reactivate a locked user (R6).
    ReactivateUser = "user.reactivate", Proxy, NO_STAFF;
    /// Suspend a user, or lift a suspension.
    SuspendUser = "user.suspend", Proxy, NO_STAFF;
    /// End a session of a user.
    EndUserSession = "user.end_session", Proxy, NO_STAFF;
    /// Send an invitation again; the registrar helps an invited owner.
    ResendInvitation = "invitation.resend", Proxy, REGISTRAR;
    /// Withdraw an invitation.
    RevokeInvitation = "invitation.revoke", Proxy, NO_STAFF;
    /// Hand the account over to another owner (R8).
    ReplaceOwner = "account.replace_owner", Owner, NO_STAFF, step_up;
    /// See how owners were replaced and are to be.
    ReadSuccessions = "owner_succession.read", Proxy, ANY_STAFF;
    /// Look at what replacing the owner would do.
    PreviewSuccession = "owner_succession.preview", Owner, NO_STAFF;
    /// Name a successor (R8, R11).
    NominateOwner = "owner_succession.nominate", Owner, NO_STAFF, step_up;
    /// Take a nomination back.
    WithdrawNomination = "owner_succession.withdraw_nomination", Owner, NO_STAFF;
    /// Accept a nomination; only the person who was named.
    AcceptNomination = "owner_succession.accept", Member, NO_STAFF, step_up;
    /// Read or decline a nomination; only the person who was named.
    AnswerNomination = "owner_succession.answer", Member, NO_STAFF;
    /// Ask for another owner, because the owner is silent.
    RequestSuccession = "owner_succession.request", Proxy, NO_STAFF, step_up;
    /// Take such a request back.
    WithdrawSuccessionRequest = "owner_succession.withdraw_request", Proxy, NO_STAFF;
    /// Stop such a request.
    ObjectToSuccession = "owner_succession.object", Owner, NO_STAFF;
    /// See such requests in the whole portal.
    ReadSuccessionRequests = "owner_succession.read_requests", Nobody, ANY_STAFF;
    /// Make the successor of a silent owner the owner, after the waiting time.
    CompleteSuccession = "owner_succession.complete", Nobody, REGISTRAR, step_up;
    /// Refuse such a request.
    RejectSuccession = "owner_succession.reject", Nobody, REGISTRAR;
    /// See transfers and merges of accounts of one company.
    ReadStructureChanges = "structure_change.read", Proxy, ANY_STAFF;
    /// Look at what a transfer or a merge would do.
    PreviewStructureChange = "structure_change.preview", Owner, NO_STAFF;
    /// Propose the transfer of a business activity (R11).
    ProposeTransfer = "transfer.propose", Owner, NO_STAFF, step_up;
    /// Accept a transfer.
    AcceptTransfer = "transfer.accept", Owner, NO_STAFF, step_up;
    /// Decline a transfer or take it back.
    EndTransfer = "transfer.end", Owner, NO_STAFF;
    /// Propose the merge of two accounts (R11).
    ProposeMerge = "merge.propose", Owner, NO_STAFF, step_up;
    /// Accept a merge.
    AcceptMerge = "merge.accept", Owner, NO_STAFF, step_up;
    /// Decline a merge or take it back.
    EndMerge = "merge.end", Owner, NO_STAFF;
    /// Read the audit trail of an account.
    ReadAudit = "audit.read", Proxy, AUDIT_READERS;

    /// Read the events of an account, its webhooks and what became of their deliveries.
    ReadEvents = "event.read", Proxy, AUDIT_READERS;
    /// Make, change and end webhooks, and change their secrets.
    ManageWebhooks = "webhook.manage", Proxy, NO_STAFF, step_up;
    /// Send a test event, or an event again, to a webhook.
    ResendEvents = "webhook.resend", Proxy, NO_STAFF;

    /// See the grants of an account, given and received, and the people behind them.
    ReadGrants = "grant.read", Proxy, ANY_STAFF;
    /// Invite another account to see this one, or ask another account for access (R11).
    ProposeGrant = "grant.propose", Owner, NO_STAFF, step_up;
    /// Accept a proposed grant (R11).
    AcceptGrant = "grant.accept", Owner, NO_STAFF, step_up;
    /// Decline a proposed grant.
    DeclineGrant = "grant.decline", Owner, NO_STAFF;
    /// Hold a grant.
    PauseGrant = "grant.pause", Owner, NO_STAFF;
    /// Let a held grant go on.
    ResumeGrant = "grant.resume", Owner, NO_STAFF, step_up;
    /// End a grant or withdraw a proposal.
    RevokeGrant = "grant.revoke", Owner, NO_STAFF, step_up;
    /// Change what a grant covers, or answer such a change.
    ChangeGrant = "grant.change", Owner, NO_STAFF, step_up;
    /// Pass a received grant on to own people.
    AssignGrantPeople = "grant.assign_people", Proxy, NO_STAFF;
    /// Take a person off a given grant.
    RemoveGrantPerson = "grant.remove_person", Proxy, NO_STAFF;
    /// Let a person back in who was taken off a given grant.
    ReadmitGrantPerson = "grant.readmit_person", Owner, NO_STAFF, step_up;
    /// End every grant given at once.
    EndOutsideAccess = "grant.end_all", Owner, NO_STAFF, step_up;
    /// Block a company whose proposals are unwanted, or take that back.
    BlockCompany = "company.block", Owner, NO_STAFF;
    /// See what the operator is told about unwanted proposals.
    ReadGrantReports = "grant_report.read", Nobody, REPORT_READERS;
    /// Settle such a report.
    CloseGrantReport = "grant_report.close", Nobody, LEADS;
    /// See the teams of an account and the groups of clients that they look after.
    ReadTeams = "team.read", Proxy, ANY_STAFF;
    /// Change teams, groups of clients, and who looks after whom. Passes on what was granted; grants nothing (R11).
    ManageTeams = "team.manage", Proxy, NO_STAFF;
    /// See the reviews of who has access to an account, with their evidence.
    ReadAccessReviews = "access_review.read", Proxy, ANY_STAFF;
    /// Start, schedule, complete and cancel reviews of access.
    RunAccessReviews = "access_review.run", Owner, NO_STAFF;
    /// Answer for a person in a review of access.
    AnswerAccessReview = "access_review.answer", Proxy, NO_STAFF;
    /// Answer for a person of another company in a review of access (R11).
    AnswerForOutsider = "access_review.answer_outside", Owner, NO_STAFF;

    /// See the API clients of an account.
    ReadApiClients = "api_client.read", Proxy, AUDIT_READERS;
    /// Make and change API clients, give them secrets. What writes waits for the owner, see `api_clients::grant`.
    ManageApiClients = "api_client.manage", Proxy, NO_STAFF, step_up;
    /// End an API client, or take a secret from it.
    EndApiClient = "api_client.end", Proxy, NO_STAFF;
    /// Approve what an API client is to be allowed (R11).
    ApproveApiClient = "api_client.approve", Owner, NO_STAFF, step_up;

    /// Import trade records, cancel an import.
    ImportRecords = "record.import", Proxy, NO_STAFF;
    /// See the imports of trade records of an account, with the rows that were refused.
    ReadRecordImports = "record.read_imports", Proxy, AUDIT_READERS;
    /// See whose saved reports name members that were renamed or retired.
    ReadReportChanges = "report.read_changes", Nobody, ADMIN;
    /// See the trade records of everybody.
    ReadEveryRecord = "record.read_every", Nobody, AUDIT_READERS;

    /// Create and change companies, subsidiaries and accounts.
    ManageCompanies = "company.manage", Nobody, REGISTRAR;
    /// See companies and search the portal.
    ReadCompanies = "company.read", Nobody, ANY_STAFF;
    /// Change the identifier register.
    ManageRegister = "register.manage", Nobody, REGISTRAR;
    /// Read the identifier register.
    ReadRegister = "register.read", Nobody, REGISTER_READERS;
    /// Decide on an unknown identifier.
    DecidePendingVerification = "pending_verification.decide", Nobody, REGISTRAR;
    /// Decide an identifier claim that is disputed or was not answered in time.
    DecideIdentifierClaim = "identifier_claim.decide", Nobody, REGISTRAR;
    /// See the applications for an account.
    ReadApplications = "application.read", Nobody, ANY_STAFF;
    /// Approve or reject an application for an account.
    DecideApplication = "application.decide", Nobody, REGISTRAR;
    /// See everything about one person.
    ReadPerson = "person.read", Nobody, ANY_STAFF;
    /// Suspend a person, or lift a suspension by staff.
    SuspendPerson = "person.suspend", Nobody, LEADS;
    /// Reactivate a person as staff, in a verified case (R6).
    ReactivatePerson = "person.reactivate", Nobody, SUPPORT_DESK;
    /// Send a person a temporary password as staff, in a verified case (R6).
    ResetPersonPassword = "person.reset_password", Nobody, SUPPORT_DESK;
    /// Read the cases of everybody.
    ReadCases = "case.read", Nobody, CASE_READERS;
    /// Answer, take, bind and close cases, and verify callers.
    WorkCases = "case.work", Nobody, SUPPORT_DESK;
    /// See prepared answers.
    ReadCannedAnswers = "canned_answer.read", Nobody, ANSWER_READERS;
    /// Write prepared answers.
    ManageCannedAnswers = "canned_answer.manage", Nobody, LEADS;
    /// See how support is doing.
    ReadSupportReport = "support_report.read", Nobody, DESK_WATCHERS;
    /// See every notice, drafts too, and who has acknowledged it.
    ReadNotices = "notice.read", Nobody, ANY_STAFF;
    /// Write, publish and withdraw notices.
    ManageNotices = "notice.manage", Nobody, LEADS;
    /// See the staff.
    ReadStaff = "staff.read", Nobody, AUDIT_READERS;
    /// Invite staff, change roles, suspend and reactivate staff.
    ManageStaff = "staff.manage", Nobody, ADMIN, step_up;
    /// Publish a new version of the terms.
    PublishTerms = "terms.publish", Nobody, ADMIN;
    /// Read the versions of the terms.
    ReadTermsVersions = "terms.read", Nobody, ANY_STAFF;
    /// Read the audit trail of the whole portal.
    ReadPortalAudit = "audit.read_portal", Nobody, AUDIT_READERS;
}
