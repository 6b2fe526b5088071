//! The embedded list of passwords that attackers try first, and the simple constructions over it.
//!
//! **Source**: `django/contrib/auth/common-passwords.txt.gz` of Django 5.2.19, the list of Royce Williams made from passwords found
//! in public breaches; 3-clause BSD licence (`breached-LICENSE.txt`). `update-breached.py` says how to rebuild it. The file has one
//! password a line, in lower case, each once, in byte order; tests hold that.
//!
//! **Constructions**: nearly all listed passwords are shorter than the 15 characters that a password must have, so a plain look-up
//! would refuse almost nothing, while people stretch the old password to the new length. [`is_breached`] therefore also
//! refuses `[own]`, always without regard to case:
//! - a listed password with nothing but digits, punctuation or one repeated character before and after it,
//! - copies of one listed password, whatever digits and punctuation stand between them,
//! - any pattern of fewer than 15 characters repeated to length (it is no stronger than the pattern),
//! - four or fewer different characters,
//! - runs along the keyboard, the alphabet or the digits, in either direction, with shift or without.
//!
//! A phrase of several listed words is not refused: that is a good password.

/// The list.
const LIST: &str = include_str!("breached.txt");

/// The fewest characters of a listed password that count as the core of a longer one. Shorter ones occur in good passwords.
const SHORTEST_CORE: usize = 4;

/// How often a listed password of more than four different characters repeats its first or last one at most.
const LONGEST_OWN: usize = 3;

/// A pattern shorter than this, repeated, is refused.
const SHORTEST_PATTERN: usize = 15;

/// The fewest keys in a row that count as a run.
const SHORTEST_RUN: usize = 4;

/// Whether the password is on the embedded list of breached passwords, or is simply built from one or from a pattern: padded with
/// digits or punctuation, copied, repeated, a run of keys. The text must be normalized (NFC); case does not count.
#[must_use]
pub fn is_breached(password: &str) -> bool {
    let lower = password.to_lowercase();
    let chars: Vec<char> = lower.chars().collect();
    is_listed(&lower)
        || is_monotonous(&chars)
        || is_repeated_pattern(&chars)
        || is_run(&chars)
        || is_copies(&lower)
        || cores(&chars).iter().any(|core| is_padded(core))
}

/// Whether the text itself is on the list.
fn is_listed(text: &str) -> bool {
    let bytes = LIST.as_bytes();
    // Invariant: the line wanted, if it is there, begins in low..high; both are starts of lines.
    let (mut low, mut high) = (0, bytes.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let start = bytes
            .iter()
            .take(middle)
            .rposition(|b| *b == b'\n')
            .map_or(0, |at| at + 1);
        let end = bytes
            .iter()
            .skip(middle)
            .position(|b| *b == b'\n')
            .map_or(bytes.len(), |at| middle + at);
        match bytes.get(start..end).map(|line| line.cmp(text.as_bytes())) {
            Some(std::cmp::Ordering::Less) => low = end + 1,
            Some(std::cmp::Ordering::Greater) => high = start,
            Some(std::cmp::Ordering::Equal) => return true,
            None => return false,
        }
    }
    false
}

/// Four or fewer different characters.
fn is_monotonous(chars: &[char]) -> bool {
    let mut different = chars.to_vec();
    different.sort_unstable();
    different.dedup();
    different.len() <= 4
}

/// At least two copies of a pattern that would be too short by itself; the last copy may be cut off.
fn is_repeated_pattern(chars: &[char]) -> bool {
    (1..SHORTEST_PATTERN)
        .take_while(|period| period * 2 <= chars.len())
        .any(|period| {
            chars
                .iter()
                .zip(chars.iter().skip(period))
                .all(|(one, two)| one == two)
        })
}

/// All letters are copies of one listed password: `password-password`, `Dragon1Dragon2`.
fn is_copies(lower: &str) -> bool {
    let mut words = lower
        .split(|c: char| !c.is_alphabetic())
        .filter(|word| !word.is_empty());
    let Some(first) = words.next() else {
        return false;
    };
    first.chars().count() >= SHORTEST_CORE && words.all(|word| word == first) && is_listed(first)
}

