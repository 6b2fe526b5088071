//! The work of imports: rows are read, checked and brought together by entry; whole entries are written a batch at a time.
//! Can be killed at any moment: another worker, or the same one after a restart, goes on behind the last batch.

mod entries;
mod pace;
mod reading;
mod stretch;

use std::fs::File;
use std::time::Instant;

use quaymaster_domain::access::{
    AccountRef, Action, Actor, ImportKeys, Origin, Permit, Thing, import_keys, require,
};
use quaymaster_domain::ids::{SessionId, UserId};
use quaymaster_domain::records::{Column, EntryNumber, RowFault};
use quaymaster_store::records::facts::Wanted;
use quaymaster_store::records::imports::{
    self as store, ImportState, ImportedBy, Phase, RecordImport, RowError,
};
use quaymaster_store::records::write::{self, Outcome, Writing};
use quaymaster_store::{StoreError, WriteTx, access_reviews, members, users};

use self::entries::{Decided, put_together};
use self::pace::Pace;
use self::reading::{Read, read};
use self::stretch::{Batch, Place};
use super::import::{discard, folder, json, label};
use super::reader::{FileProblem, Format, Rows};
use super::scope::known;
use super::sort::{Merge, Sorter};
use crate::Services;
use crate::error::Fault;
use crate::oauth;

/// Refusals that are written at once.
const BATCH_ERRORS: usize = 2_000;
/// More refusals than these, and the file is not what it should be.
const MOST_REFUSED: u64 = 1_000_000;
/// How long a worker is believed to live after it was last heard of, seconds.
const LEASE_SECONDS: i64 = 60;
/// How often a batch is tried when the database is busy.
const ATTEMPTS: u32 = 5;
/// An import whose file no server has is given up after so many hours.
const LOST_HOURS: i64 = 24;

/// Why an import stops, in words for the people of the account.
struct Stop {
    state: ImportState,
    why: Option<String>,
}

impl Stop {
    fn failed(why: impl Into<String>) -> Self {
        Self {
            state: ImportState::Failed,
            why: Some(why.into()),
        }
    }

    fn cancelled() -> Self {
        Self {
            state: ImportState::Cancelled,
            why: None,
        }
    }
}

enum Trouble {
    /// The import comes to an end.
    Stop(Stop),
    /// Something outside the import; it is taken up again later.
    Fault(Fault),
}

impl From<Fault> for Trouble {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}
impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}
impl From<FileProblem> for Trouble {
    fn from(problem: FileProblem) -> Self {
        Self::Stop(Stop::failed(sentence(&problem.to_string())))
    }
}

fn sentence(words: &str) -> String {
    crate::users::sentence(words)
}

/// Does the oldest import that waits and whose file is here, to its end. False when there is none.
///
/// # Errors
/// When the database is away; the import is taken up again when its lease is over.
pub async fn one(s: &Services, worker: &str) -> Result<bool, Fault> {
    for import in store::waiting(&s.db.reader(), s.now(), 20).await? {
        let path = import.file.as_ref().map(|name| folder(s).join(name));
        let file = path.and_then(|path| File::open(path).ok());
        let Some(file) = file else {
            lost(s, &import).await?;
            continue;
        };
        let Some(import) = claim(s, &import, worker).await? else {
            continue;
        };
        tracing::info!(import = %import.id, "an import of records begins");
        let work = Work {
            s: s.clone(),
            worker: worker.to_owned(),
            import,
            months: s.settings.record_months,
        };
        work.finish_all(file).await?;
        return Ok(true);
    }
    Ok(false)
}

/// A file may be on another server; when nobody has it for a day, it is gone.
async fn lost(s: &Services, import: &RecordImport) -> Result<(), Fault> {
    if s.now() - import.updated_at < chrono::Duration::hours(LOST_HOURS) {
        return Ok(());
    }
    let tx = s.db.begin_write().await?;
    let Some(mut import) = store::lock(&tx, import.id)
        .await?
        .filter(|i| i.state.is_open())
    else {
        return Ok(());
    };
    let before = json(&import);
    let why = "The file is not on the server any more. Entries counted here are kept; import the file again.";
    end(s, &mut import, Stop::failed(why));
    store::update(&tx, &import).await?;
    let permit = permit(&import, "record.import_end").change(Some(before), Some(json(&import)));
    Ok(s.commit(tx, permit).await?)
}

