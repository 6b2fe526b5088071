//! How the owner of an account is replaced (R8): handed over at once, by a successor who accepts, or at a proxy's request when
//! the owner is silent. Exactly one owner at every moment: kept by the lock on the account's row here, and by two constraints
//! of the schema that are checked at commit. One file a way; here is what they share.

mod hand_over;
mod nominate;
mod objection;
mod registrar;
mod request;

use quaymaster_domain::access::{
    AccountRef, Action, Actor, Denied, Scope, Thing, may, require_read,
};
use quaymaster_domain::ids::{AccountId, OwnerSuccessionId, UserId};
use quaymaster_domain::members::MemberRole;
use quaymaster_domain::owner_successions::{StepRefusal, SuccessionKind, SuccessionState};
use quaymaster_store::accounts::{Account, Party};
use quaymaster_store::constraint::Constraint;
use quaymaster_store::db::Handle;
use quaymaster_store::members::{self, Rights, StateFilter};
use quaymaster_store::owner_successions::{self as store, Companions};
use quaymaster_store::users::{self, User};
use quaymaster_store::{Page, PageRequest, StoreError, WriteTx, accounts};

use crate::Services;
use crate::error::Fault;
use crate::mails::users as letters;
use crate::users::{PersonError, place, state_of};

pub use hand_over::{HandOver, hand_over};
pub use nominate::{Nomination, accept, complete_due, decline, nominate, withdraw};
pub use objection::{Objectionable, object, object_by_link, preview_objection};
pub use quaymaster_store::owner_successions::{Named, Notice, OwnerSuccession};
pub use registrar::{complete, list_requests, reject};
pub use request::{SuccessionPreview, SuccessionRequest, preview, request};

/// Why an owner is not replaced.
#[derive(Debug, thiserror::Error)]
pub enum SuccessionError {
    /// It cannot be taken this step.
    #[error(transparent)]
    Step(#[from] StepRefusal),
    /// One of the kind is open.
    #[error(
        "there is an open succession of this kind already; it is answered or withdrawn before another one begins"
    )]
    AlreadyOpen,
    /// The owner asks for a succession that is for proxies of a silent one.
    #[error(
        "you are the Account Owner: hand the account over, or name a successor; this way is for proxies of an owner who does not answer"
    )]
    NotForTheOwner,
    /// Only the person who was named may answer.
    #[error("only the person who was named as the next Account Owner may answer")]
    NotTheSuccessor,
    /// The successor can no longer take over.
    #[error("{0}; the succession is over")]
    SuccessorUnfit(&'static str),
    /// The successor cannot take over at this moment.
    #[error("{0}; complete it when that has changed, or refuse it")]
    SuccessorNotNow(&'static str),
    /// Unknown links look the same.
    #[error("this link does not work; it may have been cut off when it was copied")]
    LinkNotValid,
    /// About people and owners.
    #[error(transparent)]
    Person(#[from] PersonError),
    /// Not specific.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<Denied> for SuccessionError {
    fn from(denied: Denied) -> Self {
        Self::Fault(denied.into())
    }
}
impl From<StoreError> for SuccessionError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict(Constraint::OpenSuccession) => Self::AlreadyOpen,
            StoreError::Conflict(Constraint::OneOwner | Constraint::ForeignKey) => {
                Self::Person(PersonError::OwnerChanged)
            }
            other => Self::Fault(other.into()),
        }
    }
}

/// What the reader may do about a succession.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Steps {
    /// Accept the nomination.
    pub accept: bool,
    /// Decline it.
    pub decline: bool,
    /// Take it back.
    pub withdraw: bool,
    /// Object to it.
    pub object: bool,
    /// Complete it as the registrar.
    pub complete: bool,
    /// Refuse it as the registrar.
    pub reject: bool,
}

/// A succession as it is shown.
#[derive(Clone, Debug)]
pub struct SuccessionView {
    /// The succession.
    pub succession: OwnerSuccession,
    /// The account with its present owner.
    pub account: Party,
    /// The owner when it began.
    pub owner: Option<Named>,
    /// The next owner.
    pub successor: Option<Named>,
    /// Who was told of it.
    pub told: Vec<Notice>,
    /// True when it could be completed now.
    pub ready: bool,
    /// What the reader may do.
    pub can: Steps,
}

