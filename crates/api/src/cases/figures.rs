//! How support is doing, over HTTP.

use actix_web::{HttpResponse, get};
use chrono::{DateTime, NaiveDate, Utc};
use quaymaster_service::cases::{self, AgeBand, Figures, Period, TopicFigures};
use serde::Serialize;
use utoipa::ToSchema;

use super::CaseTopic;
use crate::extract::Authed;
use crate::problem::Problem;

/// The cases about one topic.
#[derive(Serialize, ToSchema)]
pub(crate) struct SupportTopicFigures {
    /// What they are about.
    topic: CaseTopic,
    /// Wait for support now.
    #[schema(example = 4)]
    waiting: i64,
    /// Wait for the customer now.
    #[schema(example = 11)]
    answered: i64,
    /// Opened in the last 30 days, closed ones too.
    #[schema(example = 37)]
    opened_last_30_days: i64,
}

/// Open cases between two ages.
#[derive(Serialize, ToSchema)]
pub(crate) struct SupportAgeFigures {
    /// Opened at least so many hours ago.
    #[schema(example = 4)]
    from_hours: i64,
    /// Opened less than so many hours ago; `null` for the oldest.
    #[schema(example = 24)]
    to_hours: Option<i64>,
    /// Wait for support now.
    #[schema(example = 2)]
    waiting: i64,
    /// Wait for the customer now.
    #[schema(example = 5)]
    answered: i64,
}

/// What happened in the last days.
#[derive(Serialize, ToSchema)]
pub(crate) struct SupportPeriodFigures {
    /// How many days.
    #[schema(example = 7)]
    days: i64,
    /// How many answers support gave to customers who waited.
    #[schema(example = 212)]
    answers: i64,
    /// Half of those customers waited at most this, seconds; `null` without answers.
    #[schema(example = 5400)]
    median_wait_seconds: Option<i64>,
    /// Nine of ten of them waited at most this, seconds; `null` without answers.
    #[schema(example = 28800)]
    ninety_percent_wait_seconds: Option<i64>,
    /// Callers who were verified as the person on file.
    #[schema(example = 31)]
    verifications_passed: i64,
    /// Callers who gave five wrong phrases.
    #[schema(example = 1)]
    verifications_failed: i64,
    /// Phrases that were sent and not said: expired, or still awaited.
    #[schema(example = 3)]
    verifications_unfinished: i64,
}

/// The answers of one day.
#[derive(Serialize, ToSchema)]
pub(crate) struct SupportDayFigures {
    /// The day, UTC.
    day: NaiveDate,
    /// How many answers support gave to customers who waited.
    #[schema(example = 29)]
    answers: i64,
}

/// How support is doing.
#[derive(Serialize, ToSchema)]
pub(crate) struct SupportFigures {
    /// When this was counted.
    at: DateTime<Utc>,
    /// Every topic.
    topics: Vec<SupportTopicFigures>,
    /// Open cases by age, the youngest first.
    ages: Vec<SupportAgeFigures>,
    /// The last 7 and the last 30 days.
    periods: Vec<SupportPeriodFigures>,
    /// Answers on each of the last 30 days, the oldest first.
    days: Vec<SupportDayFigures>,
}

impl From<TopicFigures> for SupportTopicFigures {
    fn from(figures: TopicFigures) -> Self {
        let TopicFigures {
            topic,
            waiting,
            answered,
            opened,
        } = figures;
        Self {
            topic: topic.into(),
            waiting,
            answered,
            opened_last_30_days: opened,
        }
    }
}

impl From<AgeBand> for SupportAgeFigures {
    fn from(band: AgeBand) -> Self {
        let AgeBand {
            from_hours,
            to_hours,
            cases,
        } = band;
        Self {
            from_hours,
            to_hours,
            waiting: cases.waiting,
            answered: cases.answered,
        }
    }
}

impl From<Period> for SupportPeriodFigures {
    fn from(period: Period) -> Self {
        let Period {
            days,
            waits,
            verifications,
        } = period;
        Self {
            days,
            answers: waits.answers,
            median_wait_seconds: waits.median_seconds,
            ninety_percent_wait_seconds: waits.ninety_seconds,
            verifications_passed: verifications.passed,
            verifications_failed: verifications.failed,
            verifications_unfinished: verifications.unfinished,
        }
    }
}

/// Read how support is doing
///
/// Cases by topic and age, how long customers waited, answers by day, and how verifications of callers ended: numbers about
/// all cases together. For support leads, auditors and administrators.
#[utoipa::path(tag = "cases", responses((status = 200, description = "The figures at this moment", body = SupportFigures)))]
#[get("/support/figures")]
pub(crate) async fn get_support_figures(authed: Authed) -> Result<HttpResponse, Problem> {
    let Figures {
        at,
        topics,
        ages,
        periods,
        answers,
    } = cases::figures(&authed.actor, authed.services()).await?;
    Ok(HttpResponse::Ok().json(SupportFigures {
        at,
        topics: topics.into_iter().map(Into::into).collect(),
        ages: ages.into_iter().map(Into::into).collect(),
        periods: periods.into_iter().map(Into::into).collect(),
        days: answers
            .into_iter()
            .map(|(day, answers)| SupportDayFigures { day, answers })
            .collect(),
    }))
}