fn permit(import: &RecordImport, action: &'static str) -> Permit {
    Permit::system(action, "record import")
        .within(Some(import.account), None)
        .about("record_import", import.id, label(import))
}

fn end(s: &Services, import: &mut RecordImport, stop: Stop) {
    import.state = stop.state;
    import.failure = stop.why;
    import.phase = Phase::Done;
    import.file = None;
    import.worker = None;
    import.lease_until = None;
    import.updated_at = s.now();
    import.finished_at = Some(import.updated_at);
}

async fn claim(
    s: &Services,
    seen: &RecordImport,
    worker: &str,
) -> Result<Option<RecordImport>, Fault> {
    let tx = s.db.begin_write().await?;
    let now = s.now();
    let Some(mut import) = store::lock(&tx, seen.id).await? else {
        return Ok(None);
    };
    if !import.state.is_open() || import.lease_until.is_some_and(|until| until >= now) {
        return Ok(None);
    }
    import.state = ImportState::Running;
    import.phase = Phase::Reading;
    import.bytes_read = 0;
    import.counts.rows = 0;
    import.counts.rows_unfit = 0;
    import.started_at = import.started_at.or(Some(now));
    lease(s, &mut import, worker);
    store::update(&tx, &import).await?;
    tx.commit_bookkeeping().await?;
    Ok(Some(import))
}

fn lease(s: &Services, import: &mut RecordImport, worker: &str) {
    import.updated_at = s.now();
    import.worker = Some(worker.to_owned());
    import.lease_until = Some(import.updated_at + chrono::Duration::seconds(LEASE_SECONDS));
}

/// Who imports, with the rights of this moment.
async fn actor_of(s: &Services, import: &RecordImport) -> Result<Option<Actor>, Fault> {
    let origin = Origin {
        request_id: import.id.to_string(),
        network: String::new(),
    };
    match import.by {
        ImportedBy::Person(user) => person(s, user, origin).await,
        ImportedBy::Client(client) => oauth::at_work(s, client, origin).await,
    }
}

async fn person(s: &Services, user: UserId, origin: Origin) -> Result<Option<Actor>, Fault> {
    let reader = s.db.reader();
    let Some(user) = users::by_id(&reader, user).await? else {
        return Ok(None);
    };
    if user.suspended_at.is_some() {
        return Ok(None);
    }
    let now = s.now();
    let lapses = access_reviews::lapses_of(&reader, &[user.id]).await?;
    let memberships = members::of_user(&reader, user.id)
        .await?
        .into_iter()
        .map(|(membership, ..)| membership)
        .filter(|m| lapses.get(&(user.id, m.account)).is_none_or(|at| *at > now))
        .collect();
    Ok(Some(Actor {
        user: user.id,
        name: user.full_name(),
        staff: None,
        memberships,
        guest: None,
        client: None,
        session: SessionId(uuid::Uuid::nil()),
        proved_at: now,
        now,
        origin,
    }))
}

/// Under which numbers the person or program may import at this moment.
async fn rights(s: &Services, import: &RecordImport) -> Result<ImportKeys, Trouble> {
    let gone = || {
        Trouble::Stop(Stop::failed(match import.by {
            ImportedBy::Person(_) => {
                "The person who imports may not do so any more. Entries counted here are kept."
            }
            ImportedBy::Client(_) => {
                "The API client that imports may not do so any more: it has ended or lost the scope records:import. Entries counted here are kept."
            }
        }))
    };
    let actor = actor_of(s, import).await?.ok_or_else(gone)?;
    let membership = actor.membership(import.account).ok_or_else(gone)?;
    let at = AccountRef {
        account: import.account,
        company: membership.company,
    };
    let _may =
        require(&actor, Action::ImportRecords, &Thing::Account(at)).map_err(|_denied| gone())?;
    let facts = known(s, &actor, Wanted::Everything).await?;
    Ok(import_keys(&actor, &facts, import.account))
}

fn row_error(row: u64, entry: Option<&EntryNumber>, fault: RowFault) -> RowError {
    RowError {
        row,
        entry: entry.map(ToString::to_string),
        column: fault.column.to_owned(),
        code: fault.code.to_owned(),
        detail: fault.detail.into_owned(),
    }
}

/// An import at work.
struct Work {
    s: Services,
    worker: String,
    import: RecordImport,
    months: bool,
}

