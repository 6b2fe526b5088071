//! What every value made of typed text has in common: the error, the limits that the contract repeats, and the macro that
//! writes the newtype around a parse function. The rules of the single values do not belong here.

/// Text that is not what it should be.
///
/// The message is the rule itself in plain words. What was typed is never repeated, so the error may be logged and shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{rule}")]
pub struct Invalid {
    /// What the text should have been, e.g. "e-mail address".
    pub what: &'static str,
    /// The rule that it breaks, as a sentence.
    pub rule: &'static str,
}

/// The limits of a text value, for the parser, the error message and the description in the contract alike.
pub trait TextRule: Sized {
    /// What it is called in a sentence, e.g. "e-mail address".
    const WHAT: &'static str;
    /// The rule in one or two plain sentences: error message and schema description.
    const RULE: &'static str;
    /// The pattern of the contract (ECMA 262, without look-around): whatever matches it, with MIN to MAX characters, is accepted
    /// unless the type's documentation says otherwise. Beyond it the parser tolerates surrounding blanks and the like.
    const PATTERN: &'static str;
    /// The fewest characters (Unicode scalar values).
    const MIN: usize;
    /// The most characters (Unicode scalar values).
    const MAX: usize;
    /// A right value, for the contract and for screens.
    const EXAMPLE: &'static str;

    /// Reads a value.
    ///
    /// # Errors
    /// [`Invalid`] with the rule when the text breaks it.
    fn parse(text: &str) -> Result<Self, Invalid>;
}

/// Writes a newtype over `String` that only its parse function can fill.
///
/// `parse` is a `fn(&str) -> Option<String>` that returns the kept form. The limits MIN and MAX are for the contract; the parse
/// function is what decides.
macro_rules! text_newtype {
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
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        $crate::text::text_impls!($name {
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
            /// [`Invalid`](crate::text::Invalid) with the rule when the text breaks it.
            pub fn parse(text: &str) -> Result<Self, $crate::text::Invalid> {
                let parse: fn(&str) -> Option<String> = $parse;
                parse(text).map(Self).ok_or($crate::text::Invalid { what: Self::WHAT, rule: Self::RULE })
            }

            /// The value as it is kept.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.0
            }
        }
    };
}

