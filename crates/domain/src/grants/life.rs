//! The life of a grant: one enum with its data, every transition checked here and nowhere else. The clock ends a grant at
//! the second of its end, whatever is stored.

use chrono::{DateTime, Utc};

use super::GrantSide;
use super::scope::{GrantScope, SubAccounts, lasts_longer};
use crate::members::words;
use crate::people::Reason;
use serde::{Deserialize, Serialize};

words! {
    /// How a grant ended.
    EndedHow {
        /// The side that was asked said no.
        Declined = "declined",
        /// One side ended it, or withdrew its proposal.
        Revoked = "revoked",
        /// Its end came.
        Expired = "expired",
    }
}

/// Where a grant stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GrantState {
    /// Waits for the other side.
    Proposed {
        /// Since when.
        at: DateTime<Utc>,
    },
    /// Accepted by both.
    Active {
        /// Since when.
        since: DateTime<Utc>,
    },
    /// Held by one side.
    Paused {
        /// Which one; only it resumes.
        by: GrantSide,
        /// Since when.
        at: DateTime<Utc>,
        /// Why.
        reason: Option<Reason>,
    },
    /// Over for good.
    Ended {
        /// How.
        how: EndedHow,
        /// By which side; none when the end came by itself.
        by: Option<GrantSide>,
        /// When.
        at: DateTime<Utc>,
        /// Why.
        reason: Option<Reason>,
    },
}

impl GrantState {
    /// The word of the state.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Proposed { .. } => "proposed",
            Self::Active { .. } => "active",
            Self::Paused { .. } => "paused",
            Self::Ended { .. } => "ended",
        }
    }
}

/// What the two sides agree on: what is covered, and until when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// What is covered.
    pub scope: GrantScope,
    /// Until when; none until revoked.
    pub ends_at: Option<DateTime<Utc>>,
}

impl Offer {
    /// True when `other` offers all of this.
    #[must_use]
    pub fn within(&self, other: &Self) -> bool {
        self.scope.within(&other.scope) && !lasts_longer(self.ends_at, other.ends_at)
    }

    /// What both offer.
    #[must_use]
    pub fn meet(&self, other: &Self) -> Self {
        Self {
            scope: self.scope.meet(&other.scope),
            ends_at: if lasts_longer(self.ends_at, other.ends_at) {
                other.ends_at
            } else {
                self.ends_at
            },
        }
    }
}

/// Why a grant lets nobody see anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotInEffect {
    /// Not accepted yet.
    #[error("the grant has been proposed and waits for an answer")]
    Waiting,
    /// Its start has not come.
    #[error("the grant has not started yet")]
    NotStarted,
    /// Held by the grantor.
    #[error("the company that owns this account has paused the access that it had given")]
    PausedByGrantor,
    /// Held by the recipient.
    #[error(
        "the Account Owner of your company's own account has paused the access to this account"
    )]
    PausedByRecipient,
    /// Its end has come.
    #[error("the access to this account has ended because its end date has come")]
    Expired,
    /// Ended by the grantor.
    #[error("the company that owns this account has ended the access that it had given")]
    EndedByGrantor,
    /// Ended by the recipient.
    #[error("the Account Owner of your company's own account has ended the access to this account")]
    EndedByRecipient,
    /// The grantor has removed this person.
    #[error(
        "the company that owns this account has taken you off the people who may see it; ask the Account Owner of your company's own account"
    )]
    Removed,
    /// The grant is not passed on to this person any more.
    #[error(
        "the access to this account is not passed on to you; ask the Account Owner of your company's own account"
    )]
    NotPassedOn,
    /// One of the two accounts is closed.
    #[error("one of the two accounts of this grant is closed")]
    Closed,
}

/// What somebody tries with a grant; for the words of a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doing {
    /// Accept a proposal.
    Accept,
    /// Decline a proposal.
    Decline,
    /// Hold.
    Pause,
    /// Let go on.
    Resume,
    /// End, or withdraw a proposal.
    Revoke,
    /// Change what is covered.
    Change,
    /// Answer or withdraw a change that was asked for.
    AnswerChange,
    /// Pass on to people.
    Assign,
}

impl Doing {
    const fn words(self) -> &'static str {
        match self {
            Self::Accept => "accepted",
            Self::Decline => "declined",
            Self::Pause => "paused",
            Self::Resume => "resumed",
            Self::Revoke => "ended",
            Self::Change => "changed",
            Self::AnswerChange => "answered",
            Self::Assign => "passed on to people",
        }
    }
}

