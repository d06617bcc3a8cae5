//! Every byte of real documents changed: what changes no verdict is known, and none of it is signed.

mod common;

use common::{any_status, intel, sample, Memo, Sample};
use opg_verifier_dcap::{collateral_facts, verify_with, Collateral, Error, Report};

fn verify(sample: &Sample, quote: &[u8]) -> Result<Report, Error> {
    verify_with::<Memo>(quote, &sample.collateral, &intel(), &any_status(), sample.from)
}

/// Whether the byte at this place of a PEM text may change: a line's end, and the root at the end of the chain, which
/// nobody reads, with what follows it.
fn unread(pem: &[u8], at: usize) -> bool {
    const BEGIN: &[u8] = b"-----BEGIN ";
    let root = (0..pem.len())
        .rfind(|start| pem[*start..].starts_with(BEGIN))
        .expect("a chain has certificates");
    pem[at] == b'\n' || at >= root
}

#[test]
fn no_byte_of_a_quote_can_change_outside_line_ends_and_the_roots_copy() {
    for name in ["sgx_quote", "tdx_quote", "tdx_quote_td15ex"] {
        let sample = sample(name);
        let report = verify(&sample, &sample.quote).expect(name);
        let pem = sample
            .quote
            .windows(11)
            .position(|window| window == b"-----BEGIN ")
            .expect("a quote has a chain");
        let mut silent = 0;
        // One quote at every byte; the others have the same parts.
        let step = if name == "tdx_quote" { 1 } else { 7 };
        for at in (0..sample.quote.len()).step_by(step) {
            let mut quote = sample.quote.clone();
            quote[at] ^= 1;
            if let Ok(changed) = verify(&sample, &quote) {
                assert_eq!(changed, report, "{name}: byte {at} changes the report");
                assert!(
                    at >= pem && unread(&sample.quote[pem..], at - pem),
                    "{name}: byte {at} can change"
                );
                silent += 1;
            }
        }
        println!("{name}: {silent} bytes that change no verdict, all of them unsigned PEM");
        assert!(silent > 0, "{name}: the root's copy is not read, so some byte has to");
    }
}

/// Changes each byte of one part of the collateral; returns how many changed nothing.
fn flip<T: AsRef<[u8]>>(
    sample: &Sample,
    part: &str,
    get: impl Fn(&Collateral) -> T,
    set: impl Fn(&mut Collateral, Vec<u8>),
    may_change: impl Fn(&[u8], usize) -> bool,
) -> usize {
    let bytes = get(&sample.collateral).as_ref().to_vec();
    let facts = collateral_facts::<Memo>(&sample.collateral, &intel(), sample.from);
    assert!(facts.is_ok());
    let mut silent = 0;
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        let mut collateral = sample.collateral.clone();
        set(&mut collateral, changed);
        let found = collateral_facts::<Memo>(&collateral, &intel(), sample.from);
        if found.is_ok() {
            assert_eq!(found, facts, "{part}: byte {at} changes what is found");
            assert!(may_change(&bytes, at), "{part}: byte {at} can change");
            silent += 1;
        }
    }
    println!("{part}: {silent} of {} bytes change nothing", bytes.len());
    silent
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("ASCII with its lowest bit changed")
}

#[test]
fn no_byte_of_a_signed_part_of_a_collateral_can_change() {
    let sample = sample("tdx_quote");
    let never = |_: &[u8], _: usize| false;
    type Signature = [u8; 64];
    let signature = |bytes: Vec<u8>| -> Signature { bytes.try_into().expect("64 bytes") };
    flip(&sample, "root CRL", |c| c.root_ca_crl.clone(), |c, b| c.root_ca_crl = b, never);
    flip(&sample, "PCK CRL", |c| c.pck_crl.clone(), |c, b| c.pck_crl = b, never);
    flip(&sample, "TCB info", |c| c.tcb_info.clone(), |c, b| c.tcb_info = text(b), never);
    flip(&sample, "QE identity", |c| c.qe_identity.clone(), |c, b| c.qe_identity = text(b), never);
    flip(
        &sample,
        "signature of the TCB info",
        |c| c.tcb_info_signature,
        |c, b| c.tcb_info_signature = signature(b),
        never,
    );
    flip(
        &sample,
        "signature of the QE identity",
        |c| c.qe_identity_signature,
        |c, b| c.qe_identity_signature = signature(b),
        never,
    );
}

#[test]
fn no_byte_of_an_issuers_chain_can_change_outside_line_ends_and_the_roots_copy() {
    let sample = sample("tdx_quote");
    let chains = [
        flip(
            &sample,
            "chain of the PCK CRL",
            |c| c.pck_crl_issuer_chain.clone(),
            |c, b| c.pck_crl_issuer_chain = text(b),
            unread,
        ),
        flip(
            &sample,
            "chain of the TCB info",
            |c| c.tcb_info_issuer_chain.clone(),
            |c, b| c.tcb_info_issuer_chain = text(b),
            unread,
        ),
        flip(
            &sample,
            "chain of the QE identity",
            |c| c.qe_identity_issuer_chain.clone(),
            |c, b| c.qe_identity_issuer_chain = text(b),
            unread,
        ),
    ];
    assert!(chains.iter().all(|silent| *silent > 0));
}
