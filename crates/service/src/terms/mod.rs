//! The Terms and Conditions: publishing a version, and the versions so far. A new version asks everybody again (R10),
//! because whoever accepted an older one has a next step from that moment on.

use quaymaster_domain::access::{Action, Actor, Denied, Permit, Thing, require, require_read};
use quaymaster_domain::ids::AccountId;
use quaymaster_domain::terms::{TermsBody, TermsTitle, WhatChanged};
use quaymaster_store::constraint::Constraint;
use quaymaster_store::terms_acceptances;
pub use quaymaster_store::terms_acceptances::MemberAcceptance;
use quaymaster_store::{Page, PageRequest, StoreError, terms as store};

use crate::Services;
use crate::actors::SignedInRequest;
use crate::error::Fault;
use crate::secrets::token_hash;
use crate::users::place;

pub use quaymaster_store::terms::TermsVersion;

/// The text with which a new portal starts, until an administrator publishes the operator's own.
const FIRST_BODY: &str = include_str!("first.md");

/// Why a version was not published.
#[derive(Debug, thiserror::Error)]
pub enum TermsError {
    /// Somebody published at the same instant.
    #[error("another version was published in the same instant; read it, then publish yours again")]
    PublishedMeanwhile,
    /// The text is the one in force.
    #[error(
        "this text is in force already, word for word; there is nothing to ask people again for"
    )]
    Unchanged,
    /// Not specific.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<Denied> for TermsError {
    fn from(denied: Denied) -> Self {
        Self::Fault(denied.into())
    }
}
impl From<StoreError> for TermsError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict(Constraint::TermsVersion) => Self::PublishedMeanwhile,
            other => Self::Fault(other.into()),
        }
    }
}

/// A version to publish.
#[derive(Clone, Debug)]
pub struct NewTerms {
    /// Heading.
    pub title: TermsTitle,
    /// The text, Markdown.
    pub body: TermsBody,
    /// What differs from the version before.
    pub what_changed: WhatChanged,
}

/// The version in force.
///
/// # Errors
/// [`Fault::NotFound`] before the first was published.
pub async fn current(s: &Services) -> Result<TermsVersion, Fault> {
    store::current(&s.db.reader()).await?.ok_or(Fault::NotFound)
}

/// Every version, the newest first.
///
/// # Errors
/// [`Fault::Denied`] for people without a staff role.
pub async fn list(
    actor: &Actor,
    s: &Services,
    page: &PageRequest,
) -> Result<Page<TermsVersion>, Fault> {
    require_read(actor, Action::ReadTermsVersions, &Thing::Portal)?;
    Ok(store::list(&s.db.reader(), page).await?)
}

/// What changed since the version that the person accepted last, the oldest change first. Whoever has accepted none gets the
/// version in force alone: its text is what there is to read.
///
/// # Errors
/// When the database cannot answer.
pub async fn changes(request: &SignedInRequest, s: &Services) -> Result<Vec<TermsVersion>, Fault> {
    require_read(&request.actor, Action::ReadOwn, &Thing::Oneself)?;
    let db = s.db.reader();
    match request.user.terms_version {
        Some(accepted) => Ok(store::after(&db, accepted).await?),
        None => Ok(store::current(&db).await?.into_iter().collect()),
    }
}

/// Who of an account has accepted which version, by name; `accepted` for those alone who have accepted the version in force,
/// or have not. Answers that version with them.
///
/// # Errors
/// [`Fault::Denied`] for Account Users; [`Fault::NotFound`].
pub async fn acceptances(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    accepted: Option<bool>,
    page: &PageRequest,
) -> Result<(i64, Page<MemberAcceptance>), Fault> {
    let at = place(actor, s, account).await?;
    let scope = require_read(actor, Action::ReadUserDetail, &Thing::Account(at))?;
    let db = s.db.reader();
    let current = store::current(&db).await?.map_or(0, |terms| terms.version);
    let found =
        terms_acceptances::of_account(&db, &scope, account, current, accepted, page).await?;
    Ok((current, found))
}

/// Publishes a version. From this moment on everybody has to accept it first, also who publishes it.
///
/// # Errors
/// The refusals of [`TermsError`].
pub async fn publish(
    actor: &Actor,
    s: &Services,
    new: NewTerms,
) -> Result<TermsVersion, TermsError> {
    let permit = require(actor, Action::PublishTerms, &Thing::Portal)?;
    add(s, permit, new).await
}

/// Publishes the text that a new portal starts with, unless there is a version already.
///
/// # Errors
/// When the database refuses.
pub async fn publish_first(s: &Services) -> Result<(), Fault> {
    if store::current(&s.db.reader()).await?.is_some() {
        return Ok(());
    }
    let unfit = |error: quaymaster_domain::text::Invalid| Fault::Internal(error.to_string());
    let new = NewTerms {
        title: TermsTitle::parse("Terms and Conditions").map_err(unfit)?,
        body: TermsBody::parse(FIRST_BODY).map_err(unfit)?,
        what_changed: WhatChanged::parse("The first version.").map_err(unfit)?,
    };
    match add(
        s,
        Permit::system(Action::PublishTerms.name(), "set-up"),
        new,
    )
    .await
    {
        Ok(_) | Err(TermsError::PublishedMeanwhile | TermsError::Unchanged) => Ok(()),
        Err(TermsError::Fault(fault)) => Err(fault),
    }
}

async fn add(s: &Services, permit: Permit, new: NewTerms) -> Result<TermsVersion, TermsError> {
    let NewTerms {
        title,
        body,
        what_changed,
    } = new;
    let tx = s.db.begin_write().await?;
    let before = store::current(&tx).await?;
    let sha256 = token_hash(body.as_str());
    if before.as_ref().is_some_and(|b| b.sha256 == sha256) {
        return Err(TermsError::Unchanged);
    }
    let terms = TermsVersion {
        version: before.as_ref().map_or(0, |b| b.version) + 1,
        title: title.into(),
        body: body.into(),
        sha256,
        what_changed: what_changed.into(),
        published_at: s.now(),
    };
    store::insert(&tx, &terms).await?;
    let permit = permit
        .about(
            "terms",
            terms.version,
            format!("{}, version {}", terms.title, terms.version),
        )
        .change(before.as_ref().map(summary), Some(summary(&terms)));
    s.commit(tx, permit).await?;
    Ok(terms)
}

fn summary(terms: &TermsVersion) -> String {
    serde_json::json!({ "version": terms.version, "title": terms.title, "sha256": terms.sha256 })
        .to_string()
}
