//! Programs that act for an account: what they may be allowed, from where, until when. How they prove who they are is the
//! service's; what a scope opens is in `access`.

use std::net::IpAddr;

use chrono::{DateTime, Duration, Utc};

use crate::ids::SubAccountId;
use crate::text::{line_pattern, one_line, text_newtype};

text_newtype! {
    /// The name of an API client, e.g. "ERP, night run": 2 to 80 characters, one line, trimmed.
    pub struct ClientName {
        what: "name of an API client",
        rule: "The name of an API client has 2 to 80 characters in one line.",
        pattern: line_pattern!(2),
        length: 2..=80,
        example: "ERP, night run",
        parse: |text| one_line(text, 2, 80),
    }
}

/// How many clients of an account may be open at once [own].
pub const MOST_CLIENTS: u64 = 20;

/// How many secrets a client has: one that works, and its successor.
pub const MOST_SECRETS: usize = 2;

/// How many blocks of addresses a client is limited to at most.
pub const MOST_NETWORKS: usize = 50;

/// A client that says nothing about its end lives this long [own].
pub const DEFAULT_LIFE: Duration = Duration::days(365);

/// No client lives longer without somebody looking at it [own].
pub const LONGEST_LIFE: Duration = Duration::days(731);

/// Its owner and its contact are told so many days before the end.
pub const REMINDER_DAYS: [i64; 3] = [30, 7, 1];

macro_rules! scopes {
    ($($(#[$doc:meta])* $variant:ident = $area:literal, $level:literal, $write:literal, $whole:literal, $words:literal;)+) => {
        /// What an API client may be allowed, by area and level.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ApiScope { $($(#[$doc])* $variant),+ }

        impl ApiScope {
            /// Every scope, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word on the wire and in the database, `area:level`.
            #[must_use]
            pub const fn as_str(self) -> &'static str { match self { $(Self::$variant => concat!($area, ":", $level)),+ } }

            /// The area.
            #[must_use]
            pub const fn area(self) -> &'static str { match self { $(Self::$variant => $area),+ } }

            /// The level.
            #[must_use]
            pub const fn level(self) -> &'static str { match self { $(Self::$variant => $level),+ } }

            /// True when something is changed by it: the owner decides.
            #[must_use]
            pub const fn writes(self) -> bool { match self { $(Self::$variant => $write),+ } }

            /// True when it is about the account as a whole, so that it cannot be limited to sub-accounts.
            #[must_use]
            pub const fn whole_account(self) -> bool { match self { $(Self::$variant => $whole),+ } }

            /// What it allows, in words.
            #[must_use]
            pub const fn words(self) -> &'static str { match self { $(Self::$variant => $words),+ } }

            /// Reads the word back; `None` for any other text.
            #[must_use]
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|scope| scope.as_str() == word)
            }
        }
    };
}

scopes! {
    /// Read the structure.
    StructureRead = "structure", "read", false, false, "Read the account's profile, business activities, sub-accounts and corporate identifiers.";
    /// Change identifiers.
    IdentifiersWrite = "identifiers", "write", true, false, "Add corporate identifiers to sub-accounts and remove them.";
    /// Read trade records.
    RecordsRead = "records", "read", false, false, "Search and read the trade records of the account's own importer numbers and filer codes.";
    /// Import trade records.
    RecordsImport = "records", "import", true, false, "Import trade records under the account's own importer numbers and filer codes, and watch the imports.";
    /// Read the users.
    UsersRead = "users", "read", false, true, "Read who is a user of the account, with role and state.";
    /// Read the feed of events.
    EventsRead = "events", "read", false, true, "Read the feed of the account's events.";
    /// Read the audit trail.
    AuditRead = "audit", "read", false, true, "Read the audit trail of the account.";
}

/// Where a client stands at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientState {
    /// Made by a proxy with write scopes; the owner has not answered.
    AwaitingApproval,
    /// It works.
    Active,
    /// Its time is over; a new end brings it back.
    Expired,
    /// Ended for good.
    Ended,
}

/// What is on record of a client's life; whether it has expired follows from the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// Waits for the owner.
    AwaitingApproval,
    /// Works until its end.
    Active,
    /// Ended for good.
    Ended,
}

