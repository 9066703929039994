//! Files as every shell needs them: tables that people made are read, and what is written appears whole.

pub mod device_names;
pub mod digest;
pub mod spool;
pub mod text_decoding;
pub mod three_columns;
pub mod whole_file;
