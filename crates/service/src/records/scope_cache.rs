//! Scopes of readers with many numbers, kept while nothing has changed that decides about them. Working out what somebody with
//! ten thousand clients may see takes a hundred times as long as asking whether anything has changed since.
//!
//! What is kept holds for one reader with the same roles, while the count of changes of access in the database is the one that
//! was read before the facts were, and until the next moment at which a grant or a review begins or ends by the clock. Small
//! scopes are not kept: they cost no more than the question.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use quaymaster_domain::access::{
    ActingClient, Actor, Membership, Purpose, ReadScope, ScopeFacts, seats_of,
};
use quaymaster_domain::ids::{AccountId, UserId};
use quaymaster_store::records::{facts, scope_keys};
use quaymaster_store::{Db, access_epoch};

use crate::error::Fault;

/// Numbers of all kept scopes together. A number takes some hundred bytes.
const MOST_NUMBERS: usize = 100_000;

/// What somebody may see, and the accounts of other companies through which they may report.
#[derive(Clone, Debug)]
pub(super) struct Reach {
    pub(super) scope: ReadScope,
    pub(super) through: Arc<[AccountId]>,
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Reader {
    user: UserId,
    client: Option<uuid::Uuid>,
    reports: bool,
}

impl Reader {
    fn of(actor: &Actor, purpose: Purpose) -> Self {
        Self {
            user: actor.user,
            client: actor.client.as_ref().map(|client| client.id.0),
            reports: purpose == Purpose::Reports,
        }
    }
}

struct Kept {
    epoch: i64,
    memberships: Vec<Membership>,
    client: Option<ActingClient>,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
    reach: Reach,
    numbers: usize,
}

/// From so many numbers and clients on a scope is worth keeping.
const MANY: usize = 500;

/// The kept scopes.
pub struct ScopeCache {
    many: usize,
    /// `None` for somebody who is known to have many numbers and for whom nothing is kept yet.
    kept: Mutex<HashMap<Reader, Option<Kept>>>,
}

impl Default for ScopeCache {
    fn default() -> Self {
        Self::from_size(MANY)
    }
}

/// What a scope is worked out under, so that it may be kept.
pub(super) struct Ticket {
    reader: Reader,
    epoch: i64,
}

impl ScopeCache {
    /// Keeps scopes from so many numbers and clients on: with 0 all of them, so that tests see what keeping does.
    #[must_use]
    pub fn from_size(many: usize) -> Self {
        Self {
            many,
            kept: Mutex::default(),
        }
    }

    fn with<T>(&self, act: impl FnOnce(&mut HashMap<Reader, Option<Kept>>) -> T) -> T {
        act(&mut self.kept.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// What is kept for the actor, or the ticket by which it can be kept; neither for somebody who is not known to have many
    /// numbers.
    pub(super) async fn look(
        &self,
        db: &Db,
        actor: &Actor,
        purpose: Purpose,
        now: DateTime<Utc>,
    ) -> Result<(Option<Reach>, Option<Ticket>), Fault> {
        let reader = Reader::of(actor, purpose);
        if actor.staff.is_some() || !self.with(|all| all.contains_key(&reader)) {
            return Ok((None, None));
        }
        let epoch = access_epoch::current(&db.reader()).await?;
        let found = self.with(|all| {
            all.get(&reader)
                .and_then(Option::as_ref)
                .filter(|kept| {
                    kept.epoch == epoch
                        && (kept.from..kept.until).contains(&now)
                        && kept.memberships == actor.memberships
                        && kept.client == actor.client
                })
                .map(|kept| kept.reach.clone())
        });
        let ticket = found.is_none().then_some(Ticket { reader, epoch });
        Ok((found, ticket))
    }

    /// Keeps what was worked out, or notes that it is worth keeping the next time.
    pub(super) async fn keep(
        &self,
        db: &Db,
        actor: &Actor,
        purpose: Purpose,
        ticket: Option<Ticket>,
        (facts, reach): (&ScopeFacts, &Reach),
        now: DateTime<Utc>,
    ) -> Result<(), Fault> {
        let numbers = facts.keys.values().map(Vec::len).sum::<usize>() + facts.guests.len();
        if actor.staff.is_some() || reach.scope.reason().is_some() || numbers < self.many {
            return Ok(());
        }
        let Some(Ticket { reader, epoch }) = ticket else {
            let reader = Reader::of(actor, purpose);
            self.with(|all| {
                all.entry(reader).or_default();
            });
            return Ok(());
        };
        let turn = facts::next_turn(&db.reader(), &seats_of(actor), now).await?;
        let due = scope_keys::next_due(now);
        let kept = Kept {
            epoch,
            memberships: actor.memberships.clone(),
            client: actor.client.clone(),
            from: now,
            until: turn.map_or(due, |turn| turn.min(due)),
            reach: reach.clone(),
            numbers,
        };
        self.with(|all| {
            let held = |one: &Option<Kept>| one.as_ref().map_or(0, |kept| kept.numbers);
            if all.values().map(held).sum::<usize>() + numbers > MOST_NUMBERS {
                all.clear();
            }
            all.insert(reader, Some(kept));
        });
        Ok(())
    }
}
