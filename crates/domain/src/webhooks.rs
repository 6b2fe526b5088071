//! Webhooks: which addresses can be sent to, how often is tried, and what an attempt comes to. No network here.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use chrono::{DateTime, Duration, Utc};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name { $($(#[$vdoc])* $variant),+ }

        impl $name {
            /// Every value, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word in the database and on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str { match self { $(Self::$variant => $word),+ } }

            /// The value of a word.
            #[must_use]
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.as_str() == word)
            }
        }
    };
}

words! {
    /// Whether a webhook is sent to.
    WebhookState {
        /// Events are sent.
        Active = "active",
        /// Events wait until it goes on.
        Paused = "paused",
        /// It is over.
        Ended = "ended",
    }
}

words! {
    /// Where an event on its way to a webhook stands.
    DeliveryState {
        /// It is tried, or tried again.
        Waiting = "waiting",
        /// The receiver took it.
        Delivered = "delivered",
        /// It was given up; it can be sent again by hand.
        Failed = "failed",
        /// The webhook ended before it arrived.
        CalledOff = "called_off",
    }
}

words! {
    /// What an attempt came to.
    Outcome {
        /// The receiver answered 2xx.
        Delivered = "delivered",
        /// The receiver answered another status.
        RefusedStatus = "refused_status",
        /// The receiver answered 3xx, which is not followed.
        Redirected = "redirected",
        /// The receiver answered 410: it wants no more.
        Gone = "gone",
        /// The receiver took too long.
        TimedOut = "timed_out",
        /// The name of the host leads nowhere.
        NotResolved = "not_resolved",
        /// The host has an address that is not sent to.
        AddressRefused = "address_refused",
        /// Nobody listens there, or the connection broke.
        NotConnected = "not_connected",
        /// The connection could not be secured.
        TlsFailed = "tls_failed",
        /// What came back is no HTTP.
        BrokenAnswer = "broken_answer",
    }
}

impl Outcome {
    /// True when the receiver itself does not answer, so that the next event would fare no better at this moment.
    #[must_use]
    pub fn is_about_the_receiver(self) -> bool {
        !matches!(
            self,
            Self::Delivered | Self::RefusedStatus | Self::BrokenAnswer
        )
    }
}

/// How long an event is tried.
pub const PATIENCE: Duration = Duration::days(3);

/// The wait after the first failed attempt; doubled after each further one.
const FIRST_WAIT: Duration = Duration::seconds(15);

/// The longest wait between two attempts.
const LONGEST_WAIT: Duration = Duration::hours(6);

/// When an attempt that failed is made again; `None` when it is given up. `tries` counts the attempts since `began`, this one
/// included. `jitter` is any number: it takes up to a fifth off the wait, so that what failed together does not come
/// back together.
#[must_use]
pub fn next_attempt(
    began: DateTime<Utc>,
    now: DateTime<Utc>,
    tries: i64,
    jitter: u64,
) -> Option<DateTime<Utc>> {
    let doublings = u32::try_from(tries - 1).unwrap_or(0).min(20);
    let whole = FIRST_WAIT
        .num_milliseconds()
        .saturating_mul(1 << doublings)
        .min(LONGEST_WAIT.num_milliseconds());
    let fifth = u64::try_from(whole / 5).unwrap_or(0);
    let off = i64::try_from(jitter % (fifth + 1)).unwrap_or(0);
    let next = now + Duration::milliseconds(whole - off);
    (next <= began + PATIENCE).then_some(next)
}

/// Why an address cannot be a webhook's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    /// Too long, or characters that do not belong there.
    #[error("this is no address; write it like https://hooks.example.com/quaymaster")]
    Malformed,
    /// Not TLS.
    #[error("events are sent over https only; put https:// in front")]
    NotHttps,
    /// A password in the address would stand in logs.
    #[error("the address must not hold a user name or a password; the signature tells who sends")]
    Credentials,
    /// What is behind `#` never travels.
    #[error("leave out what is behind the #: it is never sent")]
    Fragment,
    /// Not to be sent to.
    #[error("this address is private to some network; events are sent to public addresses only")]
    Private,
}

/// The most characters that an address has.
pub const MOST_CHARS: usize = 500;

/// The parts of an address that a connection needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// True for https.
    pub secure: bool,
    /// The host without brackets.
    pub host: String,
    /// The port.
    pub port: u16,
    /// Path and query, from the first slash.
    pub path: String,
    /// Host and port as the `Host` header has them.
    pub authority: String,
}

