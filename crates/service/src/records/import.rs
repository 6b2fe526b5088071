//! Imports of trade records: taking a file in, and watching and calling off what became of it. The work itself is in `work`.

use std::io::{Seek, SeekFrom};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::PathBuf;

use chrono::{DateTime, Utc};
use quaymaster_domain::access::{Action, Actor, Thing, require, require_read, scope_of};
use quaymaster_domain::ids::{AccountId, RecordImportId};
use quaymaster_store::records::imports as store;
use quaymaster_store::{Page, PageRequest, StoreError};
use tokio::io::AsyncWriteExt;

use super::reader::Rows;
use crate::Services;
use crate::error::Fault;
use crate::users::place;

pub use super::reader::{FileProblem, Format};
pub use quaymaster_store::records::imports::{
    Counts, ImportState, ImportedBy, Phase, RecordImport, RowError,
};

/// The largest file, bytes.
pub const LARGEST_FILE: u64 = 2 * 1024 * 1024 * 1024;

/// Why an import was not taken in or not called off.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file as a whole cannot be read.
    #[error(transparent)]
    File(#[from] FileProblem),
    /// The file is larger than the limit.
    #[error(
        "a file of records may have at most 2 GiB; split it and import the parts one after the other"
    )]
    TooLarge,
    /// The moment that the file shows is still to come.
    #[error("the moment that the file shows cannot be in the future")]
    Future,
    /// Nothing is left to call off.
    #[error("this import is over; there is nothing to call off any more")]
    Over,
    /// Not specific.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for ImportError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

pub(super) fn disk(error: &std::io::Error) -> Fault {
    Fault::Internal(format!("the spool of imports: {error}"))
}

/// Where files wait for their import.
pub(super) fn folder(s: &Services) -> PathBuf {
    s.settings
        .spool_dir
        .clone()
        .unwrap_or_else(std::env::temp_dir)
        .join("record-imports")
}

/// A file on its way in. Thrown away with this value unless it was taken in.
pub struct Upload {
    file: tokio::fs::File,
    path: PathBuf,
    size: u64,
    kept: bool,
}

impl Drop for Upload {
    fn drop(&mut self) {
        if !self.kept
            && let Err(error) = std::fs::remove_file(&self.path)
        {
            tracing::warn!(%error, "a file that was not imported could not be deleted");
        }
    }
}

impl Upload {
    /// Begins a file. Asks the policy first, so that nobody fills the disk who may not import.
    ///
    /// # Errors
    /// [`Fault::Denied`] for everybody but owner and proxies of the account and its programs with the scope.
    pub async fn begin(actor: &Actor, s: &Services, account: AccountId) -> Result<Self, Fault> {
        let at = place(actor, s, account).await?;
        let _may = require(actor, Action::ImportRecords, &Thing::Account(at))?;
        let folder = folder(s);
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&folder)
            .map_err(|e| disk(&e))?;
        let path = folder.join(format!("{}.part", s.id::<uuid::Uuid>()));
        let file = std::fs::OpenOptions::new()
            .write(true)
            .read(true)
            .create_new(true)
            .mode(0o600)
            .open(&path)
            .map_err(|e| disk(&e))?;
        Ok(Self {
            file: tokio::fs::File::from_std(file),
            path,
            size: 0,
            kept: false,
        })
    }

    /// Adds a piece.
    ///
    /// # Errors
    /// [`ImportError::TooLarge`] beyond [`LARGEST_FILE`].
    pub async fn write(&mut self, piece: &[u8]) -> Result<(), ImportError> {
        self.size += u64::try_from(piece.len()).unwrap_or(u64::MAX);
        if self.size > LARGEST_FILE {
            return Err(ImportError::TooLarge);
        }
        Ok(self.file.write_all(piece).await.map_err(|e| disk(&e))?)
    }
}

/// What comes with a file.
#[derive(Clone, Debug)]
pub struct NewImport {
    /// How the file is written.
    pub format: Format,
    /// Its name, for the list of imports.
    pub file_name: Option<String>,
    /// The moment that it shows; now unless given.
    pub state_at: Option<DateTime<Utc>>,
}

