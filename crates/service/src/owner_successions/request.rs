//! A proxy asks for another owner, because the owner is silent: the owner and the company's officer on file are told and may
//! object; after the waiting time a registrar completes it.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use quaymaster_domain::access::{Action, Actor, Thing, require, require_read};
use quaymaster_domain::companies::ContactKind;
use quaymaster_domain::ids::{AccountId, UserId};
use quaymaster_domain::members::MemberRole;
use quaymaster_domain::owner_successions::{Course, SuccessionKind, SuccessionState, Told};
use quaymaster_domain::people::Reason;
use quaymaster_domain::working_days;
use quaymaster_store::accounts::Account;
use quaymaster_store::db::Handle;
use quaymaster_store::users::User;
use quaymaster_store::{StoreError, accounts, companies, contacts, owner_successions as store};
use quaymaster_store::{members, users};

use super::{Named, Notice, OwnerSuccession, SuccessionError, SuccessionView, able_successor, one};
use crate::Services;
use crate::error::Fault;
use crate::mails::owner_successions as letters;
use crate::secrets::{random_token, token_hash};
use crate::users::place;

/// What a proxy asks for.
#[derive(Clone, Debug)]
pub struct SuccessionRequest {
    /// Who becomes the owner; a member who can sign in.
    pub successor: UserId,
    /// What the owner becomes: proxy or user.
    pub former_owner_role: MemberRole,
    /// Why.
    pub reason: Reason,
}

/// Somebody who is told besides the owner.
struct Outsider {
    whom: Told,
    name: String,
    email: String,
}

/// The officers of the company on file, and the contact that the identifier register has for it: proxies keep the former, the
/// authority the latter, so that nobody chooses alone who may object.
async fn outsiders(db: &impl Handle, account: &Account) -> Result<Vec<Outsider>, StoreError> {
    let mut found = Vec::new();
    let mut known = BTreeSet::new();
    for officer in contacts::of_kind(db, account.id, ContactKind::Officer).await? {
        if let Some(email) = officer.email
            && known.insert(email.to_lowercase())
        {
            found.push(Outsider {
                whom: Told::Officer,
                name: officer.name,
                email,
            });
        }
    }
    if let Some((name, email)) = companies::register_contact(db, account.company_id).await?
        && known.insert(email.to_lowercase())
    {
        found.push(Outsider {
            whom: Told::RegisterContact,
            name,
            email,
        });
    }
    Ok(found)
}

/// Asks for another owner.
///
/// # Errors
/// [`SuccessionError::NotForTheOwner`], [`SuccessionError::AlreadyOpen`]; a successor who does not fit; a proof that is too
/// old.
pub async fn request(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    new: &SuccessionRequest,
) -> Result<SuccessionView, SuccessionError> {
    let SuccessionRequest {
        successor,
        former_owner_role,
        reason,
    } = new;
    let at = place(actor, s, account).await?;
    let scope = require_read(actor, Action::ReadAccount, &Thing::Account(at))?;
    let permit = require(actor, Action::RequestSuccession, &Thing::Account(at))?;
    let tx = s.db.begin_write().await?;
    let account = accounts::lock(&tx, &scope, account)
        .await?
        .ok_or(Fault::NotFound)?;
    if account.owner == actor.user {
        return Err(SuccessionError::NotForTheOwner);
    }
    let next = able_successor(s, &tx, &account, *successor).await?;
    let owner = users::by_id(&tx, account.owner)
        .await?
        .ok_or_else(|| Fault::Internal("an account without an owner's row".to_owned()))?;
    let now = s.now();
    let days = s.settings.succession_days;
    let end = working_days::deadline(now, days);
    let succession = OwnerSuccession {
        id: s.id(),
        account: account.id,
        course: Course {
            kind: SuccessionKind::Request,
            state: SuccessionState::Waiting,
            takes_over_on: None,
            completes_after: Some(end),
        },
        owner: owner.id,
        owner_name: owner.full_name(),
        successor: *successor,
        former_owner_role: *former_owner_role,
        reason: reason.to_string(),
        asked_at: now,
        asked_by_name: actor.name.clone(),
        waiting_days: Some(days),
        decision: None,
    };
    store::insert(&tx, &succession).await?;
    let told = tell(s, &tx, &account, &succession, &owner, &next).await?;
    for person in members::managing(&tx, account.id).await? {
        if person.id != owner.id && person.id != actor.user {
            letters::requested_for_proxies(&account, &succession, &next.full_name(), end)
                .to(s, &tx, &person)
                .await?;
        }
    }
    let view = one(actor, s, &tx, succession.id).await?;
    let after = serde_json::json!({
        "successor": successor,
        "successor_name": next.full_name(),
        "former_owner_role": former_owner_role.as_str(),
        "completes_after": end,
        "told": told,
    });
    let permit = permit
        .about("owner_succession", succession.id, account.name.clone())
        .because(reason.as_str())
        .change(None, Some(after.to_string()));
    s.commit(tx, permit).await?;
    Ok(view)
}

