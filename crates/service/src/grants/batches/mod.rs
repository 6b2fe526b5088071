//! Many access requests as one file. The file is spooled to disk, read by one thread and worked through a hundred rows at a
//! time; every row is a whole request or none, and what became of it is kept.

mod read;

use std::collections::HashSet;
use std::fs::File;
use std::io::{Seek, SeekFrom};

use quaymaster_domain::access::{Action, Actor, Permit, Thing, require, require_read, scope_of};
use quaymaster_domain::account_number::AccountNumber;
use quaymaster_domain::grants::{GrantRefusal, GrantSide};
use quaymaster_domain::identifiers::Identifier;
use quaymaster_domain::ids::{AccountId, GrantBatchId};
use quaymaster_domain::people::UserName;
use quaymaster_store::accounts::{self, Account};
use quaymaster_store::grants::batches as store;
use quaymaster_store::grants::targets;
use quaymaster_store::register::{ein_of, party_of};
use quaymaster_store::{Page, PageRequest, StoreError, WriteTx, companies};
use serde::{Deserialize, Serialize};
use tokio::io::AsyncWriteExt;

use super::GrantError;
use super::propose::{Addressee, Wanted, by_identifier, place_proposal};
use crate::Services;
use crate::error::Fault;
use crate::identifiers::stored;
use crate::users::place;
use read::read;

pub use quaymaster_store::grants::batches::Batch;

/// The largest file, bytes.
pub const LARGEST_FILE: u64 = 64 * 1024 * 1024;
/// The most rows of a file.
pub const MOST_ROWS: u64 = 100_000;
/// Rows of one transaction.
const AT_ONCE: usize = 100;
/// The most characters of a cell.
const LONGEST_CELL: usize = 1000;

/// Why a row was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowFault {
    /// The column; empty when the row as a whole does not fit.
    pub column: String,
    /// Stable code.
    pub code: String,
    /// What to do.
    pub detail: String,
}

fn fault(column: &str, code: &str, detail: impl Into<String>) -> RowFault {
    RowFault {
        column: column.to_owned(),
        code: code.to_owned(),
        detail: detail.into(),
    }
}

/// Why nothing of a file was taken.
#[derive(Debug, thiserror::Error)]
pub enum BatchError {
    /// The file as a whole cannot be read.
    #[error("{0}")]
    File(String),
    /// Beyond the limit.
    #[error("the file may have at most 100,000 rows and 64 MiB; split it")]
    TooLarge,
    /// Not specific.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for BatchError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

/// What became of a row.
#[derive(Clone, Debug)]
pub struct RowView {
    /// The line of the file; the header is line 1.
    pub row: u64,
    /// The request, when it was sent.
    pub grant: Option<quaymaster_domain::ids::GrantId>,
    /// Whom it asks.
    pub company: Option<String>,
    /// Why it was refused; empty when it was sent.
    pub errors: Vec<RowFault>,
}

fn disk(error: &std::io::Error) -> Fault {
    Fault::Internal(format!("the spool file: {error}"))
}

/// A file on its way in. It has no name on disk and is gone with this value.
pub struct BatchSpool {
    file: tokio::fs::File,
    size: u64,
    permit: Permit,
    own: Account,
}

impl BatchSpool {
    /// Begins a file. Asks the policy first, so that nobody fills the disk who may not ask for access.
    ///
    /// # Errors
    /// As the proposal of one grant: for the Account Owner, with a fresh proof.
    pub async fn begin(actor: &Actor, s: &Services, account: AccountId) -> Result<Self, Fault> {
        let at = place(actor, s, account).await?;
        let scope = require_read(actor, Action::ReadAccount, &Thing::Account(at))?;
        let permit = require(actor, Action::ProposeGrant, &Thing::Account(at))?;
        let own = accounts::find(&s.db.reader(), &scope, account)
            .await?
            .ok_or(Fault::NotFound)?;
        let file = match &s.settings.spool_dir {
            Some(folder) => tempfile::tempfile_in(folder),
            None => tempfile::tempfile(),
        };
        Ok(Self {
            file: tokio::fs::File::from_std(file.map_err(|e| disk(&e))?),
            size: 0,
            permit,
            own,
        })
    }

