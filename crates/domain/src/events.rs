//! What accounts are told of: the catalogue of events, and which act makes which. How events are kept and travel is
//! elsewhere. An event holds ids only; whoever wants more asks with own rights.

use crate::access::Action;

macro_rules! events {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $text:literal;)+) => {
        /// A kind of event, as programs of an account know it. Names are never changed and never used for anything else.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum EventType { $(#[doc = $text] $variant),+ }

        impl EventType {
            /// Every kind, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The `type` of the event.
            #[must_use]
            pub const fn as_str(self) -> &'static str { match self { $(Self::$variant => $name),+ } }

            /// What happened, in a sentence.
            #[must_use]
            pub const fn describe(self) -> &'static str { match self { $(Self::$variant => $text),+ } }
        }
    };
}

events! {
    AccountUpdated = "account.updated", "Contacts, addresses or the name of the account were changed.";
    AccountOwnerReplaced = "account.owner_replaced", "The account has another owner.";
    OwnerSuccessionChanged = "owner_succession.changed", "A succession of the owner was begun, answered, stopped or withdrawn.";
    ActivityChanged = "activity.changed", "A business activity was added or removed.";
    SubAccountCreated = "sub_account.created", "A sub-account was created.";
    SubAccountUpdated = "sub_account.updated", "A sub-account was renamed.";
    SubAccountDeleted = "sub_account.deleted", "A sub-account was deleted.";
    IdentifierAdded = "identifier.added", "A corporate identifier was added.";
    IdentifierPending = "identifier.pending", "An identifier that the register does not know waits for the registrar.";
    IdentifierDecided = "identifier.decided", "The registrar decided on an identifier that waited.";
    IdentifierRemoved = "identifier.removed", "A corporate identifier was removed.";
    IdentifierClaimFiled = "identifier_claim.filed", "An identifier was claimed, by this account or from it.";
    IdentifierClaimDisputed = "identifier_claim.disputed", "The claim of an identifier was disputed.";
    IdentifierClaimWithdrawn = "identifier_claim.withdrawn", "The claim of an identifier was withdrawn.";
    IdentifierClaimReleased = "identifier_claim.released", "A claimed identifier was released by its holder.";
    IdentifierClaimDecided = "identifier_claim.decided", "A registrar decided on the claim of an identifier.";
    UserInvited = "user.invited", "A person was invited to the account, or added to it.";
    UserJoined = "user.joined", "An invited person came.";
    UserInvitationRevoked = "user.invitation_revoked", "An invitation was withdrawn.";
    UserAccessChanged = "user.access_changed", "Role or rights of a person in the account were changed.";
    UserRemoved = "user.removed", "A person was taken out of the account.";
    UserLocked = "user.locked", "A person was locked by failed attempts to sign in.";
    UserSuspended = "user.suspended", "A person was suspended.";
    UserSuspensionLifted = "user.suspension_lifted", "The suspension of a person was lifted.";
    UserReactivated = "user.reactivated", "A locked person was reactivated.";
    UserPasswordReset = "user.password_reset", "A person got a temporary password, by the self-service or by support.";
    GrantProposed = "grant.proposed", "Cross-account access was offered or asked for.";
    GrantAccepted = "grant.accepted", "A proposed grant was accepted.";
    GrantDeclined = "grant.declined", "A proposed grant was declined.";
    GrantPaused = "grant.paused", "A grant was put on hold.";
    GrantResumed = "grant.resumed", "A held grant goes on.";
    GrantChanged = "grant.changed", "What a grant covers was changed, or a change of it was proposed or answered.";
    GrantRevoked = "grant.revoked", "A grant was ended, or its proposal withdrawn.";
    GrantExpired = "grant.expired", "A grant has come to its end.";
    GrantPeopleChanged = "grant.people_changed", "A person was given a part in a grant, or taken off it.";
    TransferProposed = "transfer.proposed", "The transfer of a business activity was proposed.";
    TransferAccepted = "transfer.accepted", "The transfer of a business activity took place.";
    TransferEnded = "transfer.ended", "The transfer of a business activity was declined or withdrawn.";
    MergeProposed = "merge.proposed", "The merge of two accounts was proposed.";
    MergeAccepted = "merge.accepted", "The merge of two accounts took place.";
    MergeEnded = "merge.ended", "The merge of two accounts was declined or withdrawn.";
    AccessReviewChanged = "access_review.changed", "A review of access was begun, completed, cancelled or scheduled.";
    AccessReviewFinished = "access_review.finished", "A review of access has come to its date.";
    RecordImportStarted = "record_import.started", "A file of trade records was taken in.";
    RecordImportFinished = "record_import.finished", "An import of trade records is over: finished, failed or cancelled.";
    ReportRunFinished = "report_run.finished", "A run of a report is over: done, failed or cancelled.";
    NoticePublished = "notice.published", "The operator published a notice for people of the account.";
    NoticeWithdrawn = "notice.withdrawn", "The operator withdrew a notice.";
    CaseOpened = "case.opened", "A case with support was opened for the account.";
    CaseAnswered = "case.answered", "Support answered a case of the account.";
    CaseUpdated = "case.updated", "The customer wrote in a case of the account, or opened it again.";
    CaseClosed = "case.closed", "A case of the account was closed.";
    WebhookTest = "webhook.test", "A test that was asked for; goes to one webhook and is not in the feed.";
}

