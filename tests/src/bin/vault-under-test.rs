//! `vault` as the journeys run it: the same program with its test hooks (cheap passphrase hashing, a
//! clock that can be set). Never installed.

use std::process::ExitCode;

fn main() -> ExitCode {
    vault::main()
}