/// Why nothing happened to a grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GrantRefusal {
    /// Not from this state.
    #[error("this grant is {state}, so it cannot be {}", .doing.words())]
    State {
        /// What was tried.
        doing: Doing,
        /// The state in a word.
        state: &'static str,
    },
    /// The other side has to do it.
    #[error("this is for the other side: {0}")]
    OtherSide(&'static str),
    /// No change waits.
    #[error("no change of this grant waits for an answer")]
    NoChangeWaits,
    /// More than was asked for or granted.
    #[error(
        "this would be more than the grant: what is passed on or accepted is never more than what was given"
    )]
    Exceeds,
    /// No right in it.
    #[error("choose at least one right")]
    NoRight,
    /// No sub-account in it and not the top level either.
    #[error("name at least one sub-account, or all of them")]
    NoSubAccount,
    /// The end is not after the start.
    #[error("the end must be after the start")]
    EndBeforeStart,
    /// The end is past.
    #[error("the end must be in the future")]
    EndPast,
}

/// A grant, as far as its life goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Who proposed it: the grantor invites, the recipient requests.
    pub started_by: GrantSide,
    /// What was done to it; what the clock has done since is told by [`at`](Self::at).
    pub state: GrantState,
    /// What is covered, until when.
    pub offer: Offer,
    /// When it starts; none until a proposal that starts with its acceptance is accepted.
    pub starts_at: Option<DateTime<Utc>>,
    /// More than is covered, asked for by the recipient.
    pub asked: Option<Offer>,
}

/// A changed grant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// As it is now.
    pub grant: Grant,
    /// True when a part of the change waits for the grantor.
    pub waits: bool,
}

