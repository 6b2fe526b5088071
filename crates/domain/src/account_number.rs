//! The number under which people know a portal account (DOMAIN section 1) `[own]`. The typed id of the row is in `ids`.

use crate::text::text_newtype;

text_newtype! {
    /// An account number: ten digits, the last a Luhn check digit, printed and kept as `QM-NNNN-NNNNN-N`.
    ///
    /// Reading tolerates small letters, and blanks or nothing instead of the hyphens or the prefix, because people read it to
    /// each other on the telephone. The pattern cannot tell a wrong check digit.
    pub struct AccountNumber {
        what: "account number",
        rule: "An account number looks like QM-0000-00001-8: ten digits, the last of them a check digit. One digit seems to be mistyped, missing or too many.",
        pattern: r"^(?:[Qq][Mm][ -]?)?[0-9]{4}[ -]?[0-9]{5}[ -]?[0-9]$",
        length: 10..=15,
        example: "QM-0000-00001-8",
        parse: |text| {
            let text = text.trim();
            if text.len() > 32 {
                return None;
            }
            let bare: String = text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect::<String>().to_ascii_uppercase();
            let digits = bare.strip_prefix("QM").unwrap_or(&bare);
            let serial = digits.get(..9)?;
            let fits = digits.len() == 10
                && digits.bytes().all(|b| b.is_ascii_digit())
                && serial != "000000000"
                && digits.get(9..) == Some(luhn(serial).to_string().as_str());
            fits.then(|| printed(digits))
        },
    }
}

impl AccountNumber {
    /// The highest serial that has a number.
    pub const LAST_SERIAL: u64 = 999_999_999;

    /// The number of the account that was opened as the `serial`-th, from 1.
    ///
    /// `None` for 0 and beyond [`AccountNumber::LAST_SERIAL`].
    #[must_use]
    pub fn from_serial(serial: u64) -> Option<Self> {
        if !(1..=Self::LAST_SERIAL).contains(&serial) {
            return None;
        }
        let serial = format!("{serial:09}");
        let check = luhn(&serial);
        Some(Self(printed(&format!("{serial}{check}"))))
    }

    /// The serial from which the number was made.
    #[must_use]
    pub fn serial(&self) -> u64 {
        self.0
            .bytes()
            .filter(u8::is_ascii_digit)
            .take(9)
            .fold(0, |sum, digit| sum * 10 + u64::from(digit - b'0'))
    }

    /// The ten digits without prefix and hyphens.
    #[must_use]
    pub fn digits(&self) -> String {
        self.0.chars().filter(char::is_ascii_digit).collect()
    }
}

fn printed(digits: &str) -> String {
    let (head, check) = digits.split_at(9);
    let (district, number) = head.split_at(4);
    format!("QM-{district}-{number}-{check}")
}

/// The Luhn check digit of a row of digits (ISO/IEC 7812-1).
fn luhn(digits: &str) -> u32 {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(position, digit)| {
            let digit = u32::from(digit.saturating_sub(b'0'));
            match (position % 2 == 0, digit * 2) {
                (false, _) => digit,
                (true, doubled) if doubled > 9 => doubled - 9,
                (true, doubled) => doubled,
            }
        })
        .sum();
    (10 - sum % 10) % 10
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::testing::assert_kept;
    use proptest::prelude::*;

    #[test]
    fn luhn_of_published_examples() {
        // 7992739871-3 is the example of the standard's literature, the second a well-known test card number.
        assert_eq!(luhn("7992739871"), 3);
        assert_eq!(luhn("411111111111111"), 1);
    }

    #[test]
    fn writings_of_one_number() {
        let number = AccountNumber::from_serial(1).unwrap();
        assert_eq!(number.as_str(), AccountNumber::EXAMPLE);
        assert_eq!(number.digits(), "0000000018");
        for typed in [
            "QM-0000-00001-8",
            "qm-0000-00001-8",
            "0000-00001-8",
            "0000000018",
            " QM 0000 00001 8 ",
            "QM0000000018",
        ] {
            assert_eq!(AccountNumber::parse(typed).unwrap(), number, "{typed:?}");
        }
        for wrong in [
            "",
            "QM",
            "QM-0000-00001-7",
            "QM-0000-00010-8",
            "QM-0000-00001",
            "QM-0000-00001-88",
            "QX-0000-00001-8",
            "0000000000",
            "QMQM0000000018",
        ] {
            assert!(AccountNumber::parse(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn serials_have_ends() {
        assert_eq!(AccountNumber::from_serial(0), None);
        assert_eq!(AccountNumber::from_serial(1_000_000_000), None);
        assert!(AccountNumber::from_serial(AccountNumber::LAST_SERIAL).is_some());
    }

    proptest! {
        #[test]
        fn every_serial_survives(serial in 1..=AccountNumber::LAST_SERIAL) {
            let number = AccountNumber::from_serial(serial).unwrap();
            prop_assert_eq!(number.serial(), serial);
            assert_kept::<AccountNumber>(number.as_str());
            assert_kept::<AccountNumber>(&number.digits());
        }

        #[test]
        fn one_mistyped_digit_is_noticed(serial in 1..=AccountNumber::LAST_SERIAL, at in 0..10_usize, other in 1..10_u8) {
            let mut digits = AccountNumber::from_serial(serial).unwrap().digits().into_bytes();
            digits[at] = b'0' + (digits[at] - b'0' + other) % 10;
            prop_assert!(AccountNumber::parse(&String::from_utf8(digits).unwrap()).is_err());
        }

        #[test]
        fn any_text_is_kept_or_refused(text in any::<String>()) {
            if AccountNumber::parse(&text).is_ok() {
                assert_kept::<AccountNumber>(&text);
            }
        }
    }
}
