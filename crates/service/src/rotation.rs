//! Exchanging refresh tokens, in groups: those that come while a group is being worked on make up the next one. A group
//! is one transaction, so that a burst of pages waking up costs one wait for the disk and not one each. Who gets what for
//! a token is decided here; what a session is, in `sessions`.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::Duration;
use quaymaster_domain::ids::{SessionId, UserId};
use quaymaster_store::StoreError;
use quaymaster_store::sessions::{self as store, Presented, Rotation, Session};
use quaymaster_store::users::User;
use tokio::sync::oneshot;

use crate::Services;
use crate::error::Fault;
use crate::me::{self, Place};
use crate::secrets::token_hash;
use crate::sessions::is_alive;

/// For how long a refresh token that was exchanged is answered once more, with the same successor: the reply may have been
/// lost, or two pages of one browser asked at once.
const REFRESH_GRACE: Duration = Duration::seconds(5);

/// How many tokens make up a group. Each number of tokens is a statement of its own, kept ready by the connection.
const GROUP: usize = 16;

/// What comes of a refresh token.
#[derive(Clone)]
pub(crate) enum Exchange {
    /// It is not ours.
    Unknown,
    /// Its session is over.
    Ended,
    /// It was exchanged before: somebody else has it.
    Reused(Box<User>, SessionId),
    /// Here is the next one.
    Next(Box<Renewal>),
}

/// A session that goes on.
#[derive(Clone)]
pub(crate) struct Renewal {
    pub(crate) session: Session,
    pub(crate) user: User,
    /// Follows from the token before by a keyed digest, so that a repeated exchange within [`REFRESH_GRACE`] answers the
    /// same one and the family stays a single line.
    pub(crate) token: String,
    /// The version of the terms in force.
    pub(crate) current_terms: Option<i64>,
    /// Memberships by company and account.
    pub(crate) places: Vec<Place>,
}

/// A request that waits for its token to be exchanged.
struct Waiting {
    token: String,
    answer: oneshot::Sender<Result<Exchange, Fault>>,
}

/// The requests of this process that wait.
#[derive(Default)]
pub struct Rotations(Mutex<Queue>);

#[derive(Default)]
struct Queue {
    waiting: Vec<Waiting>,
    /// Somebody works on groups until nobody waits.
    running: bool,
}

impl Rotations {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Exchanges a token, together with those of others who ask meanwhile.
pub(crate) async fn exchange(s: &Services, token: &str) -> Result<Exchange, Fault> {
    let (answer, answered) = oneshot::channel();
    let first = {
        let mut queue = s.rotations.queue();
        queue.waiting.push(Waiting {
            token: token.to_owned(),
            answer,
        });
        !std::mem::replace(&mut queue.running, true)
    };
    if first {
        // Not part of this request, which may be dropped when its client goes away: others wait too.
        tokio::spawn(Turn::of(s).run());
    }
    match answered.await {
        Ok(exchange) => exchange,
        Err(_gone) => Err(Fault::Busy(1)),
    }
}

/// The right to work on groups. Given back also when the work is cut off.
struct Turn {
    services: Services,
    over: bool,
}

impl Turn {
    fn of(s: &Services) -> Self {
        Self {
            services: s.clone(),
            over: false,
        }
    }

    async fn run(mut self) {
        while let Some(group) = self.next() {
            settle(&self.services, group).await;
        }
    }

    /// The next group; when nobody waits, the turn is over.
    fn next(&mut self) -> Option<Vec<Waiting>> {
        let mut queue = self.services.rotations.queue();
        let size = queue.waiting.len().min(GROUP);
        queue.running = size > 0;
        self.over = size == 0;
        (size > 0).then(|| queue.waiting.drain(..size).collect())
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if !self.over {
            let mut queue = self.services.rotations.queue();
            queue.running = false;
            // They hear that the portal is busy, and ask again.
            queue.waiting.clear();
        }
    }
}

/// Answers a group.
async fn settle(s: &Services, group: Vec<Waiting>) {
    let mut asked: HashMap<String, Vec<Waiting>> = HashMap::with_capacity(group.len());
    for waiting in group {
        let hash = token_hash(&waiting.token);
        asked.entry(hash).or_default().push(waiting);
    }
    let tokens = asked
        .iter()
        .filter_map(|(hash, all)| Some((hash.as_str(), all.first()?.token.as_str())))
        .collect();
    let found = exchange_all(s, &tokens).await;
    for (hash, all) in asked {
        for waiting in all {
            let answer = match &found {
                Ok(found) => match found.get(&hash) {
                    None => Ok(Exchange::Unknown),
                    Some(Ok(exchange)) => Ok(exchange.clone()),
                    Some(Err(unfit)) => Err(Fault::Internal(unfit.clone())),
                },
                Err(StoreError::Busy(cause)) => Err(StoreError::Busy(cause.clone()).into()),
                Err(StoreError::Full(cause)) => Err(StoreError::Full(cause.clone()).into()),
                Err(other) => Err(Fault::Internal(other.to_string())),
            };
            // Whoever has gone asks again.
            let _ = waiting.answer.send(answer);
        }
    }
}

/// By the hash of a token: what comes of it, or how its row does not fit.
type Found = HashMap<String, Result<Exchange, String>>;

/// Exchanges tokens (by hash) in one transaction.
async fn exchange_all(s: &Services, tokens: &HashMap<&str, &str>) -> Result<Found, StoreError> {
    let now = s.now();
    let tx = s.db.begin_write().await?;
    let hashes: Vec<&str> = tokens.keys().copied().collect();
    let (presented, current_terms) = store::lock_presented(&tx, &hashes).await?;
    let mut rotations = Vec::with_capacity(presented.len());
    let mut all = HashMap::with_capacity(presented.len());
    for Presented {
        id,
        token_hash: hash,
        used_at,
        holder,
    } in presented
    {
        let Some(token) = tokens.get(hash.as_str()) else {
            continue;
        };
        let (mut session, user) = match holder {
            Ok(holder) => holder,
            Err(unfit) => {
                all.insert(hash, Err(unfit.to_string()));
                continue;
            }
        };
        let exchange = if !is_alive(s, &session, now) || user.suspended_at.is_some() {
            Exchange::Ended
        } else if used_at.is_some_and(|used_at| now - used_at > REFRESH_GRACE) {
            Exchange::Reused(Box::new(user), session.id)
        } else {
            let next = s.secrets.keyed_digest("refresh-token", token);
            if used_at.is_none() {
                rotations.push(Rotation {
                    used: id,
                    next: s.id(),
                    next_hash: token_hash(&next),
                    session: session.id,
                });
                session.last_used_at = now;
            }
            Exchange::Next(Box::new(Renewal {
                session,
                user,
                token: next,
                current_terms,
                places: Vec::new(),
            }))
        };
        all.insert(hash, Ok(exchange));
    }
    if !rotations.is_empty() {
        store::rotate(&tx, &rotations, now).await?;
        tx.commit_bookkeeping().await?;
    } else {
        drop(tx);
    }
    let renewed: Vec<UserId> = all
        .values()
        .filter_map(|found| match found {
            Ok(Exchange::Next(renewal)) => Some(renewal.user.id),
            _ => None,
        })
        .collect();
    let places = me::places_of(s, &renewed).await?;
    for found in all.values_mut() {
        if let Ok(Exchange::Next(renewal)) = found {
            // Cloned: a person may be here with two sessions.
            renewal.places = places.get(&renewal.user.id).cloned().unwrap_or_default();
        }
    }
    Ok(all)
}
