//! Letters about schedules of reports: that a report is there, that it could not be brought, that a schedule is paused. No
//! rows travel by mail: whoever reads them signs in.

use quaymaster_store::report_schedules::{Delivery, Schedule};

use super::Letter;
use crate::Services;

/// A report is there.
pub(crate) fn brought(s: &Services, schedule: &Schedule, delivery: &Delivery) -> Letter {
    let rows = match delivery.rows {
        Some(1) => "It has 1 row.".to_owned(),
        Some(rows) => format!("It has {rows} rows."),
        None => String::new(),
    };
    let link = delivery.run.map_or_else(
        || format!("{}/reports/runs", s.settings.base_url),
        |run| format!("{}/reports/runs/{run}", s.settings.base_url),
    );
    Letter {
        template: "report_brought",
        subject: format!("Your report: {}", schedule.name),
        text: format!(
            "The report \"{}\" of the schedule \"{}\" is ready, as {}. {rows} It shows what you yourself may see.\n\nRead or download it here, within 30 days: {link}",
            delivery.report_name,
            schedule.name,
            delivery.format.to_uppercase()
        ),
        once: Some(format!("report_brought:{}", delivery.id)),
    }
}

/// A report could not be brought; for the owner, once for a time of the schedule.
pub(crate) fn failed(s: &Services, schedule: &Schedule, delivery: &Delivery, why: &str) -> Letter {
    Letter {
        template: "report_failed",
        subject: format!("Not brought: {}", schedule.name),
        text: format!(
            "The report \"{}\" of your schedule \"{}\", due {}, could not be brought to everybody. {why}\n\nSee what happened, and run it again, here: {}/reports/schedules/{}",
            delivery.report_name,
            schedule.name,
            delivery.due_at.format("%-d %B %Y, %H:%M UTC"),
            s.settings.base_url,
            schedule.id
        ),
        once: Some(format!(
            "report_failed:{}:{}",
            schedule.id,
            delivery.due_at.timestamp()
        )),
    }
}

/// A schedule does not run any more.
pub(crate) fn paused(s: &Services, schedule: &Schedule, why: &str) -> Letter {
    Letter {
        template: "report_schedule_paused",
        subject: format!("Paused: {}", schedule.name),
        text: format!(
            "Your schedule \"{}\" is paused. {why}\n\nWhen that is mended, let it go on here: {}/reports/schedules/{}",
            schedule.name, s.settings.base_url, schedule.id
        ),
        once: Some(format!(
            "report_schedule_paused:{}:{}",
            schedule.id, schedule.version
        )),
    }
}
