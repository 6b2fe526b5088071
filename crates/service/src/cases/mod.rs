//! Requests to support (DOMAIN section 6): opening, reading, answering, taking, closing, and how long it will take. The
//! verification of callers is in `verification`, acts on people in `actions`, help without signing in in `access_help`.

mod access_help;
mod actions;
mod attachments;
mod figures;
pub(crate) mod overview;
mod verification;

use chrono::{DateTime, Duration, Utc};
use quaymaster_domain::access::{
    AccountRef, Action, Actor, Denied, Scope, Thing, may, require, require_read,
};
use quaymaster_domain::cases::{
    CaseState, CaseSubject, ExpectedWait, MessageText, THROUGHPUT_DAYS, Topic, VerificationOver,
    case_number, expected_wait,
};
use quaymaster_domain::ids::{AccountId, CaseId, UserId};
use quaymaster_domain::people::UserName;
use quaymaster_store::accounts::{self, Account};
use quaymaster_store::cases::{self as store};
use quaymaster_store::db::Handle;
use quaymaster_store::users::{self, User};
use quaymaster_store::{Page, PageRequest, StoreError, WriteTx};

use crate::Services;
use crate::error::Fault;
use crate::mails::cases as letters;
use crate::users::place;
use crate::verifier::user_key;

pub use access_help::{ask_for_help, relay_due};
pub use actions::{act, approve};
pub use attachments::{NewAttachment, attach, attachment, attachments};
pub use figures::{AgeBand, AgeFigures, Figures, Period, TopicFigures, figures};
pub use quaymaster_store::cases::actions::{ActionState, CaseAction};
pub use quaymaster_store::cases::attachments::Attachment;
pub use quaymaster_store::cases::verifications::CallerVerification;
pub use quaymaster_store::cases::{Case, CaseFilter, Message, MessageKind};
pub(crate) use verification::in_every_trail;
pub use verification::{OpenPhrase, hear, open_phrases, start};

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    /// R6.
    #[error(
        "support acts on a person only in a case bound to that User ID, after the caller was verified in the last 15 minutes as the person on file: send the phrase, and type what the caller says"
    )]
    CallerNotVerified,
    /// The agent who sent a phrase speaks with the caller.
    #[error(
        "this phrase was sent by {0}, who alone types it; send the caller a phrase of your own"
    )]
    PhraseOfAnother(String),
    /// R6, about Account Owners.
    #[error(
        "what is done to an Account Owner needs two agents: ask a second agent to open this case and agree"
    )]
    SecondAgentRequired,
    /// No phrase is awaited.
    #[error(transparent)]
    VerificationOver(#[from] VerificationOver),
    /// The case is bound to nobody.
    #[error("this case is not bound to a User ID; name the person first")]
    NoPerson,
    /// Nothing is written in a closed case by support.
    #[error("this case is closed; the customer opens it again by writing")]
    Closed,
    /// The case has as many files as it takes.
    #[error(
        "a case takes ten files, and this one has them; put what is missing into a message, or open another case"
    )]
    TooManyAttachments,
    /// There is nothing to lift.
    #[error("{0}")]
    NotLocked(&'static str),
    /// It was done already.
    #[error("this was done already")]
    DoneAlready,
    /// Not specific.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<Denied> for CaseError {
    fn from(denied: Denied) -> Self {
        Self::Fault(denied.into())
    }
}
impl From<StoreError> for CaseError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

/// How long somebody will wait.
#[derive(Clone, Copy, Debug)]
pub struct Waiting {
    /// Place in the queue; 1 is next.
    pub place: u32,
    /// How many answers were given in the last seven days.
    pub answered: u32,
    /// The expected time from now; nothing when nothing was answered.
    pub expected: Option<ExpectedWait>,
}

/// A case as its reader sees it.
#[derive(Clone)]
pub struct CaseView {
    /// The case.
    pub case: Case,
    /// The account that it is about.
    pub account: Option<Account>,
    /// Place in the queue and expected time, while it waits for support.
    pub waiting: Option<Waiting>,
    /// What only support sees; nothing for the customer.
    pub desk: Option<Desk>,
}

/// What only support sees of a case.
#[derive(Clone)]
pub struct Desk {
    /// The person that the case is bound to.
    pub person: Option<User>,
    /// The last verification of a caller as that person.
    pub verification: Option<CallerVerification>,
    /// What was done, newest first.
    pub actions: Vec<CaseAction>,
}

/// Who reads, and what of it.
struct Reader {
    scope: Scope,
    /// Customers read what they opened themselves.
    own: Option<UserId>,
}

