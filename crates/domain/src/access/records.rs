//! Which trade records, and which data of accounts, a reader may report on (DOMAIN section 8). Made by the policy only;
//! the secured sources of the store refuse to run without one. No SQL and no rows here.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::actions::Action;
use super::actor::{Actor, Membership};
use super::guest::Guest;
use super::policy::{AccountRef, Thing, may};
use crate::api_clients::ApiScope;
use crate::grants::RecordsScope;
use crate::ids::{AccountId, SubAccountId, UserId};
use crate::members::{RecordsLevel, ReportsLevel, StructureLevel};

/// By which number a record belongs to an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RecordKeyKind {
    /// An importer number: whoever filed.
    Importer,
    /// A filer code: what was filed under it.
    Filer,
}

/// An importer number or a filer code in a sub-account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldKey {
    /// The sub-account.
    pub sub_account: SubAccountId,
    /// Which number.
    pub kind: RecordKeyKind,
    /// The form that is compared: the normal form, or the keyed digest of a personal number.
    pub key: String,
}

/// What the policy needs to know besides the actor, as the rows are at that moment.
#[derive(Clone, Debug, Default)]
pub struct ScopeFacts {
    /// Importer numbers and filer codes of every account that may matter: own ones, and those where grants lead.
    pub keys: BTreeMap<AccountId, Vec<HeldKey>>,
    /// The ports that the actor is limited to in an own account; absent or empty means all.
    pub ports: BTreeMap<AccountId, Vec<String>>,
    /// The foreign accounts where grants lead the actor.
    pub guests: Vec<Guest>,
}

/// What the records are wanted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Looking records up: the right to records is enough.
    Lookup,
    /// Reports: the right to run reports as well.
    Reports,
}

/// Of which accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScopeFilter {
    /// Every account that the actor may read, as member or as guest.
    All,
    /// One of them.
    Account(AccountId),
}

/// Ports that are seen.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ports {
    /// Every port.
    All,
    /// These; never empty.
    Only(BTreeSet<String>),
}

impl Ports {
    fn of(limits: Option<&Vec<String>>) -> Self {
        match limits {
            Some(list) if !list.is_empty() => Self::Only(list.iter().cloned().collect()),
            _ => Self::All,
        }
    }

    fn add(&mut self, other: &Self) {
        match (&mut *self, other) {
            (Self::Only(mine), Self::Only(more)) => mine.extend(more.iter().cloned()),
            (_, Self::All) => *self = Self::All,
            (Self::All, Self::Only(_)) => {}
        }
    }

    /// True when this port is among them.
    #[must_use]
    pub fn has(&self, port: &str) -> bool {
        match self {
            Self::All => true,
            Self::Only(some) => some.contains(port),
        }
    }
}

/// The records that a reader may see, by the numbers that they belong to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecordKeys {
    importers: BTreeMap<String, Ports>,
    filers: BTreeMap<String, Ports>,
    pairs: BTreeMap<(String, String), Ports>,
}

impl RecordKeys {
    fn add(&mut self, kind: RecordKeyKind, key: &str, ports: &Ports) {
        let map = match kind {
            RecordKeyKind::Importer => &mut self.importers,
            RecordKeyKind::Filer => &mut self.filers,
        };
        merge(map, key.to_owned(), ports);
    }

    /// Importer numbers, each with the ports.
    #[must_use]
    pub fn importers(&self) -> &BTreeMap<String, Ports> {
        &self.importers
    }

    /// Filer codes, each with the ports.
    #[must_use]
    pub fn filers(&self) -> &BTreeMap<String, Ports> {
        &self.filers
    }

    /// Importer numbers that are seen only as far as a filer code filed: (importer, filer), with the ports.
    #[must_use]
    pub fn pairs(&self) -> &BTreeMap<(String, String), Ports> {
        &self.pairs
    }

    /// True when no record can be seen by these.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.importers.is_empty() && self.filers.is_empty() && self.pairs.is_empty()
    }

    fn has(&self, importer: &str, filer: &str, port: &str) -> bool {
        let seen = |ports: Option<&Ports>| ports.is_some_and(|p| p.has(port));
        seen(self.importers.get(importer))
            || seen(self.filers.get(filer))
            || seen(self.pairs.get(&(importer.to_owned(), filer.to_owned())))
    }
}

fn merge<K: Ord>(map: &mut BTreeMap<K, Ports>, key: K, ports: &Ports) {
    match map.entry(key) {
        std::collections::btree_map::Entry::Vacant(place) => drop(place.insert(ports.clone())),
        std::collections::btree_map::Entry::Occupied(mut place) => place.get_mut().add(ports),
    }
}

