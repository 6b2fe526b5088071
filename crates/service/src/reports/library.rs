//! The library: standard reports, own ones, and those that others share. A share is of the definition; which rows anybody
//! sees is decided when it runs.

use quaymaster_domain::access::{Action, Actor, Permit, Thing, require};
use quaymaster_domain::ids::{AccountId, ReportShareId, SavedReportId, UserId};
use quaymaster_store::report_library::{self as store, Audience, SavedReport, Share, Shelf};
use quaymaster_store::{WriteTx, accounts, members, report_schedules};
use uuid::Uuid;

use super::engine::{self, Standard};
use super::{MOST_SAVED, ReportError, Reporter, reporter};
use crate::Services;
use crate::error::Fault;

/// Shared reports that are shown beside the own ones.
const MOST_VISIBLE: u64 = 2000;

/// How many versions of a report are shown.
const MOST_VERSIONS: u64 = 100;

/// Where a report comes from.
#[derive(Clone, Debug)]
pub enum Origin {
    /// It comes with the portal.
    Standard(&'static Standard),
    /// Somebody saved it; true when the reader did.
    Saved(Box<SavedReport>, bool),
}

/// A report as the library shows it.
#[derive(Clone, Debug)]
pub struct Card {
    /// Where it comes from.
    pub origin: Origin,
    /// The reader marked it.
    pub starred: bool,
    /// What its rows are.
    pub subject: String,
}

impl Card {
    /// The code of a standard report, or the identity of a saved one.
    #[must_use]
    pub fn key(&self) -> String {
        match &self.origin {
            Origin::Standard(report) => report.code.to_owned(),
            Origin::Saved(report, _) => report.id.to_string(),
        }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        match &self.origin {
            Origin::Standard(report) => report.name,
            Origin::Saved(report, _) => &report.name,
        }
    }
}

/// A report with its definition.
#[derive(Clone, Debug)]
pub struct ReportView {
    /// As the library shows it.
    pub card: Card,
    /// The definition, as JSON text.
    pub definition: String,
    /// What changed below it: fields that were renamed or retired.
    pub messages: Vec<String>,
    /// Own accounts in which the reader may share it.
    pub shares_in: Vec<AccountId>,
}

/// A report that is to be saved.
#[derive(Clone, Debug)]
pub struct NewReport {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// The folder; empty text for none.
    pub folder: String,
    /// The definition.
    pub definition: serde_json::Value,
    /// The key of the report that it was copied from.
    pub based_on: Option<String>,
}

/// What is to change; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// Its name.
    pub name: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// The folder.
    pub folder: Option<String>,
    /// The definition.
    pub definition: Option<serde_json::Value>,
}

/// With whom a report is to be shared.
#[derive(Clone, Copy, Debug)]
pub struct NewShare {
    /// Who.
    pub audience: Audience,
    /// Of which own account.
    pub account: AccountId,
}

/// A share with names.
#[derive(Clone, Debug)]
pub struct ShareView {
    /// The share.
    pub share: Share,
    /// Number and name of the account.
    pub account: (String, String),
    /// User ID and name of the person.
    pub person: Option<(UserId, Option<String>, String)>,
}

/// Former definitions.
pub type Versions = Vec<store::Version>;

fn subject_of(definition: &str) -> String {
    serde_json::from_str::<serde_json::Value>(definition)
        .ok()
        .and_then(|d| Some(d.get("subject")?.as_str()?.to_owned()))
        .unwrap_or_default()
}

