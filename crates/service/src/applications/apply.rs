//! What an applicant does: begins, saves, returns, submits, asks for a further code or for a review by hand, gives up.

use quaymaster_domain::access::{Origin, Permit};
use quaymaster_domain::activities::{AddedBy, BusinessActivity};
use quaymaster_domain::applications::Stage;
use quaymaster_domain::identifiers::{Identifier, IdentifierKind};
use quaymaster_domain::people::{
    CompanyName, EmailAddress, JobTitle, PersonName, PhoneNumber, Reason,
};
use quaymaster_store::{WriteTx, applications as store};

use super::{
    ApplicantView, Application, ApplicationError, Form, Key, json, label, locked, opened,
    registered, view,
};
use crate::Services;
use crate::error::{Fault, FieldFault};
use crate::identifiers::stored;
use crate::mails::onboarding as letters;
use crate::secrets::{random_token, token_hash};
use crate::verifier::{Allowance, allowance, code_hash, new_code};

/// Changes of a form: absent stays, `None` clears.
#[derive(Clone, Debug, Default)]
pub struct FormPatch {
    /// Name of the company.
    pub company_name: Option<Option<CompanyName>>,
    /// Kind of the identifier; comes with its value.
    pub identifier_kind: Option<Option<IdentifierKind>>,
    /// The identifier as it is written.
    pub identifier_value: Option<Option<String>>,
    /// The activity.
    pub activity: Option<Option<BusinessActivity>>,
    /// Given name of the future owner.
    pub owner_given_name: Option<Option<PersonName>>,
    /// Family name of the future owner.
    pub owner_family_name: Option<Option<PersonName>>,
    /// Business e-mail.
    pub email: Option<Option<EmailAddress>>,
    /// Telephone.
    pub phone: Option<Option<PhoneNumber>>,
    /// The officer who acknowledges.
    pub officer_name: Option<Option<PersonName>>,
    /// The officer's title.
    pub officer_title: Option<Option<JobTitle>>,
    /// The officer acknowledges.
    pub officer_acknowledges: Option<bool>,
}

impl FormPatch {
    /// The form with the changes, and whether what the register or the code stood for is another now.
    fn apply(self, s: &Services, before: &Form) -> Result<(Form, bool), Fault> {
        let Self {
            company_name,
            identifier_kind,
            identifier_value,
            activity,
            owner_given_name,
            owner_family_name,
            email,
            phone,
            officer_name,
            officer_title,
            officer_acknowledges,
        } = self;
        let identifier = match (identifier_kind, identifier_value) {
            (None, None) => before.identifier.clone(),
            (None | Some(None), None | Some(None)) => None,
            (Some(Some(kind)), Some(Some(value))) => {
                let identifier = Identifier::parse(kind, &value).map_err(|unfit| {
                    Fault::field(
                        "/identifier_value",
                        "identifier-malformed",
                        unfit.to_string(),
                    )
                })?;
                let kept = stored(s, &identifier)?;
                // Sealed anew each time, and still the same.
                let same = before
                    .identifier
                    .as_ref()
                    .filter(|b| b.kind == kept.kind && b.lookup == kept.lookup);
                Some(same.cloned().unwrap_or(kept))
            }
            (Some(Some(_)), None | Some(None)) => {
                return Err(Fault::field(
                    "/identifier_value",
                    "required",
                    "the kind of an identifier comes with the identifier",
                ));
            }
            (None | Some(None), Some(Some(_))) => {
                return Err(Fault::field(
                    "/identifier_kind",
                    "required",
                    "an identifier comes with its kind",
                ));
            }
        };
        fn text<T: Into<String>>(
            change: Option<Option<T>>,
            before: &Option<String>,
        ) -> Option<String> {
            change.map_or_else(|| before.clone(), |new| new.map(Into::into))
        }
        let after = Form {
            company_name: text(company_name, &before.company_name),
            identifier,
            activity: activity.unwrap_or(before.activity),
            owner_given_name: text(owner_given_name, &before.owner_given_name),
            owner_family_name: text(owner_family_name, &before.owner_family_name),
            email: text(email, &before.email),
            phone: text(phone, &before.phone),
            officer_name: text(officer_name, &before.officer_name),
            officer_title: text(officer_title, &before.officer_title),
            officer_acknowledges: officer_acknowledges.unwrap_or(before.officer_acknowledges),
        };
        let of = |form: &Form| {
            (
                form.company_name.clone(),
                form.identifier.clone(),
                form.activity,
                form.email.clone(),
                form.owner_given_name.clone(),
                form.owner_family_name.clone(),
            )
        };
        let anew = of(before) != of(&after);
        Ok((after, anew))
    }
}