fn steps(actor: &Actor, s: &Services, at: AccountRef, found: &OwnerSuccession) -> Steps {
    let course = found.course;
    let allowed = |action| may(actor, action, &Thing::Account(at)).is_ok();
    let successor = found.successor == actor.user;
    let now = s.now();
    Steps {
        accept: successor && course.accept(now).is_ok(),
        decline: successor && course.decline().is_ok(),
        withdraw: course.state.is_open() && allowed(withdrawal(course.kind)),
        object: course.object().is_ok() && allowed(Action::ObjectToSuccession),
        complete: course.complete(now).is_ok() && allowed(Action::CompleteSuccession),
        reject: course.reject().is_ok() && allowed(Action::RejectSuccession),
    }
}

/// The action of taking it back: nominations are the owner's, requests the proxies'.
fn withdrawal(kind: SuccessionKind) -> Action {
    match kind {
        SuccessionKind::Nomination | SuccessionKind::HandOver => Action::WithdrawNomination,
        SuccessionKind::Request => Action::WithdrawSuccessionRequest,
    }
}

fn views(
    actor: &Actor,
    s: &Services,
    found: Page<OwnerSuccession>,
    mut with: Companions,
) -> Result<Page<SuccessionView>, Fault> {
    let now = s.now();
    let mut items = Vec::with_capacity(found.items.len());
    for succession in found.items {
        let account = with
            .accounts
            .get(&succession.account)
            .cloned()
            .ok_or_else(|| Fault::Internal("a succession of no account".to_owned()))?;
        items.push(SuccessionView {
            can: steps(actor, s, account.account.place(), &succession),
            ready: succession.course.ready(now),
            owner: with.people.get(&succession.owner).cloned(),
            successor: with.people.get(&succession.successor).cloned(),
            told: with.notices.remove(&succession.id).unwrap_or_default(),
            account,
            succession,
        });
    }
    Ok(Page {
        items,
        next: found.next,
    })
}

async fn one(
    actor: &Actor,
    s: &Services,
    db: &impl Handle,
    id: OwnerSuccessionId,
) -> Result<SuccessionView, Fault> {
    let found = store::by_id(db, id).await?.ok_or(Fault::NotFound)?;
    let with = store::companions(db, std::slice::from_ref(&found)).await?;
    let page = Page {
        items: vec![found],
        next: None,
    };
    views(actor, s, page, with)?
        .items
        .pop()
        .ok_or(Fault::NotFound)
}

/// The successions of an account, the newest first. Plain users are shown those that name them as the next owner: who is to
/// answer finds what to answer.
///
/// # Errors
/// [`Fault::Denied`] for guests.
pub async fn list(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    page: &PageRequest,
) -> Result<Page<SuccessionView>, Fault> {
    let at = place(actor, s, account).await?;
    let everything = may(actor, Action::ReadSuccessions, &Thing::Account(at)).is_ok();
    let action = if everything {
        Action::ReadSuccessions
    } else {
        Action::AnswerNomination
    };
    let scope = require_read(actor, action, &Thing::Account(at))?;
    let reader = s.db.reader();
    let only = (!everything).then_some(actor.user);
    let found = store::list(&reader, &scope, account, only, page).await?;
    let with = store::companions(&reader, &found.items).await?;
    views(actor, s, found, with)
}

/// One succession: for owner, proxies, staff, and the person who was named.
///
/// # Errors
/// [`Fault::NotFound`] when there is none in this account.
pub async fn find(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: OwnerSuccessionId,
) -> Result<SuccessionView, Fault> {
    let at = place(actor, s, account).await?;
    let reader = s.db.reader();
    let found = store::by_id(&reader, id)
        .await?
        .filter(|f| f.account == account);
    let named = found.as_ref().is_some_and(|f| f.successor == actor.user);
    let action = if named {
        Action::AnswerNomination
    } else {
        Action::ReadSuccessions
    };
    require_read(actor, action, &Thing::Account(at))?;
    if found.is_none() {
        return Err(Fault::NotFound);
    }
    one(actor, s, &reader, id).await
}

/// The account and the succession, both locked in this order, for a step.
async fn lock(
    tx: &WriteTx,
    scope: &Scope,
    account: AccountId,
    id: OwnerSuccessionId,
) -> Result<(Account, OwnerSuccession), SuccessionError> {
    let account = accounts::lock(tx, scope, account)
        .await?
        .ok_or(Fault::NotFound)?;
    let found = store::lock(tx, id)
        .await?
        .filter(|f| f.account == account.id)
        .ok_or(Fault::NotFound)?;
    Ok((account, found))
}