impl Work {
    async fn finish_all(mut self, file: File) -> Result<(), Fault> {
        let stop = match self.run(file).await {
            Ok(()) => Stop {
                state: ImportState::Finished,
                why: None,
            },
            Err(Trouble::Stop(stop)) => stop,
            Err(Trouble::Fault(fault)) => {
                tracing::error!(%fault, import = %self.import.id, "an import of records was interrupted; it is taken up again");
                return Err(fault);
            }
        };
        let tx = self.s.db.begin_write().await?;
        let Some(mut import) = store::lock(&tx, self.import.id).await? else {
            return Ok(());
        };
        let before = json(&import);
        let file = import.file.clone();
        end(&self.s, &mut import, stop);
        store::update(&tx, &import).await?;
        let permit = permit(&import, "record.import_end").change(Some(before), Some(json(&import)));
        self.s.commit(tx, permit).await?;
        if let Some(name) = file {
            discard(&self.s, &name);
        }
        tracing::info!(import = %import.id, state = import.state.as_str(), "an import of records is over");
        Ok(())
    }

    async fn run(&mut self, file: File) -> Result<(), Trouble> {
        let format = Format::from_word(&self.import.format)
            .ok_or_else(|| Fault::Internal(format!("import {}: unknown format", self.import.id)))?;
        rights(&self.s, &self.import).await?;
        let merge = self.read(format, file).await?;
        self.write(merge).await
    }

    /// A transaction with the row of the import as it is now; stops when it was called off or somebody else has it.
    async fn begin(&mut self) -> Result<WriteTx, Trouble> {
        let tx = self.s.db.begin_write().await?;
        let found = store::lock(&tx, self.import.id).await?;
        let Some(found) = found.filter(|i| i.worker.as_deref() == Some(&self.worker)) else {
            return Err(
                Fault::Internal("another worker has taken the import over".to_owned()).into(),
            );
        };
        if found.cancel_asked {
            return Err(Trouble::Stop(Stop::cancelled()));
        }
        self.import = found;
        lease(&self.s, &mut self.import, &self.worker);
        Ok(tx)
    }

    async fn read(&mut self, format: Format, file: File) -> Result<Merge, Trouble> {
        let (tell, told) = flume::bounded::<Read>(2);
        let sorter = Sorter::new(Some(folder(&self.s)));
        let reading = tokio::task::spawn_blocking(move || {
            let rows = Rows::open(format, file)?;
            read(rows, sorter, &tell)
        });
        while let Ok(note) = told.recv_async().await {
            if note.unfit > MOST_REFUSED {
                return Err(Trouble::Stop(Stop::failed(
                    "More than a million rows were refused; this is not a file of report ES-003. Nothing of it was imported.",
                )));
            }
            let tx = self.begin().await?;
            self.import.counts.rows = note.rows;
            self.import.counts.rows_unfit = note.unfit;
            self.import.bytes_read = note.bytes;
            if let Some(notes) = note.notes {
                self.import.notes = notes;
                self.import.phase = Phase::Writing;
                self.import.bytes_read = self.import.bytes_total;
            }
            store::insert_errors(&tx, self.import.id, &note.refused).await?;
            store::update(&tx, &self.import).await?;
            tx.commit_bookkeeping().await?;
        }
        let merge = reading
            .await
            .map_err(|e| Fault::Internal(format!("reading records: {e}")))??;
        merge.ok_or_else(|| Fault::Internal("reading records broke off".to_owned()).into())
    }

    async fn write(&mut self, merge: Merge) -> Result<(), Trouble> {
        // Two batches wait at most: the reader is never far ahead of the writer.
        let (send, batches) = flume::bounded::<Result<Batch, Trouble>>(1);
        let place = Place::read(self.import.checkpoint.as_deref());
        let pace = Pace::default();
        let (s, rows) = (self.s.clone(), pace.rows());
        tokio::task::spawn_blocking(move || put_together(&s, merge, place, &rows, &send));
        while let Ok(batch) = batches.recv_async().await {
            let batch = batch?;
            let mut attempt = 1;
            loop {
                match self.write_batch(&batch, &pace).await {
                    Ok(()) => break,
                    Err(Trouble::Fault(Fault::Busy(_))) if attempt < ATTEMPTS => attempt += 1,
                    Err(trouble) => return Err(trouble),
                }
            }
            if self.import.counts.rows_left > MOST_REFUSED {
                return Err(Trouble::Stop(Stop::failed(
                    "More than a million rows were refused. Entries counted here are kept.",
                )));
            }
        }
        Ok(())
    }