impl Reader {
    fn of(actor: &Actor) -> Result<Self, Denied> {
        if may(actor, Action::ReadCases, &Thing::Portal).is_ok() {
            let scope = require_read(actor, Action::ReadCases, &Thing::Portal)?;
            return Ok(Self { scope, own: None });
        }
        Ok(Self {
            scope: require_read(actor, Action::ReadOwn, &Thing::Oneself)?,
            own: Some(actor.user),
        })
    }

    fn is_desk(&self) -> bool {
        self.own.is_none()
    }
}

/// A case to open.
#[derive(Clone, Debug)]
pub struct NewCase {
    /// What it is about.
    pub topic: Topic,
    /// What it is called.
    pub subject: CaseSubject,
    /// The first message.
    pub message: MessageText,
    /// The account that it is about.
    pub account: Option<AccountId>,
}

/// Opens a case. It is bound to the person who opens it.
///
/// # Errors
/// [`Fault::Invalid`] when the person does not know the account.
pub async fn open(actor: &Actor, s: &Services, new: NewCase) -> Result<CaseView, CaseError> {
    let NewCase {
        topic,
        subject,
        message,
        account,
    } = new;
    let permit = require(actor, Action::WriteOwnCase, &Thing::Oneself)?;
    let at = match account {
        Some(account) => Some(own_account(actor, s, account).await?),
        None => None,
    };
    let now = s.now();
    let tx = s.db.begin_write().await?;
    let case = Case {
        id: s.id(),
        serial: store::next_serial(&tx).await?,
        topic,
        subject: subject.as_str().to_owned(),
        state: CaseState::Waiting,
        state_since: now,
        opened_at: now,
        opened_by: Some(actor.user),
        opened_by_name: actor.name.clone(),
        typed_user_id: None,
        account,
        person: Some(actor.user),
        agent: None,
        relay_due_at: None,
    };
    store::insert(&tx, &case).await?;
    write_down(s, &tx, &case, MessageKind::Customer, &actor.name, &message).await?;
    let permit = permit
        .about("case", case.id, case_number(case.serial))
        .within(
            at.as_ref().map(|a| a.account),
            at.as_ref().map(|a| a.company),
        )
        .change(None, Some(json(&case)));
    s.commit(tx, permit).await?;
    Ok(view(s, &s.db.reader(), &Reader::of(actor)?, case).await?)
}

/// The account that a case is about; one that the actor may not see is a field that does not fit.
async fn own_account(actor: &Actor, s: &Services, account: AccountId) -> Result<AccountRef, Fault> {
    let found = match place(actor, s, account).await {
        Ok(at) => require_read(actor, Action::ReadAccount, &Thing::Account(at))
            .map(|_scope| at)
            .map_err(Fault::from),
        Err(fault) => Err(fault),
    };
    found.map_err(|fault| match fault {
        Fault::NotFound | Fault::Denied(_) => Fault::field(
            "/account_id",
            "invalid",
            "there is no such account among yours",
        ),
        other => other,
    })
}

async fn write_down(
    s: &Services,
    tx: &WriteTx,
    case: &Case,
    kind: MessageKind,
    author: &str,
    text: &MessageText,
) -> Result<Message, StoreError> {
    let message = Message {
        id: s.id(),
        case: case.id,
        at: s.now(),
        kind,
        author_name: author.to_owned(),
        body: text.as_str().to_owned(),
    };
    store::insert_message(tx, &message).await?;
    Ok(message)
}

/// Cases, the newest first: all of them for support and auditors, own ones for everybody else.
///
/// # Errors
/// When the database cannot answer.
pub async fn list(
    actor: &Actor,
    s: &Services,
    filter: CaseFilter,
    page: &PageRequest,
) -> Result<Page<CaseView>, Fault> {
    let reader = Reader::of(actor)?;
    let filter = CaseFilter {
        opened_by: reader.own.or(filter.opened_by),
        person: filter.person.filter(|_| reader.is_desk()),
        agent: filter.agent.filter(|_| reader.is_desk()),
        ..filter
    };
    let db = s.db.reader();
    let found = store::list(&db, &reader.scope, &filter, page).await?;
    views(s, &db, &reader, found).await
}

