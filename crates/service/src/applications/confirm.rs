//! The code is typed in. Right, the application goes to the registrar, or to the claim when an account holds the identifier;
//! wrong, a try is gone.

use quaymaster_domain::access::Origin;
use quaymaster_domain::applications::SixDigits;
use quaymaster_store::{applications as store, identifiers};

use super::apply::finish;
use super::{ApplicantView, ApplicationError, Key, json, locked, opened};
use crate::Services;
use crate::applications::approve;
use crate::verifier;

/// Enters the code.
///
/// # Errors
/// [`ApplicationError::CodeWrong`]; [`ApplicationError::Stage`] when the code is over.
pub async fn enter_code(
    s: &Services,
    key: &Key,
    code: &SixDigits,
    origin: &Origin,
) -> Result<ApplicantView, ApplicationError> {
    opened(s, key, origin).await?;
    let tried = verifier::code(s, key.id, code, origin).await?;
    if !tried.right {
        return Err(ApplicationError::CodeWrong(tried.left));
    }
    let now = s.now();
    let tx = s.db.begin_write().await?;
    tried.forgive(&tx).await?;
    let mut application = locked(&tx, key.id).await?;
    if application.code_hash != tried.code_hash {
        // A further code was mailed between the look and here.
        return Err(ApplicationError::CodeWrong(tried.left));
    }
    let before = json(&application, now);
    let held = match &application.form.identifier {
        Some(identifier) => identifiers::holder(&tx, identifier).await?.is_some(),
        None => false,
    };
    application.stage = application.stage.confirm(held, now)?;
    application.code_confirmed_at = Some(now);
    application.code_hash = None;
    application.updated_at = now;
    store::save(&tx, &mut application).await?;
    let application = approve::automatically(s, &tx, application).await?;
    finish(s, tx, application, "application.confirm", before, origin).await
}
