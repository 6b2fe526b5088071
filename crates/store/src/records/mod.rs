//! Trade records: the secured sources that everything which reads them goes through, what decides about a reader's scope,
//! and the imports that write them.

mod bulk;
pub mod facts;
pub mod imports;
pub mod months;
pub mod read;
pub mod scope_keys;
pub mod source;
pub mod write;
