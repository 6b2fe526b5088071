//! The challenge questions and the rule for their answers (DOMAIN section 5). Hashing and comparing answers is done elsewhere;
//! when they are asked is in `password_reset`.
//!
//! NIST SP 800-63B-4 and OWASP ASVS 6.4.2 advise against questions; deployments can replace them by recovery codes.

use crate::people::UserName;
use crate::text::text_impls;
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization as _;

/// A question. Its id is permanent: it is stored with the answers. Texts may be corrected, never given another meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Question {
    /// The permanent id.
    pub id: QuestionId,
    /// The question as it is asked.
    pub text: &'static str,
}

/// The permanent id of a question, `q01` to `q20`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct QuestionId(u8);

text_impls!(QuestionId {
    what: "challenge question",
    rule: "A challenge question is named by its id, q01 to q20.",
    pattern: "^q(?:0[1-9]|1[0-9]|20)$",
    length: 3..=3,
    example: "q01",
});

/// The ids as text, in order. Never reorder: the position is what [`QuestionId`] holds.
const IDS: [&str; QUESTIONS] = [
    "q01", "q02", "q03", "q04", "q05", "q06", "q07", "q08", "q09", "q10", "q11", "q12", "q13",
    "q14", "q15", "q16", "q17", "q18", "q19", "q20",
];

/// The texts, in the order of the ids. Chosen so that the answer stays the same for life, has many possible values, and is not
/// in public records or usual profiles (no mother's maiden name, place of birth or first car).
const TEXTS: [&str; QUESTIONS] = [
    "What was the first dish that you learned to cook?",
    "What was the name of your favorite stuffed animal or toy as a child?",
    "What was the first film that you saw in a cinema?",
    "Which teacher influenced you most, and what did you call them?",
    "What was the title of the first book that you read more than once?",
    "In which street did your best friend of childhood live?",
    "What was the first concert or show that you went to?",
    "What was your dream job when you were ten?",
    "What did you buy with the first money that you earned?",
    "What was the name of a place where you used to play as a child?",
    "What was the nickname that only your family used for you?",
    "Which food did you refuse to eat as a child?",
    "What was the name of the first boss whom you liked?",
    "Which song did you first learn by heart?",
    "What was the destination of your first journey by airplane?",
    "What was the first thing that you built or made by yourself?",
    "Which story did you want to hear again and again as a child?",
    "What was the name of the first animal that you looked after?",
    "What was the best present that you got before you were twelve?",
    "Which place do you go to when you want to be alone?",
];

/// How many questions there are to choose from; at least 15 (DOMAIN section 5).
pub const QUESTIONS: usize = 20;
/// How many questions a user chooses.
pub const CHOSEN: usize = 5;
/// How many of them are asked.
pub const ASKED: usize = 3;

impl QuestionId {
    /// Reads an id.
    ///
    /// # Errors
    /// [`Invalid`](crate::text::Invalid) when there is no such question.
    pub fn parse(text: &str) -> Result<Self, crate::text::Invalid> {
        let at = IDS
            .iter()
            .position(|id| *id == text)
            .and_then(|at| u8::try_from(at).ok());
        at.map(Self).ok_or(crate::text::Invalid {
            what: Self::WHAT,
            rule: Self::RULE,
        })
    }

    /// The id as it is written and stored.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        IDS.get(usize::from(self.0)).copied().unwrap_or_default()
    }

    /// The question as it is asked.
    #[must_use]
    pub fn text(self) -> &'static str {
        TEXTS.get(usize::from(self.0)).copied().unwrap_or_default()
    }

    /// The first id, e.g. to fill an array with.
    #[must_use]
    pub const fn first() -> Self {
        Self(0)
    }

    /// Every id, in order.
    pub fn all() -> impl Iterator<Item = Self> {
        (0_u8..).take(QUESTIONS).map(Self)
    }
}

impl From<QuestionId> for String {
    fn from(id: QuestionId) -> Self {
        id.as_str().to_owned()
    }
}

impl std::fmt::Debug for QuestionId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "QuestionId({})", self.as_str())
    }
}

/// Every question, in the order in which they are offered.
pub fn questions() -> impl Iterator<Item = Question> {
    QuestionId::all().map(|id| Question {
        id,
        text: id.text(),
    })
}