/// The text, and what is left of it when a character repeated at either end is taken as padding. The padding may be a repetition
/// of the password's own first or last character, so it is taken off wholly and but for as many as listed passwords have of it.
fn cores(chars: &[char]) -> Vec<&[char]> {
    let head = chars
        .first()
        .map_or(0, |c| chars.iter().take_while(|other| *other == c).count());
    let tail = chars.last().map_or(0, |c| {
        chars.iter().rev().take_while(|other| *other == c).count()
    });
    let cuts = |run: usize| {
        let mut cuts = vec![0];
        if run >= LONGEST_OWN {
            cuts.extend(run - LONGEST_OWN..=run);
        }
        cuts
    };
    let mut found = Vec::new();
    for from in cuts(head) {
        for off in cuts(tail) {
            found.extend(chars.get(from..chars.len().saturating_sub(off)));
        }
    }
    found
}

/// A listed password with only digits, punctuation and blanks before and after it.
fn is_padded(chars: &[char]) -> bool {
    let is_padding = |c: &char| !c.is_alphabetic();
    let latest_start = chars.iter().take_while(|c| is_padding(c)).count();
    let earliest_end = chars.len() - chars.iter().rev().take_while(|c| is_padding(c)).count();
    let has_letters = latest_start < chars.len();
    (0..=latest_start).any(|start| {
        let shortest = start + SHORTEST_CORE;
        (earliest_end.max(shortest)..=chars.len()).any(|end| {
            chars.get(start..end).is_some_and(|core| {
                // Among digits alone nearly everything contains some listed year or 1234; only a large part counts.
                (has_letters || core.len() * 2 >= chars.len())
                    && is_listed(&core.iter().collect::<String>())
            })
        })
    })
}

/// All but two characters lie in runs along the keyboard, the alphabet or the digits.
fn is_run(chars: &[char]) -> bool {
    let mut covered = 0;
    let mut run = 0;
    let mut before: Option<char> = None;
    for c in chars.iter().map(|c| unshifted(*c)) {
        if before.is_some_and(|before| follows(before, c)) {
            run += 1;
        } else {
            covered += if run >= SHORTEST_RUN { run } else { 0 };
            run = 1;
        }
        before = Some(c);
    }
    covered += if run >= SHORTEST_RUN { run } else { 0 };
    chars.len() >= SHORTEST_RUN && covered + 2 >= chars.len()
}

/// Whether one character follows the other in a run: the same, a neighbour in the alphabet or a neighbouring key.
fn follows(one: char, two: char) -> bool {
    if one == two
        || (one.is_ascii_lowercase()
            && two.is_ascii_lowercase()
            && (one as u32).abs_diff(two as u32) == 1)
    {
        return true;
    }
    match (key(one), key(two)) {
        (Some((row, x)), Some((other_row, other_x))) => match row.abs_diff(other_row) {
            0 => x.abs_diff(other_x) == 4,
            1 => x.abs_diff(other_x) <= 3,
            _ => false,
        },
        _ => false,
    }
}

/// Row and position of a key of the US layout; positions in quarters of a key's width, because the rows are shifted.
fn key(c: char) -> Option<(usize, usize)> {
    const ROWS: [(&str, usize); 4] = [
        ("1234567890-=", 0),
        ("qwertyuiop[]", 2),
        ("asdfghjkl;'", 3),
        ("zxcvbnm,./", 5),
    ];
    ROWS.iter()
        .enumerate()
        .find_map(|(row, (keys, shift))| keys.find(c).map(|at| (row, at * 4 + shift)))
}

