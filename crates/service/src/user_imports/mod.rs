//! Inviting many people from a CSV file. Every person stands for itself: whoever fits is invited in an own transaction,
//! whoever does not is named with what is wrong. Sent twice, the same file invites nobody twice.

mod table;

use std::collections::HashMap;

use quaymaster_domain::access::{
    AccountRef, Action, Actor, Denied, Permit, Scope, Thing, require_read,
};
use quaymaster_domain::identifiers::PortCode;
use quaymaster_domain::ids::{AccountId, SubAccountId};
use quaymaster_domain::members::{
    MemberRole, RecordsLevel, ReportsLevel, StructureLevel, SubAccountAccess,
};
use quaymaster_domain::people::{EmailAddress, PersonName};
use quaymaster_store::members::{self, Place, Rights};
use quaymaster_store::{Handle, accounts};

use crate::Services;
use crate::error::Fault;
use crate::invitations::{InvitationError, Invitee, NewMember, invite_member, require_to_bring};
use crate::users::{place, rights};
use table::Row;

pub use table::{Column, MOST_ROWS};

/// A cell that does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellFault {
    /// The column; none when the row as a whole does not fit.
    pub column: Option<Column>,
    /// Stable code.
    pub code: &'static str,
    /// What to do, in words.
    pub detail: String,
}

/// What becomes of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Fits; in a dry run the person would be invited. After the real run: there was nothing left to do.
    Ok,
    /// The person was invited.
    Invited,
    /// The person was not invited.
    Refused,
}

/// A row of the report, in the order of the file.
#[derive(Clone, Debug)]
pub struct ReportRow {
    /// The line of the file; the header is line 1.
    pub line: u64,
    /// The address as it stands there.
    pub email: String,
    /// What becomes of it.
    pub outcome: Outcome,
    /// What does not fit.
    pub errors: Vec<CellFault>,
}

/// A person of the file with the rows that it stands in.
struct Person {
    rows: Vec<usize>,
    email: EmailAddress,
    new: Option<NewMember>,
}

/// Reads a file and invites whom it names; with `dry_run` nothing is stored.
///
/// # Errors
/// [`Fault::Invalid`] when the file as a whole cannot be read, [`Fault::Denied`] when the actor invites nobody here.
pub async fn run(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    bytes: &[u8],
    dry_run: bool,
) -> Result<Vec<ReportRow>, Fault> {
    let at = place(actor, s, account).await?;
    let scope = require_read(actor, Action::InviteUser, &Thing::Account(at))?;
    let rows = table::read(bytes)?;
    let places = members::places(&s.db.reader(), account).await?;
    let mut report: Vec<_> = rows
        .iter()
        .map(|row| ReportRow {
            line: row.line,
            email: row.cell(Column::Email).chars().take(254).collect(),
            outcome: Outcome::Ok,
            errors: Vec::new(),
        })
        .collect();
    let people = group(&rows, &places, &mut report);
    for person in people {
        let outcome = one(actor, s, at, &scope, &person, dry_run).await;
        settle(&person, outcome, &mut report);
    }
    Ok(report)
}

/// Writes what became of a person into all rows of the person.
fn settle(person: &Person, outcome: Result<Outcome, CellFault>, report: &mut [ReportRow]) {
    match outcome {
        Ok(outcome) => {
            for row in &person.rows {
                report[*row].outcome = outcome;
            }
        }
        Err(fault) => {
            let own_fault = person
                .rows
                .iter()
                .any(|row| !report[*row].errors.is_empty());
            for row in &person.rows {
                report[*row].outcome = Outcome::Refused;
                if report[*row].errors.is_empty() {
                    report[*row].errors.push(if own_fault {
                        CellFault {
                            column: None,
                            code: "other-row-refused",
                            detail: "another row of the same person does not fit, so the person is not invited".to_owned(),
                        }
                    } else {
                        fault.clone()
                    });
                }
            }
        }
    }
}

/// Puts the rows of one address together, in the order in which the addresses first appear. Rows without an address that can
/// be read stand alone and are refused.
fn group(rows: &[Row], places: &[Place], report: &mut [ReportRow]) -> Vec<Person> {
    let mut by_key: HashMap<String, usize> = HashMap::new();
    let mut people: Vec<(Person, Draft)> = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        let errors = &mut report[index].errors;
        if let Some(cells) = row.ragged {
            errors.push(CellFault {
                column: None,
                code: "invalid",
                detail: format!("this row has {cells} cells, not as many as the header"),
            });
        }
        let email = match EmailAddress::parse(row.cell(Column::Email)) {
            Ok(email) => email,
            Err(rule) => {
                errors.push(unfit(Column::Email, rule.to_string()));
                report[index].outcome = Outcome::Refused;
                continue;
            }
        };
        let found = *by_key.entry(email.key().to_owned()).or_insert_with(|| {
            people.push((
                Person {
                    rows: Vec::new(),
                    email: email.clone(),
                    new: None,
                },
                Draft::default(),
            ));
            people.len() - 1
        });
        let (person, draft) = &mut people[found];
        person.rows.push(index);
        draft.add(row, places, errors);
    }
    people
        .into_iter()
        .map(|(mut person, draft)| {
            let fits = person.rows.iter().all(|row| report[*row].errors.is_empty());
            person.new = draft.finish(&person.email).filter(|_| fits);
            person
        })
        .collect()
}