/// An answer as it is hashed: trimmed, Unicode NFC, otherwise as typed, because answers are case-sensitive `[seed]`. 3 to 100
/// characters. A secret: it has no `Serialize` and no `Display`, and `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct Answer(String);

impl Answer {
    /// The rule in plain words.
    pub const RULE: &'static str = "An answer has 3 to 100 characters. Capital and small letters count; blanks around it do not.";
    /// The fewest characters.
    pub const MIN: usize = 3;
    /// The most characters.
    pub const MAX: usize = 100;

    /// Reads an answer; `None` when its length is wrong.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > Self::MAX * 16 {
            return None;
        }
        let kept: String = text.trim().nfc().collect();
        (Self::MIN..=Self::MAX)
            .contains(&kept.chars().count())
            .then_some(Self(kept))
    }

    /// The text, for the hasher.
    #[must_use]
    pub fn secret(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Answer(…)")
    }
}

/// Why a choice of questions and answers is refused. Positions count from 0 in the list as given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChoiceError {
    /// Not exactly five.
    #[error("choose exactly {CHOSEN} questions")]
    Count,
    /// The same question twice.
    #[error("each question can be chosen once")]
    SameQuestion {
        /// Where the second one stands.
        at: usize,
    },
    /// The length is wrong.
    #[error("{}", Answer::RULE)]
    Length {
        /// Where it stands.
        at: usize,
    },
    /// The same answer twice, whatever the case.
    #[error("the answers must differ from each other")]
    SameAnswer {
        /// Where the second one stands.
        at: usize,
    },
    /// The answer consists of words of its own question.
    #[error("the answer may not be made of the question's own words")]
    OwnWords {
        /// Where it stands.
        at: usize,
    },
    /// The answer is the User ID.
    #[error("the answer may not be your User ID")]
    UserName {
        /// Where it stands.
        at: usize,
    },
}

impl ChoiceError {
    /// Which of the answers it is about; `None` when it is about all of them.
    #[must_use]
    pub const fn at(&self) -> Option<usize> {
        match self {
            Self::Count => None,
            Self::SameQuestion { at }
            | Self::Length { at }
            | Self::SameAnswer { at }
            | Self::OwnWords { at }
            | Self::UserName { at } => Some(*at),
        }
    }
}

/// Reads a user's choice of five questions with answers.
///
/// # Errors
/// Every [`ChoiceError`] found, in the order of the list.
pub fn choose(
    choice: &[(QuestionId, &str)],
    user: &UserName,
) -> Result<Vec<(QuestionId, Answer)>, Vec<ChoiceError>> {
    if choice.len() != CHOSEN {
        return Err(vec![ChoiceError::Count]);
    }
    let mut errors = Vec::new();
    let mut kept: Vec<(QuestionId, Answer)> = Vec::with_capacity(CHOSEN);
    let mut seen = Vec::with_capacity(CHOSEN);
    for (at, (question, text)) in choice.iter().enumerate() {
        if choice.iter().take(at).any(|(other, _)| other == question) {
            errors.push(ChoiceError::SameQuestion { at });
        }
        let Some(answer) = Answer::parse(text) else {
            errors.push(ChoiceError::Length { at });
            continue;
        };
        let folded = words(answer.secret());
        if seen.contains(&folded) {
            errors.push(ChoiceError::SameAnswer { at });
        }
        let own = words(question.text());
        if folded.iter().all(|word| own.contains(word)) {
            errors.push(ChoiceError::OwnWords { at });
        }
        if answer.secret().to_lowercase() == user.key() {
            errors.push(ChoiceError::UserName { at });
        }
        seen.push(folded);
        kept.push((*question, answer));
    }
    if errors.is_empty() {
        Ok(kept)
    } else {
        Err(errors)
    }
}

