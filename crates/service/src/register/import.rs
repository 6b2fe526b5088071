//! Bulk loads of the register. The file is spooled to disk, read by one thread and written a thousand rows at a time, so
//! that memory stays the same up to the largest file and readers are never kept out for long.

use std::fs::File;
use std::io::{Seek, SeekFrom};

use quaymaster_domain::access::{Action, Actor, Permit, Thing, require, require_read};
use quaymaster_domain::companies::PartyKey;
use quaymaster_domain::identifiers::{Identifier, IdentifierKind};
use quaymaster_domain::ids::RegisterImportId;
use quaymaster_domain::people::{CompanyName, EmailAddress};
use quaymaster_store::constraint::Constraint;
use quaymaster_store::register::ein_of;
use quaymaster_store::register::imports as store;
use quaymaster_store::register::load::{self, EntryOutcome, EntryRow, Origin};
use quaymaster_store::{Page, PageRequest, StoreError};
use tokio::io::AsyncWriteExt;

use super::rows::{Cells, Row, RowFault, Rows, fault};
use crate::Services;
use crate::error::Fault;
use crate::identifiers::stored;

pub use super::rows::{FileProblem, Format};
pub use quaymaster_store::register::imports::{ImportState, RegisterImport, RowError};

/// The largest file, bytes.
pub const LARGEST_FILE: u64 = 2 * 1024 * 1024 * 1024;
/// Rows of one transaction.
const BATCH: usize = 1000;
/// Refused rows whose reasons are kept; further ones are counted only.
pub const MOST_KEPT: u64 = 10_000;
/// How often a batch is tried when somebody writes the same rows at the same time.
const ATTEMPTS: u32 = 5;
/// A load that has not come forward for so long was broken off, e.g. by a restart.
const STALE_MINUTES: i64 = 10;

/// Why nothing was loaded.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file as a whole cannot be read.
    #[error(transparent)]
    File(#[from] FileProblem),
    /// The file is larger than the limit.
    #[error(
        "a register file may have at most 2 GiB; split it and load the parts one after the other"
    )]
    TooLarge,
    /// Not specific.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for ImportError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

fn disk(error: &std::io::Error) -> Fault {
    Fault::Internal(format!("the spool file: {error}"))
}

/// A file on its way in. It has no name on disk and is gone with this value.
pub struct Spool {
    file: tokio::fs::File,
    size: u64,
}