/// The library. `words` are looked for in question, name, description and folder; every one has to be there.
///
/// # Errors
/// [`Fault::Denied`] without the right to reports.
pub async fn list(actor: &Actor, s: &Services, words: &str) -> Result<Vec<Card>, Fault> {
    let who = reporter(actor, s).await?;
    let reader = s.db.reader();
    let stars = store::stars(&reader, actor.user).await?;
    let saved = store::visible(&reader, &who.shelf, MOST_VISIBLE).await?;
    let mut cards: Vec<(String, Card)> = engine::catalogue()
        .iter()
        .map(|report| {
            let text = format!(
                "{} {} {} {}",
                report.code, report.name, report.question, report.description
            );
            let card = Card {
                origin: Origin::Standard(report),
                starred: stars.contains(report.code),
                subject: report.subject.to_owned(),
            };
            (text, card)
        })
        .collect();
    cards.extend(saved.into_iter().map(|report| {
        let text = format!("{} {} {}", report.name, report.description, report.folder);
        let mine = report.owner == actor.user;
        let card = Card {
            starred: stars.contains(&report.id.to_string()),
            subject: subject_of(&report.definition),
            origin: Origin::Saved(Box::new(report), mine),
        };
        (text, card)
    }));
    let wanted: Vec<String> = words
        .to_lowercase()
        .split(|c: char| !c.is_alphanumeric() && c != '-')
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    // Words that are in the name count most; the order of equal ones stays.
    let mut found: Vec<(usize, Card)> = cards
        .into_iter()
        .filter_map(|(text, card)| {
            let text = text.to_lowercase();
            if !wanted.iter().all(|word| text.contains(word.as_str())) {
                return None;
            }
            let name = card.name().to_lowercase();
            let misses = wanted.iter().filter(|w| !name.contains(w.as_str())).count();
            Some((misses, card))
        })
        .collect();
    found.sort_by_key(|(misses, _)| *misses);
    Ok(found.into_iter().map(|(_, card)| card).collect())
}

/// What a key leads to, for somebody with this shelf.
pub(super) async fn by_key(
    s: &Services,
    shelf: &Shelf,
    key: &str,
) -> Result<(Origin, String), Fault> {
    if let Some(report) = engine::catalogue().iter().find(|r| r.code == key) {
        return Ok((Origin::Standard(report), report.definition.to_owned()));
    }
    let id: SavedReportId = Uuid::parse_str(key)
        .map_err(|_other_key| Fault::NotFound)?
        .into();
    let report = store::find(&s.db.reader(), shelf, id)
        .await?
        .ok_or(Fault::NotFound)?;
    let definition = report.definition.clone();
    let mine = report.owner == shelf.user;
    Ok((Origin::Saved(Box::new(report), mine), definition))
}

async fn view(
    s: &Services,
    actor: &Actor,
    who: &Reporter,
    (origin, definition): (Origin, String),
) -> Result<ReportView, Fault> {
    let stars = store::stars(&s.db.reader(), actor.user).await?;
    let mut card = Card {
        starred: false,
        subject: subject_of(&definition),
        origin,
    };
    card.starred = stars.contains(&card.key());
    let messages = serde_json::from_str(&definition)
        .map(|value| engine::messages(&value))
        .unwrap_or_default();
    Ok(ReportView {
        card,
        definition,
        messages,
        shares_in: who.shares_in.clone(),
    })
}

/// One report.
///
/// # Errors
/// [`Fault::NotFound`] for what is not shared with the reader.
pub async fn find(actor: &Actor, s: &Services, key: &str) -> Result<ReportView, Fault> {
    let who = reporter(actor, s).await?;
    let found = by_key(s, &who.shelf, key).await?;
    view(s, actor, &who, found).await
}

/// Saves a report.
///
/// # Errors
/// [`ReportError::NameTaken`], [`ReportError::TooManySaved`], [`Fault::Invalid`] where the definition does not fit.
pub async fn create(
    actor: &Actor,
    s: &Services,
    new: NewReport,
) -> Result<ReportView, ReportError> {
    let who = reporter(actor, s).await?;
    let NewReport {
        name,
        description,
        folder,
        definition,
        based_on,
    } = new;
    engine::check(&definition)?;
    if let Some(key) = &based_on {
        by_key(s, &who.shelf, key)
            .await
            .map_err(|fault| match fault {
                Fault::NotFound => Fault::field("/based_on", "invalid", "there is no such report"),
                other => other,
            })?;
    }
    let permit = require(actor, Action::SaveReports, &Thing::Oneself)?;
    let tx = s.db.begin_write().await?;
    if store::count_own(&tx, actor.user).await? >= MOST_SAVED {
        return Err(ReportError::TooManySaved);
    }
    let report = SavedReport {
        id: s.id(),
        owner: actor.user,
        owner_name: actor.name.clone(),
        name,
        description,
        folder,
        based_on,
        definition: definition.to_string(),
        created_at: actor.now,
        updated_at: actor.now,
        version: 1,
    };
    store::insert(&tx, &report).await?;
    let permit = about(permit, &report);
    s.commit(tx, permit).await?;
    let found = (
        Origin::Saved(Box::new(report.clone()), true),
        report.definition,
    );
    Ok(view(s, actor, &who, found).await?)
}