/// The trade records in reach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecordReach {
    /// None at all.
    Nothing,
    /// All of them; for the operator's staff, and on record.
    Everything,
    /// Those that belong to these numbers.
    Keys(RecordKeys),
}

/// A kind of data about accounts that can be reported on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AccountData {
    /// People and what they may do.
    Users,
    /// Sign-ins and locks.
    SignIns,
    /// Cross-account access.
    Grants,
    /// Identifiers and business activities.
    Identifiers,
    /// Cases with support.
    Cases,
    /// The audit trail.
    Audit,
}

impl AccountData {
    /// Every kind, in order.
    pub const ALL: &'static [Self] = &[
        Self::Users,
        Self::SignIns,
        Self::Grants,
        Self::Identifiers,
        Self::Cases,
        Self::Audit,
    ];

    const fn word(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::SignIns => "sign_ins",
            Self::Grants => "grants",
            Self::Identifiers => "identifiers",
            Self::Cases => "cases",
            Self::Audit => "audit",
        }
    }

    /// The same question as the page that shows it asks.
    const fn action(self) -> Action {
        match self {
            Self::Users => Action::ReadUsers,
            Self::SignIns => Action::ReadUserDetail,
            Self::Grants => Action::ReadGrants,
            Self::Identifiers => Action::ReadStructure,
            Self::Cases => Action::ReadCases,
            Self::Audit => Action::ReadAudit,
        }
    }
}

/// An account that can be reported on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReachedAccount {
    /// The account.
    pub account: AccountId,
    /// The sub-accounts; `None` means all. Matters for [`AccountData::Identifiers`] only.
    pub sub_accounts: Option<Vec<SubAccountId>>,
}

/// The accounts whose data of one kind is in reach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccountReach {
    /// All of them; for the operator's staff.
    Everything,
    /// These; none when empty.
    Accounts(Vec<ReachedAccount>),
    /// What one person opened: cases.
    Own(UserId),
}

/// What a reader may see of trade records and may report on of accounts. Private fields, no default, nothing reads one
/// from a request: only the policy makes it. Cheap to clone, however much it holds.
#[derive(Clone, Debug)]
pub struct ReadScope(Arc<Held>);

#[derive(Debug)]
struct Held {
    records: RecordReach,
    key_parts: Vec<KeyPart>,
    data: BTreeMap<AccountData, AccountReach>,
    reason: Option<&'static str>,
    digest: String,
}

impl ReadScope {
    /// The trade records in reach.
    #[must_use]
    pub fn records(&self) -> &RecordReach {
        &self.0.records
    }

    /// The numbers of the records in reach, in parts that are looked for together; none without [`RecordReach::Keys`].
    #[must_use]
    pub fn key_parts(&self) -> &[KeyPart] {
        &self.0.key_parts
    }

    /// The accounts whose data of a kind is in reach.
    #[must_use]
    pub fn accounts(&self, kind: AccountData) -> &AccountReach {
        static NONE: AccountReach = AccountReach::Accounts(Vec::new());
        self.0.data.get(&kind).unwrap_or(&NONE)
    }

    /// Why more than the own accounts may be seen: a role among the staff. Reading with it goes on record.
    #[must_use]
    pub fn reason(&self) -> Option<&'static str> {
        self.0.reason
    }

    /// A fingerprint: equal scopes have equal ones, whoever has them (SHA-256, hexadecimal).
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.0.digest
    }

    /// True when a record with these numbers may be seen.
    #[must_use]
    pub fn sees(&self, importer: &str, filer: &str, port: &str) -> bool {
        match self.records() {
            RecordReach::Nothing => false,
            RecordReach::Everything => true,
            RecordReach::Keys(keys) => keys.has(importer, filer, port),
        }
    }

    fn new(
        records: RecordReach,
        data: BTreeMap<AccountData, AccountReach>,
        reason: Option<&'static str>,
    ) -> Self {
        let records = match records {
            RecordReach::Keys(keys) if keys.is_empty() => RecordReach::Nothing,
            other => other,
        };
        let digest = digest(&records, &data);
        let key_parts = match &records {
            RecordReach::Keys(keys) => key_parts(keys),
            RecordReach::Nothing | RecordReach::Everything => Vec::new(),
        };
        Self(Arc::new(Held {
            records,
            key_parts,
            data,
            reason,
            digest,
        }))
    }
}

