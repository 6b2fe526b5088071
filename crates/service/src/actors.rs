//! From an access token to the actor of a request, with everything as it is at this moment: an ended session, a
//! suspended person or a changed role counts at the very next request.

use quaymaster_domain::access::{Actor, Origin};
use quaymaster_domain::ids::{AccountId, SessionId, UserId};
use quaymaster_store::users::User;
use quaymaster_store::{requests, users};

use crate::Services;
use crate::error::Fault;
use crate::{grants, oauth};

/// What a person has to do before anything else works, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NextStep {
    /// Create a new password.
    ChangePassword,
    /// Choose five challenge questions.
    ChooseChallengeQuestions,
    /// Accept the current terms (R10).
    AcceptTerms,
}

impl NextStep {
    /// The word on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ChangePassword => "change_password",
            Self::ChooseChallengeQuestions => "choose_challenge_questions",
            Self::AcceptTerms => "accept_terms",
        }
    }
}

/// A signed-in request.
#[derive(Clone, Debug)]
pub struct SignedInRequest {
    /// Who.
    pub actor: Actor,
    /// The person's own row.
    pub user: User,
    /// What must be done first.
    pub next_step: Option<NextStep>,
}

/// Who sends a request: a person, or a program that acts for an account.
#[derive(Clone, Debug)]
pub enum Caller {
    /// A signed-in person.
    Person(Box<SignedInRequest>),
    /// An API client, as the actor that it is.
    Client(Box<Actor>),
}

/// Who sends this token? `None` when nobody does by it.
///
/// # Errors
/// When the database cannot answer, or for a program from a network that it may not come from.
pub async fn caller(
    s: &Services,
    token: &str,
    origin: Origin,
    names: Option<AccountId>,
) -> Result<Option<Caller>, Fault> {
    if let Some(said) = s.tokens.read_client(token, s.now()) {
        let found = oauth::actor_of(s, &said, origin).await?;
        return Ok(found.map(|actor| Caller::Client(Box::new(actor))));
    }
    let found = of_token(s, token, origin, names).await?;
    Ok(found.map(|request| Caller::Person(Box::new(request))))
}

/// Which person sends this token? `None` when nobody is signed in by it. `names` is the account that the request names: the actor
/// carries what grants give there at this moment.
///
/// # Errors
/// When the database cannot answer.
pub async fn of_token(
    s: &Services,
    token: &str,
    origin: Origin,
    names: Option<AccountId>,
) -> Result<Option<SignedInRequest>, Fault> {
    let now = s.now();
    let Some((user_id, session_id)) = s.tokens.read(token, now) else {
        return Ok(None);
    };
    let reader = s.db.reader();
    let Some(found) = requests::signed_in(&reader, session_id, now).await? else {
        return Ok(None);
    };
    let requests::SignedIn {
        session,
        user,
        memberships,
        current_terms,
    } = found;
    let idle = now - session.last_used_at > s.settings.session_idle;
    if session.user_id != user_id
        || session.ended_at.is_some()
        || session.absolute_expires_at <= now
        || idle
        || user.suspended_at.is_some()
    {
        return Ok(None);
    }
    let mut actor = Actor {
        user: user.id,
        name: user.full_name(),
        staff: user.staff_role,
        memberships,
        guest: None,
        client: None,
        session: session.id,
        proved_at: session.authenticated_at,
        now,
        origin,
    };
    if let Some(account) = names {
        actor.guest = grants::guests::standing(s, &actor, account).await?;
    }
    let next_step = step_before(&user, current_terms);
    Ok(Some(SignedInRequest {
        actor,
        user,
        next_step,
    }))
}

/// What a person has to do first.
///
/// # Errors
/// When the database cannot answer.
pub async fn next_step(s: &Services, user: &User) -> Result<Option<NextStep>, Fault> {
    let current = users::current_terms_version(&s.db.reader()).await?;
    Ok(step_before(user, current))
}

/// What a person has to do first when these terms are in force.
pub(crate) fn step_before(user: &User, current_terms: Option<i64>) -> Option<NextStep> {
    if user.must_change_password {
        Some(NextStep::ChangePassword)
    } else if !user.has_challenge_questions {
        Some(NextStep::ChooseChallengeQuestions)
    } else {
        (current_terms > user.terms_version).then_some(NextStep::AcceptTerms)
    }
}

/// A person on whose behalf the portal does something while nobody is signed in, with the rights of this moment. `None`
/// when the person could not do it now either: suspended, or never signed in.
///
/// # Errors
/// When the database cannot answer.
pub(crate) async fn for_job(s: &Services, user: UserId) -> Result<Option<Actor>, Fault> {
    let reader = s.db.reader();
    let now = s.now();
    let Some(user) = users::by_id(&reader, user).await? else {
        return Ok(None);
    };
    if user.suspended_at.is_some() || user.user_name.is_none() {
        return Ok(None);
    }
    Ok(Some(Actor {
        memberships: requests::memberships_for_job(&reader, user.id, now).await?,
        user: user.id,
        name: user.full_name(),
        staff: user.staff_role,
        guest: None,
        client: None,
        // No session, and a proof of identity that is old for everything.
        session: SessionId(uuid::Uuid::nil()),
        proved_at: chrono::DateTime::UNIX_EPOCH,
        now,
        origin: Origin {
            request_id: String::new(),
            network: String::new(),
        },
    }))
}