/// The cases that wait for support, whoever waits longest first.
///
/// # Errors
/// [`Fault::Denied`] for everybody but support and auditors.
pub async fn queue(
    actor: &Actor,
    s: &Services,
    filter: CaseFilter,
    page: &PageRequest,
) -> Result<Page<CaseView>, Fault> {
    let scope = require_read(actor, Action::ReadCases, &Thing::Portal)?;
    let reader = Reader { scope, own: None };
    let db = s.db.reader();
    let found = store::queue(&db, &reader.scope, &filter, page).await?;
    views(s, &db, &reader, found).await
}

async fn views(
    s: &Services,
    db: &impl Handle,
    reader: &Reader,
    found: Page<Case>,
) -> Result<Page<CaseView>, Fault> {
    let mut items = Vec::with_capacity(found.items.len());
    for case in found.items {
        items.push(view(s, db, reader, case).await?);
    }
    Ok(Page {
        items,
        next: found.next,
    })
}

/// One case.
///
/// # Errors
/// [`Fault::NotFound`] for a case of somebody else.
pub async fn get(actor: &Actor, s: &Services, id: CaseId) -> Result<CaseView, Fault> {
    let reader = Reader::of(actor)?;
    let db = s.db.reader();
    let case = store::find(&db, &reader.scope, id, reader.own)
        .await?
        .ok_or(Fault::NotFound)?;
    view(s, &db, &reader, case).await
}

async fn view(
    s: &Services,
    db: &impl Handle,
    reader: &Reader,
    case: Case,
) -> Result<CaseView, Fault> {
    let account = match case.account {
        Some(id) => accounts::by_invitation(db, id).await?,
        None => None,
    };
    let desk = if reader.is_desk() {
        let person = match case.person {
            Some(person) => users::by_id(db, person).await?,
            None => None,
        };
        let verification = match case.person {
            Some(person) => store::verifications::last(db, case.id, person).await?,
            None => None,
        };
        Some(Desk {
            person,
            verification,
            actions: store::actions::of_case(db, case.id).await?,
        })
    } else {
        None
    };
    Ok(CaseView {
        waiting: waiting(db, &case, s.now()).await?,
        account,
        desk,
        case,
    })
}

async fn waiting(
    db: &impl Handle,
    case: &Case,
    now: DateTime<Utc>,
) -> Result<Option<Waiting>, StoreError> {
    if case.state != CaseState::Waiting {
        return Ok(None);
    }
    let place = u32::try_from(store::ahead_of(db, case).await? + 1).unwrap_or(u32::MAX);
    let since = now - Duration::days(THROUGHPUT_DAYS);
    let answered = u32::try_from(store::answers_since(db, since).await?).unwrap_or(u32::MAX);
    Ok(Some(Waiting {
        place,
        answered,
        expected: expected_wait(place, answered),
    }))
}

/// What was written in a case, the oldest first; internal notes for support and auditors only.
///
/// # Errors
/// [`Fault::NotFound`] for a case of somebody else.
pub async fn messages(
    actor: &Actor,
    s: &Services,
    id: CaseId,
    page: &PageRequest,
) -> Result<Page<Message>, Fault> {
    let reader = Reader::of(actor)?;
    let db = s.db.reader();
    let case = store::find(&db, &reader.scope, id, reader.own)
        .await?
        .ok_or(Fault::NotFound)?;
    Ok(store::messages(&db, &case, reader.is_desk(), page).await?)
}

/// Writes in a case: the customer asks or opens it again, support answers or keeps an internal note.
///
/// # Errors
/// [`CaseError::Closed`] for an answer in a closed case; [`Denied::Forbidden`] for a customer's internal note.
pub async fn write(
    actor: &Actor,
    s: &Services,
    id: CaseId,
    text: &MessageText,
    internal: bool,
) -> Result<Message, CaseError> {
    let reader = Reader::of(actor)?;
    let permit = if reader.is_desk() {
        require(actor, Action::WorkCases, &Thing::Portal)?
    } else {
        require(actor, Action::WriteOwnCase, &Thing::Oneself)?
    };
    if internal && !reader.is_desk() {
        return Err(Denied::Forbidden.into());
    }
    let now = s.now();
    let tx = s.db.begin_write().await?;
    let mut case = store::lock(&tx, &reader.scope, id, reader.own)
        .await?
        .ok_or(Fault::NotFound)?;
    let before = json(&case);
    let kind = match (reader.is_desk(), internal) {
        (true, true) => MessageKind::Note,
        (true, false) => MessageKind::Support,
        (false, _) => MessageKind::Customer,
    };
    match kind {
        MessageKind::Note => {}
        MessageKind::Support => {
            if case.state == CaseState::Closed {
                return Err(CaseError::Closed);
            }
            if case.state == CaseState::Waiting {
                store::answered(&tx, s.id(), &case, now).await?;
            }
            (case.state, case.state_since) = (CaseState::Answered, now);
            if let Some(opener) = case.opened_by {
                let opener = users::by_id(&tx, opener).await?.ok_or(Fault::NotFound)?;
                letters::answered(s, &case).to(s, &tx, &opener).await?;
            }
        }
        // Who writes again while waiting keeps the place in the queue.
        MessageKind::Customer if case.state == CaseState::Waiting => {}
        MessageKind::Customer => (case.state, case.state_since) = (CaseState::Waiting, now),
    }
    store::update(&tx, &case).await?;
    let message = write_down(s, &tx, &case, kind, &actor.name, text).await?;
    let permit = permit
        .about("case", case.id, case_number(case.serial))
        .change(Some(before), Some(json(&case)));
    s.commit(tx, permit).await?;
    Ok(message)
}

