//! Unwanted companies: blocking them, telling the operator, and what the operator makes of it.

use quaymaster_domain::access::{Action, Actor, Thing, require, require_read};
use quaymaster_domain::grants::GrantSide;
use quaymaster_domain::ids::{AccountId, CompanyId, GrantId, GrantReportId};
use quaymaster_domain::people::Reason;
use quaymaster_store::grants::blocks::{self as store, Block, Report};
use quaymaster_store::grants::{self, GrantRow};
use quaymaster_store::{Page, PageRequest};

use super::GrantError;
use super::act::{Done, Loaded, settle};
use crate::Services;
use crate::error::Fault;
use crate::mails::grants::Event;
use crate::users::place;

/// A company to block.
#[derive(Clone, Debug)]
pub struct BlockNew {
    /// Any proposal or grant with it.
    pub grant: GrantId,
    /// Why.
    pub reason: Option<Reason>,
    /// Whether the operator is told.
    pub report: bool,
}

/// The companies that an account has blocked.
///
/// # Errors
/// [`Fault::Denied`] for plain users and guests.
pub async fn list_blocked(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    page: &PageRequest,
) -> Result<Page<Block>, Fault> {
    let at = place(actor, s, account).await?;
    let scope = require_read(actor, Action::ReadGrants, &Thing::Account(at))?;
    Ok(store::list(&s.db.reader(), &scope, account, page).await?)
}

/// Blocks the company on the other side of a grant: what waits of it is declined, what it proposes later is never seen.
///
/// # Errors
/// [`GrantError::Already`].
pub async fn block(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    new: BlockNew,
) -> Result<Block, GrantError> {
    let BlockNew {
        grant,
        reason,
        report,
    } = new;
    let at = place(actor, s, account).await?;
    let scope = require_read(actor, Action::ReadGrants, &Thing::Account(at))?;
    let permit = require(actor, Action::BlockCompany, &Thing::Account(at))?;
    let now = s.now();
    let unfit = || {
        Fault::field(
            "/grant_id",
            "invalid",
            "this account has no such grant or proposal",
        )
    };
    let tx = s.db.begin_write().await?;
    let named = grants::find(&tx, &scope, grant).await?.ok_or_else(unfit)?;
    let side = if named.grantor == account {
        GrantSide::Grantor
    } else {
        GrantSide::Recipient
    };
    if side == GrantSide::Recipient && named.grantor_shown.is_some() {
        return Err(Fault::field(
            "/grant_id",
            "invalid",
            "you have asked this company yourself; withdraw the request instead",
        )
        .into());
    }
    let places = grants::parties(&tx, std::slice::from_ref(&named)).await?;
    let other = places
        .get(&named.account(side.other()))
        .ok_or(Fault::NotFound)?
        .clone();
    if other.company_id == at.company {
        return Err(Fault::field(
            "/grant_id",
            "invalid",
            "this is an account of your own company",
        )
        .into());
    }
    let block = Block {
        company: other.company_id,
        company_name: other.company_name.clone(),
        reason: reason.as_ref().map(ToString::to_string),
        reported: report,
        at: now,
        by_name: actor.name.clone(),
    };
    let from = store::accounts_of(&tx, other.company_id).await?;
    for waiting in grants::lock_proposals_from(&tx, &scope, account, &from).await? {
        let side = waiting.life.started_by.other();
        let Ok(life) = waiting.life.clone().decline(side, reason.clone(), now) else {
            continue;
        };
        let places = grants::parties(&tx, std::slice::from_ref(&waiting)).await?;
        let done = Done {
            after: GrantRow {
                life,
                version: waiting.version + 1,
                ..waiting.clone()
            },
            event: Event::Declined,
            reason: None,
        };
        let loaded = Loaded {
            grant: waiting,
            places,
        };
        let decline = require(actor, Action::DeclineGrant, &Thing::Account(at))?;
        let row = settle(&actor.name, s, &tx, &loaded, Some(side), decline, &done).await?;
        s.also(&tx, row).await?;
    }
    if report {
        let own = places.get(&account).ok_or(Fault::NotFound)?;
        store::report(
            &tx,
            &Report {
                id: s.id(),
                account,
                account_number: own.account_number.clone(),
                account_name: own.name.clone(),
                company: other.company_id,
                company_name: other.company_name.clone(),
                grant,
                purpose: named.purpose.to_string(),
                reason: block.reason.clone(),
                created_at: now,
                created_by_name: actor.name.clone(),
                closed: None,
            },
        )
        .await?;
    }
    store::insert(&tx, account, &block).await?;
    let after = serde_json::json!({ "blocked": true, "reported": report }).to_string();
    let mut permit = permit
        .about("company", block.company, block.company_name.clone())
        .change(None, Some(after));
    if let Some(reason) = &reason {
        permit = permit.because(reason.to_string());
    }
    s.commit(tx, permit).await?;
    Ok(block)
}

/// Lets a company propose again. What it proposed meanwhile stays unseen.
///
/// # Errors
/// [`Fault::NotFound`] when it is not blocked.
pub async fn unblock(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    company: CompanyId,
) -> Result<(), Fault> {
    let at = place(actor, s, account).await?;
    require_read(actor, Action::ReadGrants, &Thing::Account(at))?;
    let permit = require(actor, Action::BlockCompany, &Thing::Account(at))?;
    let tx = s.db.begin_write().await?;
    if !store::delete(&tx, account, company).await? {
        return Err(Fault::NotFound);
    }
    let before = serde_json::json!({ "blocked": true }).to_string();
    let permit = permit
        .about("company", company, "")
        .change(Some(before), None);
    s.commit(tx, permit).await?;
    Ok(())
}

/// What the operator was told about unwanted companies, the newest first.
///
/// # Errors
/// [`Fault::Denied`] for everybody but those staff who look after it.
pub async fn list_reports(
    actor: &Actor,
    s: &Services,
    open: Option<bool>,
    page: &PageRequest,
) -> Result<Page<Report>, Fault> {
    let scope = require_read(actor, Action::ReadGrantReports, &Thing::Portal)?;
    Ok(store::list_reports(&s.db.reader(), &scope, open, page).await?)
}

/// Settles a report.
///
/// # Errors
/// [`GrantError::Settled`].
pub async fn close_report(
    actor: &Actor,
    s: &Services,
    id: GrantReportId,
    outcome: &Reason,
) -> Result<Report, GrantError> {
    let scope = require_read(actor, Action::ReadGrantReports, &Thing::Portal)?;
    let permit = require(actor, Action::CloseGrantReport, &Thing::Portal)?;
    let now = s.now();
    let tx = s.db.begin_write().await?;
    let found = store::lock_report(&tx, &scope, id)
        .await?
        .ok_or(Fault::NotFound)?;
    if found.closed.is_some() {
        return Err(GrantError::Settled);
    }
    store::close_report(&tx, id, now, &actor.name, outcome.as_str()).await?;
    let permit = permit
        .about("grant_report", id, found.company_name.clone())
        .because(outcome.to_string());
    s.commit(tx, permit).await?;
    Ok(Report {
        closed: Some((now, actor.name.clone(), outcome.to_string())),
        ..found
    })
}