fn unfit(column: Column, detail: impl Into<String>) -> CellFault {
    CellFault {
        column: Some(column),
        code: "invalid",
        detail: detail.into(),
    }
}

/// What the rows of a person say together.
#[derive(Default)]
struct Draft {
    given_name: Option<PersonName>,
    family_name: Option<PersonName>,
    role: Option<MemberRole>,
    access: Vec<SubAccountAccess>,
    ports: Vec<String>,
}

impl Draft {
    fn add(&mut self, row: &Row, places: &[Place], errors: &mut Vec<CellFault>) {
        name(row, Column::GivenName, &mut self.given_name, errors);
        name(row, Column::FamilyName, &mut self.family_name, errors);
        let word = row.cell(Column::Role).to_lowercase();
        let role = match word.as_str() {
            "" | "user" => Some(MemberRole::User),
            "proxy" => Some(MemberRole::Proxy),
            _ => {
                errors.push(unfit(
                    Column::Role,
                    "a role is user or proxy; an owner is named by handing the account over",
                ));
                None
            }
        };
        if role.is_some_and(|role| *self.role.get_or_insert(role) != role) {
            errors.push(unfit(
                Column::Role,
                "another row gives this person another role",
            ));
        }
        self.right(row, places, role, errors);
        for port in row
            .cell(Column::PortCodes)
            .split([' ', ';', ',', '|'])
            .filter(|port| !port.is_empty())
        {
            match PortCode::parse(port) {
                Ok(port) => self.ports.push(port.as_str().to_owned()),
                Err(rule) => errors.push(unfit(Column::PortCodes, rule.to_string())),
            }
        }
        if role == Some(MemberRole::Proxy) && !self.ports.is_empty() {
            errors.push(unfit(
                Column::PortCodes,
                "a proxy sees every port; leave this empty",
            ));
        }
    }

    fn right(
        &mut self,
        row: &Row,
        places: &[Place],
        role: Option<MemberRole>,
        errors: &mut Vec<CellFault>,
    ) {
        let structure = level(row, Column::Structure, StructureLevel::from_word, errors);
        let records = level(row, Column::Records, RecordsLevel::from_word, errors);
        let reports = level(row, Column::Reports, ReportsLevel::from_word, errors);
        let written = row.cell(Column::SubAccount);
        if written.is_empty() {
            for (column, given) in [
                (Column::Structure, structure > Some(StructureLevel::None)),
                (Column::Records, records > Some(RecordsLevel::None)),
                (Column::Reports, reports > Some(ReportsLevel::None)),
            ] {
                if given {
                    errors.push(unfit(
                        column,
                        "a right stands in a sub-account; name it in the column sub_account",
                    ));
                }
            }
            return;
        }
        if role == Some(MemberRole::Proxy) {
            errors.push(unfit(
                Column::SubAccount,
                "a proxy may do everything in every sub-account; leave this empty",
            ));
            return;
        }
        let Some(found) = sub_account(written, places) else {
            errors.push(unfit(
                Column::SubAccount,
                "this account has no sub-account of this name",
            ));
            return;
        };
        if self.access.iter().any(|a| a.sub_account_id == found) {
            errors.push(unfit(
                Column::SubAccount,
                "another row gives this person rights in the same sub-account",
            ));
            return;
        }
        if let (Some(structure), Some(records), Some(reports)) = (structure, records, reports) {
            self.access.push(SubAccountAccess {
                sub_account_id: found,
                structure,
                records,
                reports,
            });
        }
    }

    fn finish(self, email: &EmailAddress) -> Option<NewMember> {
        Some(NewMember {
            invitee: Invitee {
                email: email.clone(),
                given_name: self.given_name?,
                family_name: self.family_name?,
            },
            role: self.role?,
            rights: Rights {
                access: self.access,
                ports: self.ports,
            },
        })
    }
}

fn name(row: &Row, column: Column, known: &mut Option<PersonName>, errors: &mut Vec<CellFault>) {
    match PersonName::parse(row.cell(column)) {
        Err(rule) => errors.push(unfit(column, rule.to_string())),
        Ok(name) => {
            if *known.get_or_insert_with(|| name.clone()) != name {
                errors.push(unfit(column, "another row gives this person another name"));
            }
        }
    }
}

fn level<T>(
    row: &Row,
    column: Column,
    read: fn(&str) -> Option<T>,
    errors: &mut Vec<CellFault>,
) -> Option<T> {
    let written = row.cell(column).to_lowercase();
    let word = if written.is_empty() { "none" } else { &written };
    let found = read(word);
    if found.is_none() {
        let words = match column {
            Column::Structure => "the right to the structure is none, read or write",
            Column::Records => "the right to trade records is none or read",
            _ => "the right to reports is none, run or share",
        };
        errors.push(unfit(column, words));
    }
    found
}

