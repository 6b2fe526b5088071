//! The rules for new passwords (DOMAIN section 5). Pure checks: hashing, and comparing with the hashes of earlier passwords,
//! is done elsewhere.

mod breached;

pub use breached::is_breached;

use crate::people::{CompanyName, EmailAddress, PersonName, UserName};
use std::collections::BTreeSet;
use unicode_normalization::UnicodeNormalization as _;

/// What a new password must fulfil. Lengths count Unicode scalar values after [normalization](normalize).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordPolicy {
    /// The fewest characters: 15 `[CBP]`.
    pub min: usize,
    /// The most characters: 128 `[own]`.
    pub max: usize,
    /// How many earlier passwords may not be used again, nor reversed: 24 `[CBP]`.
    pub history: usize,
}

impl Default for PasswordPolicy {
    fn default() -> Self {
        Self {
            min: 15,
            max: 128,
            history: 24,
        }
    }
}

/// Why a password is refused. The messages speak to the person who chose it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Fewer characters than the policy wants.
    #[error(
        "The password has {count} characters; it needs at least {min}. A sentence of several words is easy to remember."
    )]
    TooShort {
        /// Its characters.
        count: usize,
        /// The fewest allowed.
        min: usize,
    },
    /// More characters than the policy allows.
    #[error("The password has more than {max} characters.")]
    TooLong {
        /// The most allowed.
        max: usize,
    },
    /// It contains the User ID, a name, or a word of the company or the product, forwards or backwards.
    #[error(
        "The password contains \"{word}\", forwards or backwards. Leave out your User ID, names, and words of your company and of this portal."
    )]
    ContainsContext {
        /// The word, in lower case, as it stands in the person's own data.
        word: String,
    },
    /// It is on the list of breached passwords, or [simply built from one](is_breached).
    #[error(
        "The password is one that attackers try first, or is simply built from one: a known password stretched, a repeated pattern, or a run on the keyboard."
    )]
    Breached,
    /// It is one of the last passwords, or one of them reversed. Found where the hashes are.
    #[error("The password is one of your last {history}, or one of them backwards.")]
    Reused {
        /// How many earlier passwords count.
        history: usize,
    },
}

impl PasswordError {
    /// The refusal code of the API.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooShort { .. } => "password-too-short",
            Self::TooLong { .. } => "password-too-long",
            Self::ContainsContext { .. } => "password-contains-context",
            Self::Breached => "password-breached",
            Self::Reused { .. } => "password-reused",
        }
    }
}

/// Words of the product, which nobody may use in a password.
pub const PRODUCT_WORDS: &[&str] = &["quaymaster", "quay"];

/// The fewest characters of a word that counts.
const SHORTEST_WORD: usize = 4;

/// The words that a person's password may not contain: User ID, names, company and product words of four or more characters.
#[derive(Debug, Clone)]
pub struct Context {
    words: BTreeSet<String>,
}

impl Default for Context {
    fn default() -> Self {
        Self::new()
    }
}

impl Context {
    /// The [words of the product](PRODUCT_WORDS) alone.
    #[must_use]
    pub fn new() -> Self {
        Self {
            words: PRODUCT_WORDS
                .iter()
                .map(|word| (*word).to_owned())
                .collect(),
        }
    }

    /// Adds a User ID: as a whole, without its punctuation, and its parts.
    #[must_use]
    pub fn user_name(mut self, name: &UserName) -> Self {
        self.add_whole(name.key());
        self
    }

    /// Adds the words of a person's name.
    #[must_use]
    pub fn person(mut self, name: &PersonName) -> Self {
        self.add_words(name.as_str());
        self
    }

    /// Adds the words of a company's name.
    #[must_use]
    pub fn company(mut self, name: &CompanyName) -> Self {
        self.add_words(name.as_str());
        self
    }

    /// Adds an e-mail address: the part before the `@`, like a User ID.
    #[must_use]
    pub fn email(mut self, email: &EmailAddress) -> Self {
        self.add_whole(email.local_part());
        self
    }