impl Target {
    /// Reads an address. With `open`, plain HTTP and private addresses are taken as well: for trying out on one machine.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(url: &str, open: bool) -> Result<Self, UrlError> {
        let fits = url.len() <= MOST_CHARS && url.bytes().all(|b| (0x21..0x7f).contains(&b));
        let odd = url.contains(['\\', '"', '<', '>', '`', '{', '}', '|', '^']);
        if !fits || odd {
            return Err(UrlError::Malformed);
        }
        let (scheme, rest) = url.split_once("://").ok_or(UrlError::Malformed)?;
        let secure = match scheme.to_ascii_lowercase().as_str() {
            "https" => true,
            "http" if open => false,
            "http" => return Err(UrlError::NotHttps),
            _ => return Err(UrlError::Malformed),
        };
        if rest.contains('#') {
            return Err(UrlError::Fragment);
        }
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        if authority.contains('@') {
            return Err(UrlError::Credentials);
        }
        let usual = if secure { 443 } else { 80 };
        let (host, port) = host_and_port(authority, usual).ok_or(UrlError::Malformed)?;
        let target = Self {
            secure,
            host,
            port,
            path: if path.starts_with('/') {
                path.to_owned()
            } else {
                format!("/{path}")
            },
            authority: authority.to_ascii_lowercase(),
        };
        if !open && !target.may_be_public() {
            return Err(UrlError::Private);
        }
        Ok(target)
    }

    /// The address, when the host is written as one.
    #[must_use]
    pub fn literal(&self) -> Option<IpAddr> {
        self.host.parse().ok()
    }

    fn may_be_public(&self) -> bool {
        if let Some(address) = self.literal() {
            return is_public(address);
        }
        // Names of one machine or one network. What other names lead to is looked at each time that is sent.
        let name = self.host.trim_end_matches('.');
        name.contains('.')
            && !["localhost", "local", "internal", "lan", "home.arpa"]
                .iter()
                .any(|end| {
                    name.strip_suffix(end)
                        .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
                })
    }
}

fn host_and_port(authority: &str, usual: u16) -> Option<(String, u16)> {
    let (host, port) = if let Some(rest) = authority.strip_prefix('[') {
        let (inside, behind) = rest.split_once(']')?;
        inside.parse::<Ipv6Addr>().ok()?;
        (
            inside,
            behind.strip_prefix(':').or(behind.is_empty().then_some("")),
        )
    } else {
        let (host, port) = match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, Some("")),
        };
        (is_host(host).then_some(host)?, port)
    };
    let port = match port? {
        "" => usual,
        digits if digits.bytes().all(|b| b.is_ascii_digit()) => {
            digits.parse().ok().filter(|port| *port != 0)?
        }
        _ => return None,
    };
    Some((host.to_ascii_lowercase(), port))
}

/// A name of letters, digits and hyphens, or four decimal numbers. Other spellings of numeric addresses, which some
/// resolvers take (`127.1`, `0x7f000001`, `2130706433`), are no names.
fn is_host(host: &str) -> bool {
    let name = host.strip_suffix('.').unwrap_or(host);
    let labels_fit = name.split('.').all(|label| {
        (1..=63).contains(&label.len())
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
            && !label.starts_with('-')
            && !label.ends_with('-')
    });
    let last = name.rsplit('.').next().unwrap_or_default();
    let numeric = last.bytes().all(|b| b.is_ascii_digit())
        || last
            .get(..2)
            .is_some_and(|start| start.eq_ignore_ascii_case("0x"));
    name.len() <= 253 && labels_fit && (!numeric || host.parse::<Ipv4Addr>().is_ok())
}