/// Keys in order, with their fingerprint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyList {
    keys: Vec<String>,
    digest: [u8; 32],
}

impl KeyList {
    fn of<'a>(keys: impl IntoIterator<Item = &'a str>) -> Self {
        let keys: Vec<String> = keys.into_iter().map(str::to_owned).collect();
        let mut hash = Sha256::new();
        for key in &keys {
            // Keys have no line breaks in them, so no two lists are hashed alike.
            hash.update(key.as_bytes());
            hash.update(b"\n");
        }
        Self {
            keys,
            digest: hash.finalize().into(),
        }
    }

    /// The keys, in order.
    #[must_use]
    pub fn keys(&self) -> &[String] {
        &self.keys
    }

    /// Equal lists have equal ones (SHA-256).
    #[must_use]
    pub fn digest(&self) -> &[u8; 32] {
        &self.digest
    }
}

/// Numbers that are looked for together: records of these importers, or under these filer codes, or of these importers as far
/// as these filers filed; at these ports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyPart {
    /// Importer numbers.
    pub importers: Option<KeyList>,
    /// Filer codes.
    pub filers: Option<KeyList>,
    /// Ports.
    pub ports: Ports,
}

/// One part for the importers, one for the filers, one for importers as far as a filer filed: each once without ports and once
/// for every different set of them.
fn key_parts(keys: &RecordKeys) -> Vec<KeyPart> {
    let mut parts = Vec::new();
    for (map, of_importers) in [(&keys.importers, true), (&keys.filers, false)] {
        let mut by_ports: BTreeMap<&Ports, Vec<&str>> = BTreeMap::new();
        for (key, ports) in map {
            by_ports.entry(ports).or_default().push(key);
        }
        parts.extend(by_ports.into_iter().map(|(ports, list)| {
            let list = Some(KeyList::of(list));
            let (importers, filers) = if of_importers {
                (list, None)
            } else {
                (None, list)
            };
            KeyPart {
                importers,
                filers,
                ports: ports.clone(),
            }
        }));
    }
    // Importers with the same filers and ports share a part.
    let mut filers_of: BTreeMap<(&str, &Ports), BTreeSet<&str>> = BTreeMap::new();
    for ((importer, filer), ports) in &keys.pairs {
        filers_of
            .entry((importer, ports))
            .or_default()
            .insert(filer);
    }
    let mut importers_of: BTreeMap<(BTreeSet<&str>, &Ports), Vec<&str>> = BTreeMap::new();
    for ((importer, ports), filers) in filers_of {
        importers_of
            .entry((filers, ports))
            .or_default()
            .push(importer);
    }
    parts.extend(
        importers_of
            .into_iter()
            .map(|((filers, ports), importers)| KeyPart {
                importers: Some(KeyList::of(importers)),
                filers: Some(KeyList::of(filers)),
                ports: ports.clone(),
            }),
    );
    parts
}

/// The numbers under which an account takes records in: by an import.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportKeys(RecordKeys);

impl ImportKeys {
    /// True when a record with these numbers may be imported.
    #[must_use]
    pub fn takes(&self, importer: &str, filer: &str) -> bool {
        self.0.importers.contains_key(importer)
            || self.0.filers.contains_key(filer)
            || self
                .0
                .pairs
                .contains_key(&(importer.to_owned(), filer.to_owned()))
    }
}

/// The numbers under which the actor may import records into an account: those of the account, and those of clients whose
/// grants to this account let the actor see their records. A program goes by the sub-accounts that it reaches; grants are
/// passed on to people only.
#[must_use]
pub fn import_keys(actor: &Actor, facts: &ScopeFacts, account: AccountId) -> ImportKeys {
    let mut keys = RecordKeys::default();
    if let Some(client) = &actor.client {
        if client.account == account && client.has(ApiScope::RecordsImport) {
            let held = facts.keys.get(&account).into_iter().flatten();
            for held in held.filter(|held| client.sub_accounts.contains(&held.sub_account)) {
                keys.add(held.kind, &held.key, &Ports::All);
            }
        }
    } else if actor.membership(account).is_some_and(Membership::manages) {
        for held in facts.keys.get(&account).into_iter().flatten() {
            keys.add(held.kind, &held.key, &Ports::All);
        }
        for guest in &facts.guests {
            add_guest(&mut keys, facts, guest, Purpose::Lookup, |recipient| {
                recipient == account
            });
        }
    }
    ImportKeys(keys)
}

