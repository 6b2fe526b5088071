//! Letters about applications for an account and about claims of identifiers.

use chrono::{DateTime, Utc};
use quaymaster_domain::applications::{CODE_MINUTES, KEPT_DAYS, SixDigits};
use quaymaster_domain::ids::ApplicationId;
use quaymaster_store::access_requests::Draft;
use quaymaster_store::applications::Application;
use quaymaster_store::identifier_claims::IdentifierClaim;

use super::Letter;
use crate::Services;

fn moment(at: DateTime<Utc>) -> String {
    at.format("%-d %B %Y, %H:%M UTC").to_string()
}

/// The way back to an application.
pub(crate) fn saved(s: &Services, id: ApplicationId, token: &str) -> Letter {
    Letter {
        template: "application_saved",
        subject: "Your application for a Quaymaster account".to_owned(),
        text: format!(
            "Somebody gave this address in an application for a portal account. With this link you return to it and see how it stands; you do not need to sign in:\n\n{}/apply/status#application={id}&token={token}\n\nIt is kept for {KEPT_DAYS} days after your last step. Whoever has the link can change the application, so keep it to yourself.\nIf you did not apply, ignore this mail; nothing happens without you.",
            s.settings.base_url
        ),
        once: None,
    }
}

/// The code, to the register's contact.
pub(crate) fn code(application: &Application, code: &SixDigits) -> Letter {
    let form = &application.form;
    let text = |part: &Option<String>| part.clone().unwrap_or_default();
    let (first, last) = code.as_str().split_at(3);
    Letter {
        template: "application_code",
        subject: "A code for an application for a Quaymaster account".to_owned(),
        text: format!(
            "You are the contact on file of {}. Somebody applies for a portal account in its name:\n\nFuture Account Owner: {} {}\nE-mail: {}\nOfficer who acknowledges: {}\n\nIf this is right, give this person the code:\n\n{first} {last}\n\nIt works for {CODE_MINUTES} minutes. If you do not know of this application, give the code to nobody: without it nothing happens.",
            text(&form.company_name),
            text(&form.owner_given_name),
            text(&form.owner_family_name),
            text(&form.email),
            text(&form.officer_name),
        ),
        once: None,
    }
}

/// An account was opened, to the register's contact.
pub(crate) fn opened(application: &Application, account_number: &str) -> Letter {
    let form = &application.form;
    Letter {
        template: "application_approved",
        subject: "A Quaymaster account was opened for your company".to_owned(),
        text: format!(
            "The portal account {account_number} was opened for {}. {} {} is invited to be its Account Owner.\n\nYou receive this as the contact on file. If you did not expect it, tell the operator of the portal at once.",
            form.company_name.as_deref().unwrap_or_default(),
            form.owner_given_name.as_deref().unwrap_or_default(),
            form.owner_family_name.as_deref().unwrap_or_default(),
        ),
        once: None,
    }
}

/// The application was refused.
pub(crate) fn rejected(reason: &str) -> Letter {
    Letter {
        template: "application_rejected",
        subject: "Your application for a Quaymaster account was not approved".to_owned(),
        text: format!(
            "A registrar has not approved your application for a portal account. The reason given:\n\n{reason}\n\nYou can apply again once this is mended."
        ),
        once: None,
    }
}

/// Another account holds the identifier.
pub(crate) fn claim_offered() -> Letter {
    Letter {
        template: "application_claim_offered",
        subject: "Your application for a Quaymaster account: an identifier to claim".to_owned(),
        text: "The identifier in your application stands in another portal account. You can claim it: follow the link of your application that was mailed to you and choose \"Claim this identifier\". The account that holds it is asked to release it, and your application goes on from there.".to_owned(),
        once: None,
    }
}

/// How the claim of an application came out.
pub(crate) fn application_claim_over(released: bool) -> Letter {
    Letter {
        template: "application_claim_over",
        subject: "Your claim of an identifier was decided".to_owned(),
        text: if released {
            "The identifier that you claimed in your application for a portal account was released. Your application goes on."
        } else {
            "The identifier that you claimed in your application for a portal account stays with the account that holds it. A registrar looks at your application and tells you what follows."
        }
        .to_owned(),
        once: None,
    }
}

