//! The rows as people read them, compared with the file in `docs/`. `UPDATE_GOLDEN=1` writes the file
//! anew; read the difference before you commit it.

use super::{rows, Row, Sent};
use std::{collections::BTreeSet, path::PathBuf};

/// What stands above the table.
const HEAD: &str = "\
# Bad input

What every door says to bad input. `tests/src/bad_input/` sends each of these to a running network,
with its chain, its prover, its enclave and its command line, and compares the answer. Before and after,
the issuance, every account, every hold, every bond, the models and the number of receipts are the same
(but for what the end of an era mints into the treasury), and node and workers are well. A unit test
writes this file, so do not edit it:

    UPDATE_GOLDEN=1 cargo test -p opg-tests bad_input

The exit codes of `opg` stand in `opg --help`; the workers' statuses are those of the job protocol,
where 202 is a job that was understood and is refused, and for clients of the enclave those of OpenAI's;
the codes of JSON-RPC are the SDK's, whose 1002 says that bytes do not decode, and not where. Of a
message only the words are given that tell what is wrong.

| what is wrong | door | answer | message |
| --- | --- | --- | --- |
";

fn render() -> String {
    HEAD.to_owned() + &rows().map(line).collect::<String>()
}

fn line(row: &Row) -> String {
    let door = match row.sent {
        Sent::Arguments(_) => "command line",
        Sent::Registration(..) => "registration",
        Sent::Requests(_) => "job protocol",
        Sent::Enclave(_) => "enclave",
        Sent::Extrinsic(_) => "extrinsic",
        Sent::Network(..) => "ONNX file",
        Sent::Specification(..) => "chain spec",
    };
    // What holds a backtick stands between two of them and blanks.
    let (open, close) = if row.says.contains('`') { ("`` ", " ``") } else { ("`", "`") };
    let answer = row.sent.answer(row.code);
    format!("| {} | {door} | {answer} | {open}{}{close} |\n", row.name, row.says)
}

#[test]
fn the_list_in_the_documentation_is_the_one_that_is_tried() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/bad-input.md");
    crate::golden::compare(&path, &render());
}

#[test]
fn there_are_sixty_rows_at_least_and_no_two_have_one_name() {
    let names: Vec<_> = rows().map(|row| row.name).collect();
    assert!(names.len() >= 60, "{} rows", names.len());
    assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
}