impl Kept {
    /// The word in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AwaitingApproval => "awaiting_approval",
            Self::Active => "active",
            Self::Ended => "ended",
        }
    }

    /// Reads the word back.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::AwaitingApproval, Self::Active, Self::Ended]
            .into_iter()
            .find(|kept| kept.as_str() == word)
    }

    /// Where the client stands now.
    #[must_use]
    pub fn at(self, expires_at: DateTime<Utc>, now: DateTime<Utc>) -> ClientState {
        match self {
            Self::Ended => ClientState::Ended,
            _ if expires_at <= now => ClientState::Expired,
            Self::AwaitingApproval => ClientState::AwaitingApproval,
            Self::Active => ClientState::Active,
        }
    }
}

/// What becomes of the scopes that somebody wants for a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Granted {
    /// In force at once.
    pub scopes: Vec<ApiScope>,
    /// Wait for the owner, all of what was wanted; none when nothing waits.
    pub pending: Option<Vec<ApiScope>>,
    /// True when nothing works before the owner has answered.
    pub waits: bool,
}

/// What `wanted` becomes for a client that had `before` in force (none for a new one). The owner's word counts at once; a
/// proxy gives what reads, takes anything away, and asks the owner for what writes [own].
#[must_use]
pub fn grant(before: Option<&[ApiScope]>, wanted: &[ApiScope], by_owner: bool) -> Granted {
    let mut wanted = wanted.to_vec();
    wanted.sort_unstable();
    wanted.dedup();
    let had = before.unwrap_or_default();
    let allowed = |scope: &ApiScope| by_owner || !scope.writes() || had.contains(scope);
    if wanted.iter().all(allowed) {
        return Granted {
            scopes: wanted,
            pending: None,
            waits: false,
        };
    }
    let waits = before.is_none();
    let scopes = if waits {
        Vec::new()
    } else {
        wanted.iter().copied().filter(allowed).collect()
    };
    Granted {
        scopes,
        pending: Some(wanted),
        waits,
    }
}

/// The first of these scopes that cannot be limited to sub-accounts.
#[must_use]
pub fn beyond_limit(scopes: &[ApiScope], limits: Option<&[SubAccountId]>) -> Option<ApiScope> {
    limits?;
    scopes.iter().copied().find(|scope| scope.whole_account())
}

/// Which reminder is due: the smallest number of days that the end is not further away than.
#[must_use]
pub fn reminder_due(expires_at: DateTime<Utc>, now: DateTime<Utc>) -> Option<i64> {
    if expires_at <= now {
        return None;
    }
    REMINDER_DAYS
        .into_iter()
        .filter(|days| expires_at - now <= Duration::days(*days))
        .min()
}

/// A block of addresses in CIDR form, e.g. `203.0.113.0/24` or `2001:db8::/48`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    address: IpAddr,
    bits: u32,
}

impl Block {
    /// Reads a block; a single address is a block of one. `None` when it is not one, or covers everything.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().ok()?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = match bits {
            Some(bits) if bits.bytes().all(|b| b.is_ascii_digit()) => bits.parse().ok()?,
            Some(_) => return None,
            None => most,
        };
        if bits == 0 || bits > most {
            return None;
        }
        let block = Self { address, bits };
        // Bits beyond the length say that something else was meant.
        (block.masked(address) == number(address).0).then_some(block)
    }

    /// True when the address lies in the block. IPv4 written as IPv6 counts as IPv4.
    #[must_use]
    pub fn has(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        address.is_ipv4() == self.address.is_ipv4()
            && self.masked(address) == number(self.address).0
    }

    fn masked(&self, address: IpAddr) -> u128 {
        let (value, width) = number(address);
        let rest = width.saturating_sub(self.bits);
        value
            .checked_shr(rest)
            .and_then(|kept| kept.checked_shl(rest))
            .unwrap_or(0)
    }
}

impl std::fmt::Display for Block {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.address, self.bits)
    }
}

fn number(address: IpAddr) -> (u128, u32) {
    match address {
        IpAddr::V4(v4) => (u128::from(v4.to_bits()), 32),
        IpAddr::V6(v6) => (v6.to_bits(), 128),
    }
}

