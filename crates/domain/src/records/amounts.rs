//! Amounts and quantities as they stand in files and on the wire: whole cents and whole thousandths, never fractions.

/// The largest amount, in cents: ten thousand million dollars. A sum of all lines of an entry still fits.
pub const LARGEST_CENTS: i64 = 1_000_000_000_000;

/// Reads an amount of dollars: digits, thousands separators if wanted, a point and at most two decimals.
///
/// # Errors
/// What is wrong, in words.
pub fn cents(text: &str) -> Result<i64, &'static str> {
    let text = text.strip_prefix('$').unwrap_or(text);
    let amount = scaled(text, 2).ok_or(
        "An amount has digits, thousands separators if wanted, a point and at most two decimals, e.g. 1,234.50.",
    )?;
    if amount > LARGEST_CENTS {
        return Err("An amount is at most 10,000,000,000.00.");
    }
    Ok(amount)
}

/// Reads a quantity: like an amount with at most three decimals.
///
/// # Errors
/// What is wrong, in words.
pub fn thousandths(text: &str) -> Result<i64, &'static str> {
    let amount = scaled(text, 3).ok_or(
        "A quantity has digits, thousands separators if wanted, a point and at most three decimals.",
    )?;
    if amount > LARGEST_CENTS * 10 {
        return Err("A quantity is at most 10,000,000,000.");
    }
    Ok(amount)
}

fn scaled(text: &str, decimals: usize) -> Option<i64> {
    if text.len() > 40 {
        return None;
    }
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let mut plain = first.to_owned();
    let mut separated = false;
    for group in groups {
        separated = true;
        if group.len() != 3 || !digits(group) {
            return None;
        }
        plain.push_str(group);
    }
    if !digits(first) || !digits(fraction) || (separated && !(1..=3).contains(&first.len())) {
        return None;
    }
    if plain.is_empty() && fraction.is_empty() {
        return None;
    }
    // Further decimals are taken when they say nothing.
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > decimals {
        return None;
    }
    let number = format!("{plain}{fraction:0<decimals$}");
    let number = number.trim_start_matches('0');
    match number.len() {
        0 => Some(0),
        1..=17 => number.parse().ok(),
        // Too large to matter how large.
        _ => Some(i64::MAX),
    }
}

/// Cents as dollars: `1234.50`.
#[must_use]
pub fn in_dollars(cents: i64) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    let cents = cents.unsigned_abs();
    format!("{sign}{}.{:02}", cents / 100, cents % 100)
}

/// Thousandths as a number without needless decimals: `12.5`.
#[must_use]
pub fn thousandths_in_words(thousandths: i64) -> String {
    let (whole, rest) = (thousandths / 1000, (thousandths % 1000).unsigned_abs());
    if rest == 0 {
        return whole.to_string();
    }
    let text = format!("{whole}.{rest:03}");
    text.trim_end_matches('0').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read() {
        for (text, wanted) in [
            ("0", 0),
            ("0.00", 0),
            ("12", 1200),
            ("12.5", 1250),
            ("1,234.50", 123_450),
            ("1,234,567", 123_456_700),
            ("$3.10", 310),
            (".5", 50),
            ("12.500", 1250),
            ("10,000,000,000.00", LARGEST_CENTS),
        ] {
            assert_eq!(cents(text), Ok(wanted), "{text}");
        }
        for text in [
            "",
            ".",
            "-1",
            "+1",
            "1e308",
            "1E3",
            "12,34",
            "1,2345",
            ",123",
            "1234,567",
            "1.234",
            "0x10",
            "1 000",
            "=1+1",
            "10,000,000,000.01",
            "99999999999999999999999999999999",
            "١٢",
        ] {
            assert!(cents(text).is_err(), "{text}");
        }
    }

    #[test]
    fn amounts_are_written() {
        for (cents, text) in [
            (0, "0.00"),
            (5, "0.05"),
            (123_450, "1234.50"),
            (-1, "-0.01"),
        ] {
            assert_eq!(in_dollars(cents), text);
        }
        for (quantity, text) in [(0, "0"), (12_500, "12.5"), (1_000, "1"), (1, "0.001")] {
            assert_eq!(thousandths_in_words(quantity), text);
            assert_eq!(thousandths(text), Ok(quantity));
        }
    }
}
