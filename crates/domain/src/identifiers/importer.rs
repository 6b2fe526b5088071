//! The importer number in its three forms, and the EIN that one of them contains.

use super::{has_shape, tidy};
use crate::text::{Invalid, TextRule, text_newtype};
use serde::{Deserialize, Deserializer, de::Error as _};

text_newtype! {
    /// An employer identification number, kept as `NN-NNNNNNN`. Read with or without the hyphen.
    ///
    /// Prefixes 00, 07–09, 17–19, 28 and 29 are not assigned; demo and test data use them.
    pub struct Ein {
        what: "EIN",
        rule: "An EIN has nine digits, with a hyphen after the second.",
        pattern: "^[0-9]{2}-?[0-9]{7}$",
        length: 9..=10,
        example: "08-1234567",
        parse: |text| read_ein(text).ok(),
    }
}

impl Ein {
    /// Reads the text, or says what is wrong with it.
    pub(super) fn read(text: &str) -> Result<Self, &'static str> {
        read_ein(text).map(Self)
    }
}

fn read_ein(text: &str) -> Result<String, &'static str> {
    let text = tidy(text);
    if has_shape(&text, "99-9999999") {
        return Ok(text);
    }
    if has_shape(&text, "999999999") {
        let (prefix, number) = text.split_at(2);
        return Ok(format!("{prefix}-{number}"));
    }
    Err(if text.is_empty() {
        "Type the EIN."
    } else if has_shape(&text, "99-9999999XX") {
        "An EIN has no suffix. With its two-character suffix it is an importer number."
    } else if has_shape(&text, "999-99-9999") {
        "This has the form of a Social Security number. An EIN has the hyphen after the second digit."
    } else if text.bytes().any(|b| !b.is_ascii_digit() && b != b'-') {
        "An EIN has digits and one hyphen only."
    } else {
        "An EIN has nine digits, with a hyphen after the second."
    })
}

/// An importer number made of an EIN and a two-character suffix, kept as `NN-NNNNNNNXX`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EinImporterNumber(String);

impl EinImporterNumber {
    /// The EIN inside.
    #[must_use]
    pub fn ein(&self) -> Ein {
        Ein(self.0.chars().take(10).collect())
    }

    /// The two characters after the EIN; `00` when none was written.
    #[must_use]
    pub fn suffix(&self) -> &str {
        self.0.get(10..).unwrap_or_default()
    }
}

/// A Social Security number used as importer number, kept as `NNN-NN-NNNN`. Personal data: `Debug` shows it masked.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SocialSecurityNumber(String);

impl SocialSecurityNumber {
    /// `***-**-1234`.
    #[must_use]
    pub fn masked(&self) -> String {
        format!("***-**-{}", self.0.get(7..).unwrap_or_default())
    }
}

impl std::fmt::Debug for SocialSecurityNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SocialSecurityNumber({})", self.masked())
    }
}

/// A number that CBP assigned to an importer without EIN and Social Security number, kept as `YYDDPP-NNNNN`: year, district,
/// port and a number.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CbpAssignedNumber(String);

/// An importer number: three forms of one type (DOMAIN section 3).
///
/// The hyphens tell the forms apart and must be written, except in a number whose suffix contains a letter. `NN-NNNNNNN` without
/// suffix means suffix `00`. There is no `Serialize`, and `Display` and `Debug` are masked: a Social Security number is written
/// out only by [`ImporterNumber::normal`].
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ImporterNumber {
    /// EIN and suffix.
    Ein(EinImporterNumber),
    /// Social Security number.
    Ssn(SocialSecurityNumber),
    /// Assigned by CBP.
    CbpAssigned(CbpAssignedNumber),
}

impl ImporterNumber {
    /// What it is called in a sentence.
    pub const WHAT: &'static str = "importer number";
    /// The rule in plain words: error message and schema description.
    pub const RULE: &'static str = "An importer number is an EIN with two more characters (08-1234567XX; without them 00 is meant; not the letters O, I, Z), a Social Security number (NNN-NN-NNNN), or a number assigned by CBP (YYDDPP-NNNNN).";
    /// The pattern of accepted text (ECMA 262).
    pub const PATTERN: &'static str = "^(?:[0-9]{2}-[0-9]{7}(?:[0-9A-HJ-NP-Ya-hj-np-y]{2})?|[0-9]{3}-[0-9]{2}-[0-9]{4}|[0-9]{6}-[0-9]{5})$";
    /// The fewest characters.
    pub const MIN: usize = 10;
    /// The most characters.
    pub const MAX: usize = 12;
    /// A right value.
    pub const EXAMPLE: &'static str = "08-123456700";

