//! The command line: `underscore check` and `underscore duck`.

use std::process::ExitCode;

fn main() -> ExitCode {
    underscore::cli::main(std::env::args_os())
}