/// Takes a file in. It is looked at only as far as telling whether it is one; a worker imports it.
///
/// # Errors
/// [`ImportError::File`] when the file as a whole cannot be read; nothing is kept then.
pub async fn accept(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    new: NewImport,
    mut upload: Upload,
) -> Result<RecordImport, ImportError> {
    let at = place(actor, s, account).await?;
    let permit = require(actor, Action::ImportRecords, &Thing::Account(at)).map_err(Fault::from)?;
    let now = s.now();
    let state_at = new.state_at.unwrap_or(now);
    if state_at > now {
        return Err(ImportError::Future);
    }
    upload.file.flush().await.map_err(|e| disk(&e))?;
    // The row promises that the file is there, also after a power cut.
    upload.file.sync_all().await.map_err(|e| disk(&e))?;
    let mut file = upload
        .file
        .try_clone()
        .await
        .map_err(|e| disk(&e))?
        .into_std()
        .await;
    let format = new.format;
    tokio::task::spawn_blocking(move || -> Result<(), ImportError> {
        file.seek(SeekFrom::Start(0)).map_err(|e| disk(&e))?;
        Rows::open(format, file)?;
        Ok(())
    })
    .await
    .map_err(|e| Fault::Internal(format!("looking at a file of records: {e}")))??;
    let id: RecordImportId = s.id();
    let name = id.to_string();
    let kept = folder(s).join(&name);
    std::fs::rename(&upload.path, &kept).map_err(|e| disk(&e))?;
    upload.path = kept;
    let import = RecordImport {
        id,
        account,
        format: format.as_str().to_owned(),
        file_name: new.file_name,
        file: Some(name),
        state: ImportState::Queued,
        phase: Phase::Waiting,
        failure: None,
        notes: Vec::new(),
        state_at,
        bytes_total: upload.size,
        bytes_read: 0,
        counts: Counts::default(),
        checkpoint: None,
        cancel_asked: false,
        worker: None,
        lease_until: None,
        created_at: now,
        started_at: None,
        updated_at: now,
        finished_at: None,
        by: match &actor.client {
            Some(client) => ImportedBy::Client(client.id),
            None => ImportedBy::Person(actor.user),
        },
        by_name: actor.name.clone(),
    };
    let permit = permit
        .about("record_import", import.id, label(&import))
        .change(None, Some(json(&import)));
    let tx = s.db.begin_write().await?;
    // Nothing comes into an account that is closed.
    quaymaster_store::accounts::lock(&tx, &scope_of(actor), account).await?;
    store::insert(&tx, &import).await?;
    s.commit(tx, permit).await?;
    upload.kept = true;
    Ok(import)
}

pub(super) fn label(import: &RecordImport) -> String {
    import
        .file_name
        .clone()
        .unwrap_or_else(|| format!("{} file", import.format))
}

pub(super) fn json(import: &RecordImport) -> String {
    let counts = &import.counts;
    serde_json::json!({
        "state": import.state.as_str(),
        "bytes": import.bytes_total,
        "rows": counts.rows,
        "rows_refused": counts.rows_unfit + counts.rows_left,
        "entries_new": counts.new,
        "entries_updated": counts.updated,
        "entries_unchanged": counts.unchanged,
        "entries_older": counts.older,
        "entries_refused": counts.refused,
    })
    .to_string()
}

/// How far an import has come, in percent: reading is a third of the work.
#[must_use]
pub fn progress(import: &RecordImport) -> u8 {
    let part = |done: u64, all: u64| match all {
        0 => 0,
        all => u8::try_from((u128::from(done.min(all)) * 100 / u128::from(all)).min(100))
            .unwrap_or(100),
    };
    match import.phase {
        Phase::Waiting => 0,
        Phase::Reading => part(import.bytes_read, import.bytes_total) / 3,
        Phase::Writing => 33 + part(import.counts.rows_done, import.counts.rows) / 3 * 2,
        Phase::Done if import.state == ImportState::Finished => 100,
        Phase::Done => part(import.counts.rows_done, import.counts.rows),
    }
}

/// Imports of an account, the newest first.
///
/// # Errors
/// [`Fault::Denied`] for plain users and guests.
pub async fn list(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    page: &PageRequest,
) -> Result<Page<RecordImport>, Fault> {
    let at = place(actor, s, account).await?;
    let scope = require_read(actor, Action::ReadRecordImports, &Thing::Account(at))?;
    Ok(store::list(&s.db.reader(), &scope, account, page).await?)
}