/// The words of a text in lower case; a text without letters and digits is one word as it stands.
fn words(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    let found: Vec<String> = lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    if found.is_empty() { vec![lower] } else { found }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::testing::{assert_kept, matching};
    use proptest::prelude::*;

    fn user() -> UserName {
        UserName::parse("Ana.Lee").unwrap()
    }

    fn choice(answers: [&str; 5]) -> Vec<(QuestionId, &str)> {
        QuestionId::all().zip(answers).collect()
    }

    fn refused(answers: [&str; 5]) -> Vec<ChoiceError> {
        choose(&choice(answers), &user()).unwrap_err()
    }

    #[test]
    fn questions_are_many_distinct_and_sensible() {
        let all: Vec<_> = questions().collect();
        assert!(all.len() >= 18);
        assert_eq!(all.len(), QUESTIONS);
        assert!(all.is_sorted_by(|a, b| a.id < b.id && a.id.as_str() < b.id.as_str()));
        let texts: std::collections::HashSet<_> =
            all.iter().map(|question| question.text).collect();
        assert_eq!(texts.len(), QUESTIONS);
        for question in all {
            assert!(question.text.ends_with('?') && question.text.len() > 20);
            assert_kept::<QuestionId>(question.id.as_str());
        }
        for wrong in ["", "q00", "q21", "q1", "Q01", "q001", " q01"] {
            assert!(QuestionId::parse(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_right_choice_is_kept_as_typed() {
        let kept = choose(
            &choice([" Pea Soup ", "Bruno", "Jaws", "Mrs. Ode", "Momo"]),
            &user(),
        )
        .unwrap();
        let answers: Vec<_> = kept.iter().map(|(_, answer)| answer.secret()).collect();
        assert_eq!(answers, ["Pea Soup", "Bruno", "Jaws", "Mrs. Ode", "Momo"]);
        assert_ne!(Answer::parse("bruno"), Answer::parse("Bruno"));
        assert_eq!(Answer::parse(" Bru\u{308}no"), Answer::parse("Br\u{fc}no "));
        assert!(!format!("{kept:?}").contains("Bruno"));
    }

    #[test]
    fn refusals() {
        let long = "x".repeat(101);
        for (answers, expected) in [
            (
                ["ab", "Bruno", "Jaws", "Ode", "Momo"],
                ChoiceError::Length { at: 0 },
            ),
            (
                ["Soup", "   ", "Jaws", "Ode", "Momo"],
                ChoiceError::Length { at: 1 },
            ),
            (
                ["Soup", &long, "Jaws", "Ode", "Momo"],
                ChoiceError::Length { at: 1 },
            ),
            (
                ["Soup", "Bruno", "bruno!", "Ode", "Momo"],
                ChoiceError::SameAnswer { at: 2 },
            ),
            (
                ["Soup", "favorite toy", "Jaws", "Ode", "Momo"],
                ChoiceError::OwnWords { at: 1 },
            ),
            (
                ["Soup", "Bruno", "Jaws", "Ode", "ANA.LEE"],
                ChoiceError::UserName { at: 4 },
            ),
        ] {
            assert_eq!(refused(answers), [expected], "{answers:?}");
            assert!(expected.at().is_some());
        }
        assert_eq!(
            choose(
                &choice(["Soup", "Bruno", "Jaws", "Ode", "Momo"])[..4],
                &user()
            ),
            Err(vec![ChoiceError::Count])
        );
        let mut twice = choice(["Soup", "Bruno", "Jaws", "Ode", "Momo"]);
        twice[3].0 = twice[0].0;
        assert_eq!(
            choose(&twice, &user()),
            Err(vec![ChoiceError::SameQuestion { at: 3 }])
        );
    }

    proptest! {
        #[test]
        fn ids_match_their_pattern(text in matching::<QuestionId>()) {
            assert_kept::<QuestionId>(&text);
        }

        #[test]
        fn any_answer_is_kept_or_refused(text in any::<String>()) {
            if let Some(answer) = Answer::parse(&text) {
                prop_assert_eq!(Answer::parse(answer.secret()), Some(answer.clone()));
                prop_assert_eq!(Answer::parse(&format!("  {text}\n")), Some(answer));
            }
        }

        #[test]
        fn any_choice_is_judged(answers in proptest::collection::vec((0..QUESTIONS, any::<String>()), 0..8)) {
            let choice: Vec<_> = answers.iter().filter_map(|(at, text)| Some((QuestionId::all().nth(*at)?, text.as_str()))).collect();
            match choose(&choice, &user()) {
                Ok(kept) => prop_assert_eq!(kept.len(), CHOSEN),
                Err(errors) => prop_assert!(!errors.is_empty()),
            }
        }
    }
}
