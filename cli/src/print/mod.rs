//! Words, tables, colours: what people see.

pub mod enclave;
pub mod receipt;
pub mod report;
pub mod table;
pub mod terms;
pub mod threats;
pub mod time;
pub mod words;

#[cfg(test)]
mod golden;

use crate::{args::Global, error::Failure};
use anstyle::{AnsiColor, Style};
use opg_primitives::{ids::Account, Balance};
use serde::Serialize;
use std::io::Write;

/// A heading.
pub const HEAD: Style = Style::new().bold().underline();
/// What stands out.
pub const STRONG: Style = Style::new().bold();
/// What is good.
pub const GOOD: Style = AnsiColor::Green.on_default();
/// What has a reservation.
pub const WARN: Style = AnsiColor::Yellow.on_default();
/// What is bad.
pub const BAD: Style = AnsiColor::Red.on_default().bold();
/// What is said by the way.
pub const DIM: Style = Style::new().dimmed();

/// `text` in `style`; the stream strips it where there is no terminal.
pub fn styled(style: Style, text: impl std::fmt::Display) -> String {
    format!("{style}{text}{style:#}")
}

/// An answer as JSON.
#[derive(Serialize)]
struct Tagged<'a, T> {
    schema: String,
    value: &'a T,
}

/// Where answers and remarks go.
#[derive(Clone, Copy, Debug)]
pub struct Out {
    /// Whether answers are JSON.
    pub json: bool,
    /// Whether remarks are kept back.
    pub quiet: bool,
}

impl Out {
    /// As the global options say.
    pub fn new(global: &Global) -> Self {
        if global.no_color {
            anstream::ColorChoice::Never.write_global();
        }
        Self { json: global.json, quiet: global.quiet }
    }

    /// Prints an answer, which `text` renders for people and `value` is for programs under
    /// `schema`.
    pub fn answer(&self, schema: &str, value: &impl Serialize, text: impl FnOnce() -> String) {
        if !self.json {
            return self.text(&text());
        }
        let schema = format!("opg.{schema}.v1");
        match serde_json::to_string_pretty(&Tagged { schema, value }) {
            Ok(json) => self.text(&json),
            Err(error) => {
                self.failure(&Failure::failed(format!("the answer cannot be printed: {error}")))
            }
        }
    }

    /// Prints text to standard output.
    pub fn text(&self, text: &str) {
        // Who reads may stop at any time; that is no failure of ours.
        let _ = writeln!(anstream::stdout(), "{}", text.trim_end());
    }

    /// Remarks on standard error, unless quiet.
    pub fn note(&self, text: impl std::fmt::Display) {
        if !self.quiet {
            let _ = writeln!(anstream::stderr(), "{}", styled(DIM, text));
        }
    }

    /// A warning on standard error, quiet or not.
    pub fn warn(&self, text: impl std::fmt::Display) {
        let _ = writeln!(anstream::stderr(), "{} {text}", styled(WARN, "note:"));
    }

    /// Says on standard error what is wrong, where, and what to do.
    pub fn failure(&self, failure: &Failure) {
        if self.json {
            let value = serde_json::json!({
                "schema": "opg.error.v1",
                "value": {
                    "error": failure.what,
                    "at": failure.at,
                    "help": failure.help,
                    "exit": failure.exit.code(),
                },
            });
            let _ = writeln!(anstream::stderr(), "{value}");
        } else {
            let _ = writeln!(anstream::stderr(), "{} {failure}", styled(BAD, "error:"));
        }
    }
}

/// An account's address.
pub fn account(account: &Account) -> String {
    subxt::utils::AccountId32(account.0).to_string()
}

/// An amount in OPG, to the last unit.
pub fn amount(units: Balance) -> String {
    let one = 10u128.pow(crate::input::DECIMALS);
    let (whole, rest) = (units / one, units % one);
    let fraction = format!("{rest:018}");
    match fraction.trim_end_matches('0') {
        "" => format!("{whole} OPG"),
        digits => format!("{whole}.{digits} OPG"),
    }
}

/// The ends of an account's address, where the whole one stands beside.
pub fn short_account(account: &Account) -> String {
    let full = self::account(account);
    match (full.get(..6), full.get(full.len().saturating_sub(4)..)) {
        (Some(start), Some(end)) => format!("{start}…{end}"),
        _ => full,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_prints_to_the_last_unit() {
        assert_eq!(amount(0), "0 OPG");
        assert_eq!(amount(1), "0.000000000000000001 OPG");
        assert_eq!(amount(12_500_000_000_000_000_000), "12.5 OPG");
    }

    #[test]
    fn what_is_printed_reads_back() {
        for units in [0, 1, 10u128.pow(18), u128::from(u64::MAX), 123_456_789_012_345_678_901] {
            assert_eq!(crate::input::amount(&amount(units)), Ok(units));
        }
    }
}