/// A form is complete when every field is there, the officer acknowledges, and the identifier belongs to the activity.
fn complete(form: &Form) -> Result<(), Fault> {
    let mut faults = Vec::new();
    let mut missing = |there: bool, pointer: &str, detail: &str| {
        if !there {
            faults.push(FieldFault {
                pointer: pointer.to_owned(),
                code: "required",
                detail: detail.to_owned(),
            });
        }
    };
    missing(
        form.company_name.is_some(),
        "/company_name",
        "give the company's name as the register has it",
    );
    missing(
        form.identifier.is_some(),
        "/identifier_value",
        "give an identifier of the company",
    );
    missing(
        form.activity.is_some(),
        "/activity",
        "choose the business activity of the first sub-account",
    );
    missing(
        form.owner_given_name.is_some(),
        "/owner_given_name",
        "name the future Account Owner",
    );
    missing(
        form.owner_family_name.is_some(),
        "/owner_family_name",
        "name the future Account Owner",
    );
    missing(
        form.email.is_some(),
        "/email",
        "give the business e-mail of the future Account Owner",
    );
    missing(form.phone.is_some(), "/phone", "give a telephone number");
    missing(
        form.officer_name.is_some(),
        "/officer_name",
        "name the officer who acknowledges",
    );
    missing(
        form.officer_title.is_some(),
        "/officer_title",
        "give the officer's title",
    );
    missing(
        form.officer_acknowledges,
        "/officer_acknowledges",
        "an officer of the company has to acknowledge the application",
    );
    if let Some(activity) = form.activity {
        if activity.added_by() == AddedBy::Closed {
            faults.push(FieldFault {
                pointer: "/activity".to_owned(),
                code: "activity-closed",
                detail: format!("{} is closed; choose another activity", activity.label()),
            });
        } else if let Some(identifier) = &form.identifier
            && !activity.identifier_kinds().is_empty()
            && !activity.takes(identifier.kind)
        {
            let kinds: Vec<_> = activity
                .identifier_kinds()
                .iter()
                .map(|k| k.label())
                .collect();
            faults.push(FieldFault {
                pointer: "/identifier_kind".to_owned(),
                code: "identifier-kind-not-for-activity",
                detail: format!(
                    "a sub-account for {} carries: {}",
                    activity.label(),
                    kinds.join(", ")
                ),
            });
        }
    }
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Fault::Invalid(faults))
    }
}

/// An application with the token that its applicant returns with; the token is told this once.
pub struct Saved {
    /// The application.
    pub view: ApplicantView,
    /// The token.
    pub resume_token: String,
}

/// Begins an application, and submits it at once when that is wanted.
///
/// # Errors
/// Fields that do not fit; [`Fault::Throttled`] when the network has begun too many.
pub async fn create(
    s: &Services,
    fields: FormPatch,
    submit_now: bool,
    origin: &Origin,
) -> Result<Saved, ApplicationError> {
    let (form, _) = fields.apply(s, &Form::default())?;
    if submit_now {
        complete(&form)?;
    }
    allowance(s, Allowance::Applications(origin)).await?;
    if submit_now {
        take_code(s, &form).await?;
    }
    let write_to = reachable(s, form.email.as_deref()).await?;
    let now = s.now();
    let resume_token = random_token(s.rng.as_ref());
    let mut application = Application {
        id: s.id(),
        token_hash: token_hash(&resume_token),
        stage: Stage::begin(now),
        form,
        review_note: None,
        code_hash: None,
        created_at: now,
        updated_at: now,
        submitted_at: None,
        code_confirmed_at: None,
        decided: None,
        account: None,
        version: 1,
    };
    let tx = s.db.begin_write().await?;
    if submit_now {
        send_in(s, &tx, &mut application).await?;
    }
    store::insert(&tx, &application).await?;
    if let Some(address) = write_to {
        letters::saved(s, application.id, &resume_token)
            .to_address(s, &tx, &address)
            .await?;
    }
    let permit = Permit::anonymous("application.begin", origin.clone())
        .about("application", application.id, label(&application))
        .change(None, Some(json(&application, now)));
    let view = view(s, &tx, application).await?;
    s.commit(tx, permit).await?;
    Ok(Saved { view, resume_token })
}

