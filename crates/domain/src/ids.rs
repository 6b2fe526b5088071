//! Typed identities, all UUIDv7 inside. Making one takes the injected clock and rng; nothing here reads either.

use std::fmt;
use std::sync::Mutex;
use std::sync::PoisonError;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::clock::{Clock, Rng};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { self.0.fmt(f) }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { write!(f, concat!(stringify!($name), "({})"), self.0) }
        }
        impl From<Uuid> for $name { fn from(id: Uuid) -> Self { Self(id) } }
        impl From<$name> for Uuid { fn from(id: $name) -> Self { id.0 } }
    )+};
}

ids! {
    /// A person with a User ID (or an open invitation to one).
    UserId,
    /// A signed-in browser or program of one person.
    SessionId,
    /// A legal entity that holds portal accounts.
    CompanyId,
    /// A portal account.
    AccountId,
    /// A part of one account that carries one business activity.
    SubAccountId,
    /// A corporate identifier held by an account, or its place in one sub-account.
    IdentifierId,
    /// A legal entity in the identifier register.
    PartyId,
    /// An entry of the identifier register.
    RegisterEntryId,
    /// One bulk load of the register.
    RegisterImportId,
    /// An unknown identifier that waits for the registrar.
    PendingVerificationId,
    /// An invitation to become a user.
    InvitationId,
    /// One walk through the password reset.
    PasswordResetId,
    /// A contact of an account.
    ContactId,
    /// An address of an account.
    AddressId,
    /// A business activity on its way to another account.
    TransferId,
    /// Two accounts on their way to become one.
    MergeId,
    /// An owner who is to be replaced, or was.
    OwnerSuccessionId,
    /// A stored draft of an access request or of an invitation to apply.
    AccessRequestDraftId,
    /// A cross-account access grant.
    GrantId,
    /// A list of access requests that was sent in as a file.
    GrantBatchId,
    /// What the operator is told about an unwanted proposal.
    GrantReportId,
    /// A group of clients of one account.
    ClientGroupId,
    /// A group of people of one account.
    TeamId,
    /// A request to support.
    CaseId,
    /// A message in a case.
    CaseMessageId,
    /// A file in a case.
    CaseAttachmentId,
    /// A prepared answer of support.
    CannedAnswerId,
    /// A message of the operator to portal users.
    NoticeId,
    /// The verification of a caller in a case.
    CallerVerificationId,
    /// What staff did in a case, or will when a second agent agrees.
    CaseActionId,
    /// An application for an account.
    ApplicationId,
    /// A claim of an identifier that stands in somebody else's account.
    IdentifierClaimId,
    /// A program that acts for an account.
    ApiClientId,
    /// A secret of an API client.
    ApiClientSecretId,
    /// A row of the audit trail.
    AuditEventId,
    /// An event of an account.
    EventId,
    /// An address that events of an account are sent to.
    WebhookId,
    /// An event on its way to a webhook.
    WebhookDeliveryId,
    /// A mail in the outbox.
    MailId,
    /// A review of who has access to an account.
    AccessReviewId,
    /// A person in a review of access.
    AccessReviewItemId,
    /// An import of trade records.
    RecordImportId,
    /// A report that somebody saved.
    SavedReportId,
    /// That somebody else may use a saved report.
    ReportShareId,
    /// One run of a report.
    ReportRunId,
    /// The kept rows of runs.
    ReportSnapshotId,
    /// A report that runs by itself.
    ReportScheduleId,
    /// What a schedule brought to one person.
    ReportDeliveryId,
}

/// Makes identities that sort by the time of their making, also within one millisecond of one process.
#[derive(Default)]
pub struct IdMaker {
    last: Mutex<(u64, u16)>,
}

impl IdMaker {
    /// A new identity. The counter of a millisecond has 12 bits; when it runs over, the next millisecond is borrowed.
    pub fn make<T: From<Uuid>>(&self, clock: &dyn Clock, rng: &dyn Rng) -> T {
        let now = u64::try_from(clock.now().timestamp_millis()).unwrap_or(0);
        let (millis, counter) = {
            let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
            *last = match *last {
                (ms, n) if ms >= now && n < 0xfff => (ms, n + 1),
                (ms, _) if ms >= now => (ms + 1, 0),
                _ => (now, 0),
            };
            *last
        };
        let mut random = [0_u8; 10];
        rng.fill(&mut random);
        let [high, low] = counter.to_be_bytes();
        random[0] = high;
        random[1] = low;
        T::from(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
    }
}