/// True when a person can sign in at this moment.
fn can_sign_in(s: &Services, user: &User) -> Result<bool, StoreError> {
    let state = state_of(
        user.user_name.is_some(),
        &user.lock_facts()?,
        &s.settings.lock_policy(),
        None,
        user.created_at,
        s.now(),
    );
    Ok(state.kind == StateFilter::Active)
}

const NOT_A_MEMBER: &str =
    "the next Account Owner must be a member of this account; invite the person first";
const CANNOT_SIGN_IN: &str = "the next Account Owner must be able to sign in; this person is locked, suspended or has not redeemed the invitation";

/// A member who can become the owner of an account whose row is locked, named in a request body.
async fn able_successor(
    s: &Services,
    tx: &WriteTx,
    account: &Account,
    successor: UserId,
) -> Result<User, SuccessionError> {
    let unfit = |detail: &str| Fault::field("/successor_user_id", "invalid", detail);
    if successor == account.owner {
        return Err(unfit("this person is the Account Owner already; name somebody else").into());
    }
    match still_able(s, tx, account, successor).await? {
        Ok(user) => Ok(user),
        Err(why) => Err(unfit(why).into()),
    }
}

/// Whether a person can become the owner at this moment, and if not, why.
async fn still_able(
    s: &Services,
    tx: &impl Handle,
    account: &Account,
    successor: UserId,
) -> Result<Result<User, &'static str>, StoreError> {
    if !members::is_member(tx, account.id, successor).await? {
        return Ok(Err(NOT_A_MEMBER));
    }
    Ok(match users::by_id(tx, successor).await? {
        Some(user) if can_sign_in(s, &user)? => Ok(user),
        _ => Err(CANNOT_SIGN_IN),
    })
}

/// Who follows whom.
struct Replacement<'a> {
    /// The account, its row locked.
    account: &'a Account,
    /// The next owner, able to be it.
    successor: &'a User,
    /// What the present owner becomes.
    former_role: MemberRole,
    /// In whose name.
    by_name: &'a str,
    /// The succession that leads to this; every other open one of the account ends.
    except: Option<OwnerSuccessionId>,
}

/// Replaces the owner, tells both, and ends what else was on its way to another owner. Answers the state before and after for
/// the trail.
async fn replace(
    s: &Services,
    tx: &WriteTx,
    replacement: Replacement<'_>,
) -> Result<(String, String), SuccessionError> {
    let Replacement {
        account,
        successor,
        former_role,
        by_name,
        except,
    } = replacement;
    let now = s.now();
    // The former first: there is never a moment with two.
    members::set_role(tx, account.id, account.owner, former_role).await?;
    members::set_role(tx, account.id, successor.id, MemberRole::Owner).await?;
    for person in [account.owner, successor.id] {
        members::set_rights(tx, account.id, person, &Rights::default()).await?;
    }
    accounts::set_owner(tx, account, successor.id, now).await?;
    letters::became_owner(by_name, account)
        .to(s, tx, successor)
        .await?;
    let former = users::by_id(tx, account.owner).await?;
    if let Some(former) = &former {
        letters::handed_over(&successor.full_name(), account, former_role)
            .to(s, tx, former)
            .await?;
    }
    for other in store::open_of(tx, account.id).await? {
        if Some(other.id) != except {
            let why = "The account has another owner since.";
            let decision = Some((now, by_name, Some(why)));
            store::advance(tx, other.id, SuccessionState::Lapsed, decision).await?;
        }
    }
    let json = |owner: UserId, name: String, former: Option<MemberRole>| {
        serde_json::json!({
            "owner": owner,
            "owner_name": name,
            "former_owner_role": former.map(MemberRole::as_str),
        })
        .to_string()
    };
    let before = former.map_or_else(String::new, |f| f.full_name());
    Ok((
        json(account.owner, before, None),
        json(successor.id, successor.full_name(), Some(former_role)),
    ))
}

/// The state that the trail keeps of a step.
fn state_json(state: SuccessionState) -> Option<String> {
    Some(serde_json::json!({ "state": state.as_str() }).to_string())
}
