//! The binary `opg`; everything is in the library.

fn main() -> std::process::ExitCode {
    opg_cli::run(std::env::args_os())
}
