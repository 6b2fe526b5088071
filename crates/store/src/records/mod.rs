//! Trade records: the secured sources that everything which reads them goes through, what decides about a reader's scope,
//! and the imports that write them.

pub mod facts;
pub mod source;
