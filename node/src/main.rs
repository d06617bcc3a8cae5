// SPDX-License-Identifier: GPL-3.0-or-later WITH Classpath-exception-2.0

//! The node's program; what it does is in the library.

// It is the SDK's error, which every command returns once.
#![allow(clippy::result_large_err)]

fn main() -> sc_cli::Result<()> {
    opg_node::command::run()
}