/// Sends the owner, the officers and the register's contact a link each that stops it without signing in.
async fn tell(
    s: &Services,
    tx: &quaymaster_store::WriteTx,
    account: &Account,
    succession: &OwnerSuccession,
    owner: &User,
    next: &User,
) -> Result<Vec<&'static str>, SuccessionError> {
    let mut told = Vec::new();
    let to_owner = Outsider {
        whom: Told::Owner,
        name: owner.full_name(),
        email: owner.email.clone(),
    };
    let everybody = std::iter::once(to_owner).chain(outsiders(tx, account).await?);
    for person in everybody {
        let token = random_token(s.rng.as_ref());
        let notice = Notice {
            whom: person.whom,
            name: person.name.clone(),
            at: succession.asked_at,
        };
        store::insert_notice(tx, s.id(), succession.id, &notice, token_hash(&token)).await?;
        let letter = letters::requested(
            s,
            account,
            succession,
            &next.full_name(),
            person.whom,
            &token,
        );
        if person.whom == Told::Owner {
            letter.to(s, tx, owner).await?;
        } else {
            letter
                .to_outsider(s, tx, &person.name, &person.email)
                .await?;
        }
        told.push(person.whom.as_str());
    }
    Ok(told)
}

/// What a succession would do, before it begins.
#[derive(Clone, Debug)]
pub struct SuccessionPreview {
    /// The account.
    pub account: Account,
    /// The owner now.
    pub owner: (UserId, Named),
    /// The next owner.
    pub successor: (UserId, Named),
    /// What the owner becomes.
    pub former_owner_role: MemberRole,
    /// What changes, in sentences.
    pub changes: Vec<String>,
    /// The end of the waiting time, if it began now.
    pub completes_after: Option<DateTime<Utc>>,
    /// How many working days it has.
    pub waiting_days: Option<u32>,
    /// Who is told besides the owner.
    pub officers: Vec<String>,
}

/// Shows what a succession would do.
///
/// # Errors
/// As the succession itself, besides those that an open one causes.
pub async fn preview(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    kind: SuccessionKind,
    successor: UserId,
    former_owner_role: MemberRole,
) -> Result<SuccessionPreview, SuccessionError> {
    let action = match kind {
        SuccessionKind::HandOver | SuccessionKind::Nomination => Action::PreviewSuccession,
        SuccessionKind::Request => Action::ReadSuccessions,
    };
    let at = place(actor, s, account).await?;
    let scope = require_read(actor, action, &Thing::Account(at))?;
    let reader = s.db.reader();
    let account = accounts::find(&reader, &scope, account)
        .await?
        .ok_or(Fault::NotFound)?;
    let unfit = |detail: &str| Fault::field("?successor_user_id", "invalid", detail);
    if successor == account.owner {
        return Err(unfit("this person is the Account Owner already; name somebody else").into());
    }
    let named = |user: &User| {
        let named = Named {
            user_name: user.user_name.clone(),
            name: user.full_name(),
            last_sign_in_at: user.last_sign_in.as_ref().map(|l| l.at),
        };
        (user.id, named)
    };
    let next = match super::still_able(s, &reader, &account, successor).await? {
        Ok(user) => user,
        Err(why) => return Err(unfit(why).into()),
    };
    let owner = users::by_id(&reader, account.owner)
        .await?
        .ok_or(Fault::NotFound)?;
    let request = kind == SuccessionKind::Request;
    let officers = if request {
        outsiders(&reader, &account).await?
    } else {
        Vec::new()
    };
    let days = s.settings.succession_days;
    let end = working_days::deadline(s.now(), days);
    let role = match former_owner_role {
        MemberRole::User => "an Account User without any rights until somebody gives some",
        MemberRole::Proxy | MemberRole::Owner => "a Proxy Account Owner",
    };
    let mut changes = vec![
        format!(
            "{} becomes the Account Owner and answers for users, structure and access to the account.",
            next.full_name()
        ),
        format!("{} becomes {role}.", owner.full_name()),
        "Everything else of the account stays as it is. Other open successions of the account end."
            .to_owned(),
    ];
    match kind {
        SuccessionKind::HandOver => {
            changes.push("It happens at once; both are told by e-mail.".to_owned());
        }
        SuccessionKind::Nomination => changes.push(format!(
            "{} is told by e-mail and accepts or declines.",
            next.full_name()
        )),
        SuccessionKind::Request => {
            changes.push(format!(
                "{} and {} are told by e-mail, each with a link that stops it without signing in.",
                owner.full_name(),
                match officers.len() {
                    0 => "no officer, because none is on file with an e-mail address,".to_owned(),
                    1 => "1 officer or contact of the company on file".to_owned(),
                    n => format!("{n} officers and contacts of the company on file"),
                }
            ));
            changes.push(format!("Without an objection within {days} working days, until {}, a registrar completes it.", end.format("%-d %B %Y, %H:%M UTC")));
        }
    }
    Ok(SuccessionPreview {
        owner: named(&owner),
        successor: named(&next),
        former_owner_role,
        changes,
        completes_after: request.then_some(end),
        waiting_days: request.then_some(days),
        officers: officers.into_iter().map(|o| o.name).collect(),
        account,
    })
}
