//! DER of parts that were encoded one by one, so that each of them can be altered.

use alloc::vec::Vec;
use x509_cert::der::{asn1::Any, Encode, Tag, TagNumber};

/// The DER of a value.
pub(crate) fn der(value: &impl Encode) -> Vec<u8> {
    value.to_der().expect("the values of this crate are shorter than what a length can say")
}

/// A SEQUENCE of parts that are encoded already.
pub(crate) fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
    tagged(Tag::Sequence, parts.concat())
}

/// A part that is encoded already, under an explicit context-specific tag.
pub(crate) fn explicit(number: u32, part: Vec<u8>) -> Vec<u8> {
    tagged(Tag::ContextSpecific { constructed: true, number: TagNumber(number) }, part)
}

fn tagged(tag: Tag, contents: Vec<u8>) -> Vec<u8> {
    der(&Any::new(tag, contents).expect("what this crate makes has kilobytes"))
}
