//! Cases with support over HTTP: opening, reading, writing, closing, the queue, and help for people who cannot sign in.
//! What the support desk does about callers is in `desk`.

mod attachments;
mod canned;
mod desk;
mod figures;

use actix_web::{HttpResponse, get, post, put};
use chrono::{DateTime, Utc};
use quaymaster_domain::cases::{self as domain, CaseSubject, MessageText, case_number};
use quaymaster_domain::people::UserName;
use quaymaster_service::Cursor;
use quaymaster_service::cases::{
    self, CaseFilter, CaseView, Message, MessageKind as Kind, NewCase, Waiting,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use validator::Validate;

use crate::common::{AccountRef, PersonRef, wire_enums};
use crate::extract::{Authed, Json, Path, Public, Query};
use crate::lists::{PageQuery, page_request};
use crate::operation_list::Operations;
use crate::problem::{Problem, ProblemBody};

use desk::{CallerVerification, CaseAction};

/// The operations of this area.
pub(crate) fn area(config: &mut Operations) {
    config
        .service(open_case)
        .service(list_cases)
        .service(list_case_queue)
        .service(figures::get_support_figures)
        .service(get_case)
        .service(list_case_messages)
        .service(write_case_message)
        .service(close_case)
        .service(ask_for_access_help)
        .service(desk::assign_case)
        .service(desk::name_case_person)
        .service(desk::start_caller_verification)
        .service(desk::try_caller_phrase)
        .service(desk::act_in_case)
        .service(desk::approve_case_action)
        .service(desk::list_my_caller_phrases)
        .service(attachments::list_case_attachments)
        .service(attachments::add_case_attachment)
        .service(attachments::download_case_attachment)
        .service(canned::list_canned_answers)
        .service(canned::create_canned_answer)
        .service(canned::update_canned_answer)
        .service(canned::delete_canned_answer);
}

wire_enums! {
    /// What a case is about.
    CaseTopic = domain::Topic {
        /// Cannot get in.
        AccessAndLock,
        /// Password or challenge questions.
        Password,
        /// Another owner is needed.
        OwnerChange,
        /// Somebody else holds an identifier.
        IdentifierConflict,
        /// An activity that staff add.
        RestrictedActivity,
        /// Access to another account, or of others to one's own.
        CrossAccountAccess,
        /// An application for an account.
        Application,
        /// Reports.
        Reports,
        /// Something does not work.
        Outage,
        /// Anything else.
        Other,
    }
    /// Whose turn it is.
    CaseState = domain::CaseState {
        /// Support's.
        Waiting,
        /// The customer's.
        Answered,
        /// Nobody's; the customer opens it again by writing.
        Closed,
    }
    /// Who wrote a message.
    CaseAuthor = Kind {
        /// Whoever opened the case.
        Customer,
        /// Support.
        Support,
        /// Support, for itself: never shown to the customer.
        Note,
    }
}

/// How long it will take until support answers, from the answers of the last seven days.
#[derive(Serialize, ToSchema)]
pub(crate) struct ExpectedWait {
    /// The most likely time from now, minutes.
    #[schema(example = 95)]
    likely_minutes: i64,
    /// Eight of ten cases wait at least this, minutes.
    #[schema(example = 40)]
    from_minutes: i64,
    /// Eight of ten cases wait at most this, minutes.
    #[schema(example = 220)]
    to_minutes: i64,
}

/// The place in the queue.
#[derive(Serialize, ToSchema)]
pub(crate) struct CaseWaiting {
    /// 1 is next.
    #[schema(example = 4)]
    place: u32,
    /// How many answers support gave in the last seven days.
    #[schema(example = 212)]
    answered_last_7_days: u32,
    /// `null` when support answered nothing in the last seven days: then nobody can tell.
    expected: Option<ExpectedWait>,
}

impl From<Waiting> for CaseWaiting {
    fn from(waiting: Waiting) -> Self {
        let Waiting {
            place,
            answered,
            expected,
        } = waiting;
        Self {
            place,
            answered_last_7_days: answered,
            expected: expected.map(|e| ExpectedWait {
                likely_minutes: e.likely.num_minutes(),
                from_minutes: e.from.num_minutes(),
                to_minutes: e.to.num_minutes() + 1,
            }),
        }
    }
}

/// What only the support desk and auditors see of a case.
#[derive(Serialize, ToSchema)]
pub(crate) struct CaseDesk {
    /// The one person that the case is bound to.
    person: Option<PersonRef>,
    /// The User ID as somebody typed it who could not sign in.
    #[schema(example = "ana.lee")]
    typed_user_id: Option<String>,
    /// Who of support works on it.
    #[schema(example = "Beth Turner")]
    agent: Option<String>,
    /// The last verification of a caller as that person.
    verification: Option<CallerVerification>,
    /// What was done about that person, newest first.
    actions: Vec<CaseAction>,
}

/// A request to support.
#[derive(Serialize, ToSchema)]
pub(crate) struct Case {
    /// Identity.
    id: Uuid,
    /// The number to quote.
    #[schema(example = "C-000042")]
    number: String,
    /// What it is about.
    topic: CaseTopic,
    /// What it is called.
    #[schema(example = "Our account owner has left")]
    subject: String,
    /// Whose turn it is.
    state: CaseState,
    /// Since when.
    state_since: DateTime<Utc>,
    /// When it was opened.
    opened_at: DateTime<Utc>,
    /// Who opened it; empty when that person could not sign in.
    #[schema(example = "Ana Lee")]
    opened_by: String,
    /// The account that it is about.
    account: Option<AccountRef>,
    /// The place in the queue, while it waits for support.
    waiting: Option<CaseWaiting>,
    /// For the support desk and auditors; `null` for the customer.
    desk: Option<CaseDesk>,
}

impl From<CaseView> for Case {
    fn from(view: CaseView) -> Self {
        let CaseView {
            case,
            account,
            waiting,
            desk,
        } = view;
        let cases::Case {
            id,
            serial,
            topic,
            subject,
            state,
            state_since,
            opened_at,
            opened_by: _,
            opened_by_name,
            typed_user_id,
            account: _,
            person: _,
            agent,
            relay_due_at: _,
        } = case;
        Self {
            id: id.into(),
            number: case_number(serial),
            topic: topic.into(),
            subject,
            state: state.into(),
            state_since,
            opened_at,
            opened_by: opened_by_name,
            account: account.map(|a| AccountRef::new(a.id, a.account_number.to_string(), a.name)),
            waiting: waiting.map(Into::into),
            desk: desk.map(|desk| CaseDesk {
                person: desk.person.map(|p| {
                    let name = p.full_name();
                    PersonRef::new(p.id, p.user_name, name)
                }),
                typed_user_id,
                agent: agent.map(|(_, name)| name),
                verification: desk.verification.map(Into::into),
                actions: desk.actions.into_iter().map(Into::into).collect(),
            }),
        }
    }
}

/// A page of cases.
#[derive(Serialize, ToSchema)]
pub(crate) struct CasePage {
    /// The rows.
    items: Vec<Case>,
    /// Pass it as `cursor` for the next page; `null` at the end.
    next_cursor: Option<String>,
}

impl From<quaymaster_service::Page<CaseView>> for CasePage {
    fn from(found: quaymaster_service::Page<CaseView>) -> Self {
        Self {
            next_cursor: found.next.as_ref().map(Cursor::encode),
            items: found.items.into_iter().map(Into::into).collect(),
        }
    }
}

/// A message in a case.
#[derive(Serialize, ToSchema)]
pub(crate) struct CaseMessage {
    /// Identity.
    id: Uuid,
    /// When it was written.
    at: DateTime<Utc>,
    /// Who wrote it.
    author: CaseAuthor,
    /// The name of who wrote it.
    #[schema(example = "Beth Turner")]
    author_name: String,
    /// What.
    #[schema(example = "Please call us and quote the number of this case.")]
    body: String,
}

impl From<Message> for CaseMessage {
    fn from(message: Message) -> Self {
        let Message {
            id,
            case: _,
            at,
            kind,
            author_name,
            body,
        } = message;
        Self {
            id: id.into(),
            at,
            author: kind.into(),
            author_name,
            body,
        }
    }
}

/// A page of messages.
#[derive(Serialize, ToSchema)]
pub(crate) struct CaseMessagePage {
    /// The rows.
    items: Vec<CaseMessage>,
    /// Pass it as `cursor` for the next page; `null` at the end.
    next_cursor: Option<String>,
}

/// A case to open.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"topic": "owner_change", "subject": "Our account owner has left", "message": "Who can take over the account?", "account_id": null}))]
pub(crate) struct CaseNew {
    /// What it is about.
    topic: CaseTopic,
    /// What it is called.
    #[schema(value_type = String, min_length = 2, max_length = 120)]
    subject: CaseSubject,
    /// The first message.
    #[schema(value_type = String, min_length = 2, max_length = 4000)]
    message: MessageText,
    /// The account that it is about.
    account_id: Option<Uuid>,
}

/// A message to write.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"body": "It works again, thank you.", "internal": false}))]
pub(crate) struct CaseMessageNew {
    /// What.
    #[schema(value_type = String, min_length = 2, max_length = 4000)]
    body: MessageText,
    /// An internal note of support.
    #[serde(default)]
    internal: bool,
}

/// Which cases are wanted.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct CaseQuery {
    /// Only in this state.
    state: Option<CaseState>,
    /// Only about this.
    topic: Option<CaseTopic>,
    /// Only about this person; for the support desk and auditors.
    person: Option<Uuid>,
    /// Rows per page, 1–200; 50 unless given.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// Which waiting cases are wanted.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct CaseQueueQuery {
    /// Only about this.
    topic: Option<CaseTopic>,
    /// Only those that the reader has taken.
    #[serde(default)]
    mine: bool,
    /// Rows per page, 1–200; 50 unless given.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// Open a case
///
/// For everybody who is signed in. The case is bound to the person who opens it.
#[utoipa::path(tag = "cases", request_body = CaseNew, responses((status = 201, description = "Opened", body = Case)))]
#[post("/cases")]
pub(crate) async fn open_case(
    authed: Authed,
    body: Json<CaseNew>,
) -> Result<HttpResponse, Problem> {
    let CaseNew {
        topic,
        subject,
        message,
        account_id,
    } = body.0;
    let new = NewCase {
        topic: topic.into(),
        subject,
        message,
        account: account_id.map(Into::into),
    };
    let made = cases::open(&authed.actor, authed.services(), new).await?;
    Ok(HttpResponse::Created().json(Case::from(made)))
}

/// List cases
///
/// Everybody's for support and auditors, own ones for everybody else; the newest first.
#[utoipa::path(tag = "cases", params(CaseQuery), responses((status = 200, description = "A page of cases", body = CasePage)))]
#[get("/cases")]
pub(crate) async fn list_cases(
    authed: Authed,
    query: Query<CaseQuery>,
) -> Result<HttpResponse, Problem> {
    let CaseQuery {
        state,
        topic,
        person,
        limit,
        cursor,
    } = query.0;
    let page = page_request(limit, cursor.as_deref())?;
    let filter = CaseFilter {
        opened_by: None,
        person: person.map(Into::into),
        state: state.map(Into::into),
        topic: topic.map(Into::into),
        agent: None,
    };
    let found = cases::list(&authed.actor, authed.services(), filter, &page).await?;
    Ok(HttpResponse::Ok().json(CasePage::from(found)))
}

/// List the cases that wait for support
///
/// For support and auditors; whoever waits longest comes first.
#[utoipa::path(tag = "cases", params(CaseQueueQuery), responses((status = 200, description = "A page of cases", body = CasePage)))]
#[get("/case-queue")]
pub(crate) async fn list_case_queue(
    authed: Authed,
    query: Query<CaseQueueQuery>,
) -> Result<HttpResponse, Problem> {
    let CaseQueueQuery {
        topic,
        mine,
        limit,
        cursor,
    } = query.0;
    let page = page_request(limit, cursor.as_deref())?;
    let filter = CaseFilter {
        topic: topic.map(Into::into),
        agent: mine.then_some(authed.actor.user),
        ..CaseFilter::default()
    };
    let found = cases::queue(&authed.actor, authed.services(), filter, &page).await?;
    Ok(HttpResponse::Ok().json(CasePage::from(found)))
}

/// Get a case
///
/// For whoever opened it, support and auditors.
#[utoipa::path(tag = "cases", params(("id" = Uuid, Path, description = "The case")), responses((status = 200, description = "The case", body = Case)))]
#[get("/cases/{id}")]
pub(crate) async fn get_case(authed: Authed, path: Path<Uuid>) -> Result<HttpResponse, Problem> {
    let found = cases::get(&authed.actor, authed.services(), path.0.into()).await?;
    Ok(HttpResponse::Ok().json(Case::from(found)))
}

/// List the messages of a case
///
/// The oldest first; internal notes for support and auditors only.
#[utoipa::path(tag = "cases", params(("id" = Uuid, Path, description = "The case"), PageQuery), responses((status = 200, description = "A page of messages", body = CaseMessagePage)))]
#[get("/cases/{id}/messages")]
pub(crate) async fn list_case_messages(
    authed: Authed,
    path: Path<Uuid>,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let page = query.0.request()?;
    let found = cases::messages(&authed.actor, authed.services(), path.0.into(), &page).await?;
    Ok(HttpResponse::Ok().json(CaseMessagePage {
        next_cursor: found.next.as_ref().map(Cursor::encode),
        items: found.items.into_iter().map(Into::into).collect(),
    }))
}

/// Write in a case
///
/// The customer asks, or opens the case again; support answers, or keeps an internal note. Support does not answer in a
/// closed case.
#[utoipa::path(tag = "cases", params(("id" = Uuid, Path, description = "The case")), request_body = CaseMessageNew, responses((status = 201, description = "Written", body = CaseMessage), (status = 409, description = "`case-closed`", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/cases/{id}/messages")]
pub(crate) async fn write_case_message(
    authed: Authed,
    path: Path<Uuid>,
    body: Json<CaseMessageNew>,
) -> Result<HttpResponse, Problem> {
    let CaseMessageNew { body, internal } = body.0;
    let made = cases::write(
        &authed.actor,
        authed.services(),
        path.0.into(),
        &body,
        internal,
    )
    .await?;
    Ok(HttpResponse::Created().json(CaseMessage::from(made)))
}

/// Close a case
///
/// By whoever opened it, or by support. Closing a closed case changes nothing.
#[utoipa::path(tag = "cases", params(("id" = Uuid, Path, description = "The case")), responses((status = 200, description = "Closed", body = Case)))]
#[put("/cases/{id}/closure")]
pub(crate) async fn close_case(authed: Authed, path: Path<Uuid>) -> Result<HttpResponse, Problem> {
    let found = cases::close(&authed.actor, authed.services(), path.0.into()).await?;
    Ok(HttpResponse::Ok().json(Case::from(found)))
}

/// A message of somebody who cannot sign in.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"user_id": "ana.lee", "message": "I was locked out this morning and need to file today."}))]
pub(crate) struct AccessHelpNew {
    /// The User ID.
    #[schema(value_type = String, min_length = 6, max_length = 32)]
    user_id: UserName,
    /// What to tell the people who can help.
    #[schema(value_type = String, min_length = 2, max_length = 4000)]
    message: MessageText,
}

/// What became of a message for help.
#[derive(Serialize, ToSchema)]
pub(crate) struct AccessHelp {
    /// The number of the case, to quote when calling support.
    #[schema(example = "C-000042")]
    number: String,
}

/// Ask for help without signing in
///
/// Opens a case with support and passes the message on to the Account Owner and the Proxy Account Owners of the User ID's
/// accounts, without telling who they are. The answer is the same whether or not there is such a User ID. At most three a
/// day for one User ID.
#[utoipa::path(tag = "cases", security(), request_body = AccessHelpNew, responses((status = 202, description = "Taken", body = AccessHelp), (status = 429, description = "`throttled`: too many messages for this User ID or from this network; see `Retry-After`", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/access-help")]
pub(crate) async fn ask_for_access_help(
    public: Public,
    body: Json<AccessHelpNew>,
) -> Result<HttpResponse, Problem> {
    let AccessHelpNew { user_id, message } = body.0;
    let number =
        cases::ask_for_help(public.services(), &user_id, &message, public.origin.clone()).await?;
    Ok(HttpResponse::Accepted().json(AccessHelp { number }))
}