fn about(permit: Permit, report: &SavedReport) -> Permit {
    let after = serde_json::json!({ "name": report.name, "folder": report.folder, "version": report.version });
    permit
        .about("report", report.id, report.name.clone())
        .change(None, Some(after.to_string()))
}

fn own_id(key: &str) -> Result<SavedReportId, Fault> {
    Ok(Uuid::parse_str(key)
        .map_err(|_other_key| Fault::NotFound)?
        .into())
}

/// The own report under lock; somebody else's that the reader can see is refused in words.
async fn own(
    actor: &Actor,
    s: &Services,
    key: &str,
    read: Option<i64>,
) -> Result<(WriteTx, SavedReport, Reporter), Fault> {
    let who = reporter(actor, s).await?;
    if let (Origin::Standard(_) | Origin::Saved(_, false), _) = by_key(s, &who.shelf, key).await? {
        return Err(quaymaster_domain::access::Denied::Forbidden.into());
    }
    let tx = s.db.begin_write().await?;
    let report = store::lock_own(&tx, actor.user, own_id(key)?)
        .await?
        .ok_or(Fault::NotFound)?;
    if read.is_some_and(|read| read != report.version) {
        return Err(Fault::Stale);
    }
    Ok((tx, report, who))
}

/// Changes an own report; its former definition stays among the versions.
///
/// # Errors
/// [`Fault::Stale`], [`ReportError::NameTaken`], [`Fault::Invalid`] where the definition does not fit.
pub async fn update(
    actor: &Actor,
    s: &Services,
    key: &str,
    read: i64,
    change: Change,
) -> Result<ReportView, ReportError> {
    if let Some(definition) = &change.definition {
        engine::check(definition)?;
    }
    let (tx, mut report, who) = own(actor, s, key, Some(read)).await?;
    let permit = require(actor, Action::SaveReports, &Thing::Oneself)?;
    let Change {
        name,
        description,
        folder,
        definition,
    } = change;
    let before = report.clone();
    report.name = name.unwrap_or(report.name);
    report.description = description.unwrap_or(report.description);
    report.folder = folder.unwrap_or(report.folder);
    if let Some(definition) = definition {
        report.definition = definition.to_string();
    }
    let same = (&before.name, &before.description, &before.folder)
        == (&report.name, &report.description, &report.folder)
        && before.definition == report.definition;
    if !same {
        report.version += 1;
        report.updated_at = actor.now;
        store::update(&tx, &report).await?;
        s.commit(tx, about(permit, &report)).await?;
    }
    let found = (
        Origin::Saved(Box::new(report.clone()), true),
        report.definition,
    );
    Ok(view(s, actor, &who, found).await?)
}

/// Deletes an own report. Schedules of it are paused with the reason; runs keep their rows.
///
/// # Errors
/// [`Fault::Stale`].
pub async fn delete(actor: &Actor, s: &Services, key: &str, read: i64) -> Result<(), Fault> {
    let (tx, report, _) = own(actor, s, key, Some(read)).await?;
    let permit = require(actor, Action::SaveReports, &Thing::Oneself)?;
    for mut schedule in report_schedules::of_report(&tx, key).await? {
        schedule.state = report_schedules::ScheduleState::Paused;
        schedule.paused_because = Some(format!("The report \"{}\" was deleted.", report.name));
        schedule.version += 1;
        report_schedules::update(&tx, &schedule).await?;
    }
    store::delete(&tx, report.id).await?;
    let permit = permit.about("report", report.id, report.name.clone());
    Ok(s.commit(tx, permit).await?)
}

/// Former definitions of a report that the reader may use, the newest first.
///
/// # Errors
/// [`Fault::NotFound`].
pub async fn versions(actor: &Actor, s: &Services, key: &str) -> Result<Versions, Fault> {
    let who = reporter(actor, s).await?;
    match by_key(s, &who.shelf, key).await?.0 {
        Origin::Standard(_) => Ok(Vec::new()),
        Origin::Saved(report, _) => {
            Ok(store::versions(&s.db.reader(), report.id, MOST_VERSIONS).await?)
        }
    }
}