/// True for an address that anybody on the Internet can be reached at. Everything that belongs to one machine, one network, a
/// protocol or a document is refused, also inside IPv6 addresses that carry an IPv4 address.
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !(a == 0
        || address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        // Shared between a carrier and its customers (RFC 6598).
        || (a == 100 && (64..128).contains(&b))
        // For protocols (RFC 6890), relays of 6to4, measurements (RFC 2544).
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (b == 18 || b == 19))
        // Many at once, reserved, everybody.
        || a >= 224)
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let s = address.segments();
    let carried = |high: u16, low: u16| {
        let [a, b] = high.to_be_bytes();
        let [c, d] = low.to_be_bytes();
        is_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    match s {
        // Mapped, and through a translator (RFC 6052).
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            carried(high, low)
        }
        // 6to4.
        [0x2002, high, low, ..] => carried(high, low),
        // Teredo, benchmarks, ORCHID and the rest of 2001::/23; documentation.
        [0x2001, second, ..] if second < 0x0200 || second == 0x0db8 => false,
        [0x3fff, second, ..] if second < 0x1000 => false,
        // What is given out to the world: 2000::/3. Loopback, unspecified, ULA, link-local, multicast are outside.
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn private_addresses_are_refused_however_they_are_written() {
        for text in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.255.254",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::127.0.0.1",
            "64:ff9b::10.0.0.1",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2001:10::1",
            "2002:7f00:1::",
            "2002:c0a8:101::1",
            "3fff::1",
            "fc00::1",
            "fd12:3456::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!is_public(text.parse().unwrap()), "{text}");
        }
        for text in [
            "1.1.1.1",
            "9.9.9.9",
            "100.63.255.255",
            "100.128.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "198.17.0.1",
            "198.20.0.1",
            "223.255.255.255",
            "::ffff:1.1.1.1",
            "64:ff9b::1.1.1.1",
            "2606:4700::1",
            "2a00:1450::1",
            "2002:101:101::1",
            "2001:200::1",
        ] {
            assert!(is_public(text.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn only_public_https_addresses_are_taken() {
        for (url, expected) in [
            (
                "https://hooks.example.com/quaymaster?a=1",
                Ok(("hooks.example.com", 443, "/quaymaster?a=1")),
            ),
            (
                "https://hooks.example.com",
                Ok(("hooks.example.com", 443, "/")),
            ),
            (
                "HTTPS://Hooks.Example.com:8443?x",
                Ok(("hooks.example.com", 8443, "/?x")),
            ),
            ("https://1.1.1.1/", Ok(("1.1.1.1", 443, "/"))),
            (
                "https://[2606:4700::1]:444/",
                Ok(("2606:4700::1", 444, "/")),
            ),
            ("http://hooks.example.com/", Err(UrlError::NotHttps)),
            ("ftp://hooks.example.com/", Err(UrlError::Malformed)),
            ("file:///etc/passwd", Err(UrlError::Malformed)),
            (
                "https://user:secret@hooks.example.com/",
                Err(UrlError::Credentials),
            ),
            (
                "https://hooks.example.com@127.0.0.1/",
                Err(UrlError::Credentials),
            ),
            ("https://hooks.example.com/#x", Err(UrlError::Fragment)),
            (
                "https://hooks.example.com\\@127.0.0.1/",
                Err(UrlError::Malformed),
            ),
            (
                "https://hooks.example.com/\r\nHost: x",
                Err(UrlError::Malformed),
            ),
            ("https://localhost/", Err(UrlError::Private)),
            ("https://localhost./", Err(UrlError::Private)),
            ("https://db.internal/", Err(UrlError::Private)),
            ("https://intranet/", Err(UrlError::Private)),
            ("https://127.0.0.1/", Err(UrlError::Private)),
            ("https://127.1/", Err(UrlError::Malformed)),
            ("https://2130706433/", Err(UrlError::Malformed)),
            ("https://0x7f000001/", Err(UrlError::Malformed)),
            ("https://0177.0.0.1/", Err(UrlError::Malformed)),
            ("https://[::ffff:127.0.0.1]/", Err(UrlError::Private)),
            ("https://[::1%25eth0]/", Err(UrlError::Malformed)),
            ("https://a.example.com:0/", Err(UrlError::Malformed)),
            ("https://a.example.com:99999/", Err(UrlError::Malformed)),
            ("https://a.example.com:+1/", Err(UrlError::Malformed)),
            ("https://-a.example.com/", Err(UrlError::Malformed)),
            ("https:///x", Err(UrlError::Malformed)),
            ("https://müller.example.com/", Err(UrlError::Malformed)),
        ] {
            let read = Target::parse(url, false);
            let read = read
                .as_ref()
                .map(|t| (t.host.as_str(), t.port, t.path.as_str()));
            assert_eq!(read, expected.as_ref().map(|e| *e), "{url}");
        }
        assert!(Target::parse("http://127.0.0.1:8080/", true).is_ok());
        let long = format!("https://a.example.com/{}", "x".repeat(MOST_CHARS));
        assert_eq!(Target::parse(&long, false), Err(UrlError::Malformed));
    }

    #[test]
    fn waits_double_up_to_six_hours_and_end_after_three_days() {
        let began = DateTime::UNIX_EPOCH;
        let (mut now, mut tries, mut waits) = (began, 0, Vec::new());
        loop {
            tries += 1;
            let Some(next) = next_attempt(began, now, tries, 0) else {
                break;
            };
            waits.push((next - now).num_seconds());
            now = next;
        }
        assert_eq!(waits[..5], [15, 30, 60, 120, 240]);
        assert_eq!(waits.iter().max(), Some(&21_600));
        assert!(now - began <= PATIENCE && now - began > PATIENCE - LONGEST_WAIT);
        assert_eq!(tries, waits.len() as i64 + 1);
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic_and_jitter_takes_a_fifth_at_most(url in ".*", jitter: u64, tries in 1_i64..60) {
            let _ = Target::parse(&url, false);
            let whole = next_attempt(DateTime::UNIX_EPOCH, DateTime::UNIX_EPOCH, tries, 0).unwrap();
            let some = next_attempt(DateTime::UNIX_EPOCH, DateTime::UNIX_EPOCH, tries, jitter).unwrap();
            let (whole, some) = (whole.timestamp_millis(), some.timestamp_millis());
            prop_assert!(some <= whole && some >= whole - whole / 5);
        }
    }
}
