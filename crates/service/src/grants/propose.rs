//! Proposing a grant: the client invites, the broker requests, by account number and owner's User ID or out of a draft
//! that a refused identifier left behind (R4).

use chrono::{DateTime, Months, Utc};
use quaymaster_domain::access::{Action, Actor, Permit, Thing, require, require_read};
use quaymaster_domain::account_number::AccountNumber;
use quaymaster_domain::grants::{
    DEFAULT_MONTHS, EndedHow, Grant, GrantRights, GrantScope, GrantSide, GrantState, Offer,
    SubAccounts,
};
use quaymaster_domain::identifiers::{Identifier, IdentifierKind};
use quaymaster_domain::ids::{AccessRequestDraftId, AccountId, GrantBatchId, SubAccountId};
use quaymaster_domain::people::{Reason, UserName};
use quaymaster_store::accounts::{self, Account};
use quaymaster_store::grants::{self as store, GrantRow, blocks, targets};
use quaymaster_store::identifiers::StoredIdentifier;
use quaymaster_store::register::{ein_of, party_of};
use quaymaster_store::{WriteTx, access_requests};

use super::act::{Done, Loaded, fits, settle};
use super::view::{audit_json, view};
use super::{GrantError, GrantView};
use crate::Services;
use crate::access_requests::Draft;
use crate::error::Fault;
use crate::mails::grants::{Event, letter};
use crate::users::place;

/// The other side of a proposal.
#[derive(Clone, Debug)]
pub enum Target {
    /// Typed by account number and owner's User ID; both must match.
    Typed {
        /// The account number.
        number: AccountNumber,
        /// Its owner.
        owner: UserName,
    },
    /// The company of a stored draft.
    Draft(AccessRequestDraftId),
}

/// A grant to propose.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// The own account.
    pub account: AccountId,
    /// The own side: the grantor invites, the recipient requests.
    pub side: GrantSide,
    /// The other side.
    pub to: Target,
    /// What is to be covered.
    pub wanted: Wanted,
}

/// What is to be covered, when and why.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// All sub-accounts, also later ones.
    pub all_sub_accounts: bool,
    /// Named ones.
    pub sub_accounts: Vec<SubAccountId>,
    /// The account's own profile.
    pub top_level: bool,
    /// Which rights.
    pub rights: GrantRights,
    /// What for.
    pub purpose: Reason,
    /// From when; none from the acceptance on.
    pub starts_at: Option<DateTime<Utc>>,
    /// Until when; absent for twelve months, cleared for "until revoked".
    pub ends_at: Option<Option<DateTime<Utc>>>,
}

/// Where a proposal goes.
#[derive(Clone, Debug)]
pub(crate) struct Addressee {
    /// The account.
    pub(crate) account: Account,
    /// The register's name and the identifier, when that is all that the sender knows.
    pub(crate) by_identifier: Option<(String, IdentifierKind, String)>,
    /// The sub-accounts in which that identifier stands.
    pub(crate) sub_accounts: Vec<SubAccountId>,
}

/// Proposes a grant.
///
/// # Errors
/// The refusals of [`GrantError`].
pub async fn propose(
    actor: &Actor,
    s: &Services,
    proposal: Proposal,
) -> Result<GrantView, GrantError> {
    let Proposal {
        account,
        side,
        to,
        wanted,
    } = proposal;
    let at = place(actor, s, account).await?;
    let scope = require_read(actor, Action::ReadAccount, &Thing::Account(at))?;
    let permit = require(actor, Action::ProposeGrant, &Thing::Account(at))?;
    let tx = s.db.begin_write().await?;
    let own = accounts::find(&tx, &scope, account)
        .await?
        .ok_or(Fault::NotFound)?;
    let addressee = match to {
        Target::Typed { number, owner } => {
            if number.as_str() == own.account_number {
                return Err(Fault::field(
                    "/counterparty/account_number",
                    "invalid",
                    "this is your own account; its people are managed without any grant",
                )
                .into());
            }
            let found = targets::by_number_and_owner(&tx, number.as_str(), owner.key()).await?;
            Addressee {
                account: found.ok_or(GrantError::NotMatched)?,
                by_identifier: None,
                sub_accounts: Vec::new(),
            }
        }
        Target::Draft(id) => {
            let draft = access_requests::lock(&tx, &scope, account, id)
                .await?
                .ok_or_else(|| {
                    Fault::field("/draft_id", "invalid", "this account has no such draft")
                })?;
            let found = of_draft(&tx, &draft).await?;
            access_requests::delete(&tx, &scope, account, id).await?;
            found.ok_or(GrantError::NoAccount)?
        }
    };
    let (row, permit) =
        place_proposal(actor, s, &tx, permit, &own, side, addressee, wanted, None).await?;
    let mut seen = view(actor, s, &tx, vec![row], |_| Some(side)).await?;
    s.commit(tx, permit).await?;
    seen.pop().ok_or_else(|| Fault::NotFound.into())
}