/// Marks a report for oneself.
///
/// # Errors
/// [`Fault::NotFound`].
pub async fn star(actor: &Actor, s: &Services, key: &str) -> Result<(), Fault> {
    let who = reporter(actor, s).await?;
    by_key(s, &who.shelf, key).await?;
    let tx = s.db.begin_write().await?;
    store::star(&tx, actor.user, key, actor.now).await?;
    // A mark of one's own is no act that anybody asks about later.
    Ok(tx.commit_bookkeeping().await?)
}

/// Takes the mark away.
///
/// # Errors
/// [`Fault::NotFound`] for what can be no report. One that is no longer shared can be let go of.
pub async fn unstar(actor: &Actor, s: &Services, key: &str) -> Result<(), Fault> {
    let who = reporter(actor, s).await?;
    if uuid::Uuid::parse_str(key).is_err() {
        by_key(s, &who.shelf, key).await?;
    }
    let tx = s.db.begin_write().await?;
    store::unstar(&tx, actor.user, key).await?;
    Ok(tx.commit_bookkeeping().await?)
}

async fn named(s: &Services, share: Share) -> Result<ShareView, Fault> {
    let reader = s.db.reader();
    let scope = quaymaster_domain::access::scope_of_job(share.account);
    let account = accounts::find(&reader, &scope, share.account).await?;
    let person = match share.audience {
        Audience::Person(user) => quaymaster_store::users::by_id(&reader, user)
            .await?
            .map(|u| (u.id, u.user_name.clone(), u.full_name())),
        Audience::Account | Audience::Guests => None,
    };
    Ok(ShareView {
        account: account.map_or_else(Default::default, |a| (a.account_number, a.name)),
        person,
        share,
    })
}

/// With whom an own report is shared.
///
/// # Errors
/// [`Fault::NotFound`].
pub async fn shares(actor: &Actor, s: &Services, key: &str) -> Result<Vec<ShareView>, Fault> {
    let who = reporter(actor, s).await?;
    let (Origin::Saved(report, true), _) = by_key(s, &who.shelf, key).await? else {
        return Err(quaymaster_domain::access::Denied::Forbidden.into());
    };
    let mut all = Vec::new();
    for share in store::shares(&s.db.reader(), report.id).await? {
        all.push(named(s, share).await?);
    }
    Ok(all)
}

/// Lets others use an own report. Needs the right to share in the account.
///
/// # Errors
/// [`ReportError::SharedAlready`], [`Fault::Invalid`] for a person who is no member of the account.
pub async fn share(
    actor: &Actor,
    s: &Services,
    key: &str,
    new: NewShare,
) -> Result<ShareView, ReportError> {
    let (tx, report, who) = own(actor, s, key, None).await?;
    if !who.shares_in.contains(&new.account) {
        return Err(if who.shelf.accounts.contains(&new.account) {
            quaymaster_domain::access::Denied::Forbidden.into()
        } else {
            Fault::NotFound.into()
        });
    }
    if let Audience::Person(user) = new.audience {
        let scope = quaymaster_domain::access::scope_of_job(new.account);
        if members::find(&tx, &scope, new.account, user)
            .await?
            .is_none()
        {
            return Err(Fault::field(
                "/user_id",
                "invalid",
                "this person is no member of the account",
            )
            .into());
        }
    }
    let share = Share {
        id: s.id(),
        report: report.id,
        audience: new.audience,
        account: new.account,
        shared_at: actor.now,
    };
    store::insert_share(&tx, &share).await?;
    let permit = require(actor, Action::ShareReports, &Thing::Oneself)?
        .about("report", report.id, report.name.clone())
        .within(Some(new.account), None);
    s.commit(tx, permit).await?;
    Ok(named(s, share).await?)
}

/// Ends a share.
///
/// # Errors
/// [`Fault::NotFound`].
pub async fn unshare(
    actor: &Actor,
    s: &Services,
    key: &str,
    id: ReportShareId,
) -> Result<(), Fault> {
    let (tx, report, _) = own(actor, s, key, None).await?;
    if !store::delete_share(&tx, report.id, id).await? {
        return Err(Fault::NotFound);
    }
    let permit = require(actor, Action::ShareReports, &Thing::Oneself)?.about(
        "report",
        report.id,
        report.name.clone(),
    );
    Ok(s.commit(tx, permit).await?)
}
