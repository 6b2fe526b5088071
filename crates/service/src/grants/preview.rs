//! "See what they will see": what a grant would show, before it is given.

use std::collections::BTreeSet;

use quaymaster_domain::access::{Action, Actor, Thing, require_read};
use quaymaster_domain::grants::{
    GrantRights, GrantScope, Offer, RecordsScope, SubAccounts, has_records,
};
use quaymaster_domain::identifiers::IdentifierKind;
use quaymaster_domain::ids::{AccountId, SubAccountId};
use quaymaster_domain::members::MemberRole;
use quaymaster_store::accounts::Account;
use quaymaster_store::members::{self, MemberFilter};
use quaymaster_store::{PageRequest, accounts, activities, contacts};

use super::GrantError;
use super::act::fits;
use crate::Services;
use crate::error::Fault;
use crate::identifiers::of_sub_accounts;
use crate::users::{dormancy_line, place};

/// How many people and rows of the profile are counted or named.
const SHOWN: u64 = 200;

/// A sub-account as a guest would see it.
#[derive(Clone, Debug)]
pub struct PreviewSubAccount {
    /// The sub-account.
    pub place: members::Place,
    /// Its identifiers, masked; none without the right to the structure.
    pub identifiers: Vec<(IdentifierKind, String)>,
    /// The rights that mean something in it.
    pub rights: GrantRights,
}

/// What guests would see.
#[derive(Clone, Debug)]
pub struct Preview {
    /// In sentences.
    pub sees: Vec<String>,
    /// What stays hidden, in sentences.
    pub sees_not: Vec<String>,
    /// The account.
    pub account: Account,
    /// Contacts that would be seen.
    pub contacts: u64,
    /// Addresses that would be seen.
    pub addresses: u64,
    /// Labels of the business activities that would be seen.
    pub activities: Vec<String>,
    /// The sub-accounts that would be seen.
    pub sub_accounts: Vec<PreviewSubAccount>,
    /// The people who would be seen.
    pub users: Vec<(String, MemberRole)>,
}

/// What a grant with this scope would show of the account.
///
/// # Errors
/// [`Fault::Denied`], [`Fault::Invalid`] for sub-accounts that do not fit.
pub async fn preview(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    scope: GrantScope,
) -> Result<Preview, GrantError> {
    let at = place(actor, s, account).await?;
    let own = require_read(actor, Action::ReadGrants, &Thing::Account(at))?;
    Offer {
        scope: scope.clone(),
        ends_at: None,
    }
    .sound()?;
    let reader = s.db.reader();
    fits(&reader, account, &scope).await?;
    let account = accounts::find(&reader, &own, account)
        .await?
        .ok_or(Fault::NotFound)?;
    let rights = scope.rights;
    let profile = scope.top_level && rights.structure;
    let whole = PageRequest {
        limit: SHOWN,
        after: None,
    };
    let (mut contact_count, mut address_count, mut labels) = (0, 0, Vec::new());
    if profile {
        contact_count = contacts::list(&reader, &own, account.id, &whole)
            .await?
            .items
            .len();
        address_count = contacts::list_addresses(&reader, &own, account.id, &whole)
            .await?
            .items
            .len();
        labels = activities::list(&reader, &own, account.id)
            .await?
            .into_iter()
            .map(|held| held.activity.label().to_owned())
            .collect();
    }
    let within = |id: SubAccountId| match &scope.sub_accounts {
        SubAccounts::All => true,
        SubAccounts::Named(ids) => ids.contains(&id),
    };
    let places: Vec<_> = members::places(&reader, account.id)
        .await?
        .into_iter()
        .collect();
    let all = places.len();
    let places: Vec<_> = places.into_iter().filter(|p| within(p.id)).collect();
    let ids: Vec<_> = places.iter().map(|p| p.id).collect();
    let mut identifiers = if rights.structure {
        of_sub_accounts(&reader, &ids).await?
    } else {
        std::collections::HashMap::new()
    };
    let sub_accounts: Vec<_> = places
        .into_iter()
        .map(|place| PreviewSubAccount {
            identifiers: identifiers
                .remove(&place.id)
                .unwrap_or_default()
                .into_iter()
                .filter(|i| !i.pending)
                .map(|i| (i.kind, i.shown))
                .collect(),
            rights: GrantRights {
                records: if has_records(place.activity) {
                    rights.records
                } else {
                    RecordsScope::None
                },
                users: false,
                ..rights
            },
            place,
        })
        .collect();
    let users = if rights.users {
        let line = dormancy_line(s, s.now());
        let filter = MemberFilter::default();
        members::list(&reader, &own, account.id, &filter, line, &whole)
            .await?
            .items
            .into_iter()
            .map(|m| (format!("{} {}", m.given_name, m.family_name), m.role))
            .collect()
    } else {
        Vec::new()
    };
    let (sees, sees_not) = sentences(&scope, sub_accounts.len(), all, users.len());
    Ok(Preview {
        sees,
        sees_not,
        contacts: u64::try_from(contact_count).unwrap_or(SHOWN),
        addresses: u64::try_from(address_count).unwrap_or(SHOWN),
        activities: labels,
        sub_accounts,
        users,
        account,
    })
}

fn sentences(
    scope: &GrantScope,
    seen: usize,
    all: usize,
    users: usize,
) -> (Vec<String>, Vec<String>) {
    let rights = scope.rights;
    let named: BTreeSet<_> = scope.sub_accounts.named().into_iter().collect();
    let places = match (&scope.sub_accounts, seen) {
        (SubAccounts::All, 1) => "the sub-account, and all that are created later".to_owned(),
        (SubAccounts::All, n) => format!("all {n} sub-accounts, and all that are created later"),
        (SubAccounts::Named(_), 1) => format!("1 of {all} sub-accounts"),
        (SubAccounts::Named(_), n) => format!("{n} of {all} sub-accounts"),
    };
    let mut yes = vec![
        "They see the account's number and name, its company and its Account Owner.".to_owned(),
    ];
    let mut no = Vec::new();
    let mut say = |given: bool, seen: String, hidden: &str| {
        if given {
            yes.push(seen);
        } else {
            no.push(hidden.to_owned());
        }
    };
    say(
        rights.structure && (scope.sub_accounts == SubAccounts::All || !named.is_empty()),
        format!(
            "They see the structure of {places}: names, activities and identifiers; a Social Security number is masked."
        ),
        "They see no structure and no identifiers.",
    );
    say(
        scope.top_level && rights.structure,
        "They see the account's own profile: contacts, addresses and business activities."
            .to_owned(),
        "They do not see contacts, addresses and business activities of the account itself.",
    );
    say(
        rights.records != RecordsScope::None,
        match rights.records {
            RecordsScope::OwnFilings => {
                format!("They see those trade records of {places} that their own company filed.")
            }
            _ => format!("They see all trade records of {places}, whoever filed them."),
        },
        "They see no trade records.",
    );
    say(
        rights.reports,
        format!("They run reports over what they see in {places}."),
        "They run no reports.",
    );
    say(
        rights.users,
        if users == 1 {
            "They see the 1 user of the account by name and role.".to_owned()
        } else {
            format!("They see the {users} users of the account by name and role.")
        },
        "They do not see the users of the account.",
    );
    no.push("They change nothing in this account, and they do not see its audit trail.".to_owned());
    (yes, no)
}
