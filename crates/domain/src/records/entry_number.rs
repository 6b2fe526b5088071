//! Numbers of entry summaries: `FFF-NNNNNNN-C`, with the check digit that the rule in DOMAIN section 8 gives.

use crate::identifiers::FilerCode;

/// The number of an entry summary, kept as 11 characters without hyphens.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EntryNumber(String);

/// What is wrong with a number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EntryNumberProblem {
    /// Not of the form.
    #[error(
        "an entry number has a filer code of three letters or digits, seven digits and a check digit: FFF-NNNNNNN-C"
    )]
    Form,
    /// The check digit does not fit.
    #[error("the check digit does not fit; one of the characters is not right")]
    CheckDigit,
}

impl EntryNumber {
    /// Reads a number, with or without hyphens and blanks.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, EntryNumberProblem> {
        if text.len() > 64 {
            return Err(EntryNumberProblem::Form);
        }
        let plain: String = text
            .chars()
            .filter(|c| !matches!(c, '-' | ' '))
            .map(|c| c.to_ascii_uppercase())
            .collect();
        if plain.len() != 11 || !plain.is_ascii() {
            return Err(EntryNumberProblem::Form);
        }
        let (filer, rest) = plain.split_at(3);
        if FilerCode::parse(filer).is_err() || !rest.bytes().all(|b| b.is_ascii_digit()) {
            return Err(EntryNumberProblem::Form);
        }
        let (number, check) = plain.split_at(10);
        let fits = check_digit(number).is_some_and(|digit| check.as_bytes() == [b'0' + digit]);
        if fits {
            Ok(Self(plain))
        } else {
            Err(EntryNumberProblem::CheckDigit)
        }
    }

    /// Makes the number with its check digit; `None` when the filer code is none.
    #[must_use]
    pub fn make(filer: &str, serial: u32) -> Option<Self> {
        let number = format!(
            "{}{:07}",
            FilerCode::parse(filer).ok()?.as_str(),
            serial % 10_000_000
        );
        let digit = check_digit(&number)?;
        Some(Self(format!("{number}{digit}")))
    }

    /// The 11 characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The filer code inside.
    #[must_use]
    pub fn filer_code(&self) -> &str {
        self.0.get(..3).unwrap_or_default()
    }
}

impl std::fmt::Display for EntryNumber {
    /// `FFF-NNNNNNN-C`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let part = |range: std::ops::Range<usize>| self.0.get(range).unwrap_or_default();
        write!(f, "{}-{}-{}", part(0..3), part(3..10), part(10..11))
    }
}

/// The check digit of ten characters: letters count A–I as 1–9, J–R as 1–9, S–Z as 2–9; every second value is doubled, and of
/// a result over 9 the ones digit after adding one is kept.
fn check_digit(ten: &str) -> Option<u8> {
    let mut sum = 0_u8;
    for (index, byte) in ten.bytes().enumerate() {
        let value = match byte {
            b'0'..=b'9' => byte - b'0',
            b'A'..=b'I' => byte - b'A' + 1,
            b'J'..=b'R' => byte - b'J' + 1,
            b'S'..=b'Z' => byte - b'S' + 2,
            _ => return None,
        };
        sum += match (index % 2, value * 2) {
            (0, _) => value,
            (_, doubled) if doubled > 9 => (doubled + 1) % 10,
            (_, doubled) => doubled,
        };
    }
    Some((10 - sum % 10) % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_examples_hold() {
        for (ten, digit) in [("ABC1234567", 6), ("9999999999", 0), ("SP70000001", 4)] {
            assert_eq!(check_digit(ten), Some(digit), "{ten}");
            let number = EntryNumber::parse(&format!("{ten}{digit}")).unwrap();
            assert_eq!(number.as_str().len(), 11);
            for other in (0..10).filter(|d| *d != digit) {
                assert_eq!(
                    EntryNumber::parse(&format!("{ten}{other}")),
                    Err(EntryNumberProblem::CheckDigit)
                );
            }
        }
    }

    #[test]
    fn hyphens_and_case_do_not_matter() {
        let number = EntryNumber::parse("abc-1234567-6").unwrap();
        assert_eq!(number, EntryNumber::parse(" ABC12345676").unwrap());
        assert_eq!(number.to_string(), "ABC-1234567-6");
        assert_eq!(number.filer_code(), "ABC");
        assert_eq!(EntryNumber::make("abc", 1_234_567), Some(number));
    }

    #[test]
    fn other_forms_are_refused() {
        for text in [
            "",
            "ABC",
            "ABC-1234567",
            "000-1234567-1",
            "ABC-12345X7-6",
            "ÄBC-1234567-6",
            "ABC-1234567-66",
        ] {
            assert_eq!(
                EntryNumber::parse(text),
                Err(EntryNumberProblem::Form),
                "{text}"
            );
        }
    }
}
