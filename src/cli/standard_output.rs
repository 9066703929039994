//! Standard output.

use std::io::{self, Write};

use crate::cli::errors::Error;

/// Prints `text`; a reader that has left (`| head`) is no error.
///
/// # Errors
/// If it can't be written.
pub fn print(text: &str) -> Result<(), Error> {
    let mut stdout = io::stdout().lock();
    match stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush())
    {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Error::Stdout(error)),
        _ => Ok(()),
    }
}

/// Prints `text` for people: on standard error where standard output is taken by what a command writes.
///
/// # Errors
/// If it can't be written.
pub fn print_beside(text: &str, is_taken: bool) -> Result<(), Error> {
    match is_taken {
        true => {
            eprint!("{text}");
            Ok(())
        }
        false => print(text),
    }
}