impl EventType {
    /// The kind of this name.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|t| t.as_str() == word)
    }

    /// True when a webhook can be limited to it: everything but the test, which always arrives.
    #[must_use]
    pub fn is_selectable(self) -> bool {
        self != Self::WebhookTest
    }
}

/// Whose event an act makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// That of the account in whose trail the act stands.
    Account,
    /// Every account that the person belongs to who was acted on: the act touches the person as a whole.
    Person,
    /// The account for which the case was opened, if any.
    Case,
    /// Every account that has people in the audience of the notice.
    Audience,
}

/// An act as the trail knows it.
#[derive(Clone, Copy, Debug)]
pub struct Act<'a> {
    /// The action's name.
    pub action: &'a str,
    /// The kind of thing that was acted on.
    pub subject: &'a str,
    /// The thing before, unless there was none.
    pub before: Option<Shape<'a>>,
    /// The thing after, unless it is gone.
    pub after: Option<Shape<'a>>,
}

/// What matters of a thing as the trail keeps it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Shape<'a> {
    /// The word of its state, when it has one.
    pub state: Option<&'a str>,
}

impl Act<'_> {
    fn state_before(&self) -> Option<&str> {
        self.before?.state
    }

    fn state_after(&self) -> Option<&str> {
        self.after?.state
    }

    /// A thing that came, changed or went.
    fn by_life(&self, came: EventType, changed: EventType, went: EventType) -> EventType {
        match (self.before, self.after) {
            (None, _) => came,
            (Some(_), Some(_)) => changed,
            (Some(_), None) => went,
        }
    }

    /// The event that this act makes, and whose it is; `None` for what concerns no account, or nobody outside the portal.
    #[must_use]
    pub fn event(&self) -> Option<(EventType, Reach)> {
        use EventType as E;
        let known = Action::ALL.iter().find(|a| a.name() == self.action);
        if let Some(action) = known {
            return self.of_action(*action);
        }
        // What the portal does by itself, and what people do before they have signed in.
        Some(match self.action {
            "user.lock" => (E::UserLocked, Reach::Person),
            "password_reset.redeem" | "security.report_not_me" => {
                (E::UserPasswordReset, Reach::Person)
            }
            "invitation.redeem" => (E::UserJoined, Reach::Account),
            "grant.expire" => (E::GrantExpired, Reach::Account),
            "record.import_end" => (E::RecordImportFinished, Reach::Account),
            "access_review.finish" => (E::AccessReviewFinished, Reach::Account),
            "access_review.schedule" if self.after.is_some() => {
                (E::AccessReviewChanged, Reach::Account)
            }
            _ => return None,
        })
    }

    /// Every action says here which event it makes, or that it makes none.
    fn of_action(&self, action: Action) -> Option<(EventType, Reach)> {
        use Action as A;
        use EventType as E;
        let event = match action {
            // Lists of proposals, and the end of all access at once, are told of grant by grant.
            A::ProposeGrant | A::EndOutsideAccess if self.subject != "grant" => return None,
            A::UpdateAccount => E::AccountUpdated,
            A::ReplaceOwner | A::AcceptNomination | A::CompleteSuccession => {
                E::AccountOwnerReplaced
            }
            A::NominateOwner
            | A::WithdrawNomination
            | A::AnswerNomination
            | A::RequestSuccession
            | A::WithdrawSuccessionRequest
            | A::ObjectToSuccession
            | A::RejectSuccession => E::OwnerSuccessionChanged,
            A::ChangeActivities | A::ChangeRestrictedActivities => E::ActivityChanged,
            A::ChangeSubAccounts | A::UpdateSubAccount => self.by_life(
                E::SubAccountCreated,
                E::SubAccountUpdated,
                E::SubAccountDeleted,
            ),
            A::ChangeIdentifiers => match (self.after, self.state_after()) {
                (None, _) => E::IdentifierRemoved,
                (_, Some("pending_verification")) => E::IdentifierPending,
                _ => E::IdentifierAdded,
            },
            A::DecidePendingVerification => E::IdentifierDecided,
            A::FileIdentifierClaim => E::IdentifierClaimFiled,
            A::WithdrawIdentifierClaim => E::IdentifierClaimWithdrawn,
            A::ReleaseIdentifierClaim => E::IdentifierClaimReleased,
            A::DisputeIdentifierClaim => E::IdentifierClaimDisputed,
            A::DecideIdentifierClaim => E::IdentifierClaimDecided,
            A::InviteUser => E::UserInvited,
            A::ChangeProxies | A::UpdateUserAccess => {
                self.by_life(E::UserInvited, E::UserAccessChanged, E::UserRemoved)
            }
            A::RemoveUser => E::UserRemoved,
            A::RevokeInvitation => E::UserInvitationRevoked,
            A::ReactivateUser => return Some((E::UserReactivated, Reach::Person)),
            // With a second agent to come, nothing has happened yet.
            A::ReactivatePerson if self.state_after() == Some("done") => {
                return Some((E::UserReactivated, Reach::Person));
            }
            A::ResetPersonPassword if self.state_after() == Some("done") => {
                return Some((E::UserPasswordReset, Reach::Person));
            }
            A::ReactivatePerson | A::ResetPersonPassword => return None,
            A::SuspendUser | A::SuspendPerson => {
                let event = if self.state_after() == Some("suspended") {
                    E::UserSuspended
                } else {
                    E::UserSuspensionLifted
                };
                return Some((event, Reach::Person));
            }
            A::ProposeTransfer => E::TransferProposed,
            A::AcceptTransfer => E::TransferAccepted,
            A::EndTransfer => E::TransferEnded,
            A::ProposeMerge => E::MergeProposed,
            A::AcceptMerge => E::MergeAccepted,
            A::EndMerge => E::MergeEnded,
            A::ProposeGrant => E::GrantProposed,
            A::AcceptGrant => E::GrantAccepted,
            A::DeclineGrant => E::GrantDeclined,
            A::PauseGrant => E::GrantPaused,
            A::ResumeGrant => E::GrantResumed,
            A::RevokeGrant | A::EndOutsideAccess => E::GrantRevoked,
            A::ChangeGrant => E::GrantChanged,
            A::AssignGrantPeople | A::RemoveGrantPerson | A::ReadmitGrantPerson => {
                E::GrantPeopleChanged
            }
            A::RunAccessReviews => E::AccessReviewChanged,
            A::ImportRecords => match (self.before, self.state_after()) {
                (None, _) => E::RecordImportStarted,
                (Some(_), Some("cancelled")) => E::RecordImportFinished,
                // Asked to stop; the end is told when it has come.
                _ => return None,
            },
            A::ManageNotices => {
                let event = match (self.state_before(), self.state_after()) {
                    (before, Some("withdrawn")) if before != Some("withdrawn") => {
                        // A draft that is thrown away was never told of.
                        if before == Some("draft") {
                            return None;
                        }
                        E::NoticeWithdrawn
                    }
                    (Some("draft"), Some("published")) => {
                        E::NoticePublished
                    }
                    _ => return None,
                };
                return Some((event, Reach::Audience));
            }
            A::WriteOwnCase | A::WorkCases => {
                let event = match (self.before, self.state_before(), self.state_after()) {
                    (None, _, Some(_)) => E::CaseOpened,
                    (Some(_), before, Some("closed")) if before != Some("closed") => E::CaseClosed,
                    (Some(_), before, Some("answered")) if before != Some("answered") => {
                        E::CaseAnswered
                    }
                    (Some(_), before, Some("waiting")) if before != Some("waiting") => {
                        E::CaseUpdated
                    }
                    // Notes, bindings and verifications are support's own business.
                    _ => return None,
                };
                return Some((event, Reach::Case));
            }
            // What a person does with the own sign-in and the own reports is nobody else's business.
            A::ReadOwn
            | A::UpdateOwn
            | A::ChangePassword
            | A::ChooseQuestions
            | A::SaveReports
            | A::ShareReports
            | A::RunReports
            | A::ScheduleReports
            | A::AcceptTerms
            | A::EndOwnSession
            | A::EndOtherSession
            | A::ProveIdentity
            | A::AcknowledgeNotice
            // Reading makes no events.
            | A::ReadAccount
            | A::ReadProfile
            | A::ReadStructure
            | A::ReadAccessRequests
            | A::ReadIdentifierClaims
            | A::ReadUsers
            | A::ReadUserDetail
            | A::ReadSuccessions
            | A::PreviewSuccession
            | A::ReadSuccessionRequests
            | A::ReadStructureChanges
            | A::PreviewStructureChange
            | A::ReadAudit
            | A::ReadGrants
            | A::ReadGrantReports
            | A::ReadTeams
            | A::ReadAccessReviews
            | A::ReadRecordImports
            | A::ReadEveryRecord
            | A::ReadReportChanges
            | A::ReadCompanies
            | A::ReadRegister
            | A::ReadApplications
            | A::ReadPerson
            | A::ReadCases
            | A::ReadCannedAnswers
            | A::ReadSupportReport
            | A::ReadNotices
            | A::ReadStaff
            | A::ReadTermsVersions
            | A::ReadPortalAudit
            | A::ReadEvents
            | A::ReadApiClients
            // Ways in are not told to whoever receives events.
            | A::ManageApiClients
            | A::EndApiClient
            | A::ApproveApiClient
            // Housekeeping inside the account, and the operator's own business.
            | A::DraftAccessRequest
            | A::EndUserSession
            | A::ResendInvitation
            | A::BlockCompany
            | A::CloseGrantReport
            | A::ManageTeams
            | A::ManageWebhooks
            | A::ResendEvents
            | A::AnswerAccessReview
            | A::AnswerForOutsider
            | A::ManageCompanies
            | A::ManageRegister
            | A::DecideApplication
            | A::ManageCannedAnswers
            | A::ManageStaff
            | A::PublishTerms => return None,
        };
        Some((event, Reach::Account))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(
        action: &str,
        before: Option<Shape<'_>>,
        after: Option<Shape<'_>>,
    ) -> Option<&'static str> {
        Act {
            action,
            subject: "thing",
            before,
            after,
        }
        .event()
        .map(|(event, _)| event.as_str())
    }

    #[test]
    fn names_are_unique_and_read_back() {
        for event in EventType::ALL {
            assert_eq!(EventType::from_word(event.as_str()), Some(*event));
            assert!(event.as_str().contains('.') && event.describe().ends_with('.'));
        }
        assert_eq!(EventType::from_word("user.unheard_of"), None);
    }

    #[test]
    fn acts_make_the_events_that_their_outcome_calls_for() {
        let state = |word| Some(Shape { state: Some(word) });
        let there = Some(Shape::default());
        for (action, before, after, expected) in [
            (
                "user.lock",
                None,
                state("failed_attempts"),
                Some("user.locked"),
            ),
            (
                "user.suspend",
                state("active"),
                state("suspended"),
                Some("user.suspended"),
            ),
            (
                "user.suspend",
                state("suspended"),
                state("active"),
                Some("user.suspension_lifted"),
            ),
            (
                "person.reactivate",
                None,
                state("awaiting_second_agent"),
                None,
            ),
            (
                "person.reactivate",
                None,
                state("done"),
                Some("user.reactivated"),
            ),
            (
                "identifier.change",
                None,
                state("active"),
                Some("identifier.added"),
            ),
            (
                "identifier.change",
                None,
                state("pending_verification"),
                Some("identifier.pending"),
            ),
            (
                "identifier.change",
                state("active"),
                None,
                Some("identifier.removed"),
            ),
            ("user.change_proxies", None, there, Some("user.invited")),
            (
                "user.change_proxies",
                there,
                there,
                Some("user.access_changed"),
            ),
            ("user.change_proxies", there, None, Some("user.removed")),
            (
                "case.write_own",
                None,
                state("waiting"),
                Some("case.opened"),
            ),
            (
                "case.work",
                state("waiting"),
                state("answered"),
                Some("case.answered"),
            ),
            ("case.work", state("answered"), state("answered"), None),
            ("case.work", None, None, None),
            (
                "record.import",
                None,
                state("queued"),
                Some("record_import.started"),
            ),
            ("record.import", state("running"), state("running"), None),
            (
                "record.import_end",
                state("running"),
                state("finished"),
                Some("record_import.finished"),
            ),
            ("notice.manage", None, state("draft"), None),
            (
                "notice.manage",
                state("draft"),
                state("published"),
                Some("notice.published"),
            ),
            (
                "notice.manage",
                state("published"),
                state("withdrawn"),
                Some("notice.withdrawn"),
            ),
            ("notice.manage", state("draft"), state("withdrawn"), None),
            ("session.start", None, None, None),
            ("report.run", None, None, None),
        ] {
            assert_eq!(event(action, before, after), expected, "{action}");
        }
    }
}
