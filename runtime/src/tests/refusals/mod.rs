//! What the chain refuses: every hostile or mistaken act of the table in `docs/refusals.md`, tried on
//! the runtime as a node executes it, with real proofs, in real blocks.
//!
//! - [`world`] is the chain that every row starts from, [`scene`] a copy of it, [`proofs`], [`word`] and
//!   [`answers`] what workers, enclaves and dispatchers make.
//! - [`case`] is a row and its run, [`ledger`] what is measured, [`table`] what people read.
//! - [`evidence`], [`enclaves`], [`statements`], [`private`], [`senders`], [`requests`] and [`wrapped`] hold
//!   the rows.
//! - [`shown`] says which refusal is tried where, so that none is without a test.

mod answers;
mod case;
mod enclaves;
mod evidence;
mod ledger;
mod private;
mod proofs;
mod requests;
mod scene;
mod senders;
mod shown;
mod statements;
mod table;
mod word;
mod world;
mod wrapped;

use case::Case;
use world::World;

/// A part of the table.
pub struct Section {
    title: &'static str,
    cases: Vec<Case>,
}

fn sections() -> Vec<Section> {
    vec![
        Section {
            title: "For comparison: what is accepted",
            cases: evidence::accepted()
                .into_iter()
                .chain(enclaves::accepted())
                .chain([private::accepted()])
                .collect(),
        },
        Section { title: "Evidence that the provider brings", cases: evidence::refused() },
        Section { title: "The word of an enclave", cases: enclaves::refused() },
        Section { title: "What an enclave signs, each field altered", cases: statements::cases() },
        Section { title: "Private requests", cases: private::refused() },
        Section { title: "What others bring, and what comes again", cases: senders::cases() },
        Section { title: "Requests that are not served", cases: requests::cases() },
        Section { title: "Feeless calls by another way", cases: wrapped::cases() },
    ]
}

#[test]
fn every_refusal_is_by_its_name_and_costs_what_the_table_says() {
    let world = World::new();
    let sections = sections();
    let wrong: Vec<String> = sections
        .iter()
        .flat_map(|section| &section.cases)
        .flat_map(|case| case.run(&world))
        .collect();
    let text = table::render(&sections);
    println!("{text}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    table::compare(&text);
}

#[test]
fn no_two_rows_have_one_name() {
    let sections = sections();
    let mut names: Vec<_> =
        sections.iter().flat_map(|section| &section.cases).map(|case| &case.name).collect();
    let count = names.len();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), count);
}
