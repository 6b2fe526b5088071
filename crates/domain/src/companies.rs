//! The words around companies and accounts that people type: names of accounts, kinds of contacts and addresses, keys of
//! parties. Who may change them is in `access`; the rules of the structure are in `structure`.

use crate::members::words;
use crate::text::{line_pattern, one_line, text_newtype};
use serde::{Deserialize, Serialize};

text_newtype! {
    /// The name of a portal account, e.g. "Harbor Lane, imports": 2 to 80 characters, one line, trimmed.
    pub struct AccountName {
        what: "name of an account",
        rule: "An account's name has 2 to 80 characters in one line.",
        pattern: line_pattern!(2),
        length: 2..=80,
        example: "Harbor Lane, imports",
        parse: |text| one_line(text, 2, 80),
    }
}

text_newtype! {
    /// The authority's own key of a party in the identifier register: 1 to 64 letters, digits and `. _ : / -`.
    ///
    /// A Social Security number is refused: keys stand in lists and logs, where personal data has no place.
    pub struct PartyKey {
        what: "party key",
        rule: "A party key has 1 to 64 letters, digits and the signs . _ : / - and does not look like a Social Security number.",
        pattern: "^[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}$",
        length: 1..=64,
        example: "P-000417",
        parse: |text| {
            let text = text.trim();
            let fits = (1..=64).contains(&text.len())
                && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._:/-".contains(&b))
                && text.as_bytes().first().is_some_and(u8::is_ascii_alphanumeric);
            let bytes = text.as_bytes();
            let personal = bytes.len() == 11
                && bytes.iter().enumerate().all(|(at, b)| if at == 3 || at == 6 { *b == b'-' } else { b.is_ascii_digit() });
            (fits && !personal).then(|| text.to_owned())
        },
    }
}

words! {
    /// What a contact of an account is for.
    ContactKind {
        /// Day-to-day business.
        Business = "business",
        /// Bills and payments.
        Billing = "billing",
        /// Compliance with customs law.
        Compliance = "compliance",
        /// The officer of the company on file.
        Officer = "officer",
    }
}

words! {
    /// What an address of an account is for.
    AddressKind {
        /// Where the company is.
        Physical = "physical",
        /// Where letters go.
        Mailing = "mailing",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::testing::{assert_kept, matching};
    use proptest::prelude::*;

    #[test]
    fn party_keys() {
        for right in ["P-000417", "7", "08-1234567", "duns:00.1/2_3"] {
            assert_eq!(PartyKey::parse(right).unwrap().as_str(), right);
        }
        for wrong in ["", " ", "-1", "a b", "ä", "123-45-6789", &"x".repeat(65)] {
            assert!(PartyKey::parse(wrong).is_err(), "{wrong:?}");
        }
    }

    proptest! {
        #[test]
        fn what_the_patterns_accept_is_kept(name in matching::<AccountName>(), key in matching::<PartyKey>()) {
            // Blanks count towards the pattern's two characters of ink only where they stand between others.
            if AccountName::parse(&name).is_ok() {
                assert_kept::<AccountName>(&name);
            }
            if PartyKey::parse(&key).is_ok() {
                assert_kept::<PartyKey>(&key);
            }
        }
    }
}
