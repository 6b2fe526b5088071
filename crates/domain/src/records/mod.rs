//! Trade records (DOMAIN section 8): entry numbers, codes, dates and amounts, fees and deadlines, and one row of report
//! ES-003 made into an entry summary. Who sees a record is the policy's matter; files and tables are not known here.

mod amounts;
mod codes;
mod dates;
mod entry;
mod entry_number;
mod fees;
mod ports;
mod row;
#[cfg(test)]
mod tests;

pub use amounts::{LARGEST_CENTS, cents, in_dollars, thousandths, thousandths_in_words};
pub use codes::{EntryType, HtsNumber, LiquidationStatus, Mode, StatementStatus};
pub use dates::{
    Deadlines, LIQUIDATION_DAYS, PROTEST_DAYS, Source, Sourced, date, deadlines, fiscal_year,
};
pub use entry::{Assembled, EntryRecord, assemble};
pub use entry_number::{EntryNumber, EntryNumberProblem};
pub use fees::{Fee, FeeBasis, FeeCheck, Fees, fees, is_mpf_free};
pub use ports::is_known as is_known_port;
pub use row::{
    COLUMNS, Cells, Column, Header, Line, RecordRow, RowFault, column_of, fold, read_row,
};