    async fn write_batch(&mut self, batch: &Batch, pace: &Pace) -> Result<(), Trouble> {
        let may = rights(&self.s, &self.import).await?;
        let mut writes = Vec::new();
        let mut sources = Vec::new();
        let mut refused: Vec<RowError> = Vec::new();
        let (mut foreign, mut done, mut left, mut duplicates, mut entries_refused) =
            (0, 0, 0, 0, 0);
        for decided in &batch.entries {
            match decided {
                Decided::Refused {
                    number: _,
                    rows,
                    unfit,
                    refused: errors,
                    first,
                } => {
                    done += rows;
                    left += rows - unfit;
                    entries_refused += u64::from(*first);
                    refused.extend(errors.iter().cloned());
                }
                Decided::Whole {
                    write,
                    rows,
                    count,
                    duplicates: same,
                } => {
                    done += count;
                    let number = &write.record().number;
                    if may.takes(write.importer_key(), number.filer_code()) {
                        duplicates += same;
                        sources.push((number, rows, *count));
                        writes.push(&**write);
                    } else {
                        foreign += 1;
                        left += count;
                        refused.extend(
                            rows.iter()
                                .map(|row| row_error(*row, Some(number), not_yours())),
                        );
                    }
                }
            }
        }
        let tx = self.begin().await?;
        let begun = Instant::now();
        let writing = Writing {
            import: self.import.id,
            may: &may,
            state_at: self.import.state_at,
            now: self.s.now(),
            months: self.months,
        };
        let outcomes = write::apply(&tx, &writes, &writing).await?;
        let counts = &mut self.import.counts;
        for (outcome, (number, rows, count)) in outcomes.into_iter().zip(sources) {
            match outcome {
                Outcome::New => counts.new += 1,
                Outcome::Updated => counts.updated += 1,
                Outcome::Unchanged => counts.unchanged += 1,
                Outcome::Older => counts.older += 1,
                Outcome::Foreign => {
                    foreign += 1;
                    left += count;
                    refused.extend(
                        rows.iter()
                            .map(|row| row_error(*row, Some(number), not_yours())),
                    );
                }
            }
        }
        counts.rows_done += done;
        counts.rows_left += left;
        counts.duplicates += duplicates;
        counts.refused += entries_refused + foreign;
        self.import.checkpoint = Some(batch.checkpoint.clone());
        refused.sort_by_key(|error| error.row);
        store::insert_errors(&tx, self.import.id, &refused).await?;
        store::update(&tx, &self.import).await?;
        let permit = permit(&self.import, "record.import_batch");
        let name = &self.import.by_name;
        let permit = match self.import.by {
            ImportedBy::Person(user) => permit.by(user, name),
            ImportedBy::Client(client) => permit.by_client(client, name),
        }
        .change(None, Some(json(&self.import)));
        self.s.commit(tx, permit).await?;
        pace.took(batch.rows(), begun.elapsed());
        Ok(())
    }
}

/// The same words for a number that belongs to nobody here and for an entry that others have: neither is told apart.
fn not_yours() -> RowFault {
    RowFault::at(
        Column::Importer,
        "not-yours",
        "This importer number and this filer code belong neither to this account nor to a client that lets it see its records.",
    )
}

/// Lets go of what a worker was at, when it ends.
///
/// # Errors
/// When the database is away.
pub async fn release(s: &Services, worker: &str) -> Result<(), Fault> {
    let tx = s.db.begin_write().await?;
    store::release(&tx, worker).await?;
    Ok(tx.commit_bookkeeping().await?)
}

/// Deletes what uploads and imports have left behind, at the start of a server.
///
/// # Errors
/// When the database is away.
pub async fn tidy(s: &Services) -> Result<(), Fault> {
    let Ok(files) = std::fs::read_dir(folder(s)) else {
        return Ok(());
    };
    for file in files.flatten() {
        let name = file.file_name().to_string_lossy().into_owned();
        let open = match name.parse::<uuid::Uuid>() {
            // An upload that was cut off.
            Err(_) => false,
            Ok(id) => store::is_open(&s.db.reader(), id.into()).await?,
        };
        if !open {
            discard(s, &name);
        }
    }
    Ok(())
}
