//! Who may be tried out in the demo: its people have published passwords. Outside the demo there is nobody.

use crate::Services;
use crate::error::Fault;

/// Somebody of the demo world who can sign in.
#[derive(Clone, Debug)]
pub struct DemoPerson {
    /// What the person is there for, such as `owner` or `support_agent`.
    pub role: &'static str,
    /// What to sign in with.
    pub user_id: &'static str,
    /// The published password.
    pub password: &'static str,
    /// Given and family name.
    pub name: String,
    /// The account that the person belongs to; `None` for staff.
    pub account_name: Option<&'static str>,
}

/// The people of the demo.
///
/// # Errors
/// [`Fault::NotFound`] outside the demo.
pub fn people(s: &Services) -> Result<&[DemoPerson], Fault> {
    if s.settings.demo {
        Ok(&s.settings.demo_people)
    } else {
        Err(Fault::NotFound)
    }
}