/// The address, unless too many mails went to it that its owner may never have asked for. That is not told: the link back is
/// a convenience.
async fn reachable(s: &Services, address: Option<&str>) -> Result<Option<String>, Fault> {
    let Some(address) = address else {
        return Ok(None);
    };
    match allowance(s, Allowance::Mails(address)).await {
        Ok(()) => Ok(Some(address.to_owned())),
        Err(Fault::Throttled(_)) => Ok(None),
        Err(other) => Err(other),
    }
}

async fn take_code(s: &Services, form: &Form) -> Result<(), Fault> {
    match &form.identifier {
        Some(i) => allowance(s, Allowance::Codes(i.kind.as_str(), &i.lookup)).await,
        None => Ok(()),
    }
}

/// Submits a complete form: the register is asked, and its contact gets the code.
async fn send_in(
    s: &Services,
    tx: &WriteTx,
    application: &mut Application,
) -> Result<(), ApplicationError> {
    let now = s.now();
    let said = registered(s, tx, &application.form).await?;
    let contact = said.contact.filter(|_| said.same_name);
    application.stage = application.stage.submit(contact.is_some(), now)?;
    application.submitted_at = Some(now);
    application.updated_at = now;
    application.code_hash = None;
    if let Some(contact) = contact {
        mail_code(s, tx, application, contact.as_str()).await?;
    }
    Ok(())
}

async fn mail_code(
    s: &Services,
    tx: &WriteTx,
    application: &mut Application,
    contact: &str,
) -> Result<(), Fault> {
    let code = new_code(s);
    application.code_hash = Some(code_hash(s, application.id, &code));
    letters::code(application, &code)
        .to_address(s, tx, contact)
        .await
}

/// An application as it stands.
///
/// # Errors
/// [`Fault::NotFound`] for every key that does not open one.
pub async fn find(s: &Services, key: &Key, origin: &Origin) -> Result<ApplicantView, Fault> {
    let application = opened(s, key, origin).await?;
    view(s, &s.db.reader(), application).await
}

/// Changes the form of an application that the registrar does not have yet.
///
/// # Errors
/// [`ApplicationError::Stage`] later on; fields that do not fit.
pub async fn update(
    s: &Services,
    key: &Key,
    patch: FormPatch,
    origin: &Origin,
) -> Result<ApplicantView, ApplicationError> {
    let found = opened(s, key, origin).await?;
    let new_address = match &patch.email {
        Some(Some(email)) if found.form.email.as_deref() != Some(email.as_str()) => {
            reachable(s, Some(email.as_str())).await?
        }
        _ => None,
    };
    let now = s.now();
    let tx = s.db.begin_write().await?;
    let mut application = locked(&tx, key.id).await?;
    let before = json(&application, now);
    let (form, anew) = patch.apply(s, &application.form)?;
    application.stage = application.stage.change(anew, now)?;
    if !matches!(application.stage, Stage::AwaitingCode { .. }) {
        application.code_hash = None;
    }
    application.form = form;
    application.updated_at = now;
    store::save(&tx, &mut application).await?;
    if let Some(address) = new_address {
        letters::saved(s, key.id, &key.token)
            .to_address(s, &tx, &address)
            .await?;
    }
    finish(s, tx, application, "application.update", before, origin).await
}

