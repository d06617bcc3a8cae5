//! An audit's report, for people.

use super::{styled, table::Table, table::Text, words, BAD, DIM, GOOD, HEAD, STRONG, WARN};
use crate::audit::{Report, Verdict};
use opg_primitives::checks::CheckResult;

/// The report as text; of the check named `only`, if one is named.
pub fn render(report: &Report, only: Option<&str>) -> String {
    let mut out = format!("{} of receipt {}\n\n", styled(HEAD, "Audit"), report.receipt_id);
    let mut table = Table::new(&["check", "result", "what was checked"]);
    for finding in &report.findings {
        if only.is_some_and(|only| only != finding.name) {
            continue;
        }
        let style = match finding.result {
            CheckResult::Pass => GOOD,
            CheckResult::Fail => BAD,
            CheckResult::NotClaimed => DIM,
            CheckResult::CouldNotCheck => WARN,
        };
        let word = match finding.result {
            CheckResult::Fail => "FAIL".to_owned(),
            other => words::result(other).to_owned(),
        };
        table.row([Text::from(finding.name), Text(word, style), finding.detail.clone().into()]);
        for difference in &finding.differences {
            table.row([
                Text::from(""),
                Text("differs".into(), BAD),
                Text(
                    format!(
                        "{}: it says {}, it must be {}",
                        difference.field, difference.said, difference.found
                    ),
                    STRONG,
                ),
            ]);
        }
    }
    out.push_str(&table.render());
    if only.is_some() {
        return out;
    }
    out.push_str(&format!("\n{}\n", styled(HEAD, "Whom you still have to trust")));
    for trust in &report.trust {
        for (index, line) in super::table::wrap(trust, 100).into_iter().enumerate() {
            out.push_str(if index == 0 { "  - " } else { "    " });
            out.push_str(&line);
            out.push('\n');
        }
    }
    let (style, verdict) = match report.verdict {
        Verdict::Good => (GOOD, "Everything was checked, and nothing failed.".to_owned()),
        Verdict::Incomplete => (
            WARN,
            "Incomplete: nothing failed, but not everything could be checked (exit code 2).".into(),
        ),
        Verdict::Failed if report.is_tainted_alone() => (
            BAD,
            "TAINTED: this receipt is what it says, and what it rests on was revoked (exit code 1)."
                .into(),
        ),
        Verdict::Failed => {
            let fields = report.fields();
            let named = match fields.as_slice() {
                [] => String::new(),
                fields => format!(" Fields that differ: {}.", fields.join(", ")),
            };
            (BAD, format!("FAILED: this receipt is not what it says (exit code 1).{named}"))
        }
    };
    out.push_str(&format!("\n{}\n{}\n", styled(style, verdict), styled(STRONG, words::FOOTER)));
    out
}
