//! The guest's side: which foreign accounts a person sees, and the note of the last use.

use chrono::Duration;
use quaymaster_domain::access::{Action, Actor, Guest, Seat, Thing, require_read, seats_of};
use quaymaster_domain::grants::Via;
use quaymaster_domain::ids::{AccountId, GrantId, UserId};
use quaymaster_domain::members::MemberRole;
use quaymaster_store::accounts::{self, Account, AccountFilter};
use quaymaster_store::grants::seats;
use quaymaster_store::{Page, PageRequest, members};

use super::ledger::ways;
use crate::Services;
use crate::error::Fault;
use crate::users::place;

/// How long a note of the last use stays as it is: not every request writes.
const NOTED_FOR: Duration = Duration::seconds(60);

/// A foreign account that a member sees.
#[derive(Clone, Debug)]
pub struct GuestAccount {
    /// The account.
    pub account: Account,
    /// What is seen, through which grant.
    pub seat: Seat,
    /// How the grant was passed on.
    pub via: Vec<Via>,
    /// Until when.
    pub until: Option<chrono::DateTime<chrono::Utc>>,
}

/// How the person of a request stands in the account that the request names, if not a member or staff.
///
/// # Errors
/// When the database cannot answer.
pub(crate) async fn standing(
    s: &Services,
    actor: &Actor,
    account: AccountId,
) -> Result<Option<Guest>, Fault> {
    if actor.staff.is_some() || actor.memberships.is_empty() || actor.membership(account).is_some()
    {
        return Ok(None);
    }
    let found = seats::standing(&s.db.reader(), &seats_of(actor), account, actor.now).await?;
    Ok(found)
}

/// Notes that the actor has looked into a foreign account, at most once a minute. A note that cannot be made does not
/// keep anybody from reading.
pub(crate) async fn note_use(actor: &Actor, s: &Services, guest: &Guest) {
    let now = s.now();
    let due: Vec<GrantId> = guest
        .seats()
        .iter()
        .filter(|seat| seat.last_used_at.is_none_or(|at| now - at >= NOTED_FOR))
        .map(|seat| seat.grant)
        .collect();
    if due.is_empty() {
        return;
    }
    let noted = async {
        let tx = s.db.begin_write().await?;
        seats::note_use(&tx, actor.user, &due, now).await?;
        tx.commit_bookkeeping().await
    }
    .await;
    if let Err(error) = noted {
        tracing::warn!(%error, "the last use of a grant was not noted");
    }
}

/// Which foreign accounts a member of an account sees through it, by name.
///
/// # Errors
/// [`Fault::NotFound`], and [`Fault::Denied`] for plain users and guests.
pub async fn of_member(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    user: UserId,
    page: &PageRequest,
) -> Result<Page<GuestAccount>, Fault> {
    let at = place(actor, s, account).await?;
    let scope = require_read(actor, Action::ReadGrants, &Thing::Account(at))?;
    let (reader, now) = (s.db.reader(), s.now());
    let member = members::find(&reader, &scope, account, user)
        .await?
        .ok_or(Fault::NotFound)?;
    let owner = member.role == MemberRole::Owner;
    let found = accounts::list_as_guest(
        &reader,
        &scope,
        user,
        &[(account, owner)],
        &AccountFilter::default(),
        now,
        page,
    )
    .await?;
    let mut items = Vec::new();
    for (account, parts) in found.items {
        for (seat, part) in parts {
            items.push(GuestAccount {
                account: account.clone(),
                via: ways(&part.person.assignments),
                until: part.grant.life.offer.ends_at,
                seat,
            });
        }
    }
    Ok(Page {
        items,
        next: found.next,
    })
}