/// Whom a draft asks.
async fn of_draft(tx: &WriteTx, draft: &Draft) -> Result<Option<Addressee>, GrantError> {
    let kept = StoredIdentifier {
        kind: draft.identifier_kind,
        lookup: draft.lookup.clone(),
        shown: draft.shown.clone(),
        cipher: None,
    };
    by_identifier(tx, &kept, &draft.company).await
}

/// Whom a request for a client's identifier asks; `company` is the name that the register shows.
pub(crate) async fn by_identifier(
    tx: &WriteTx,
    kept: &StoredIdentifier,
    company: &str,
) -> Result<Option<Addressee>, GrantError> {
    // A personal number is kept as a digest and has no EIN in it.
    let ein = Identifier::parse(kept.kind, &kept.lookup)
        .ok()
        .and_then(|identifier| ein_of(&identifier));
    let party = party_of(tx, kept, ein.as_deref()).await?;
    let found = targets::by_identifier(tx, kept.kind, &kept.lookup, party.map(|p| p.id)).await?;
    Ok(found.map(|(account, sub_accounts)| Addressee {
        account,
        by_identifier: Some((company.to_owned(), kept.kind, kept.shown.clone())),
        sub_accounts,
    }))
}

/// Checks the rules and keeps the proposal, with the other side's audit row and both letters. The caller commits with
/// the permit that is answered.
///
/// # Errors
/// The refusals of [`GrantError`].
#[expect(clippy::too_many_arguments, reason = "each is a part of the proposal")]
pub(crate) async fn place_proposal(
    actor: &Actor,
    s: &Services,
    tx: &WriteTx,
    permit: Permit,
    own: &Account,
    side: GrantSide,
    to: Addressee,
    wanted: Wanted,
    batch: Option<GrantBatchId>,
) -> Result<(GrantRow, Permit), GrantError> {
    let now = s.now();
    let Addressee {
        account: other,
        by_identifier,
        sub_accounts: known,
    } = to;
    if other.id == own.id {
        return Err(Fault::field(
            "/counterparty/account_number",
            "invalid",
            "this is your own account; its people are managed without any grant",
        )
        .into());
    }
    if !own.open {
        return Err(GrantError::AccountClosed(
            "your account is closed, so it neither gives nor gets access",
        ));
    }
    if !other.open {
        return Err(GrantError::AccountClosed(
            "the other account is closed, so it neither gives nor gets access",
        ));
    }
    let Wanted {
        all_sub_accounts,
        sub_accounts,
        top_level,
        rights,
        purpose,
        starts_at,
        ends_at,
    } = wanted;
    let (grantor, recipient) = match side {
        GrantSide::Grantor => (own, &other),
        GrantSide::Recipient => (&other, own),
    };
    let named = match side {
        GrantSide::Grantor if all_sub_accounts => SubAccounts::All,
        GrantSide::Grantor => SubAccounts::Named(sub_accounts.into_iter().collect()),
        GrantSide::Recipient if !sub_accounts.is_empty() => {
            return Err(Fault::field(
                "/sub_account_ids",
                "invalid",
                "a request names no sub-accounts of the other company; it asks for all, and the other company may accept for fewer",
            )
            .into());
        }
        GrantSide::Recipient if all_sub_accounts || known.is_empty() => SubAccounts::All,
        GrantSide::Recipient => SubAccounts::Named(known.into_iter().collect()),
    };
    let scope = GrantScope {
        sub_accounts: named,
        top_level,
        rights,
    };
    let starts_at = starts_at.filter(|start| *start > now);
    let ends_at = ends_at.unwrap_or_else(|| {
        starts_at
            .unwrap_or(now)
            .checked_add_months(Months::new(DEFAULT_MONTHS))
    });
    let life = Grant::propose(side, Offer { scope, ends_at }, starts_at, now)?;
    if side == GrantSide::Grantor {
        fits(tx, grantor.id, &life.offer.scope).await?;
    }
    make_room(s, tx, own, side, grantor, recipient).await?;
    let suppressed = blocks::blocked(tx, other.id, own.company_id).await?;
    let grantor_key = by_identifier
        .as_ref()
        .map_or_else(|| grantor.name.clone(), |(company, ..)| company.clone());
    let row = GrantRow {
        id: s.id(),
        grantor: grantor.id,
        recipient: recipient.id,
        grantor_shown: by_identifier.as_ref().map(|(company, ..)| company.clone()),
        suppressed,
        life,
        asked: None,
        purpose,
        identifier: by_identifier.map(|(_, kind, shown)| (kind, shown)),
        batch,
        created_at: now,
        created_by_name: actor.name.clone(),
        version: 1,
    };
    store::insert(tx, &row, &grantor_key, &recipient.name).await?;
    let loaded = Loaded {
        places: [
            (grantor.id, grantor.clone()),
            (recipient.id, recipient.clone()),
        ]
        .into(),
        grant: row.clone(),
    };
    for mine in [side, side.other()] {
        // Whoever sends a file has its result, and not a letter for every row of it.
        let by_file = batch.is_some() && mine == side;
        if row.shown_to(mine) && !by_file {
            let to = loaded.account(mine)?;
            let theirs = loaded.shown(&row, mine.other())?;
            let who = if mine == side {
                actor.name.clone()
            } else {
                format!("{} of {}", actor.name, own.company_name)
            };
            if let Some(owner) = quaymaster_store::users::by_id(tx, to.owner).await?
                && owner.user_name.is_some()
            {
                letter(s, Event::Proposed, mine, to, &theirs, &who, &row, None)
                    .to(s, tx, &owner)
                    .await?;
            }
        }
    }
    let after = Some(audit_json(&row));
    if row.shown_to(side.other()) {
        let theirs = permit
            .clone()
            .about("grant", row.id, own.name.clone())
            .change(None, after.clone())
            .within(Some(other.id), Some(other.company_id));
        s.also(tx, theirs).await?;
    }
    let label = loaded.shown(&row, side.other())?;
    Ok((
        row.clone(),
        permit.about("grant", row.id, label).change(None, after),
    ))
}

