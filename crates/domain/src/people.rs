//! The values that people type about themselves and their companies: User IDs, names, e-mail addresses, telephone numbers,
//! reasons. Postal addresses are in `addresses`; numbers known to customs are in `identifiers`.

use crate::text::{Invalid, line_pattern, one_line, several_lines, text_impls, text_newtype};
use serde::{Deserialize, Serialize};
use std::hash::{Hash, Hasher};

/// Two writings of one value: as it was typed, and the key under which it is compared and unique.
macro_rules! keyed_newtype {
    (
        $(#[$meta:meta])*
        pub struct $name:ident {
            what: $what:expr,
            rule: $rule:expr,
            pattern: $pattern:expr,
            length: $min:literal..=$max:literal,
            example: $example:expr,
            parse: $parse:expr $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name {
            written: String,
            key: String,
        }

        text_impls!($name {
            what: $what,
            rule: $rule,
            pattern: $pattern,
            length: $min..=$max,
            example: $example,
        });

        impl $name {
            /// Reads a value.
            ///
            /// # Errors
            /// [`Invalid`] with the rule when the text breaks it.
            pub fn parse(text: &str) -> Result<Self, Invalid> {
                let parse: fn(&str) -> Option<String> = $parse;
                let written = parse(text).ok_or(Invalid { what: Self::WHAT, rule: Self::RULE })?;
                let key = written.to_ascii_lowercase();
                Ok(Self { written, key })
            }

            /// As it was written, for screens and mails.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.written
            }

            /// The lower-case form under which it is unique and looked up.
            #[must_use]
            pub fn key(&self) -> &str {
                &self.key
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.written
            }
        }

        /// Equal means the same key: the writing does not count.
        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.key == other.key
            }
        }

        impl Eq for $name {}

        impl Hash for $name {
            fn hash<H: Hasher>(&self, state: &mut H) {
                self.key.hash(state);
            }
        }

        impl PartialOrd for $name {
            fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
                Some(self.cmp(other))
            }
        }

        impl Ord for $name {
            fn cmp(&self, other: &Self) -> std::cmp::Ordering {
                self.key.cmp(&other.key)
            }
        }
    };
}

keyed_newtype! {
    /// A User ID as people know it: the name with which one human being signs in (DOMAIN section 1).
    ///
    /// 6 to 32 ASCII characters, compared without regard to case. Not to be confused with the typed id of the row.
    pub struct UserName {
        what: "User ID",
        rule: "A User ID has 6 to 32 characters: letters A to Z, digits, and the signs . _ - @. It starts with a letter or a digit. Capital and small letters are the same.",
        pattern: r"^[A-Za-z0-9][A-Za-z0-9._@-]{5,31}$",
        length: 6..=32,
        example: "ana.lee",
        parse: |text| {
            let text = text.trim();
            let fits = (6..=32).contains(&text.len())
                && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-' | b'@'))
                && text.as_bytes().first().is_some_and(u8::is_ascii_alphanumeric);
            fits.then(|| text.to_owned())
        },
    }
}

keyed_newtype! {
    /// An e-mail address, in the shape that mail systems use in practice `[own]`: no quoted local parts, no comments, no
    /// address literals, at least two labels after the `@`, ASCII (internationalized domains in their `xn--` form).
    ///
    /// At most 254 characters. Kept as written, compared in lower case: no provider of note tells the cases apart, and two
    /// users must not share a mailbox by spelling.
    pub struct EmailAddress {
        what: "e-mail address",
        rule: "An e-mail address looks like name@company.example, with at most 254 characters and no blanks.",
        pattern: concat!(
            r"^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*",
            r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])$",
        ),
        length: 6..=254,
        example: "ana.lee@harbor.example",
        parse: |text| {
            let text = text.trim();
            (text.len() <= 254 && is_email(text)).then(|| text.to_owned())
        },
    }
}

impl EmailAddress {
    /// The part before the `@`.
    #[must_use]
    pub fn local_part(&self) -> &str {
        self.written.split_once('@').map_or("", |(local, _)| local)
    }

    /// The address with most of its local part hidden, e.g. `a•••@harbor.example`: enough for its owner to recognize it.
    #[must_use]
    pub fn masked(&self) -> String {
        let (local, domain) = self.written.split_once('@').unwrap_or_default();
        format!("{}•••@{domain}", local.get(..1).unwrap_or_default())
    }
}

fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else {
        return false;
    };
    let atom = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+/=?^_`{|}~-".contains(&b))
    };
    let label = |part: &str| {
        (1..=63).contains(&part.len())
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !part.starts_with('-')
            && !part.ends_with('-')
    };
    let Some((_, top)) = domain.rsplit_once('.') else {
        return false;
    };
    local.len() <= 64
        && local.split('.').all(atom)
        && domain.split('.').all(label)
        && top.len() >= 2
        && top.starts_with(|c: char| c.is_ascii_alphabetic())
}

text_newtype! {
    /// The name of a person, as the person writes it: 1 to 100 characters of any script, one line, trimmed.
    pub struct PersonName {
        what: "name of a person",
        rule: "A name has 1 to 100 characters in one line.",
        pattern: line_pattern!(1),
        length: 1..=100,
        example: "Ana Lee",
        parse: |text| one_line(text, 1, 100),
    }
}

text_newtype! {
    /// What a person does in the company, e.g. "Compliance manager": 1 to 100 characters, one line, trimmed.
    pub struct JobTitle {
        what: "job title",
        rule: "A job title has 1 to 100 characters in one line.",
        pattern: line_pattern!(1),
        length: 1..=100,
        example: "Compliance manager",
        parse: |text| one_line(text, 1, 100),
    }
}

text_newtype! {
    /// A telephone number, kept as `+` and digits (E.164), with ` x123` for an extension `[own]`.
    ///
    /// Typed with or without blanks, dots, hyphens, slashes and brackets. Without `+` it is a number of North America: ten
    /// digits, or eleven that start with 1.
    pub struct PhoneNumber {
        what: "telephone number",
        rule: "A telephone number has ten digits, or + and the country code, e.g. +1 202 555 0147 or +44 20 7946 0018. An extension follows as x123.",
        pattern: concat!(
            r"^ *(?:\+[ (]*[1-9](?:[ ().\/-]{0,3}[0-9]){6,14}|\(? ?(?:1[ ().\/-]{0,3})?[2-9](?:[ ().\/-]{0,3}[0-9]){9})",
            r" {0,3}(?:(?:ext\.?|EXT\.?|Ext\.?|[xX]) ?[0-9]{1,6})? *$",
        ),
        length: 8..=60,
        example: "+12025550147",
        parse: phone,
    }
}

fn phone(text: &str) -> Option<String> {
    if text.chars().count() > 60 || !text.is_ascii() {
        return None;
    }
    let text = text.trim_matches(' ').to_ascii_lowercase();
    let (number, extension) = match text.find(['x', 'e']) {
        None => (text.as_str(), None),
        Some(at) => {
            let (number, rest) = text.split_at(at);
            let rest = rest
                .strip_prefix("ext")
                .map(|rest| rest.strip_prefix('.').unwrap_or(rest))
                .or_else(|| rest.strip_prefix('x'))?;
            let digits = rest.strip_prefix(' ').unwrap_or(rest);
            if digits.is_empty() || digits.len() > 6 || !digits.bytes().all(|b| b.is_ascii_digit())
            {
                return None;
            }
            (number, Some(digits))
        }
    };
    let (international, number) = match number.strip_prefix('+') {
        Some(rest) => (true, rest),
        None => (false, number),
    };
    if !number
        .bytes()
        .all(|b| b.is_ascii_digit() || b" ().-/".contains(&b))
    {
        return None;
    }
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    let country_and_number = if international {
        digits
    } else {
        let national = if digits.len() == 11 {
            digits.strip_prefix('1')?
        } else {
            &digits
        };
        if national.len() != 10 || national.starts_with(['0', '1']) {
            return None;
        }
        format!("1{national}")
    };
    if !(7..=15).contains(&country_and_number.len()) || country_and_number.starts_with('0') {
        return None;
    }
    Some(match extension {
        None => format!("+{country_and_number}"),
        Some(extension) => format!("+{country_and_number} x{extension}"),
    })
}

text_newtype! {
    /// Why somebody did something that others are affected by, in own words: 3 to 500 characters, several lines allowed.
    ///
    /// Shown to those affected and kept in the audit trail.
    pub struct Reason {
        what: "reason",
        rule: "A reason has 3 to 500 characters.",
        pattern: r"^(?:\s*[^\s\x00-\x1F\x7F-\x9F\u200B\u200E\u200F\u2028-\u202E\u2060\u2066-\u2069\uFEFF](?:[^\x00-\x08\x0B\x0C\x0E-\x1F\x7F-\x9F\u200B\u200E\u200F\u2028-\u202E\u2060\u2066-\u2069\uFEFF])+[^\s\x00-\x1F\x7F-\x9F\u200B\u200E\u200F\u2028-\u202E\u2060\u2066-\u2069\uFEFF]\s*)$",
        length: 3..=500,
        example: "Left the company on 30 June",
        parse: |text| several_lines(text, 3, 500),
    }
}

text_newtype! {
    /// The name of a company: 2 to 140 characters, one line, trimmed.
    pub struct CompanyName {
        what: "name of a company",
        rule: "A company's name has 2 to 140 characters in one line.",
        pattern: line_pattern!(2),
        length: 2..=140,
        example: "Harbor Lane Imports LLC",
        parse: |text| one_line(text, 2, 140),
    }
}

text_newtype! {
    /// The name of a sub-account, e.g. "Importer, West Coast" (DOMAIN section 1): 2 to 80 characters, one line, trimmed.
    pub struct SubAccountName {
        what: "name of a sub-account",
        rule: "A sub-account's name has 2 to 80 characters in one line.",
        pattern: line_pattern!(2),
        length: 2..=80,
        example: "Importer, West Coast",
        parse: |text| one_line(text, 2, 80),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::testing::{assert_kept, matching};
    use proptest::prelude::*;

    #[test]
    fn user_names() {
        for right in [
            "ana.lee",
            "A1_b-c",
            "007007",
            "ana.lee@harbor.example",
            "abcdefghijklmnopqrstuvwxyz012345",
            " ana.lee ",
        ] {
            assert!(UserName::parse(right).is_ok(), "{right:?}");
        }
        for wrong in [
            "",
            "short",
            "abcdefghijklmnopqrstuvwxyz0123456",
            ".analee",
            "@analee",
            "ana lee",
            "ana/lee",
            "änalee",
            "ana.lee\0",
        ] {
            assert_eq!(
                UserName::parse(wrong).unwrap_err().rule,
                UserName::RULE,
                "{wrong:?}"
            );
        }
    }

    #[test]
    fn user_names_ignore_case_and_keep_the_writing() {
        let (one, two) = (
            UserName::parse("Ana.Lee").unwrap(),
            UserName::parse("ANA.LEE").unwrap(),
        );
        assert_eq!(one, two);
        assert_eq!(one.key(), "ana.lee");
        assert_eq!(one.as_str(), "Ana.Lee");
        assert_eq!(std::collections::HashSet::from([one, two]).len(), 1);
    }

    #[test]
    fn email_addresses() {
        for right in [
            "a@b.co",
            "ana.lee+quay@harbor.example",
            "o'neil@a-b.example",
            "x@xn--bcher-kva.example",
        ] {
            assert_kept::<EmailAddress>(right);
        }
        for wrong in [
            "",
            "a",
            "a@",
            "@b.co",
            "a@b",
            "a@b.c",
            "a@.co",
            "a@b..co",
            "a@-b.co",
            "a@b-.co",
            "a b@c.de",
            "a@b@c.de",
            ".a@b.co",
            "a.@b.co",
            "a..b@c.de",
            "\"a\"@b.co",
            "a@[10.0.0.1]",
            "a@10.0.0.1",
            "a@b.co\r\nBcc: c@d.ef",
            "ä@b.co",
            "a@b.co,c@d.ef",
            "<a@b.co>",
        ] {
            assert!(EmailAddress::parse(wrong).is_err(), "{wrong:?}");
        }
        let long_local = format!("{}@b.co", "a".repeat(65));
        assert!(EmailAddress::parse(&long_local).is_err());
        let long = format!("a@{}co", "abcdefghi.".repeat(26));
        assert!(EmailAddress::parse(&long).is_err());
    }

    #[test]
    fn email_addresses_are_masked() {
        let email = EmailAddress::parse("Ana.Lee@Harbor.example").unwrap();
        assert_eq!(email.masked(), "A•••@Harbor.example");
        assert_eq!(email.local_part(), "Ana.Lee");
        assert_eq!(email.key(), "ana.lee@harbor.example");
    }

    #[test]
    fn phone_numbers() {
        for (typed, kept) in [
            ("(202) 555-0147", "+12025550147"),
            ("202.555.0147", "+12025550147"),
            ("1 202 555 0147", "+12025550147"),
            ("+1-202-555-0147", "+12025550147"),
            ("+44 20 7946 0018", "+442079460018"),
            ("202-555-0147 x12", "+12025550147 x12"),
            ("202-555-0147 Ext. 4501", "+12025550147 x4501"),
        ] {
            assert_eq!(
                PhoneNumber::parse(typed).unwrap().as_str(),
                kept,
                "{typed:?}"
            );
            assert_kept::<PhoneNumber>(typed);
        }
        for wrong in [
            "",
            "555-0147",
            "102 555 0147",
            "+0 20 7946 0018",
            "+1234567890123456",
            "202 555 0147 x",
            "202 555 014A",
            "2025550147 e5",
            "+",
            "２０２５５５０１４７",
        ] {
            assert!(PhoneNumber::parse(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn lengths_count_characters() {
        assert!(PersonName::parse(&"é".repeat(100)).is_ok());
        assert!(PersonName::parse(&"é".repeat(101)).is_err());
        assert!(CompanyName::parse("X").is_err());
        assert!(SubAccountName::parse(&"x".repeat(81)).is_err());
        assert!(Reason::parse("ok").is_err());
        assert_eq!(Reason::parse("Left\r\nus").unwrap().as_str(), "Left\nus");
    }

    #[test]
    fn unknown_json_types_are_refused() {
        assert!(serde_json::from_str::<UserName>("5").is_err());
        let error = serde_json::from_str::<UserName>("\"ab\"").unwrap_err();
        assert!(error.to_string().contains("6 to 32"), "{error}");
    }

    macro_rules! patterns_hold {
        ($($test:ident: $type:ty,)+) => {
            proptest! {
                $(
                    #[test]
                    fn $test(text in matching::<$type>()) {
                        assert_kept::<$type>(&text);
                    }
                )+
            }

            #[test]
            fn examples_are_right() {
                $(assert_kept::<$type>(<$type>::EXAMPLE);)+
            }

            proptest! {
                #[test]
                fn any_text_is_kept_or_refused(text in any::<String>()) {
                    $(
                        if <$type>::parse(&text).is_ok() {
                            assert_kept::<$type>(&text);
                        }
                    )+
                }
            }
        };
    }

    patterns_hold! {
        user_name_pattern: UserName,
        person_name_pattern: PersonName,
        job_title_pattern: JobTitle,
        phone_number_pattern: PhoneNumber,
        reason_pattern: Reason,
        company_name_pattern: CompanyName,
        sub_account_name_pattern: SubAccountName,
        email_pattern: ShortEmail,
    }

    /// The pattern of e-mail addresses allows longer local parts than the parser; lengths that fit are what the test needs.
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct ShortEmail(EmailAddress);

    impl ShortEmail {
        const EXAMPLE: &'static str = EmailAddress::EXAMPLE;
        fn parse(text: &str) -> Result<Self, Invalid> {
            EmailAddress::parse(text).map(Self)
        }
    }

    impl std::fmt::Display for ShortEmail {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            self.0.fmt(f)
        }
    }

    impl crate::text::TextRule for ShortEmail {
        const WHAT: &'static str = EmailAddress::WHAT;
        const RULE: &'static str = EmailAddress::RULE;
        const PATTERN: &'static str = r"^[a-z0-9!#$%&'*+/=?^_`{|}~-]{1,20}(?:\.[A-Z0-9]{1,9}){0,3}@(?:[A-Z0-9](?:[a-z0-9-]{0,20}[a-z0-9])?\.){1,3}[A-Za-z](?:[a-z0-9-]{0,20}[a-z0-9])$";
        const MIN: usize = 6;
        const MAX: usize = 254;
        const EXAMPLE: &'static str = EmailAddress::EXAMPLE;
        fn parse(text: &str) -> Result<Self, Invalid> {
            Self::parse(text)
        }
    }
}