/// Support takes a case, or gives it back.
///
/// # Errors
/// [`Fault::NotFound`].
pub async fn assign(
    actor: &Actor,
    s: &Services,
    id: CaseId,
    to_me: bool,
) -> Result<CaseView, CaseError> {
    require(actor, Action::WorkCases, &Thing::Portal).map(drop)?;
    let agent = to_me.then(|| (actor.user, actor.name.clone()));
    change(actor, s, id, |case| case.agent = agent).await
}

/// Closes a case; by support, or by the customer who opened it.
///
/// # Errors
/// [`Fault::NotFound`].
pub async fn close(actor: &Actor, s: &Services, id: CaseId) -> Result<CaseView, CaseError> {
    let now = s.now();
    change(actor, s, id, |case| {
        if case.state != CaseState::Closed {
            (case.state, case.state_since) = (CaseState::Closed, now);
        }
    })
    .await
}

async fn change(
    actor: &Actor,
    s: &Services,
    id: CaseId,
    edit: impl FnOnce(&mut Case),
) -> Result<CaseView, CaseError> {
    let reader = Reader::of(actor)?;
    let permit = if reader.is_desk() {
        require(actor, Action::WorkCases, &Thing::Portal)?
    } else {
        require(actor, Action::WriteOwnCase, &Thing::Oneself)?
    };
    let tx = s.db.begin_write().await?;
    let mut case = store::lock(&tx, &reader.scope, id, reader.own)
        .await?
        .ok_or(Fault::NotFound)?;
    let before = json(&case);
    edit(&mut case);
    store::update(&tx, &case).await?;
    let permit = permit
        .about("case", case.id, case_number(case.serial))
        .change(Some(before), Some(json(&case)));
    s.commit(tx, permit).await?;
    Ok(view(s, &s.db.reader(), &reader, case).await?)
}

/// Binds a case to the one person whom the caller claims to be. An earlier verification as somebody else does not carry over.
///
/// # Errors
/// [`Fault::Invalid`] when there is no such User ID among the people of companies.
pub async fn bind(
    actor: &Actor,
    s: &Services,
    id: CaseId,
    user_name: &UserName,
) -> Result<CaseView, CaseError> {
    let person = users::by_key(&s.db.reader(), &user_key(user_name.as_str()))
        .await?
        .filter(|person| person.staff_role.is_none())
        .map(|person| person.id);
    require(actor, Action::WorkCases, &Thing::Portal).map(drop)?;
    let person = person.ok_or_else(|| {
        Fault::field(
            "/user_id",
            "invalid",
            "there is no such User ID among the people of companies",
        )
    })?;
    change(actor, s, id, |case| case.person = Some(person)).await
}

/// A case with its row locked, and the person that it is bound to, for the desk.
async fn bound(actor: &Actor, tx: &WriteTx, id: CaseId) -> Result<(Case, UserId), CaseError> {
    let reader = Reader::of(actor)?;
    if !reader.is_desk() {
        return Err(Fault::NotFound.into());
    }
    let case = store::lock(tx, &reader.scope, id, None)
        .await?
        .ok_or(Fault::NotFound)?;
    if case.state == CaseState::Closed {
        return Err(CaseError::Closed);
    }
    let person = case.person.ok_or(CaseError::NoPerson)?;
    Ok((case, person))
}

fn json(case: &Case) -> String {
    serde_json::json!({
        "topic": case.topic.as_str(),
        "subject": case.subject,
        "state": case.state.as_str(),
        "agent": case.agent.as_ref().map(|(_, name)| name),
        "person": case.person.map(|p| p.to_string()),
    })
    .to_string()
}