    /// Reads an importer number.
    ///
    /// # Errors
    /// [`Invalid`] with the rule. [`super::Identifier::parse`] says more exactly what is wrong.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        Self::read(text).map_err(|_problem| Invalid {
            what: Self::WHAT,
            rule: Self::RULE,
        })
    }

    /// Reads the text, or says what is wrong with it.
    pub(super) fn read(text: &str) -> Result<Self, &'static str> {
        let text = tidy(text);
        if has_shape(&text, "99-9999999") {
            return Ok(Self::Ein(EinImporterNumber(format!("{text}00"))));
        }
        if has_shape(&text, "999-99-9999") {
            return Ok(Self::Ssn(SocialSecurityNumber(text)));
        }
        if has_shape(&text, "999999-99999") {
            return Ok(Self::CbpAssigned(CbpAssignedNumber(text)));
        }
        let with_suffix = if has_shape(&text, "999999999XX") && !has_shape(&text, "99999999999") {
            let (prefix, rest) = text.split_at(2);
            format!("{prefix}-{rest}")
        } else {
            text
        };
        if has_shape(&with_suffix, "99-9999999XX") {
            return if with_suffix.contains(['O', 'I', 'Z']) {
                Err(
                    "The two characters after the EIN may not be the letters O, I or Z; the digits 0, 1 or 2 may be meant.",
                )
            } else {
                Ok(Self::Ein(EinImporterNumber(with_suffix)))
            };
        }
        Err(if with_suffix.is_empty() {
            "Type the importer number."
        } else if has_shape(&with_suffix, "999999999") {
            "Write the hyphens: NN-NNNNNNN is an EIN, NNN-NN-NNNN a Social Security number."
        } else if has_shape(&with_suffix, "99999999999") {
            "Write the hyphen: NN-NNNNNNNNN is an EIN with a suffix of two digits, YYDDPP-NNNNN a number assigned by CBP."
        } else if has_shape(&with_suffix, "99-9999999X") {
            "The suffix after the EIN has two characters."
        } else {
            "This is none of the three forms of an importer number: EIN with suffix (NN-NNNNNNNXX), Social Security number (NNN-NN-NNNN), assigned by CBP (YYDDPP-NNNNN)."
        })
    }

    /// The normal form, in full.
    #[must_use]
    pub fn normal(&self) -> &str {
        match self {
            Self::Ein(EinImporterNumber(text))
            | Self::Ssn(SocialSecurityNumber(text))
            | Self::CbpAssigned(CbpAssignedNumber(text)) => text,
        }
    }

    /// The normal form, or `***-**-1234` for a Social Security number.
    #[must_use]
    pub fn masked(&self) -> String {
        match self {
            Self::Ssn(number) => number.masked(),
            Self::Ein(_) | Self::CbpAssigned(_) => self.normal().to_owned(),
        }
    }

    /// Whether it is personal data: a Social Security number.
    #[must_use]
    pub const fn is_personal(&self) -> bool {
        matches!(self, Self::Ssn(_))
    }

    /// The EIN inside, in the form that has one.
    #[must_use]
    pub fn ein(&self) -> Option<Ein> {
        match self {
            Self::Ein(number) => Some(number.ein()),
            Self::Ssn(_) | Self::CbpAssigned(_) => None,
        }
    }
}

impl TextRule for ImporterNumber {
    const WHAT: &'static str = Self::WHAT;
    const RULE: &'static str = Self::RULE;
    const PATTERN: &'static str = Self::PATTERN;
    const MIN: usize = Self::MIN;
    const MAX: usize = Self::MAX;
    const EXAMPLE: &'static str = Self::EXAMPLE;

    fn parse(text: &str) -> Result<Self, Invalid> {
        Self::parse(text)
    }
}

impl TryFrom<String> for ImporterNumber {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        Self::parse(&text)
    }
}

impl std::str::FromStr for ImporterNumber {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::parse(text)
    }
}

impl<'de> Deserialize<'de> for ImporterNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl std::fmt::Display for ImporterNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.masked())
    }
}
