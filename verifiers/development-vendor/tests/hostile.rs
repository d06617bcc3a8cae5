//! Each hostile document is refused by its own error, and the one that it is made from is accepted.

use opg_development_vendor::hostile::{nitro, sev_snp, NOW};
use opg_verifier_nitro as verifier_nitro;
use opg_verifier_sev_snp as verifier_sev_snp;
use std::collections::BTreeSet;

/// Gathers all that go wrong, since each says something else.
fn report(wrong: &[String], tried: usize) {
    println!("tried {tried}");
    assert!(wrong.is_empty(), "{} of {tried}:\n{}", wrong.len(), wrong.join("\n"));
}

fn differs(name: &str, expected: &str, found: &str) -> Option<String> {
    (expected != found).then(|| format!("{name}: expected {expected}, found {found}"))
}

#[test]
fn every_hostile_nitro_document_is_refused_by_its_own_error() {
    let roots = nitro::roots();
    let trust = verifier_nitro::Trust { roots: &roots, known: &[] };
    let all = nitro::all();
    let judge = |hostile: &nitro::Hostile| {
        let found = match verifier_nitro::verify(&hostile.document, &trust, NOW) {
            Ok(_) => "accepted".to_owned(),
            Err(error) => format!("{error:?}"),
        };
        differs(&hostile.name, &hostile.error, &found)
    };
    report(&all.iter().filter_map(judge).collect::<Vec<_>>(), all.len());
}

#[test]
fn every_hostile_sev_snp_report_is_refused_by_its_own_error() {
    let all = sev_snp::all();
    let judge = |hostile: &sev_snp::Hostile| {
        let [ark, intermediate] = hostile.chain.cas.as_slice() else { panic!("a root and one CA") };
        let chain = verifier_sev_snp::Chain { ark, intermediate, leaf: &hostile.chain.leaf };
        let verified = verifier_sev_snp::verify(&hostile.report, &chain, &hostile.roots, NOW);
        let found = match verified {
            Ok(_) => "accepted".to_owned(),
            Err(error) => format!("{error:?}"),
        };
        differs(&hostile.name, &hostile.error, &found)
    };
    report(&all.iter().filter_map(judge).collect::<Vec<_>>(), all.len());
}

#[test]
fn what_hostile_documents_are_made_from_is_accepted() {
    let roots = nitro::roots();
    let trust = verifier_nitro::Trust { roots: &roots, known: &[] };
    verifier_nitro::verify(&nitro::good().sign(), &trust, NOW).expect("the document is genuine");

    let (report, chain) = (sev_snp::good().sign(), sev_snp::good().chain().sign());
    let chain = verifier_sev_snp::Chain {
        ark: &chain.cas[0],
        intermediate: &chain.cas[1],
        leaf: &chain.leaf,
    };
    let roots = [opg_development_vendor::sev_snp::root(sev_snp::good().product)];
    verifier_sev_snp::verify(&report, &chain, &roots, NOW).expect("the report is genuine");
}

#[test]
fn no_two_hostile_documents_have_the_same_name() {
    let nitro: Vec<_> = nitro::all().into_iter().map(|hostile| hostile.name).collect();
    let sev_snp: Vec<_> = sev_snp::all().into_iter().map(|hostile| hostile.name).collect();
    for (names, least) in [(nitro, 25), (sev_snp, 20)] {
        assert!(names.len() >= least);
        let distinct: BTreeSet<_> = names.iter().collect();
        assert_eq!(distinct.len(), names.len());
    }
}
