//! What the one list of operations is gone through for: to serve them, or to look at how each is described. Whoever serves
//! collects no description: all of them together are megabytes for each worker.

use actix_web::dev::HttpServiceFactory;
use actix_web::web;
use utoipa::openapi::path::Paths;
use utoipa::openapi::{RefOr, Schema};
use utoipa_actix_web::OpenApiFactory;

/// Schemas by name.
pub(crate) type Schemas = Vec<(String, RefOr<Schema>)>;

/// One of the two.
pub(crate) enum Operations<'a> {
    Served(&'a mut web::ServiceConfig),
    /// Shown one after the other, each with its path below the base path and the schemas that it refers to.
    Shown(&'a mut dyn FnMut(Paths, Schemas)),
}

impl Operations<'_> {
    /// Adds an operation.
    pub(crate) fn service<F>(&mut self, operation: F) -> &mut Self
    where
        F: HttpServiceFactory + OpenApiFactory + 'static,
    {
        match self {
            Self::Served(config) => {
                config.service(operation);
            }
            Self::Shown(look) => {
                let mut schemas = Vec::new();
                operation.schemas(&mut schemas);
                look(operation.paths(), schemas);
            }
        }
        self
    }

    /// Adds the operations of an area.
    pub(crate) fn configure(&mut self, area: impl FnOnce(&mut Operations<'_>)) -> &mut Self {
        area(self);
        self
    }
}
