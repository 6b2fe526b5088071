//! Files in cases: added by whoever may write there, read by whoever may read there, download only.

use quaymaster_domain::access::{Action, Actor, Denied, Thing, require};
use quaymaster_domain::attachments::{FileName, MOST_BYTES, MOST_IN_A_CASE, MediaType};
use quaymaster_domain::cases::{CaseState, case_number};
use quaymaster_domain::ids::{CaseAttachmentId, CaseId};
use quaymaster_store::cases::attachments::{self as files, Attachment};
use quaymaster_store::cases::{self as store, MessageKind};
use sha2::{Digest, Sha256};

use super::{CaseError, Reader, json};
use crate::Services;
use crate::error::Fault;
use crate::secrets::hex;

/// A file to add.
#[derive(Clone, Debug)]
pub struct NewAttachment {
    /// What it is called.
    pub file_name: FileName,
    /// What it is said to be.
    pub media_type: MediaType,
    /// The bytes.
    pub content: Vec<u8>,
    /// For support alone.
    pub internal: bool,
}

/// Adds a file. A customer's file asks like a message does.
///
/// # Errors
/// [`CaseError::TooManyAttachments`], [`CaseError::Closed`] for support; [`Fault::Invalid`] when the bytes are not what the
/// type says.
pub async fn attach(
    actor: &Actor,
    s: &Services,
    id: CaseId,
    new: NewAttachment,
) -> Result<Attachment, CaseError> {
    let NewAttachment {
        file_name,
        media_type,
        content,
        internal,
    } = new;
    let reader = Reader::of(actor)?;
    let permit = if reader.is_desk() {
        require(actor, Action::WorkCases, &Thing::Portal)?
    } else {
        require(actor, Action::WriteOwnCase, &Thing::Oneself)?
    };
    if internal && !reader.is_desk() {
        return Err(Denied::Forbidden.into());
    }
    if content.is_empty() || content.len() > MOST_BYTES {
        let words = "a file has 1 byte to 5 MiB; send a smaller one";
        return Err(Fault::field("/", "invalid", words).into());
    }
    media_type
        .check(&content)
        .map_err(|lies| Fault::field("/", "attachment-type-lies", lies.to_string()))?;
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
    if kind == MessageKind::Support && case.state == CaseState::Closed {
        return Err(CaseError::Closed);
    }
    if files::count(&tx, id).await? >= MOST_IN_A_CASE {
        return Err(CaseError::TooManyAttachments);
    }
    if kind == MessageKind::Customer && case.state != CaseState::Waiting {
        (case.state, case.state_since) = (CaseState::Waiting, now);
        store::update(&tx, &case).await?;
    }
    let made = Attachment {
        id: s.id(),
        case: id,
        at: now,
        kind,
        author_name: actor.name.clone(),
        file_name: media_type.name(&file_name),
        media_type,
        size: i64::try_from(content.len()).unwrap_or(i64::MAX),
        sha256: hex(&Sha256::digest(&content)),
    };
    files::insert(&tx, &made, content).await?;
    let permit = permit
        .about("case", id, case_number(case.serial))
        .because(format!("The file {} was added.", made.file_name))
        .change(Some(before), Some(json(&case)));
    s.commit(tx, permit).await?;
    Ok(made)
}

/// The files of a case, the oldest first; internal ones for support and auditors only.
///
/// # Errors
/// [`Fault::NotFound`] for a case of somebody else.
pub async fn attachments(
    actor: &Actor,
    s: &Services,
    id: CaseId,
) -> Result<Vec<Attachment>, Fault> {
    let reader = Reader::of(actor)?;
    let db = s.db.reader();
    let case = store::find(&db, &reader.scope, id, reader.own)
        .await?
        .ok_or(Fault::NotFound)?;
    Ok(files::of_case(&db, &case, reader.is_desk()).await?)
}

/// One file with its bytes.
///
/// # Errors
/// [`Fault::NotFound`] for a case of somebody else.
pub async fn attachment(
    actor: &Actor,
    s: &Services,
    id: CaseId,
    file: CaseAttachmentId,
) -> Result<(Attachment, Vec<u8>), Fault> {
    let reader = Reader::of(actor)?;
    let db = s.db.reader();
    let case = store::find(&db, &reader.scope, id, reader.own)
        .await?
        .ok_or(Fault::NotFound)?;
    files::content(&db, &case, reader.is_desk(), file)
        .await?
        .ok_or(Fault::NotFound)
}
