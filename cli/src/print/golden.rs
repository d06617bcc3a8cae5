//! What people see, compared with files beside this one. `UPDATE_GOLDEN=1` writes them anew; read
//! the difference before you commit it.

use super::{
    receipt::{Shown, View},
    report, threats,
};
use crate::{
    audit::{
        audit,
        tests::fixture::{plain, tee, text, zkml, STRANGER, TEXT},
        Bundle,
    },
    print::{account, short_account, words::FOOTER},
};
use opg_primitives::{
    attestation::Vendor,
    receipt::Payment,
    request::Outcome,
    standing::{table, Column},
    threats::Threat,
};
use std::path::PathBuf;

fn compare(file: &str, text: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(file);
    opg_tests::golden::compare(&path, &anstream::adapter::strip_str(text).to_string());
}

fn view(bundle: &Bundle) -> String {
    let output = Some("class 1".into());
    let reference = bundle.enclave.as_ref().map(|part| part.reference.view.clone());
    let revoked = bundle.enclave.as_ref().map(|part| part.revoked.clone());
    let (id, receipt) = (bundle.receipt_id, bundle.receipt.view.clone());
    View { id, receipt, output, reference, revoked }.render()
}

#[test]
fn a_zkml_receipt_prints_as_it_should() {
    compare("receipt-zkml.txt", &view(&zkml()));
}

#[test]
fn a_plain_receipt_prints_as_it_should() {
    compare("receipt-plain.txt", &view(&plain()));
}

#[test]
fn a_receipt_of_an_enclave_prints_as_it_should() {
    compare("receipt-tee.txt", &view(&tee()));
}

#[test]
fn a_text_is_printed_above_its_receipt_without_what_could_move_a_terminal() {
    let bundle = text();
    let output = Some(Shown::Text(TEXT.into()));
    let receipt = bundle.receipt.view.clone();
    let text =
        View { id: bundle.receipt_id, receipt, output, reference: None, revoked: None }.render();
    assert!(text.contains("séven\u{fffd}[0m\n"), "{text}");
    assert!(text.contains("the text above, of 10 bytes"), "{text}");
    assert!(text.contains("seeded by the lease"), "{text}");
}

#[test]
fn an_audit_of_an_enclaves_receipt_prints_as_it_should() {
    compare("audit-tee.txt", &report::render(&audit(&tee(), None), None));
}

#[test]
fn the_threats_print_as_they_should() {
    compare("threats.txt", &threats::all());
}

#[test]
fn the_page_of_threats_names_each_of_them() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/threat-model.md");
    let page = std::fs::read_to_string(page).unwrap();
    for threat in Threat::ALL {
        assert!(page.contains(&format!("`{}`", threat.id())), "{}", threat.id());
    }
}

#[test]
fn a_receipt_of_the_development_vendor_says_so_and_attests_nothing() {
    let mut bundle = tee();
    let appraised = bundle.receipt.view.appraised.as_mut().unwrap();
    let attested = appraised.attested.as_mut().unwrap();
    attested.enclave.vendor = Vendor::Development;
    appraised.facts.column = Column::Development;
    appraised.standings = table(&appraised.facts(&bundle.receipt.view.checks));
    let text = anstream::adapter::strip_str(&view(&bundle)).to_string();
    assert!(text.contains("the development vendor, which vouches for nothing"));
    assert!(text.contains("The development vendor's secrets are public"));
    assert!(!text.contains("  Attested  "), "{text}");
}

#[test]
fn a_receipt_from_a_machine_that_its_cloud_hides_says_that_it_is_not_known() {
    let mut bundle = tee();
    let appraised = bundle.receipt.view.appraised.as_mut().unwrap();
    appraised.attested.as_mut().unwrap().enclave.platform_known = false;
    let text = anstream::adapter::strip_str(&view(&bundle)).to_string();
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("platform not known: its cloud hides which of its machines it is"));
}

#[test]
fn a_receipt_without_an_answer_prints_as_it_should() {
    let mut bundle = plain();
    let receipt = &mut bundle.receipt.view;
    receipt.outcome = Outcome::NotDelivered;
    receipt.appraised = None;
    receipt.output = None;
    receipt.evidence = None;
    receipt.checks = Default::default();
    receipt.mode.achieved = None;
    let held = receipt.payment.held;
    receipt.payment =
        Payment { held, released: held, slashed: 5 * held, compensation: 1, ..Default::default() };
    let receipt = receipt.clone();
    let id = bundle.receipt_id;
    let view = View { id, receipt, output: None, reference: None, revoked: None };
    compare("receipt-failed.txt", &view.render());
}

#[test]
fn an_audit_prints_as_it_should() {
    compare("audit-zkml.txt", &report::render(&audit(&zkml(), None), None));
}

#[test]
fn an_audit_that_fails_names_the_field_at_its_end() {
    let mut bundle = zkml();
    bundle.state.as_mut().unwrap().trust_version = 9;
    let text = report::render(&audit(&bundle, None), None);
    compare("audit-failed.txt", &text);
    assert!(text.contains("Fields that differ: judged_by.trust_version."));
}

#[test]
fn the_sample_bundle_of_the_tests_is_what_the_fixture_makes() {
    compare("zkml.receipt.json", &String::from_utf8(zkml().to_json().unwrap()).unwrap());
}

#[test]
fn a_forgeable_proof_never_prints_bare_and_every_receipt_has_the_footer() {
    let text = view(&zkml());
    assert!(text.contains(&format!("Proven unless {} forged it", short_account(&STRANGER))));
    assert!(text.contains(&account(&STRANGER)));
    assert!(!text.contains("Proven: computed as committed"));
    for bundle in [zkml(), plain(), tee()] {
        assert!(view(&bundle).contains(FOOTER));
    }
}

#[test]
fn a_letter_is_never_printed_without_its_word() {
    let text = anstream::adapter::strip_str(&view(&zkml())).to_string();
    assert!(text.contains("evidence C"));
    assert_eq!(text.matches(" C\n").count(), text.matches("evidence C\n").count());
}