impl Grant {
    /// Proposes a grant.
    ///
    /// # Errors
    /// When the offer has no content or its end does not fit.
    pub fn propose(
        by: GrantSide,
        offer: Offer,
        starts_at: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Result<Self, GrantRefusal> {
        let grant = Self {
            started_by: by,
            state: GrantState::Proposed { at: now },
            offer,
            starts_at,
            asked: None,
        };
        grant.sound(now)?;
        Ok(grant)
    }

    /// The state by the clock.
    #[must_use]
    pub fn at(&self, now: DateTime<Utc>) -> GrantState {
        match (&self.state, self.offer.ends_at) {
            (GrantState::Ended { .. }, _) => self.state.clone(),
            (_, Some(end)) if end <= now => GrantState::Ended {
                how: EndedHow::Expired,
                by: None,
                at: end,
                reason: None,
            },
            _ => self.state.clone(),
        }
    }

    /// Whether anybody can see anything through it at `now`.
    ///
    /// # Errors
    /// [`NotInEffect`] says why not.
    pub fn in_effect(&self, now: DateTime<Utc>) -> Result<(), NotInEffect> {
        match self.at(now) {
            GrantState::Proposed { .. } => Err(NotInEffect::Waiting),
            GrantState::Active { .. } if self.starts_at.is_none_or(|start| start > now) => {
                Err(NotInEffect::NotStarted)
            }
            GrantState::Active { .. } => Ok(()),
            GrantState::Paused { by, .. } => Err(match by {
                GrantSide::Grantor => NotInEffect::PausedByGrantor,
                GrantSide::Recipient => NotInEffect::PausedByRecipient,
            }),
            GrantState::Ended { by, .. } => Err(match by {
                None => NotInEffect::Expired,
                Some(GrantSide::Grantor) => NotInEffect::EndedByGrantor,
                Some(GrantSide::Recipient) => NotInEffect::EndedByRecipient,
            }),
        }
    }

    /// The side that was asked accepts. The grantor may accept less than was asked for.
    ///
    /// # Errors
    /// [`GrantRefusal`].
    pub fn accept(
        mut self,
        by: GrantSide,
        narrowed: Option<Offer>,
        now: DateTime<Utc>,
    ) -> Result<Self, GrantRefusal> {
        self.proposal(Doing::Accept, now)?;
        self.asked_side(by, "whoever proposed a grant does not accept it")?;
        if let Some(narrowed) = narrowed {
            if by == GrantSide::Recipient {
                return Err(GrantRefusal::OtherSide(
                    "the recipient accepts what is offered as it is, or declines it",
                ));
            }
            if !narrowed.within(&self.offer) {
                return Err(GrantRefusal::Exceeds);
            }
            self.offer = narrowed;
        }
        self.starts_at = Some(self.starts_at.unwrap_or(now));
        self.state = GrantState::Active { since: now };
        self.sound(now)?;
        Ok(self)
    }

    /// The side that was asked declines.
    ///
    /// # Errors
    /// [`GrantRefusal`].
    pub fn decline(
        mut self,
        by: GrantSide,
        reason: Option<Reason>,
        now: DateTime<Utc>,
    ) -> Result<Self, GrantRefusal> {
        self.proposal(Doing::Decline, now)?;
        self.asked_side(by, "whoever proposed a grant withdraws it instead")?;
        self.state = GrantState::Ended {
            how: EndedHow::Declined,
            by: Some(by),
            at: now,
            reason,
        };
        Ok(self)
    }

    /// Either side holds it. The grantor may take over a pause of the recipient, so that the recipient cannot lift it.
    ///
    /// # Errors
    /// [`GrantRefusal`].
    pub fn pause(
        mut self,
        by: GrantSide,
        reason: Option<Reason>,
        now: DateTime<Utc>,
    ) -> Result<Self, GrantRefusal> {
        match self.at(now) {
            GrantState::Active { .. } => {}
            GrantState::Paused { by: held, .. }
                if held == GrantSide::Recipient && by == GrantSide::Grantor => {}
            state => return Err(Self::unfit(Doing::Pause, &state)),
        }
        self.state = GrantState::Paused {
            by,
            at: now,
            reason,
        };
        Ok(self)
    }

    /// The side that paused lets it go on.
    ///
    /// # Errors
    /// [`GrantRefusal`].
    pub fn resume(mut self, by: GrantSide, now: DateTime<Utc>) -> Result<Self, GrantRefusal> {
        match self.at(now) {
            GrantState::Paused { by: held, .. } if held == by => {}
            GrantState::Paused { .. } => {
                return Err(GrantRefusal::OtherSide("the side that paused resumes"));
            }
            state => return Err(Self::unfit(Doing::Resume, &state)),
        }
        self.state = GrantState::Active { since: now };
        Ok(self)
    }

    /// Either side ends it; a proposal is withdrawn by its side.
    ///
    /// # Errors
    /// [`GrantRefusal`].
    pub fn revoke(
        mut self,
        by: GrantSide,
        reason: Option<Reason>,
        now: DateTime<Utc>,
    ) -> Result<Self, GrantRefusal> {
        match self.at(now) {
            GrantState::Proposed { .. } if by != self.started_by => {
                return Err(GrantRefusal::OtherSide(
                    "whoever was asked declines; the side that proposed withdraws",
                ));
            }
            GrantState::Proposed { .. } | GrantState::Active { .. } | GrantState::Paused { .. } => {
            }
            state @ GrantState::Ended { .. } => return Err(Self::unfit(Doing::Revoke, &state)),
        }
        self.state = GrantState::Ended {
            how: EndedHow::Revoked,
            by: Some(by),
            at: now,
            reason,
        };
        self.asked = None;
        Ok(self)
    }

    /// Writes down that the end has come, if it has.
    #[must_use]
    pub fn expire(mut self, now: DateTime<Utc>) -> Option<Self> {
        if matches!(self.state, GrantState::Ended { .. }) {
            return None;
        }
        let state = self.at(now);
        if !matches!(state, GrantState::Ended { .. }) {
            return None;
        }
        self.state = state;
        self.asked = None;
        Some(self)
    }

    /// Changes what is covered. The grantor may do so at will; of what the recipient wants, less is in force at once, and
    /// more waits for the grantor. A proposal is changed by the side that made it.
    ///
    /// # Errors
    /// [`GrantRefusal`].
    pub fn change(
        mut self,
        by: GrantSide,
        wanted: Offer,
        now: DateTime<Utc>,
    ) -> Result<Changed, GrantRefusal> {
        let state = self.at(now);
        let whole = match state {
            GrantState::Ended { .. } => return Err(Self::unfit(Doing::Change, &state)),
            GrantState::Proposed { .. } if by != self.started_by => {
                return Err(GrantRefusal::OtherSide(
                    "a proposal is changed by the side that made it",
                ));
            }
            GrantState::Proposed { .. } => true,
            GrantState::Active { .. } | GrantState::Paused { .. } => {
                by == GrantSide::Grantor || wanted.within(&self.offer)
            }
        };
        // What is asked for must make sense as a whole before a part of it comes into force.
        Self {
            offer: wanted.clone(),
            ..self.clone()
        }
        .sound(now)?;
        if whole {
            self.offer = wanted;
            self.asked = self.asked.filter(|asked| !asked.within(&self.offer));
        } else {
            let less = self.offer.meet(&wanted);
            // Nothing in common would take away everything while the rest waits: then it all waits.
            if less.sound().is_ok() {
                self.offer = less;
            }
            self.asked = Some(wanted);
        }
        self.sound(now)?;
        Ok(Changed {
            waits: !whole,
            grant: self,
        })
    }

    /// The grantor agrees to what the recipient asked for.
    ///
    /// # Errors
    /// [`GrantRefusal`].
    pub fn accept_change(
        mut self,
        by: GrantSide,
        now: DateTime<Utc>,
    ) -> Result<Self, GrantRefusal> {
        self.living(Doing::AnswerChange, now)?;
        if by != GrantSide::Grantor {
            return Err(GrantRefusal::OtherSide("the grantor agrees to more access"));
        }
        self.offer = self.asked.take().ok_or(GrantRefusal::NoChangeWaits)?;
        self.sound(now)?;
        Ok(self)
    }

    /// The grantor refuses what the recipient asked for, or the recipient takes it back.
    ///
    /// # Errors
    /// [`GrantRefusal`].
    pub fn drop_change(
        mut self,
        by: GrantSide,
        only: GrantSide,
        now: DateTime<Utc>,
    ) -> Result<Self, GrantRefusal> {
        self.living(Doing::AnswerChange, now)?;
        if by != only {
            return Err(GrantRefusal::OtherSide(
                "the grantor declines a change; the recipient withdraws it",
            ));
        }
        self.asked.take().ok_or(GrantRefusal::NoChangeWaits)?;
        Ok(self)
    }

    /// Whether people may be assigned to it.
    ///
    /// # Errors
    /// [`GrantRefusal::State`] for a proposal and after the end.
    pub fn assignable(&self, now: DateTime<Utc>) -> Result<(), GrantRefusal> {
        self.living(Doing::Assign, now)
    }

    fn living(&self, doing: Doing, now: DateTime<Utc>) -> Result<(), GrantRefusal> {
        match self.at(now) {
            GrantState::Active { .. } | GrantState::Paused { .. } => Ok(()),
            state => Err(Self::unfit(doing, &state)),
        }
    }

    fn proposal(&self, doing: Doing, now: DateTime<Utc>) -> Result<(), GrantRefusal> {
        match self.at(now) {
            GrantState::Proposed { .. } => Ok(()),
            state => Err(Self::unfit(doing, &state)),
        }
    }

    fn asked_side(&self, by: GrantSide, otherwise: &'static str) -> Result<(), GrantRefusal> {
        if by == self.started_by.other() {
            Ok(())
        } else {
            Err(GrantRefusal::OtherSide(otherwise))
        }
    }

    fn unfit(doing: Doing, state: &GrantState) -> GrantRefusal {
        GrantRefusal::State {
            doing,
            state: state.word(),
        }
    }

    fn sound(&self, now: DateTime<Utc>) -> Result<(), GrantRefusal> {
        self.offer.sound()?;
        match (self.starts_at, self.offer.ends_at) {
            (_, Some(end)) if end <= now => Err(GrantRefusal::EndPast),
            (Some(start), Some(end)) if end <= start => Err(GrantRefusal::EndBeforeStart),
            _ => Ok(()),
        }
    }
}

impl Offer {
    /// Whether there is anything in it.
    ///
    /// # Errors
    /// [`GrantRefusal::NoRight`], [`GrantRefusal::NoSubAccount`].
    pub fn sound(&self) -> Result<(), GrantRefusal> {
        if self.scope.rights.is_nothing() {
            return Err(GrantRefusal::NoRight);
        }
        match &self.scope.sub_accounts {
            SubAccounts::Named(ids) if ids.is_empty() && !self.scope.top_level => {
                Err(GrantRefusal::NoSubAccount)
            }
            _ => Ok(()),
        }
    }
}