/// What the actor may see of trade records and may report on.
#[must_use]
pub fn read_scope(
    actor: &Actor,
    facts: &ScopeFacts,
    filter: ScopeFilter,
    purpose: Purpose,
) -> ReadScope {
    let staff = staff_reason(actor, Action::ReadEveryRecord);
    let records = match (staff, filter) {
        (Some(_), ScopeFilter::All) => RecordReach::Everything,
        (Some(_), ScopeFilter::Account(account)) => {
            let mut keys = RecordKeys::default();
            for held in facts.keys.get(&account).into_iter().flatten() {
                keys.add(held.kind, &held.key, &Ports::All);
            }
            RecordReach::Keys(keys)
        }
        (None, _) => RecordReach::Keys(keys_of(actor, facts, filter, purpose)),
    };
    let mut data = BTreeMap::new();
    let mut reason = staff;
    for kind in AccountData::ALL {
        let reach = match (staff_reason(actor, kind.action()), filter) {
            (Some(why), ScopeFilter::All) => {
                reason = reason.or(Some(why));
                AccountReach::Everything
            }
            (Some(why), ScopeFilter::Account(account)) => {
                reason = reason.or(Some(why));
                AccountReach::Accounts(vec![ReachedAccount {
                    account,
                    sub_accounts: None,
                }])
            }
            (None, _) if *kind == AccountData::Cases => AccountReach::Own(actor.user),
            (None, _) => AccountReach::Accounts(accounts_of(actor, facts, filter, *kind, purpose)),
        };
        data.insert(*kind, reach);
    }
    ReadScope::new(records, data, reason)
}

fn staff_reason(actor: &Actor, action: Action) -> Option<&'static str> {
    actor
        .staff
        .is_some_and(|role| action.staff().contains(&role))
        .then_some("staff role")
}

fn within(filter: ScopeFilter, account: AccountId) -> bool {
    match filter {
        ScopeFilter::All => true,
        ScopeFilter::Account(one) => one == account,
    }
}

fn keys_of(actor: &Actor, facts: &ScopeFacts, filter: ScopeFilter, purpose: Purpose) -> RecordKeys {
    let mut keys = RecordKeys::default();
    for membership in &actor.memberships {
        if !within(filter, membership.account) {
            continue;
        }
        let ports = ports_of(membership, facts);
        for held in facts.keys.get(&membership.account).into_iter().flatten() {
            if reads_records(membership, held.sub_account, purpose) {
                keys.add(held.kind, &held.key, &ports);
            }
        }
    }
    for guest in &facts.guests {
        // Whoever is a member there goes by the membership.
        if within(filter, guest.account) && actor.membership(guest.account).is_none() {
            add_guest_limited(&mut keys, actor, facts, guest, purpose);
        }
    }
    keys
}

fn ports_of(membership: &Membership, facts: &ScopeFacts) -> Ports {
    if membership.manages() {
        Ports::All
    } else {
        Ports::of(facts.ports.get(&membership.account))
    }
}

fn reads_records(membership: &Membership, sub_account: SubAccountId, purpose: Purpose) -> bool {
    membership.manages()
        || membership.access.iter().any(|a| {
            a.sub_account_id == sub_account
                && a.records >= RecordsLevel::Read
                && (purpose == Purpose::Lookup || a.reports >= ReportsLevel::Run)
        })
}

/// A person's own limits of ports go along into the accounts of clients [own].
fn add_guest_limited(
    keys: &mut RecordKeys,
    actor: &Actor,
    facts: &ScopeFacts,
    guest: &Guest,
    purpose: Purpose,
) {
    for membership in &actor.memberships {
        let mut part = RecordKeys::default();
        add_guest(&mut part, facts, guest, purpose, |recipient| {
            recipient == membership.account
        });
        let ports = ports_of(membership, facts);
        for importer in part.importers.into_keys() {
            merge(&mut keys.importers, importer, &ports);
        }
        for filer in part.filers.into_keys() {
            merge(&mut keys.filers, filer, &ports);
        }
        for pair in part.pairs.into_keys() {
            merge(&mut keys.pairs, pair, &ports);
        }
    }
}