    /// Adds a word of the deployment, e.g. the portal's own name.
    #[must_use]
    pub fn word(mut self, word: &str) -> Self {
        self.add_words(word);
        self
    }

    fn add_whole(&mut self, text: &str) {
        let bare: String = text.chars().filter(|c| c.is_alphanumeric()).collect();
        self.add(text);
        self.add(&bare);
        self.add_words(text);
    }

    fn add_words(&mut self, text: &str) {
        for word in text.split(|c: char| !c.is_alphanumeric()) {
            self.add(word);
        }
    }

    fn add(&mut self, word: &str) {
        let word = normalize(word).to_lowercase();
        if word.chars().count() >= SHORTEST_WORD {
            self.words.insert(word);
        }
    }

    /// The first word that the text contains, forwards or backwards, without regard to case.
    fn found_in(&self, text: &str) -> Option<&str> {
        let text = text.to_lowercase();
        self.words
            .iter()
            .find(|word| text.contains(word.as_str()) || text.contains(&reversed(word)))
            .map(String::as_str)
    }
}

impl PasswordPolicy {
    /// Judges a new password. All refusals are reported together, except that an overlong text is not looked at further.
    ///
    /// Reuse is not checked here; see [`PasswordError::Reused`].
    ///
    /// # Errors
    /// At least one [`PasswordError`].
    pub fn check(&self, candidate: &str, context: &Context) -> Result<(), Vec<PasswordError>> {
        let too_long = PasswordError::TooLong { max: self.max };
        // Normalization costs time with every byte. No text that shrinks to the limit is longer than this: a character
        // of NFC comes from at most a handful of characters of four bytes each.
        if candidate.len() > self.max.saturating_mul(32) {
            return Err(vec![too_long]);
        }
        let candidate = normalize(candidate);
        let count = candidate.chars().count();
        if count > self.max {
            return Err(vec![too_long]);
        }
        let mut errors = Vec::new();
        if count < self.min {
            errors.push(PasswordError::TooShort {
                count,
                min: self.min,
            });
        }
        if let Some(word) = context.found_in(&candidate) {
            errors.push(PasswordError::ContainsContext {
                word: word.to_owned(),
            });
        }
        if is_breached(&candidate) {
            errors.push(PasswordError::Breached);
        }
        if errors.is_empty() {
            Ok(())
        } else {
            Err(errors)
        }
    }
}

/// The form in which a password is judged and hashed: Unicode NFC, so that one password typed on two keyboards is the same.
#[must_use]
pub fn normalize(password: &str) -> String {
    password.nfc().collect()
}

/// The password backwards, character by character (not by what a reader sees as one sign), [normalized](normalize).
///
/// A new password is refused when it, or this form of it, verifies against one of the kept hashes `[CBP]`.
#[must_use]
pub fn reversed(password: &str) -> String {
    normalize(&normalize(password).chars().rev().collect::<String>())
}