/// The constants and conversions around a type that has `parse` and `as_str`.
macro_rules! text_impls {
    ($name:ident {
        what: $what:expr,
        rule: $rule:expr,
        pattern: $pattern:expr,
        length: $min:literal..=$max:literal,
        example: $example:expr $(,)?
    }) => {
        impl $name {
            /// What it is called in a sentence.
            pub const WHAT: &'static str = $what;
            /// The rule in plain words: error message and schema description.
            pub const RULE: &'static str = $rule;
            /// The pattern of accepted text (ECMA 262).
            pub const PATTERN: &'static str = $pattern;
            /// The fewest characters.
            pub const MIN: usize = $min;
            /// The most characters.
            pub const MAX: usize = $max;
            /// A right value.
            pub const EXAMPLE: &'static str = $example;
        }

        impl $crate::text::TextRule for $name {
            const WHAT: &'static str = $what;
            const RULE: &'static str = $rule;
            const PATTERN: &'static str = $pattern;
            const MIN: usize = $min;
            const MAX: usize = $max;
            const EXAMPLE: &'static str = $example;

            fn parse(text: &str) -> Result<Self, $crate::text::Invalid> {
                $name::parse(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = $crate::text::Invalid;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::parse(&text)
            }
        }

        impl TryFrom<&str> for $name {
            type Error = $crate::text::Invalid;

            fn try_from(text: &str) -> Result<Self, Self::Error> {
                Self::parse(text)
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::text::Invalid;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

pub(crate) use {text_impls, text_newtype};

/// Patterns for text in one line with at least one, two or three characters that are not blanks at its ends.
///
/// The class that they exclude is that of [`is_forbidden`]; the tests hold the two together.
macro_rules! line_pattern {
    (1) => {
        concat!(
            "^",
            line_pattern!(any),
            "*",
            line_pattern!(ink),
            line_pattern!(any),
            "*$"
        )
    };
    (2) => {
        concat!(
            "^",
            line_pattern!(any),
            "*",
            line_pattern!(ink),
            line_pattern!(any),
            "*",
            line_pattern!(ink),
            line_pattern!(any),
            "*$"
        )
    };
    (any) => {
        r"[^\x00-\x1F\x7F-\x9F\u200B\u200E\u200F\u2028-\u202E\u2060\u2066-\u2069\uFEFF]"
    };
    (ink) => {
        r"[^\s\x00-\x1F\x7F-\x9F\u200B\u200E\u200F\u2028-\u202E\u2060\u2066-\u2069\uFEFF]"
    };
}
pub(crate) use line_pattern;

/// Characters that have no place in a name or a sentence: controls, and the invisible ones that reorder or hide text, with
/// which one name can be made to look like another.
#[must_use]
pub fn is_forbidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

/// One line: trimmed, inner runs of blanks made one space, no [forbidden](is_forbidden) characters, `min` to `max` characters.
///
/// `None` when the text does not fit.
#[must_use]
pub fn one_line(text: &str, min: usize, max: usize) -> Option<String> {
    // The limit counts what was typed, so that the contract's maxLength says the same.
    if text.chars().any(is_forbidden) || text.chars().count() > max {
        return None;
    }
    let mut kept = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !kept.is_empty() {
            kept.push(' ');
        }
        kept.push_str(word);
    }
    (kept.chars().count() >= min).then_some(kept)
}

/// Several lines: trimmed, line ends made `\n`, tabs made spaces, no other [forbidden](is_forbidden) characters, `min` to
/// `max` characters.
///
/// `None` when the text does not fit.
#[must_use]
pub fn several_lines(text: &str, min: usize, max: usize) -> Option<String> {
    if text.chars().count() > max {
        return None;
    }
    let unified = text
        .replace("\r\n", "\n")
        .replace('\r', "\n")
        .replace('\t', " ");
    let kept = unified.trim();
    if kept.chars().any(|c| c != '\n' && is_forbidden(c)) {
        return None;
    }
    (kept.chars().count() >= min).then(|| kept.to_owned())
}

/// What tests of text values need.
#[cfg(test)]
pub(crate) mod testing {
    use super::TextRule;
    use proptest::prelude::*;

    /// A strategy of texts that match the pattern of `T` within its length.
    pub fn matching<T: TextRule>() -> impl Strategy<Value = String> {
        let bare = T::PATTERN.trim_start_matches('^').trim_end_matches('$');
        proptest::string::string_regex(bare)
            .unwrap()
            .prop_filter("within the length", |text| {
                let count = text.chars().count();
                (T::MIN..=T::MAX).contains(&count)
            })
    }

    /// Asserts what holds of every text value: the example is right, the kept form is a fixed point and survives JSON.
    pub fn assert_kept<T>(text: &str)
    where
        T: TextRule
            + PartialEq
            + std::fmt::Debug
            + std::fmt::Display
            + serde::Serialize
            + serde::de::DeserializeOwned,
    {
        let value = T::parse(text).unwrap_or_else(|error| panic!("{text:?} was refused: {error}"));
        let kept = value.to_string();
        let again = T::parse(&kept).unwrap();
        assert_eq!(again, value);
        assert_eq!(
            again.to_string(),
            kept,
            "the kept form of {text:?} is not a fixed point"
        );
        let json = serde_json::to_string(&value).unwrap();
        assert_eq!(serde_json::from_str::<T>(&json).unwrap(), value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_line_tidies_blanks() {
        assert_eq!(
            one_line("  Ana \u{a0} Lee ", 1, 100).as_deref(),
            Some("Ana Lee")
        );
        assert_eq!(one_line("   ", 1, 100), None);
        assert_eq!(one_line("abc", 1, 2), None);
    }

    #[test]
    fn hidden_characters_are_refused() {
        for text in [
            "a\nb",
            "a\tb",
            "a\0b",
            "a\u{202E}b",
            "a\u{200B}b",
            "a\u{85}b",
            "a\u{feff}b",
        ] {
            assert_eq!(one_line(text, 1, 100), None, "{text:?}");
        }
    }

    #[test]
    fn several_lines_keeps_line_ends_of_one_kind() {
        assert_eq!(
            several_lines(" a\r\nb\rc\td ", 3, 100).as_deref(),
            Some("a\nb\nc d")
        );
        assert_eq!(several_lines("a\0b", 1, 100), None);
        assert_eq!(several_lines("\n \n", 1, 100), None);
    }

    proptest! {
        #[test]
        fn any_text_is_tidied_or_refused(text in any::<String>()) {
            if let Some(kept) = one_line(&text, 1, 50) {
                prop_assert_eq!(one_line(&kept, 1, 50), Some(kept.clone()));
                prop_assert!(!kept.chars().any(is_forbidden));
            }
            if let Some(kept) = several_lines(&text, 3, 50) {
                prop_assert_eq!(several_lines(&kept, 3, 50), Some(kept.clone()));
            }
        }
    }
}