fn sub_account(written: &str, places: &[Place]) -> Option<SubAccountId> {
    let name = written.to_lowercase();
    places
        .iter()
        .find(|p| p.name.to_lowercase() == name || p.id.to_string() == name)
        .map(|p| p.id)
}

/// Invites one person, or says why not.
async fn one(
    actor: &Actor,
    s: &Services,
    at: AccountRef,
    scope: &Scope,
    person: &Person,
    dry_run: bool,
) -> Result<Outcome, CellFault> {
    let refused = || CellFault {
        column: None,
        code: "invalid",
        detail: "this person does not fit".to_owned(),
    };
    let new = person.new.as_ref().ok_or_else(refused)?;
    let permit = require_to_bring(actor, at, new.role).map_err(|denied| CellFault {
        column: Some(Column::Role),
        code: match denied {
            Denied::OwnerOnly => "owner-only",
            Denied::ProofTooOld => "proof-required",
            _ => "forbidden",
        },
        detail: denied.to_string(),
    })?;
    if dry_run {
        let reader = s.db.reader();
        let new = checked(&reader, at.account, new).await.map_err(failed)?;
        return match already(&reader, at.account, &new).await.map_err(failed)? {
            Some(fault) => fault.map_or(Ok(Outcome::Ok), Err),
            None => Ok(Outcome::Ok),
        };
    }
    apply(actor, s, at, scope, new, permit).await
}

async fn apply(
    actor: &Actor,
    s: &Services,
    at: AccountRef,
    scope: &Scope,
    new: &NewMember,
    permit: Permit,
) -> Result<Outcome, CellFault> {
    let tx = s.db.begin_write().await.map_err(|e| failed(e.into()))?;
    let account = accounts::lock(&tx, scope, at.account)
        .await
        .map_err(|e| failed(e.into()))?
        .ok_or_else(|| failed(Fault::NotFound))?;
    let new = checked(&tx, at.account, new).await.map_err(failed)?;
    if let Some(fault) = already(&tx, at.account, &new).await.map_err(failed)? {
        return fault.map_or(Ok(Outcome::Ok), Err);
    }
    let invitation = invite_member(s, &tx, &account, &new, &actor.name)
        .await
        .map_err(|error| match error {
            InvitationError::Fault(fault) => failed(fault),
            InvitationError::AlreadyInvited => CellFault {
                column: Some(Column::Email),
                code: "already-exists",
                detail: error.to_string(),
            },
            other => CellFault {
                column: Some(Column::Email),
                code: "already-member",
                detail: other.to_string(),
            },
        })?;
    let permit = permit
        .about("user", invitation.user.id, invitation.user.full_name())
        .change(None, Some(rights::json(new.role, &new.rights)));
    s.commit(tx, permit)
        .await
        .map_err(|error| failed(error.into()))?;
    Ok(Outcome::Invited)
}

async fn checked(
    db: &impl Handle,
    account: AccountId,
    new: &NewMember,
) -> Result<NewMember, Fault> {
    Ok(NewMember {
        rights: rights::check(db, account, new.role, &new.rights).await?,
        ..new.clone()
    })
}

/// Whether the address stands for somebody in the account: with the same role and rights there is nothing to do, with
/// others the person is refused.
async fn already(
    db: &impl Handle,
    account: AccountId,
    new: &NewMember,
) -> Result<Option<Option<CellFault>>, Fault> {
    let Some(found) = members::by_email(db, account, new.invitee.email.as_str()).await? else {
        return Ok(None);
    };
    let same =
        found.role == new.role && rights::of(db, account, found.user.id).await? == new.rights;
    if same {
        return Ok(Some(None));
    }
    let (code, words) = if found.user.user_name.is_some() {
        ("already-member", "is a member of this account")
    } else {
        ("already-exists", "is invited to this account")
    };
    Ok(Some(Some(CellFault {
        column: Some(Column::Email),
        code,
        detail: format!(
            "this person {words} already with another role or other rights; change them on the person's page"
        ),
    })))
}

/// What is nobody's fault in the file.
fn failed(fault: Fault) -> CellFault {
    let (code, detail) = match fault {
        Fault::Busy(_) => ("busy", "the portal is busy; send the file again later"),
        Fault::Invalid(faults) => {
            return CellFault {
                column: None,
                code: "invalid",
                detail: faults
                    .first()
                    .map_or_else(String::new, |f| f.detail.clone()),
            };
        }
        Fault::Internal(cause) => {
            tracing::error!(cause, "internal error in an import of users");
            (
                "internal",
                "something went wrong on our side; send the file again later",
            )
        }
        _ => ("not-found", "this account is not there any more"),
    };
    CellFault {
        column: None,
        code,
        detail: detail.to_owned(),
    }
}