fn add_guest(
    keys: &mut RecordKeys,
    facts: &ScopeFacts,
    guest: &Guest,
    purpose: Purpose,
    through: impl Fn(AccountId) -> bool,
) {
    let held = facts.keys.get(&guest.account);
    for seat in guest.seats().iter().filter(|s| through(s.recipient)) {
        let rights = seat.scope.rights;
        if purpose == Purpose::Reports && !rights.reports {
            continue;
        }
        let covered = held
            .into_iter()
            .flatten()
            .filter(|h| seat.scope.sub_accounts.has(h.sub_account));
        match rights.records {
            RecordsScope::None => {}
            RecordsScope::All => {
                for held in covered {
                    keys.add(held.kind, &held.key, &Ports::All);
                }
            }
            // What somebody else's filer code filed was not filed by the recipient.
            RecordsScope::OwnFilings => {
                let filers: Vec<_> = facts
                    .keys
                    .get(&seat.recipient)
                    .into_iter()
                    .flatten()
                    .filter(|h| h.kind == RecordKeyKind::Filer)
                    .map(|h| &h.key)
                    .collect();
                for held in covered.filter(|h| h.kind == RecordKeyKind::Importer) {
                    for filer in &filers {
                        let pair = (held.key.clone(), (*filer).clone());
                        merge(&mut keys.pairs, pair, &Ports::All);
                    }
                }
            }
        }
    }
}

fn accounts_of(
    actor: &Actor,
    facts: &ScopeFacts,
    filter: ScopeFilter,
    kind: AccountData,
    purpose: Purpose,
) -> Vec<ReachedAccount> {
    let mut all = Vec::new();
    for membership in actor
        .memberships
        .iter()
        .filter(|m| within(filter, m.account))
    {
        let at = Thing::Account(AccountRef {
            account: membership.account,
            company: membership.company,
        });
        // A plain user's right to structure is of single sub-accounts.
        let sub_accounts = (!membership.manages()).then(|| {
            membership
                .access
                .iter()
                .filter(|a| {
                    a.structure >= StructureLevel::Read
                        && (purpose == Purpose::Lookup || a.reports >= ReportsLevel::Run)
                })
                .map(|a| a.sub_account_id)
                .collect::<Vec<_>>()
        });
        let some = sub_accounts.as_ref().is_none_or(|list| !list.is_empty());
        if some && may(actor, kind.action(), &at).is_ok() {
            all.push(ReachedAccount {
                account: membership.account,
                sub_accounts,
            });
        }
    }
    for guest in &facts.guests {
        if !within(filter, guest.account) || actor.membership(guest.account).is_some() {
            continue;
        }
        let fits = |reports: bool| purpose == Purpose::Lookup || reports;
        let reached = match kind {
            AccountData::Users => guest.has(|r| r.users && fits(r.reports)).then_some(None),
            AccountData::Identifiers => guest
                .has(|r| r.structure && fits(r.reports))
                .then(|| guest.structure()),
            _ => None,
        };
        if let Some(sub_accounts) = reached {
            all.push(ReachedAccount {
                account: guest.account,
                sub_accounts,
            });
        }
    }
    all.sort();
    all.dedup();
    all
}

fn digest(records: &RecordReach, data: &BTreeMap<AccountData, AccountReach>) -> String {
    let mut text = String::new();
    let ports = |ports: &Ports| match ports {
        Ports::All => "*".to_owned(),
        Ports::Only(some) => some.iter().cloned().collect::<Vec<_>>().join(","),
    };
    // Writing to a `String` does not fail. Every part has its own line and its own sign, so that no two scopes have the
    // same text.
    match records {
        RecordReach::Nothing => text.push_str("records nothing\n"),
        RecordReach::Everything => text.push_str("records everything\n"),
        RecordReach::Keys(keys) => {
            for (key, seen) in &keys.importers {
                let _ = writeln!(text, "i {key} {}", ports(seen));
            }
            for (key, seen) in &keys.filers {
                let _ = writeln!(text, "f {key} {}", ports(seen));
            }
            for ((importer, filer), seen) in &keys.pairs {
                let _ = writeln!(text, "p {importer} {filer} {}", ports(seen));
            }
        }
    }
    for (kind, reach) in data {
        match reach {
            AccountReach::Everything => {
                let _ = writeln!(text, "{} everything", kind.word());
            }
            AccountReach::Own(user) => {
                let _ = writeln!(text, "{} own {user}", kind.word());
            }
            AccountReach::Accounts(list) => {
                for ReachedAccount {
                    account,
                    sub_accounts,
                } in list
                {
                    let _ = write!(text, "{} {account}", kind.word());
                    match sub_accounts {
                        None => text.push_str(" *"),
                        Some(some) => {
                            let mut some = some.clone();
                            some.sort_unstable();
                            for id in some {
                                let _ = write!(text, " {id}");
                            }
                        }
                    }
                    text.push('\n');
                }
            }
        }
    }
    Sha256::digest(text.as_bytes())
        .iter()
        .fold(String::with_capacity(64), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
}