/// Submits a form that was saved.
///
/// # Errors
/// Fields that are missing; [`Fault::Throttled`] when too many codes were mailed for the identifier.
pub async fn submit(
    s: &Services,
    key: &Key,
    origin: &Origin,
) -> Result<ApplicantView, ApplicationError> {
    let found = opened(s, key, origin).await?;
    found.stage.submit(true, s.now())?;
    complete(&found.form)?;
    take_code(s, &found.form).await?;
    let tx = s.db.begin_write().await?;
    let mut application = locked(&tx, key.id).await?;
    let before = json(&application, s.now());
    complete(&application.form)?;
    send_in(s, &tx, &mut application).await?;
    store::save(&tx, &mut application).await?;
    finish(s, tx, application, "application.submit", before, origin).await
}

/// Mails a further code; the one before stops working, and nothing starts again.
///
/// # Errors
/// [`Fault::Throttled`] within a minute of the last one, or when too many were mailed for the identifier.
pub async fn resend(
    s: &Services,
    key: &Key,
    origin: &Origin,
) -> Result<ApplicantView, ApplicationError> {
    let found = opened(s, key, origin).await?;
    found.stage.resend(s.now())?;
    take_code(s, &found.form).await?;
    let now = s.now();
    let tx = s.db.begin_write().await?;
    let mut application = locked(&tx, key.id).await?;
    let before = json(&application, now);
    application.stage = application.stage.resend(now)?;
    application.updated_at = now;
    let said = registered(s, &tx, &application.form).await?;
    match said.contact.filter(|_| said.same_name) {
        Some(contact) => mail_code(s, &tx, &mut application, contact.as_str()).await?,
        None => {
            // The register has changed since.
            application.stage = Stage::begin(now).submit(false, now)?;
            application.code_hash = None;
        }
    }
    store::save(&tx, &mut application).await?;
    finish(
        s,
        tx,
        application,
        "application.resend_code",
        before,
        origin,
    )
    .await
}

/// Hands an application to the registrar without a code: the contact on file has left, or the register is out of date.
///
/// # Errors
/// [`ApplicationError::Stage`] when it was not submitted or is with the registrar already.
pub async fn ask_review(
    s: &Services,
    key: &Key,
    note: &Reason,
    origin: &Origin,
) -> Result<ApplicantView, ApplicationError> {
    opened(s, key, origin).await?;
    let now = s.now();
    let tx = s.db.begin_write().await?;
    let mut application = locked(&tx, key.id).await?;
    let before = json(&application, now);
    application.stage = application.stage.ask_review(now)?;
    application.review_note = Some(note.to_string());
    application.code_hash = None;
    application.updated_at = now;
    store::save(&tx, &mut application).await?;
    finish(s, tx, application, "application.ask_review", before, origin).await
}

/// Gives an application up; a claim that it has filed ends too.
///
/// # Errors
/// [`ApplicationError::Stage`] when it is over.
pub async fn withdraw(
    s: &Services,
    key: &Key,
    origin: &Origin,
) -> Result<ApplicantView, ApplicationError> {
    opened(s, key, origin).await?;
    let now = s.now();
    let tx = s.db.begin_write().await?;
    // The claim first, as every use case that locks both.
    crate::identifier_claims::withdraw_of(s, &tx, key.id, origin).await?;
    let mut application = locked(&tx, key.id).await?;
    let before = json(&application, now);
    application.stage = application.stage.withdraw(now)?;
    application.code_hash = None;
    application.updated_at = now;
    store::save(&tx, &mut application).await?;
    finish(s, tx, application, "application.withdraw", before, origin).await
}

/// Commits a step of the applicant and answers the application as it stands now.
pub(super) async fn finish(
    s: &Services,
    tx: WriteTx,
    application: Application,
    action: &'static str,
    before: String,
    origin: &Origin,
) -> Result<ApplicantView, ApplicationError> {
    let permit = Permit::anonymous(action, origin.clone())
        .about("application", application.id, label(&application))
        .change(Some(before), Some(json(&application, s.now())));
    let view = view(s, &tx, application).await?;
    s.commit(tx, permit).await?;
    Ok(view)
}