/// One import.
///
/// # Errors
/// [`Fault::NotFound`] when the account has no such import.
pub async fn find(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: RecordImportId,
) -> Result<RecordImport, Fault> {
    let at = place(actor, s, account).await?;
    let scope = require_read(actor, Action::ReadRecordImports, &Thing::Account(at))?;
    store::find(&s.db.reader(), &scope, account, id)
        .await?
        .ok_or(Fault::NotFound)
}

/// What an import refused, in the order of the file.
///
/// # Errors
/// As [`find`].
pub async fn errors(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: RecordImportId,
    page: &PageRequest,
) -> Result<Page<RowError>, Fault> {
    let import = find(actor, s, account, id).await?;
    Ok(store::list_errors(&s.db.reader(), &import, page).await?)
}

/// The refusals of an import, to be written as a file piece by piece.
pub struct ErrorFile {
    services: Services,
    import: RecordImport,
    next: Option<PageRequest>,
    header: bool,
}

/// How many refusals a piece of the error file has.
const PIECE: u64 = 1000;

/// Begins the error file.
///
/// # Errors
/// As [`find`].
pub async fn error_file(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: RecordImportId,
) -> Result<ErrorFile, Fault> {
    Ok(ErrorFile {
        services: s.clone(),
        import: find(actor, s, account, id).await?,
        next: Some(PageRequest {
            limit: PIECE,
            after: None,
        }),
        header: true,
    })
}

impl ErrorFile {
    /// A name for the file.
    #[must_use]
    pub fn name(&self) -> String {
        format!("refused-rows-{}.csv", self.import.id)
    }

    /// The next piece; `None` at the end.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn piece(&mut self) -> Result<Option<Vec<u8>>, Fault> {
        let Some(page) = self.next.take() else {
            return Ok(None);
        };
        let found = store::list_errors(&self.services.db.reader(), &self.import, &page).await?;
        self.next = found.next.map(|after| PageRequest {
            limit: PIECE,
            after: Some(after),
        });
        let rows: Vec<Vec<String>> = found
            .items
            .into_iter()
            .map(|e| {
                let RowError {
                    row,
                    entry,
                    column,
                    code,
                    detail,
                } = e;
                vec![
                    row.to_string(),
                    entry.unwrap_or_default(),
                    column,
                    code,
                    detail,
                ]
            })
            .collect();
        let names = ["Row", "Entry Summary Number", "Column", "Code", "Reason"];
        let header = std::mem::take(&mut self.header).then_some(&names[..]);
        crate::export::rows_to_csv(header, &rows, &[])
            .map(Some)
            .map_err(|e| Fault::Internal(format!("the file of refused rows: {e}")))
    }
}

/// Calls an import off. What was written stays; entries are whole.
///
/// # Errors
/// [`ImportError::Over`] when it has come to its end.
pub async fn cancel(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: RecordImportId,
) -> Result<RecordImport, ImportError> {
    let at = place(actor, s, account).await?;
    let permit = require(actor, Action::ImportRecords, &Thing::Account(at)).map_err(Fault::from)?;
    let tx = s.db.begin_write().await?;
    let Some(mut import) = store::lock(&tx, id).await?.filter(|i| i.account == account) else {
        return Err(Fault::NotFound.into());
    };
    if !import.state.is_open() {
        return Err(ImportError::Over);
    }
    let before = json(&import);
    let now = s.now();
    let mut gone = None;
    import.cancel_asked = true;
    if import.state == ImportState::Queued {
        gone = import.file.take();
        import.state = ImportState::Cancelled;
        import.phase = Phase::Done;
        import.finished_at = Some(now);
    }
    import.updated_at = now;
    store::update(&tx, &import).await?;
    let permit = permit
        .about("record_import", import.id, label(&import))
        .because("called off")
        .change(Some(before), Some(json(&import)));
    s.commit(tx, permit).await?;
    if let Some(name) = gone {
        discard(s, &name);
    }
    Ok(import)
}

/// Deletes a spooled file that nobody needs any more.
pub(super) fn discard(s: &Services, name: &str) {
    match std::fs::remove_file(folder(s).join(name)) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            tracing::warn!(%error, "an imported file could not be deleted");
        }
        _ => {}
    }
}