impl Spool {
    /// Begins a file. Asks the policy first, so that nobody fills the disk who may not load.
    ///
    /// # Errors
    /// [`Fault::Denied`] for everybody but the registrar.
    pub fn begin(actor: &Actor, s: &Services) -> Result<Self, Fault> {
        let _may = require(actor, Action::ManageRegister, &Thing::Portal)?;
        let file = match &s.settings.spool_dir {
            Some(folder) => tempfile::tempfile_in(folder),
            None => tempfile::tempfile(),
        };
        let file = file.map_err(|e| disk(&e))?;
        Ok(Self {
            file: tokio::fs::File::from_std(file),
            size: 0,
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

    async fn rewound(mut self) -> Result<File, Fault> {
        self.file.flush().await.map_err(|e| disk(&e))?;
        let mut file = self.file.into_std().await;
        file.seek(SeekFrom::Start(0)).map_err(|e| disk(&e))?;
        Ok(file)
    }
}

/// A row that was looked into: what to write, or why not.
type Judged = (u64, Result<EntryRow, Vec<RowFault>>);

/// Loads a file. Good rows are kept, refused ones reported by row and column. Goes on to its end also when the caller
/// stops listening.
///
/// # Errors
/// [`ImportError::File`] when the file as a whole cannot be read; nothing is stored then.
pub async fn load(
    actor: &Actor,
    s: &Services,
    format: Format,
    file_name: Option<String>,
    spool: Spool,
) -> Result<RegisterImport, ImportError> {
    let permit = require(actor, Action::ManageRegister, &Thing::Portal).map_err(Fault::from)?;
    let file = spool.rewound().await?;
    let rows = tokio::task::spawn_blocking(move || Rows::open(format, file))
        .await
        .map_err(|e| Fault::Internal(format!("reading a register file: {e}")))??;
    let now = s.now();
    let import = RegisterImport {
        id: s.id(),
        format: format.as_str().to_owned(),
        file_name,
        state: ImportState::Running,
        failure: None,
        total: 0,
        added: 0,
        changed: 0,
        unchanged: 0,
        refused: 0,
        started_at: now,
        updated_at: now,
        finished_at: None,
        by_name: actor.name.clone(),
    };
    let permit = permit.about("register_import", import.id, label(&import));
    let tx = s.db.begin_write().await?;
    store::insert(&tx, &import).await?;
    s.commit(tx, permit.clone().change(None, Some(json(&import))))
        .await?;
    let work = run(s.clone(), permit, import, rows);
    tokio::spawn(work)
        .await
        .map_err(|e| Fault::Internal(format!("loading a register file: {e}")))?
}

fn label(import: &RegisterImport) -> String {
    import
        .file_name
        .clone()
        .unwrap_or_else(|| format!("{} file", import.format))
}

async fn run(
    s: Services,
    permit: Permit,
    mut import: RegisterImport,
    mut rows: Rows<File>,
) -> Result<RegisterImport, ImportError> {
    // Two batches wait at most: the reader is never far ahead of the writer.
    let (sender, batches) = flume::bounded::<Result<Vec<Judged>, FileProblem>>(2);
    let reading = s.clone();
    tokio::task::spawn_blocking(move || {
        loop {
            let batch = read_batch(&reading, &mut rows);
            let last = !matches!(&batch, Ok(batch) if batch.len() == BATCH);
            if sender.send(batch).is_err() || last {
                return;
            }
        }
    });
    let mut failure = None;
    while let Ok(batch) = batches.recv_async().await {
        let done = match batch {
            Ok(batch) => write_batch(&s, &permit, &mut import, batch).await,
            Err(problem) => Err(problem.to_string()),
        };
        if let Err(why) = done {
            failure = Some(why);
            break;
        }
    }
    drop(batches);
    let before = json(&import);
    import.state = if failure.is_some() {
        ImportState::Failed
    } else {
        ImportState::Finished
    };
    import.failure = failure;
    import.updated_at = s.now();
    import.finished_at = Some(import.updated_at);
    let tx = s.db.begin_write().await?;
    store::update(&tx, &import).await?;
    s.commit(tx, permit.change(Some(before), Some(json(&import))))
        .await?;
    Ok(import)
}

fn read_batch(s: &Services, rows: &mut Rows<File>) -> Result<Vec<Judged>, FileProblem> {
    let mut batch = Vec::with_capacity(BATCH);
    while batch.len() < BATCH {
        let Some(Row { number, cells }) = rows.next()? else {
            break;
        };
        batch.push((number, cells.and_then(|cells| judge(s, cells))));
    }
    Ok(batch)
}

/// Looks into a row. No message repeats a cell.
fn judge(s: &Services, cells: Cells) -> Result<EntryRow, Vec<RowFault>> {
    let Cells {
        kind,
        value,
        party_key,
        party_name,
        contact_email,
    } = cells;
    let mut faults = Vec::new();
    let mut keep = |fault: RowFault| faults.push(fault);
    let identifier = match IdentifierKind::from_word(&kind.to_ascii_lowercase()) {
        None => {
            let known: Vec<_> = IdentifierKind::ALL.iter().map(|k| k.as_str()).collect();
            keep(fault(
                "kind",
                "invalid",
                format!("A kind is one of: {}.", known.join(", ")),
            ));
            None
        }
        Some(kind) => Identifier::parse(kind, &value)
            .map_err(|unfit| keep(fault("value", "identifier-malformed", unfit.to_string())))
            .ok(),
    };
    let party_key = PartyKey::parse(&party_key)
        .map_err(|unfit| keep(fault("party_key", "invalid", unfit.rule)))
        .ok();
    let party_name = CompanyName::parse(&party_name)
        .map_err(|unfit| keep(fault("party_name", "invalid", unfit.rule)))
        .ok();
    let contact_email = match contact_email {
        None => Some(None),
        Some(None) => Some(Some(None)),
        Some(Some(text)) => EmailAddress::parse(&text)
            .map_err(|unfit| keep(fault("contact_email", "invalid", unfit.rule)))
            .ok()
            .map(|email| Some(Some(email.into()))),
    };
    match (identifier, party_key, party_name, contact_email) {
        (Some(identifier), Some(key), Some(name), Some(contact_email)) => {
            let kept = stored(s, &identifier).map_err(|error| {
                tracing::error!(%error, "an identifier could not be sealed");
                vec![fault(
                    "value",
                    "internal",
                    "This value could not be sealed; tell the operator.",
                )]
            })?;
            Ok(EntryRow {
                ein: ein_of(&identifier),
                identifier: kept,
                party_key: key.into(),
                party_name: name.into(),
                contact_email,
            })
        }
        _ => Err(faults),
    }
}

/// Writes a batch in one transaction with the count so far. Says in words why it could not.
async fn write_batch(
    s: &Services,
    permit: &Permit,
    import: &mut RegisterImport,
    batch: Vec<Judged>,
) -> Result<(), String> {
    if batch.is_empty() {
        return Ok(());
    }
    let mut next = import.clone();
    let mut good = Vec::with_capacity(batch.len());
    let mut refused = Vec::new();
    for (number, row) in batch {
        next.total += 1;
        match row {
            Ok(row) => good.push(row),
            Err(faults) => {
                next.refused += 1;
                if next.refused <= MOST_KEPT {
                    refused.extend(faults.into_iter().map(|fault| RowError {
                        row: number,
                        column: fault.column.to_owned(),
                        code: fault.code.to_owned(),
                        detail: fault.detail,
                    }));
                }
            }
        }
    }
    let mut attempt = 1;
    loop {
        match write_once(s, permit, import, next.clone(), &good, &refused).await {
            Ok(written) => {
                *import = written;
                return Ok(());
            }
            Err(StoreError::Busy(_)) if attempt < ATTEMPTS => attempt += 1,
            Err(StoreError::Conflict(Constraint::PartyKey | Constraint::RegisterIdentifier))
                if attempt < ATTEMPTS =>
            {
                attempt += 1;
            }
            Err(error) => {
                tracing::error!(%error, import = %import.id, "a load of the register broke off");
                return Err("The database did not take the rows. Those counted here are kept; load the file again later, and they are left as they are.".to_owned());
            }
        }
    }
}

async fn write_once(
    s: &Services,
    permit: &Permit,
    before: &RegisterImport,
    mut import: RegisterImport,
    good: &[EntryRow],
    refused: &[RowError],
) -> Result<RegisterImport, StoreError> {
    import.updated_at = s.now();
    let tx = s.db.begin_write().await?;
    let origin = Origin {
        by_name: &import.by_name,
        import: Some(import.id),
        at: import.updated_at,
    };
    for outcome in load::apply(&tx, good, &origin, &|| s.id()).await? {
        match outcome {
            EntryOutcome::Added => import.added += 1,
            EntryOutcome::Changed => import.changed += 1,
            EntryOutcome::Unchanged => import.unchanged += 1,
        }
    }
    store::insert_errors(&tx, import.id, refused).await?;
    store::update(&tx, &import).await?;
    let permit = permit
        .clone()
        .change(Some(json(before)), Some(json(&import)));
    s.commit(tx, permit).await?;
    Ok(import)
}

fn json(import: &RegisterImport) -> String {
    serde_json::json!({ "state": state_word(import.state), "rows_total": import.total, "rows_added": import.added, "rows_changed": import.changed, "rows_unchanged": import.unchanged, "rows_refused": import.refused })
        .to_string()
}

const fn state_word(state: ImportState) -> &'static str {
    match state {
        ImportState::Running => "running",
        ImportState::Finished => "finished",
        ImportState::Failed => "failed",
    }
}

/// Loads, the newest first.
///
/// # Errors
/// [`Fault::Denied`] for those who may not read the register.
pub async fn list(
    actor: &Actor,
    s: &Services,
    page: &PageRequest,
) -> Result<Page<RegisterImport>, Fault> {
    let scope = require_read(actor, Action::ReadRegister, &Thing::Portal)?;
    let found = store::list(&s.db.reader(), &scope, page).await?;
    Ok(found.map(|import| as_it_stands(s, import)))
}

/// One load.
///
/// # Errors
/// [`Fault::NotFound`] when there is none.
pub async fn find(
    actor: &Actor,
    s: &Services,
    id: RegisterImportId,
) -> Result<RegisterImport, Fault> {
    let scope = require_read(actor, Action::ReadRegister, &Thing::Portal)?;
    let found = store::find(&s.db.reader(), &scope, id)
        .await?
        .ok_or(Fault::NotFound)?;
    Ok(as_it_stands(s, found))
}

/// The refused rows of a load in the order of the file.
///
/// # Errors
/// [`Fault::NotFound`] when there is no such load.
pub async fn list_errors(
    actor: &Actor,
    s: &Services,
    id: RegisterImportId,
    page: &PageRequest,
) -> Result<Page<RowError>, Fault> {
    let scope = require_read(actor, Action::ReadRegister, &Thing::Portal)?;
    let reader = s.db.reader();
    store::find(&reader, &scope, id)
        .await?
        .ok_or(Fault::NotFound)?;
    Ok(store::list_errors(&reader, &scope, id, page).await?)
}

/// A load whose process is gone says nothing of it itself.
fn as_it_stands(s: &Services, import: RegisterImport) -> RegisterImport {
    let stale = s.now() - import.updated_at > chrono::Duration::minutes(STALE_MINUTES);
    if import.state == ImportState::Running && stale {
        return RegisterImport {
            state: ImportState::Failed,
            failure: Some("The load was broken off, e.g. by a restart. The rows counted here are kept; load the file again, and they are left as they are.".to_owned()),
            ..import
        };
    }
    import
}