/// A temporary password made of random bytes `[own]`: four groups of five small letters and digits, 100 bits, without the
/// characters that are mistaken for each other (0 o 1 l).
///
/// The same bytes give the same password; take them from the injected generator.
#[must_use]
pub fn temporary(random: &[u8; 20]) -> String {
    const SIGNS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut text = String::with_capacity(23);
    for (at, byte) in random.iter().enumerate() {
        if at > 0 && at % 5 == 0 {
            text.push('-');
        }
        text.push(char::from(SIGNS[usize::from(byte % 32)]));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn context() -> Context {
        Context::new()
            .user_name(&UserName::parse("ana.lee").unwrap())
            .person(&PersonName::parse("Ana Würfel-Lee").unwrap())
            .company(&CompanyName::parse("Harbor Lane Imports LLC").unwrap())
            .email(&EmailAddress::parse("a.wuerfel@harbor.example").unwrap())
    }

    fn codes(candidate: &str) -> Vec<&'static str> {
        match PasswordPolicy::default().check(candidate, &context()) {
            Ok(()) => Vec::new(),
            Err(errors) => errors.iter().map(PasswordError::code).collect(),
        }
    }

    #[test]
    fn table() {
        for (candidate, expected) in [
            ("plum violets rust", &[][..]),
            ("vK7#pQ2!mX9$wL", &["password-too-short"]),
            ("vK7#pQ2!mX9$wL4", &[]),
            ("", &["password-too-short", "password-breached"]),
            ("my ana.lee login plum", &["password-contains-context"]),
            ("my AnaLee login plum", &["password-contains-context"]),
            ("gross WÜRFEL plum 7", &["password-contains-context"]),
            ("gross lefrüw plum 7", &["password-contains-context"]),
            ("gross lefreuw plum 7", &["password-contains-context"]),
            ("calm ROBRAH morning", &["password-contains-context"]),
            ("quaymaster is fine by me", &["password-contains-context"]),
            ("no llc plum today ana", &[]),
            ("password1234567", &["password-breached"]),
            (
                "harborharborharbor",
                &["password-contains-context", "password-breached"],
            ),
        ] {
            assert_eq!(codes(candidate), expected, "{candidate:?}");
        }
    }

    #[test]
    fn lengths_count_normalized_characters() {
        let fourteen = "vK7#pQ2!mX9$w";
        assert_eq!(
            codes(&format!("{fourteen}e\u{301}")),
            ["password-too-short"]
        );
        assert_eq!(codes(&format!("{fourteen}e\u{301}z")), [""; 0]);
        let long: String = (0..128)
            .filter_map(|n| char::from_u32(0x4e00 + n * 7))
            .collect();
        assert_eq!(codes(&long), [""; 0]);
        assert_eq!(codes(&format!("{long}x")), ["password-too-long"]);
        assert_eq!(codes(&"x".repeat(5_000_000)), ["password-too-long"]);
    }

    #[test]
    fn one_word_is_named() {
        let errors = PasswordPolicy::default()
            .check("we like imports a lot", &context())
            .unwrap_err();
        assert_eq!(
            errors,
            [PasswordError::ContainsContext {
                word: "imports".to_owned()
            }]
        );
    }

    #[test]
    fn the_limits_are_those_of_the_domain() {
        assert_eq!(
            PasswordPolicy::default(),
            PasswordPolicy {
                min: 15,
                max: 128,
                history: 24
            }
        );
    }

    proptest! {
        #[test]
        fn context_is_found_wherever_it_stands(before in "[ #]{8}", after in "[ #]{8}", upper in any::<bool>(), back in any::<bool>()) {
            for word in ["harbor", "lane", "imports", "ana.lee", "quay", "würfel"] {
                let word = if back { reversed(word) } else { word.to_owned() };
                let word = if upper { word.to_uppercase() } else { word };
                let candidate = format!("{before}{word}{after}");
                prop_assert!(codes(&candidate).contains(&"password-contains-context"));
            }
        }

        #[test]
        fn reversing_twice_is_nothing_for_plain_text(text in "[ -~]{0,40}") {
            prop_assert_eq!(reversed(&reversed(&text)), text);
        }

        #[test]
        fn any_text_is_judged_the_same_in_every_writing(text in any::<String>()) {
            let decomposed: String = text.nfd().collect();
            let composed = normalize(&text);
            prop_assert_eq!(codes(&composed), codes(&decomposed));
        }

        #[test]
        fn temporary_passwords_pass_the_policy(random in any::<[u8; 20]>()) {
            let text = temporary(&random);
            prop_assert_eq!(text.len(), 23);
            prop_assert!(text.len() >= PasswordPolicy::default().min);
            prop_assert!(!is_breached(&text));
            prop_assert!(text.chars().all(|c| c == '-' || (c.is_ascii_alphanumeric() && !"0o1l".contains(c))));
        }
    }
}