impl Loaded {
    /// The name of a side as the other sees it.
    pub(super) fn shown(&self, grant: &GrantRow, side: GrantSide) -> Result<String, Fault> {
        Ok(match (&grant.grantor_shown, side) {
            (Some(shown), GrantSide::Grantor) => shown.clone(),
            _ => self.account(side)?.name.clone(),
        })
    }
}

/// Sees to it that nothing lives or waits between the two: what has come to its end is written down as ended, and a
/// proposal that the own side never saw, because its company is blocked, is declined.
async fn make_room(
    s: &Services,
    tx: &WriteTx,
    own: &Account,
    side: GrantSide,
    grantor: &Account,
    recipient: &Account,
) -> Result<(), GrantError> {
    let now = s.now();
    let Some(there) = store::lock_between(tx, grantor.id, recipient.id).await? else {
        return Ok(());
    };
    let loaded = Loaded {
        places: [
            (grantor.id, grantor.clone()),
            (recipient.id, recipient.clone()),
        ]
        .into(),
        grant: there.clone(),
    };
    if let Some(life) = there.life.clone().expire(now) {
        let done = Done {
            after: GrantRow {
                life,
                asked: None,
                version: there.version + 1,
                ..there
            },
            event: Event::Expired,
            reason: None,
        };
        let permit = Permit::system("grant.expire", "end of the grant");
        settle("", s, tx, &loaded, None, permit, &done)
            .await
            .map(drop)?;
        return Ok(());
    }
    if !there.shown_to(side) {
        let mut life = there.life.clone();
        life.state = GrantState::Ended {
            how: EndedHow::Declined,
            by: Some(side),
            at: now,
            reason: None,
        };
        let after = GrantRow {
            life,
            version: there.version + 1,
            ..there.clone()
        };
        store::save(tx, &there, &after, None).await?;
        return Ok(());
    }
    Err(GrantError::Exists(match there.life.at(now) {
        GrantState::Proposed { .. } if there.life.started_by == side => {
            "a proposal of yours to this company waits for an answer; change or withdraw it instead of making another".to_owned()
        }
        GrantState::Proposed { .. } => format!(
            "the other company has proposed a grant to {} already; answer that one",
            own.name
        ),
        _ => "there is a grant between the two accounts already; change that one instead of making another".to_owned(),
    }))
}