/// A client is invited to apply, by an account that would like to be given access.
pub(crate) fn invited_to_apply(s: &Services, draft: &Draft, by_company: &str) -> Letter {
    let note = draft
        .note
        .as_deref()
        .map(|note| format!("\n\nThey write:\n\n{note}"))
        .unwrap_or_default();
    Letter {
        template: "invited_to_apply",
        subject: format!("{by_company} invites {} to Quaymaster", draft.company),
        text: format!(
            "{by_company} works with records of {} and would like to ask you for access to them. Your company decides about that in a portal account of its own, which it does not have yet. You can apply for one here:\n\n{}/apply#invitation={}{note}\n\nYou receive this because the identifier register names you as the contact of {}. Nothing is shared with anybody unless your company grants it, and you need not do anything.",
            draft.company, s.settings.base_url, draft.id, draft.company,
        ),
        once: None,
    }
}

/// To the holder: somebody claims an identifier.
pub(crate) fn claim_received(s: &Services, claim: &IdentifierClaim) -> Letter {
    Letter {
        template: "identifier_claim_received",
        subject: format!(
            "An identifier in your account is claimed: {}",
            claim.identifier.shown
        ),
        text: format!(
            "{} says that the {} {} is its own. It stands in your account. The reason given:\n\n{}\n\nPlease release it or dispute the claim, with a reason, until {}. Sign in at {}; the claim stands under \"Needs you\".\n\nIf nobody answers until then, a registrar may release it.",
            claim.claimant_company,
            claim.identifier.kind.label().to_lowercase(),
            claim.identifier.shown,
            claim.reason,
            moment(claim.claim.answer_due_at),
            s.settings.base_url,
        ),
        once: None,
    }
}

/// To the claimant: the claim was filed, and what follows.
pub(crate) fn claim_filed(claim: &IdentifierClaim) -> Letter {
    Letter {
        template: "identifier_claim_filed",
        subject: format!("Your claim of {} was filed", claim.identifier.shown),
        text: format!(
            "You have claimed {}, which stands in another portal account. The account has until {} to release it or to dispute the claim (five working days). After that, or if it is disputed, a registrar decides.",
            claim.identifier.shown,
            moment(claim.claim.answer_due_at),
        ),
        once: None,
    }
}

/// To the claimant: the holder disputes.
pub(crate) fn claim_disputed(claim: &IdentifierClaim) -> Letter {
    let reason = claim.answer.as_ref().map_or("", |a| a.reason.as_str());
    Letter {
        template: "identifier_claim_disputed",
        subject: format!("Your claim of {} is disputed", claim.identifier.shown),
        text: format!(
            "The account that holds {} disputes your claim. The reason given:\n\n{reason}\n\nA registrar looks at both sides and decides.",
            claim.identifier.shown,
        ),
        once: None,
    }
}

/// To either side: the claim is over.
pub(crate) fn claim_over(claim: &IdentifierClaim, released: bool, to_holder: bool) -> Letter {
    let shown = &claim.identifier.shown;
    let what = match (released, to_holder) {
        (true, true) => format!(
            "{shown} does not stand in your account any more; {} had claimed it.",
            claim.claimant_company
        ),
        (true, false) => format!(
            "{shown}, which you had claimed, was released. It stands where you asked for it."
        ),
        (false, true) => format!(
            "{shown} stays in your account. {} had claimed it.",
            claim.claimant_company
        ),
        (false, false) => format!("{shown}, which you had claimed, stays where it is."),
    };
    let reason = claim
        .ended
        .as_ref()
        .and_then(|e| e.reason.as_deref())
        .map(|reason| format!("\n\nThe reason given:\n\n{reason}"))
        .unwrap_or_default();
    Letter {
        template: "identifier_claim_over",
        subject: format!("The claim of {shown} is over"),
        text: format!("{what}{reason}"),
        once: None,
    }
}
