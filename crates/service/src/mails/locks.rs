//! Letters about locks: that one fell, and that dormancy is near.

use quaymaster_domain::locks::DormancyMail;
use quaymaster_store::users::User;

use super::Letter;
use crate::Services;

/// Too many wrong passwords have locked a User ID.
#[must_use]
pub fn locked(s: &Services, user: &User, id_for_once: &str) -> Letter {
    let helpers = if user.staff_role.is_some() {
        "an administrator of the portal"
    } else {
        "the Account Owner or a Proxy Account Owner of your account (an Account Owner is helped by support)"
    };
    let own_way = if s.settings.lock_policy().reset_lifts_failed_attempts {
        format!(
            "You can lift the lock yourself: choose \"Forgot your password?\" at {}/sign-in and follow the steps. \
             Or ask {helpers} to reactivate you.",
            s.settings.base_url
        )
    } else {
        format!("To lift the lock, ask {helpers} to reactivate you.")
    };
    Letter {
        template: "locked",
        subject: "Your User ID was locked after failed attempts to sign in".to_owned(),
        text: format!(
            "{} wrong passwords in a row were given for your User ID {}, so it does not take any for now.\n\n\
             {own_way}\n\n\
             Browsers in which you have signed in before are not affected by what others try elsewhere: you can go on signing in there.\n\n\
             If it was not you who tried, nobody has got in; you need to do nothing about your password.",
            s.settings.max_failures,
            user.user_name.as_deref().unwrap_or_default(),
        ),
        once: Some(format!("locked:{}:{id_for_once}", user.id)),
    }
}

/// A person will be locked for not signing in.
#[must_use]
pub fn dormancy_near(s: &Services, user: &User, due: DormancyMail) -> Letter {
    let DormancyMail {
        days_before,
        dormant_at,
    } = due;
    let days = if days_before == 1 {
        "1 day".to_owned()
    } else {
        format!("{days_before} days")
    };
    let helpers = if user.staff_role.is_some() {
        "an administrator of the portal"
    } else {
        "the Account Owner or a Proxy Account Owner of your account"
    };
    Letter {
        template: "dormancy_near",
        subject: format!("Sign in within {days}, or your User ID will be locked"),
        text: format!(
            "A User ID that is not used for {} days in a row is locked. Yours, {}, will be locked on {} (UTC).\n\n\
             Signing in once is enough to keep it: {}/sign-in\n\n\
             After that day, ask {helpers} to reactivate you.",
            s.settings.dormant_days,
            user.user_name.as_deref().unwrap_or_default(),
            dormant_at.format("%-d %B %Y, %H:%M"),
            s.settings.base_url,
        ),
        once: Some(format!(
            "dormancy:{}:{}:{days_before}",
            user.id,
            dormant_at.timestamp()
        )),
    }
}
