//! Every field of a receipt is altered, and named.

use super::{
    cancelled::cancelled,
    fixture::{plain, tee, zkml},
};
use crate::audit::{audit, Bundle, Twice, Verdict};
use codec::Decode;
use opg_primitives::receipt::{receipt_id, Receipt};
use opg_tests::alterations;

/// Alters each field of the receipt of `bundle`, where `other` is another receipt, and audits what
/// `put` makes of bundle and altered receipt.
fn every_field(bundle: &Bundle, other: &Bundle, put: impl Fn(&mut Bundle, Receipt)) {
    let alterations = alterations::all(&bundle.receipt.view, &other.receipt.view).unwrap();
    for alteration in alterations {
        let mut changed = bundle.clone();
        put(&mut changed, alteration.receipt.clone());
        let report = audit(&changed, None);
        assert_eq!(report.verdict, Verdict::Failed, "{}", alteration.field);
        let fields = report.fields();
        assert!(
            fields.iter().any(|field| alteration.is_named_by(field)),
            "{} was altered, named were {fields:?}",
            alteration.field
        );
    }
}

fn instead(bundle: &mut Bundle, receipt: Receipt) {
    bundle.receipt = Twice::new(receipt);
}

#[test]
fn every_field_of_a_zkml_receipt_that_is_altered_is_named() {
    every_field(&zkml(), &cancelled(), instead);
}

#[test]
fn every_field_is_named_though_the_id_was_made_to_fit() {
    every_field(&zkml(), &cancelled(), |bundle, receipt| {
        bundle.receipt_id = receipt_id(bundle.genesis, &receipt);
        instead(bundle, receipt);
    });
}

#[test]
fn every_field_of_a_plain_receipt_that_is_altered_is_named() {
    every_field(&plain(), &cancelled(), instead);
}

#[test]
fn every_field_of_an_enclaves_receipt_that_is_altered_is_named() {
    every_field(&tee(), &cancelled(), instead);
}

#[test]
fn every_field_of_a_receipt_without_an_answer_that_is_altered_is_named() {
    every_field(&cancelled(), &zkml(), instead);
}

#[test]
fn every_field_of_the_view_that_is_altered_is_named() {
    every_field(&zkml(), &cancelled(), |bundle, receipt| bundle.receipt.view = receipt);
}

#[test]
fn every_byte_of_a_receipt_that_is_altered_is_found() {
    let good = plain();
    for place in 0..good.receipt.scale.0.len() {
        let mut bundle = good.clone();
        bundle.receipt.scale.0[place] ^= 1;
        if let Ok(receipt) = Receipt::decode(&mut bundle.receipt.scale.0.as_slice()) {
            bundle.receipt.view = receipt;
        }
        assert_eq!(audit(&bundle, None).verdict, Verdict::Failed, "byte {place}");
    }
}