/// True when a client that is limited to these blocks (none: not limited) may come from a network.
#[must_use]
pub fn from_allowed(blocks: &[Block], network: &str) -> bool {
    blocks.is_empty()
        || network
            .parse::<IpAddr>()
            .is_ok_and(|address| blocks.iter().any(|block| block.has(address)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ApiScope::{IdentifiersWrite, RecordsRead, StructureRead};

    #[test]
    fn blocks_are_read_and_hold_their_addresses() {
        let block = Block::parse("203.0.113.0/24").unwrap();
        assert_eq!(block.to_string(), "203.0.113.0/24");
        for (address, inside) in [
            ("203.0.113.9", true),
            ("::ffff:203.0.113.9", true),
            ("203.0.114.9", false),
            ("2001:db8::1", false),
        ] {
            assert_eq!(block.has(address.parse().unwrap()), inside, "{address}");
        }
        let wide = Block::parse("2001:db8::/48").unwrap();
        assert!(wide.has("2001:db8:0:7::1".parse().unwrap()));
        assert!(!wide.has("2001:db8:1::1".parse().unwrap()));
        let one = Block::parse("198.51.100.7").unwrap();
        assert_eq!(one.to_string(), "198.51.100.7/32");
        assert!(!one.has("198.51.100.8".parse().unwrap()));
        for wrong in [
            "",
            "/",
            "1.2.3.4/",
            "1.2.3.4/33",
            "1.2.3.4/0",
            "1.2.3.4/8",
            "::/0",
            "10.0.0.0/+8",
            "10.0.0/8",
            "2001:db8::1/48",
            "10.0.0.0/8 ",
            "localhost",
        ] {
            assert_eq!(Block::parse(wrong), None, "{wrong:?}");
        }
        assert!(from_allowed(&[], "anything"));
        assert!(!from_allowed(&[block], "anything"));
    }

    #[test]
    fn what_writes_waits_for_the_owner_unless_the_owner_gives_it() {
        let wanted = [IdentifiersWrite, StructureRead];
        let now = grant(None, &wanted, true);
        assert_eq!((now.scopes.len(), now.pending, now.waits), (2, None, false));
        let later = grant(None, &wanted, false);
        assert!(later.scopes.is_empty() && later.waits);
        assert_eq!(later.pending, Some(vec![StructureRead, IdentifiersWrite]));
        let reads = grant(None, &[RecordsRead], false);
        assert_eq!((reads.scopes, reads.waits), (vec![RecordsRead], false));
    }

    #[test]
    fn a_proxy_takes_away_at_once_and_keeps_what_the_owner_gave() {
        let had = [StructureRead, IdentifiersWrite];
        let fewer = grant(Some(&had), &[IdentifiersWrite], false);
        assert_eq!(fewer.scopes, vec![IdentifiersWrite]);
        assert_eq!(fewer.pending, None);
        let more = grant(
            Some(&[StructureRead]),
            &[RecordsRead, IdentifiersWrite],
            false,
        );
        assert_eq!(more.scopes, vec![RecordsRead]);
        assert!(more.pending.is_some() && !more.waits);
    }

    #[test]
    fn an_end_is_an_end_for_whoever_waits_too() {
        let now = DateTime::UNIX_EPOCH;
        let soon = now + Duration::seconds(1);
        assert_eq!(Kept::Active.at(soon, now), ClientState::Active);
        assert_eq!(Kept::Active.at(now, now), ClientState::Expired);
        assert_eq!(Kept::AwaitingApproval.at(now, now), ClientState::Expired);
        assert_eq!(Kept::Ended.at(soon, now), ClientState::Ended);
        for (days, due) in [
            (31, None),
            (30, Some(30)),
            (7, Some(7)),
            (2, Some(7)),
            (1, Some(1)),
        ] {
            assert_eq!(reminder_due(now + Duration::days(days), now), due, "{days}");
        }
        assert_eq!(reminder_due(now, now), None);
    }

    #[test]
    fn scopes_have_words_of_their_own() {
        for scope in ApiScope::ALL {
            assert_eq!(ApiScope::from_word(scope.as_str()), Some(*scope));
            assert!(scope.words().ends_with('.'));
        }
        assert_eq!(ApiScope::from_word("records:everything"), None);
    }
}
