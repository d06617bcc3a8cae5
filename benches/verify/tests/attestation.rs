//! One set of documents and signatures gets one verdict, to the last field of its report or by the
//! same error: natively and in wasm.

mod documents;

use documents::{answer, dcap, nitro, sev_snp, Document};
use opg_bench_verify::{judge, Guest, NodeHostFunctions, Task, Work, ACCEPTED};

/// Judges each natively and in wasm. Gathers all that go wrong, since each says something else.
fn agree(documents: &[Document]) {
    let mut guest = Guest::<NodeHostFunctions>::new().unwrap();
    let mut wrong = vec![];
    for document in documents {
        let name = &document.name;
        let native = judge(&document.task, Work::Report);
        match guest.judge(&document.task, Work::Report) {
            Ok(wasm) if wasm == native => {}
            Ok(wasm) => wrong.push(format!("{name}: natively {native}, in wasm {wasm}")),
            Err(error) => wrong.push(format!("{name}: natively {native}, in wasm none: {error}")),
        }
        if !document.is_due(&native) {
            wrong.push(format!("{name}: {native}"));
        }
    }
    println!("tried {}", documents.len());
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), documents.len(), wrong.join("\n"));
}

#[test]
fn each_nitro_document_gets_one_verdict_natively_and_in_wasm() {
    agree(&nitro::all());
}

#[test]
fn each_sev_snp_report_and_chain_gets_one_verdict_natively_and_in_wasm() {
    agree(&sev_snp::all());
}

#[test]
fn each_quote_and_collateral_gets_one_verdict_natively_and_in_wasm() {
    agree(&dcap::all());
}

#[test]
fn each_signature_of_an_answer_gets_one_verdict_natively_and_in_wasm() {
    agree(&answer::all());
}

#[test]
fn a_memo_of_signatures_changes_no_verdict() {
    let real = dcap::tdx();
    assert_eq!(judge(&real.stored(), Work::Report), judge(&real.whole(), Work::Report));
}

#[test]
fn an_outcome_is_the_verdict_without_the_report() {
    let good = Task::Nitro(nitro::development());
    assert!(judge(&good, Work::Report).starts_with("Ok(Report {"));
    assert_eq!(judge(&good, Work::Outcome), ACCEPTED);
    let mut refused = nitro::development();
    refused.document.clear();
    let refused = Task::Nitro(refused);
    assert_eq!(judge(&refused, Work::Outcome), "Err(Cbor)");
    assert_eq!(judge(&refused, Work::Report), "Err(Cbor)");
}
