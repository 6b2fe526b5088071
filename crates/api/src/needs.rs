//! What waits for the signed-in person.

use actix_web::{HttpResponse, get};
use quaymaster_service::needs;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::common::wire_enums;
use crate::extract::Authed;
use crate::problem::{Problem, sentence};

wire_enums! {
    /// What kind of thing waits.
    NeedKind = needs::NeedKind {
        /// People locked by failed attempts.
        LockedUsers,
        /// People who are dormant.
        DormantUsers,
        /// People who become dormant within 30 days.
        LapsingUsers,
        /// Invitations that end within 7 days.
        InvitationsExpiring,
        /// Unknown identifiers that wait for the registrar.
        PendingVerifications,
        /// Drafts of access requests that were not sent.
        AccessRequestDrafts,
        /// Proposed grants that wait for the account's owner.
        GrantsToAnswer,
        /// Changes of given grants that wait for the account's owner.
        GrantChangesToAnswer,
        /// Grants, given or received, that end within 30 days.
        GrantsEnding,
        /// Reports of unwanted companies that wait for the operator.
        GrantReports,
        /// Transfers of business activities that wait for this account's owner.
        TransferProposals,
        /// Merges that wait for this account's owner.
        MergeProposals,
        /// You are named as the next owner of this account.
        OwnerNominations,
        /// Another owner was asked for.
        OwnerSuccessionRequests,
        /// Requests for another owner whose waiting time is over.
        OwnerSuccessionsReady,
        /// People in running access reviews who wait for an answer.
        AccessReviewAnswers,
        /// People whose access a finished review has suspended and for whom nobody has answered since.
        AccessReviewSuspended,
        /// Applications for an account in the registrar's queue.
        Applications,
        /// Claims of identifiers that the account holds.
        IdentifierClaimsReceived,
        /// Claims that the account has filed.
        IdentifierClaimsFiled,
        /// Claims that a registrar may decide.
        IdentifierClaimsToDecide,
        /// Notices of the operator that are to be acknowledged.
        NoticesToAcknowledge,
        /// API clients that are to be allowed more, and wait for the account's owner.
        ApiClientsToApprove,
    }
}

/// Something that waits.
#[derive(Serialize, ToSchema)]
pub(crate) struct Need {
    /// What.
    kind: NeedKind,
    /// In which account; `null` for the whole portal.
    account_id: Option<Uuid>,
    /// How many, at least 1.
    #[schema(minimum = 1)]
    count: u64,
    /// In words.
    #[schema(example = "2 people are locked after failed attempts.")]
    detail: String,
}

impl From<needs::Need> for Need {
    fn from(need: needs::Need) -> Self {
        let needs::Need {
            kind,
            account,
            count,
            detail,
        } = need;
        Self {
            kind: kind.into(),
            account_id: account.map(Into::into),
            count,
            detail: sentence(&detail),
        }
    }
}

/// Everything that waits.
#[derive(Serialize, ToSchema)]
pub(crate) struct NeedList {
    /// One entry for each kind and account; empty when nothing waits.
    items: Vec<Need>,
}

/// List what needs you
///
/// For owners and proxies per account; for the registrar what waits in the whole portal.
#[utoipa::path(tag = "me", responses((status = 200, description = "What waits", body = NeedList)))]
#[get("/me/needs")]
pub(crate) async fn list_my_needs(authed: Authed) -> Result<HttpResponse, Problem> {
    let found = needs::list(&authed.actor, authed.services()).await?;
    Ok(HttpResponse::Ok().json(NeedList {
        items: found.into_iter().map(Into::into).collect(),
    }))
}
