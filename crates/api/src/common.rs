//! Shapes that several areas answer or read: references to people and accounts, entity tags, patches, enumerations.
//! Shapes of one area are in its own file.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, http::header};
use quaymaster_domain::ids::{AccountId, UserId};
use quaymaster_domain::members;
use serde::{Deserialize, Deserializer, Serialize};
use std::borrow::Cow;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::{PartialSchema, ToSchema};
use uuid::Uuid;

/// The bytes of a file, in the contract only: a list of numbers is no file.
pub(crate) struct FileBytes;

impl PartialSchema for FileBytes {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Binary)))
            .description(Some("The bytes of a file, as they are."))
            .into()
    }
}

impl ToSchema for FileBytes {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("FileBytes")
    }
}

/// A person by name.
#[derive(Serialize, ToSchema)]
pub(crate) struct PersonRef {
    /// Identity.
    pub(crate) id: Uuid,
    /// The User ID; `null` until the invitation is redeemed, and for the operator's staff when a company reads.
    #[schema(example = "ana.lee")]
    pub(crate) user_id: Option<String>,
    /// Given and family name.
    #[schema(example = "Ana Lee")]
    pub(crate) name: String,
}

impl PersonRef {
    pub(crate) fn new(id: UserId, user_id: Option<String>, name: String) -> Self {
        Self {
            id: id.into(),
            user_id,
            name,
        }
    }
}

/// Enumerations of the domain on the wire, value by value.
macro_rules! wire_enums {
    ($($(#[$doc:meta])* $name:ident = $domain:path { $($(#[$vdoc:meta])* $variant:ident),+ $(,)? })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub(crate) enum $name { $($(#[$vdoc])* $variant),+ }

        impl From<$domain> for $name {
            fn from(value: $domain) -> Self {
                use $domain as Domain;
                match value { $(Domain::$variant => Self::$variant),+ }
            }
        }

        impl From<$name> for $domain {
            fn from(value: $name) -> Self {
                match value { $($name::$variant => Self::$variant),+ }
            }
        }
    )+};
}
pub(crate) use wire_enums;

wire_enums! {
    /// A role in an account.
    MemberRole = members::MemberRole {
        /// Sees and does what was assigned per sub-account.
        User,
        /// Proxy Account Owner: everything but what is kept for the owner.
        Proxy,
        /// Account Owner; exactly one at every moment.
        Owner,
    }
    /// A role among the operator's staff.
    StaffRole = members::StaffRole {
        /// Works on cases.
        SupportAgent,
        /// Leads support.
        SupportLead,
        /// Keeps the register and restricted activities.
        Registrar,
        /// Reads everything, changes nothing.
        Auditor,
        /// Runs the portal.
        Administrator,
    }
    /// What a person may do with the structure of a sub-account.
    StructureLevel = members::StructureLevel {
        /// Nothing.
        None,
        /// See it.
        Read,
        /// See and change it.
        Write,
    }
    /// What a person may do with the trade records of a sub-account.
    RecordsLevel = members::RecordsLevel {
        /// Nothing.
        None,
        /// See them.
        Read,
    }
    /// What a person may do with reports of a sub-account.
    ReportsLevel = members::ReportsLevel {
        /// Nothing.
        None,
        /// Run them.
        Run,
        /// Run and share them.
        Share,
    }
}

/// The rights of a user in one sub-account.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SubAccountAccess {
    /// The sub-account.
    pub(crate) sub_account_id: Uuid,
    /// Structure.
    pub(crate) structure: StructureLevel,
    /// Trade records.
    pub(crate) records: RecordsLevel,
    /// Reports.
    pub(crate) reports: ReportsLevel,
}

impl From<members::SubAccountAccess> for SubAccountAccess {
    fn from(access: members::SubAccountAccess) -> Self {
        let members::SubAccountAccess {
            sub_account_id,
            structure,
            records,
            reports,
        } = access;
        Self {
            sub_account_id: sub_account_id.into(),
            structure: structure.into(),
            records: records.into(),
            reports: reports.into(),
        }
    }
}

impl From<SubAccountAccess> for members::SubAccountAccess {
    fn from(access: SubAccountAccess) -> Self {
        let SubAccountAccess {
            sub_account_id,
            structure,
            records,
            reports,
        } = access;
        Self {
            sub_account_id: sub_account_id.into(),
            structure: structure.into(),
            records: records.into(),
            reports: reports.into(),
        }
    }
}

/// An account by number and name.
#[derive(Serialize, ToSchema)]
pub(crate) struct AccountRef {
    /// Identity.
    pub(crate) id: Uuid,
    /// Account number.
    #[schema(example = "QM-0000-00001-8")]
    pub(crate) account_number: String,
    /// The account's name.
    #[schema(example = "Harbor Lane, imports")]
    pub(crate) name: String,
}

impl AccountRef {
    pub(crate) fn new(id: AccountId, account_number: String, name: String) -> Self {
        Self {
            id: id.into(),
            account_number,
            name,
        }
    }
}

/// Answers an edited resource with its version as `ETag`, which `If-Match` asks for.
pub(crate) fn versioned(status: StatusCode, version: i64, body: &impl Serialize) -> HttpResponse {
    HttpResponse::build(status)
        .insert_header((header::ETAG, format!("\"v{version}\"")))
        .json(body)
}

/// For the fields of patches: absent stays `None`, `null` becomes `Some(None)`, a value `Some(Some(..))`.
pub(crate) fn present<'de, T, D>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    Option::deserialize(deserializer).map(Some)
}