    /// Adds a piece.
    ///
    /// # Errors
    /// [`BatchError::TooLarge`].
    pub async fn write(&mut self, piece: &[u8]) -> Result<(), BatchError> {
        self.size += piece.len() as u64;
        if self.size > LARGEST_FILE {
            return Err(BatchError::TooLarge);
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

/// Whom a row asks.
#[derive(Clone, Debug)]
enum Ask {
    Typed(AccountNumber, UserName),
    Identifier(Identifier),
}

/// A row that can be read.
#[derive(Clone, Debug)]
struct Plan {
    ask: Ask,
    wanted: Wanted,
}

type Read = (u64, Result<Plan, Vec<RowFault>>);

/// Works through a file. Goes on to its end also when the caller stops listening.
///
/// # Errors
/// [`BatchError::File`] when the file as a whole cannot be read; nothing is kept then.
pub async fn request_many(
    actor: &Actor,
    s: &Services,
    file_name: Option<String>,
    spool: BatchSpool,
) -> Result<Batch, BatchError> {
    let (permit, own) = (spool.permit.clone(), spool.own.clone());
    let file = spool.rewound().await?;
    let work = run(actor.clone(), s.clone(), permit, own, file_name, file);
    tokio::spawn(work)
        .await
        .map_err(|e| Fault::Internal(format!("a file of requests: {e}")))?
}

async fn run(
    actor: Actor,
    s: Services,
    permit: Permit,
    own: Account,
    file_name: Option<String>,
    file: File,
) -> Result<Batch, BatchError> {
    // Two pieces wait at most: the reader is never far ahead of the writer.
    let (sender, pieces) = flume::bounded(2);
    tokio::task::spawn_blocking(move || read(file, &sender));
    let mut batch = Batch {
        id: s.id(),
        account: own.id,
        file_name,
        total: 0,
        ok: 0,
        refused: 0,
        created_at: s.now(),
        created_by_name: actor.name.clone(),
    };
    let mut begun = false;
    let mut asked: HashSet<AccountId> = HashSet::new();
    while let Ok(piece) = pieces.recv_async().await {
        let piece = piece?;
        let tx = s.db.begin_write().await?;
        if !begun {
            store::insert(&tx, &batch).await?;
            begun = true;
        }
        let mut rows = Vec::with_capacity(piece.len());
        for (line, read) in piece {
            batch.total += 1;
            let outcome = match read {
                Err(faults) => Err(faults),
                Ok(_) if batch.total > MOST_ROWS => Err(vec![fault(
                    "",
                    "too-large",
                    "This row is beyond the first 100,000; send it in another file.",
                )]),
                Ok(plan) => ask(&actor, &s, &tx, &permit, &own, batch.id, plan, &mut asked).await?,
            };
            let row = match outcome {
                Ok((grant, company)) => {
                    batch.ok += 1;
                    store::BatchRow {
                        row: line,
                        grant: Some(grant),
                        company: Some(company),
                        errors: None,
                    }
                }
                Err(faults) => {
                    batch.refused += 1;
                    store::BatchRow {
                        row: line,
                        grant: None,
                        company: None,
                        errors: Some(serde_json::to_string(&faults).unwrap_or_default()),
                    }
                }
            };
            rows.push(row);
        }
        store::advance(&tx, &batch, &rows).await?;
        let after = serde_json::json!({ "rows": batch.total, "requested": batch.ok, "refused": batch.refused });
        let label = batch
            .file_name
            .clone()
            .unwrap_or_else(|| "file of access requests".to_owned());
        let done = permit
            .clone()
            .about("grant_request_batch", batch.id, label)
            .change(None, Some(after.to_string()));
        s.commit(tx, done).await?;
    }
    if !begun {
        return Err(BatchError::File(
            "there is no row below the names of the columns".to_owned(),
        ));
    }
    Ok(batch)
}

type Asked = Result<(quaymaster_domain::ids::GrantId, String), Vec<RowFault>>;

/// Sends one request. The outer error breaks the file off: the database is away; rows of the same piece are not kept then.
#[expect(clippy::too_many_arguments, reason = "each is a part of the request")]
async fn ask(
    actor: &Actor,
    s: &Services,
    tx: &WriteTx,
    permit: &Permit,
    own: &Account,
    batch: GrantBatchId,
    plan: Plan,
    asked: &mut HashSet<AccountId>,
) -> Result<Asked, Fault> {
    let Plan { ask, wanted } = plan;
    let refused = |column: &str, code: &str, detail: &str| {
        Ok(Err(vec![fault(
            column,
            code,
            crate::users::sentence(detail),
        )]))
    };
    let addressee = match ask {
        Ask::Typed(number, owner) => {
            let found = targets::by_number_and_owner(tx, number.as_str(), owner.key()).await?;
            match found {
                None => {
                    return refused(
                        "account_number",
                        "counterparty-not-matched",
                        &GrantError::NotMatched.to_string(),
                    );
                }
                Some(account) => Addressee {
                    account,
                    by_identifier: None,
                    sub_accounts: Vec::new(),
                },
            }
        }
        Ask::Identifier(identifier) => {
            let kept = stored(s, &identifier)?;
            let Some(party) = party_of(tx, &kept, ein_of(&identifier).as_deref()).await? else {
                return refused(
                    "identifier",
                    "identifier-not-in-register",
                    "the identifier register does not know this identifier, so nobody can be asked for it",
                );
            };
            if companies::kin(tx, own.company_id).await?.includes(party.id) {
                return refused(
                    "identifier",
                    "invalid",
                    "this identifier belongs to your own company or to a recorded subsidiary",
                );
            }
            match by_identifier(tx, &kept, &party.name).await {
                Ok(Some(addressee)) => addressee,
                Ok(None) => {
                    return refused(
                        "identifier",
                        "no-account",
                        &GrantError::NoAccount.to_string(),
                    );
                }
                Err(error) => return told(error),
            }
        }
    };
    let company = match &addressee.by_identifier {
        Some((shown, ..)) => shown.clone(),
        None => addressee.account.company_name.clone(),
    };
    let other = addressee.account.id;
    if asked.contains(&other) {
        return refused(
            "",
            "grant-exists",
            "this company is asked by an earlier row of this file already",
        );
    }
    let placed = place_proposal(
        actor,
        s,
        tx,
        permit.clone(),
        own,
        GrantSide::Recipient,
        addressee,
        wanted,
        Some(batch),
    )
    .await;
    match placed {
        Ok((row, permit)) => {
            asked.insert(other);
            s.also(tx, permit).await?;
            Ok(Ok((row.id, company)))
        }
        Err(error) => told(error),
    }
}

/// A refusal in the words of a row; what is no refusal breaks the file off.
fn told(error: GrantError) -> Result<Asked, Fault> {
    let detail = crate::users::sentence(&error.to_string());
    let (column, code) = match error {
        GrantError::Fault(Fault::Invalid(fields)) => {
            let all = fields.into_iter().map(|f| {
                let column = match f.pointer.rsplit('/').next() {
                    Some("ends_at") => "ends_on",
                    Some("account_number") => "account_number",
                    Some("rights") => "structure",
                    _ => "",
                };
                fault(column, f.code, crate::users::sentence(&f.detail))
            });
            return Ok(Err(all.collect()));
        }
        GrantError::Fault(other) => return Err(other),
        GrantError::Refused(GrantRefusal::NoRight) => ("structure", "missing"),
        GrantError::Refused(GrantRefusal::EndBeforeStart | GrantRefusal::EndPast) => {
            ("ends_on", "invalid")
        }
        GrantError::Refused(_) => ("", "grant-state"),
        GrantError::NotMatched => ("account_number", "counterparty-not-matched"),
        GrantError::Exists(_) => ("", "grant-exists"),
        GrantError::AccountClosed(_) => ("", "account-closed"),
        GrantError::NoAccount => ("", "no-account"),
        _ => ("", "invalid"),
    };
    Ok(Err(vec![fault(column, code, detail)]))
}

/// The files of an account, the newest first.
///
/// # Errors
/// [`Fault::Denied`] for plain users.
pub async fn list_batches(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    page: &PageRequest,
) -> Result<Page<Batch>, Fault> {
    let at = place(actor, s, account).await?;
    let scope = require_read(actor, Action::ReadGrants, &Thing::Account(at))?;
    Ok(store::list(&s.db.reader(), &scope, account, page).await?)
}

/// One file.
///
/// # Errors
/// [`Fault::NotFound`].
pub async fn find_batch(actor: &Actor, s: &Services, id: GrantBatchId) -> Result<Batch, Fault> {
    let reader = s.db.reader();
    let batch = store::find(&reader, &scope_of(actor), id)
        .await?
        .ok_or(Fault::NotFound)?;
    let at = place(actor, s, batch.account).await?;
    require_read(actor, Action::ReadGrants, &Thing::Account(at))?;
    Ok(batch)
}

/// The rows of a file in its order; `refused` picks those that were refused, or those that were not.
///
/// # Errors
/// [`Fault::NotFound`].
pub async fn batch_rows(
    actor: &Actor,
    s: &Services,
    id: GrantBatchId,
    refused: Option<bool>,
    page: &PageRequest,
) -> Result<Page<RowView>, Fault> {
    let batch = find_batch(actor, s, id).await?;
    let found = store::rows(&s.db.reader(), &batch, refused, page).await?;
    Ok(found.map(|row| RowView {
        row: row.row,
        grant: row.grant,
        company: row.company,
        errors: row
            .errors
            .and_then(|json| serde_json::from_str(&json).ok())
            .unwrap_or_default(),
    }))
}

/// A part of the result as CSV: row, outcome, company, grant, column, code, detail.
///
/// # Errors
/// Never in practice: the bytes go to memory.
pub fn result_csv(rows: &[RowView], with_header: bool) -> Result<Vec<u8>, std::io::Error> {
    let mut cells = Vec::new();
    for row in rows {
        let grant = row.grant.map_or_else(String::new, |id| id.to_string());
        let company = row.company.clone().unwrap_or_default();
        if row.errors.is_empty() {
            let none = String::new;
            cells.push(vec![
                row.row.to_string(),
                "requested".to_owned(),
                company,
                grant,
                none(),
                none(),
                none(),
            ]);
        }
        for error in &row.errors {
            cells.push(vec![
                row.row.to_string(),
                "refused".to_owned(),
                String::new(),
                String::new(),
                error.column.clone(),
                error.code.clone(),
                error.detail.clone(),
            ]);
        }
    }
    let header = [
        "row", "outcome", "company", "grant_id", "column", "code", "detail",
    ];
    crate::export::rows_to_csv(with_header.then_some(&header[..]), &cells, &[])
}
