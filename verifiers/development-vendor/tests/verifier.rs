//! The verifiers accept what this vendor signs, under its roots and no others, and report what was put in.

use opg_development_vendor::{
    nitro::{self, Envelope, NitroDocument, LEAF_HEAD_START, LEAF_SECONDS},
    sev_snp::{self, Product, SevSnpReport, SigningKey, Tcb},
    Chain,
};
use opg_verifier_nitro as verifier_nitro;
use opg_verifier_sev_snp as verifier_sev_snp;

const NOW: u64 = 1_800_000_000;

fn document() -> NitroDocument {
    NitroDocument {
        public_key: Some(vec![1; 32]),
        user_data: Some(vec![2; 32]),
        nonce: Some(vec![3; 32]),
        ..NitroDocument::new([[4; 48], [5; 48], [6; 48], [7; 48]], NOW)
    }
}

fn verify_nitro(
    document: &[u8],
    now: u64,
) -> Result<verifier_nitro::Report, verifier_nitro::Error> {
    let trust = verifier_nitro::Trust { roots: &[nitro::ROOT], known: &[] };
    verifier_nitro::verify(document, &trust, now)
}

fn verify_sev_snp(
    report: &[u8],
    chain: &Chain,
    roots: &[[u8; 32]],
) -> Result<verifier_sev_snp::Report, verifier_sev_snp::Error> {
    let [ark, intermediate] = chain.cas.as_slice() else { panic!("a root and one CA") };
    let chain = verifier_sev_snp::Chain { ark, intermediate, leaf: &chain.leaf };
    verifier_sev_snp::verify(report, &chain, roots, NOW)
}

#[test]
fn a_nitro_document_is_reported_as_it_was_made() {
    let report = verify_nitro(&document().sign(), NOW).expect("it is genuine");
    assert_eq!(report.root, nitro::ROOT);
    assert_eq!(report.module_id, document().module_id);
    assert_eq!(report.timestamp_ms, NOW * 1000);
    assert_eq!(report.pcrs, document().pcrs);
    assert_eq!(report.public_key, document().public_key);
    assert_eq!(report.user_data, document().user_data);
    assert_eq!(report.nonce, document().nonce);
    assert_eq!(report.region.as_deref(), Some("development"));
    assert_eq!(report.window.not_before, NOW - LEAF_HEAD_START);
    assert_eq!(report.window.not_after, NOW - LEAF_HEAD_START + LEAF_SECONDS);
}

#[test]
fn a_nitro_document_may_have_as_many_cas_as_those_of_aws() {
    for intermediates in 1..=5 {
        let document = NitroDocument { intermediates, ..document() };
        let report = verify_nitro(&document.sign(), NOW).expect("it is genuine");
        assert_eq!(report.issuers.len(), usize::from(intermediates));
    }
}

#[test]
fn a_nitro_document_may_be_tagged_or_of_indefinite_length() {
    let chain = document().chain().sign();
    let payload = document().payload(&chain);
    let mut tagged = Envelope::new(payload.encode());
    tagged.tag = Some(18);
    verify_nitro(&tagged.sign(&chain.leaf_key), NOW).expect("the tag of COSE_Sign1");
    let indefinite = Envelope::new(payload.encode_indefinite());
    verify_nitro(&indefinite.sign(&chain.leaf_key), NOW).expect("as AWS writes it since 2025");
}

#[test]
fn a_nitro_document_is_refused_before_and_after_its_leaf() {
    use verifier_nitro::{Error, Place};
    let last = NOW - LEAF_HEAD_START + LEAF_SECONDS;
    verify_nitro(&document().sign(), last).expect("the last second");
    let refused = |now| verify_nitro(&document().sign(), now).err();
    assert_eq!(refused(last + 1), Some(Error::Expired(Place::Leaf)));
    assert_eq!(refused(NOW - LEAF_HEAD_START - 1), Some(Error::FromTheFuture));
}

#[test]
fn the_root_of_aws_does_not_vouch_for_it() {
    let trust = verifier_nitro::Trust { roots: &[verifier_nitro::AWS_ROOT], known: &[] };
    let refused = verifier_nitro::verify(&document().sign(), &trust, NOW).err();
    assert_eq!(refused, Some(verifier_nitro::Error::UnknownRoot));
}

#[test]
fn a_report_of_each_product_and_version_is_reported_as_it_was_made() {
    for product in [Product::Milan, Product::Genoa, Product::Turin] {
        let genuine = SevSnpReport::new(product, [7; 48], [8; 64]);
        let chain = genuine.chain().sign();
        for version in 2..=5 {
            let genuine = SevSnpReport { version, ..genuine.clone() };
            let report = verify_sev_snp(&genuine.sign(), &chain, &[sev_snp::root(product)])
                .expect("it is genuine");
            assert_eq!(report.version, version);
            assert_eq!(report.product.name(), product.name());
            assert_eq!(report.measurement, genuine.measurement);
            assert_eq!(report.report_data, genuine.report_data);
            assert_eq!(report.chip_id, genuine.chip_id);
            assert_eq!(report.policy.0, genuine.policy);
            assert_eq!(report.reported_tcb.microcode, genuine.reported_tcb.microcode);
            assert_eq!(report.reported_tcb.fmc, genuine.reported_tcb.fmc);
        }
    }
}

#[test]
fn a_report_under_a_vlek_names_the_provider_alone() {
    let chain = sev_snp::vlek_chain(Product::Milan, "cloud", Tcb::current(Product::Milan)).sign();
    let mut report =
        SevSnpReport::new(Product::Milan, [7; 48], [8; 64]).signed_by(SigningKey::Vlek);
    report.chip_id = [0; 64];
    let roots = [sev_snp::root(Product::Milan)];
    let verified = verify_sev_snp(&report.sign_with(&chain.leaf_key), &chain, &roots);
    assert_eq!(verified.expect("it is genuine").kind, verifier_sev_snp::EndorsementKey::Vlek);
}

#[test]
fn the_roots_of_amd_do_not_vouch_for_it() {
    use verifier_sev_snp::{ARK_GENOA, ARK_MILAN, ARK_TURIN};
    let report = SevSnpReport::new(Product::Milan, [7; 48], [8; 64]);
    let refused =
        verify_sev_snp(&report.sign(), &report.chain().sign(), &[ARK_MILAN, ARK_GENOA, ARK_TURIN]);
    assert_eq!(refused.err(), Some(verifier_sev_snp::Error::UntrustedRoot));
}