/// The character on the same key without shift (US layout); letters are lower case already.
fn unshifted(c: char) -> char {
    const SHIFTED: &str = "!@#$%^&*()_+{}:\"<>?";
    const PLAIN: &str = "1234567890-=[];',./";
    SHIFTED
        .find(c)
        .and_then(|at| PLAIN.chars().nth(at))
        .unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn entries() -> Vec<&'static str> {
        LIST.lines().collect()
    }

    #[test]
    fn the_list_is_long_sorted_unique_and_lower_case() {
        let entries = entries();
        assert!(entries.len() >= 10_000, "{}", entries.len());
        assert!(entries.is_sorted_by(|a, b| a.as_bytes() < b.as_bytes()));
        assert!(
            entries
                .iter()
                .all(|entry| !entry.is_empty() && *entry == entry.to_lowercase())
        );
        assert!(LIST.ends_with('\n') && !LIST.contains('\r'));
    }

    #[test]
    fn every_entry_is_found_and_its_neighbours_are_not() {
        for entry in entries() {
            assert!(is_listed(entry), "{entry}");
        }
        let known: std::collections::HashSet<_> = entries().into_iter().collect();
        for entry in entries() {
            for near in [
                format!("{entry}\u{1}"),
                format!("{entry} "),
                entry[1..].to_owned(),
                format!("~{entry}"),
            ] {
                assert_eq!(is_listed(&near), known.contains(near.as_str()), "{near:?}");
            }
        }
        for odd in ["", "\n", "password\npassword1", "\u{10FFFF}"] {
            assert!(!is_listed(odd), "{odd:?}");
        }
    }

    #[test]
    fn constructions_are_refused() {
        for weak in [
            "1234567890123456",
            "aaaaaaaaaaaaaaaa",
            "123456789012345",
            "qwertyuiopasdfgh",
            "QwertyUiopAsdfGh!",
            "1q2w3e4r5t6y7u8i",
            "1qaz2wsx3edc4rfv",
            "!QAZ@WSX#EDC$RFV",
            "zyxwvutsrqponmlk",
            "abcdefghijklmnop",
            "poiuytrewqlkjhgf",
            "passwordpassword",
            "Password-Password",
            "Dragon1Dragon2Dragon3",
            "password1234567",
            "Password!!!!!!!",
            "...letmein......",
            "trustno1!2#4%6&8",
            "passwordxxxxxxxx",
            "xxxxxxxxpassword",
            "passworddddddddd",
            "hayleeeeeeeeeeee",
            "yahoooooooooooooo",
            "123456aaaaaaaaaa",
            "83619471love2748193",
            "abcabcabcabcabc",
            "kT9#kT9#kT9#kT9#",
            "harborseagull7harborseagull7",
            "1212343412123434",
            "2024-2024-2024-2024",
        ] {
            assert!(is_breached(weak), "{weak:?}");
        }
    }

    #[test]
    fn endings_that_repeat_may_be_stretched_at_will() {
        for entry in entries() {
            let mut ending = entry.chars().rev();
            let (last, before) = (ending.next(), ending.next());
            if let Some(last) = last
                && before == Some(last)
                && entry.len() >= SHORTEST_CORE
                && last.is_alphabetic()
            {
                let stretched = format!("{entry}{}", last.to_string().repeat(9));
                assert!(is_breached(&stretched), "{stretched:?}");
            }
        }
    }

    #[test]
    fn good_passwords_pass() {
        for good in [
            "correct horse battery staple",
            "vK7#pQ2!mX9$wL4",
            "password dragon monkey",
            "the tide turns at noon",
            "deserted dresser",
            "8391-2047-5561-9983",
            "größer als gestern 7",
            "山の上に三匹の猫がいて静かに眠る",
            "correcthorsebatterycorrecthorsebattery",
            "b3-unlikely-plum",
            "my password is better",
            "quiet-lantern-orbit",
        ] {
            assert!(!is_breached(good), "{good:?}");
        }
    }

    proptest! {
        #[test]
        fn listed_passwords_padded_are_refused(
            entry in proptest::sample::select(entries().into_iter().filter(|entry| entry.len() >= 4 && entry.chars().any(char::is_alphabetic)).collect::<Vec<_>>()),
            before in "[0-9!.# -]{0,9}",
            after in "[0-9!.# -]{0,9}",
            copies in 2..5_usize,
            repeated in "[a-z0-9!]",
            count in 3..12_usize,
        ) {
            let padded = format!("{before}{entry}{after}");
            let stretched = format!("{entry}{}", repeated.repeat(count));
            prop_assert!(is_breached(&padded), "{}", padded);
            prop_assert!(is_breached(&padded.to_uppercase()));
            prop_assert!(is_breached(&stretched), "{}", stretched);
            if entry.len() < SHORTEST_PATTERN {
                prop_assert!(is_breached(&entry.repeat(copies)));
            }
        }

        #[test]
        fn random_letters_pass(text in "[a-z]{16,24}") {
            // One in many thousands is a real run or pattern; the generator's own chance of that is far below its case count.
            prop_assume!(!is_run(&text.chars().collect::<Vec<_>>()));
            prop_assert!(!is_breached(&text), "{}", text);
        }

        #[test]
        fn any_text_is_judged(text in any::<String>()) {
            prop_assert_eq!(is_breached(&text), is_breached(&text.to_lowercase()));
        }
    }
}
