//! Every byte of every real document changed, one at a time: nothing is accepted.

mod common;

use common::{
    issue::{Document, NOW},
    payload, real_sound, trust, AWS,
};
use opg_verifier_nitro::{verify, Trust, AWS_ROOT};

/// A part of a document, by what its bytes are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Region {
    /// The head of the array of four, the protected header with its length, the unprotected header.
    Head,
    /// The head of the payload's byte string.
    PayloadLength,
    /// What is signed.
    Payload,
    /// The head of the signature's byte string.
    SignatureLength,
    /// r and s.
    Signature,
}

/// Changes of one byte that leave the verdict as it is, with the reason: the region, the byte within it, what it is
/// changed by, why.
///
/// There are none. The payload is signed. The protected header may be one only, the unprotected header is one byte, and
/// so is the array's head. A length that is one byte off, or another type, leaves the array with too few elements, a
/// wrong one, or bytes behind it. The same content has other encodings (a tag, longer lengths, the signature's twin), but
/// none of them is one changed byte away; `accepted.rs` has them.
const HARMLESS: [(Region, usize, u8, &str); 0] = [];

struct Regions {
    payload: std::ops::Range<usize>,
    len: usize,
}

impl Regions {
    fn of(document: &[u8]) -> Self {
        let signed = payload(document);
        let start = document.windows(signed.len()).position(|part| part == signed).unwrap();
        Self { payload: start..start + signed.len(), len: document.len() }
    }

    /// Which region a position is in, and where within it.
    fn find(&self, position: usize) -> (Region, usize) {
        // A payload has a length of two bytes, the signature one of one byte: 0x59 and 0x58.
        let starts = [
            (Region::Signature, self.len - 96),
            (Region::SignatureLength, self.payload.end),
            (Region::Payload, self.payload.start),
            (Region::PayloadLength, self.payload.start - 3),
            (Region::Head, 0),
        ];
        let (region, start) = starts.into_iter().find(|(_, start)| position >= *start).unwrap();
        (region, position - start)
    }
}

/// Changes each byte by each mask, and gives how many changes were tried.
fn change_all(name: &str, good: &[u8], trust: &Trust<'_>, now: u64) -> usize {
    let regions = Regions::of(good);
    let mut changed = good.to_vec();
    let mut tried = 0;
    for (position, byte) in good.iter().enumerate() {
        let (region, within) = regions.find(position);
        // Outside of what is signed, every value that a byte can have.
        let masks = match region {
            Region::Payload | Region::Signature => vec![0x01, 0x80],
            _ => (1..=u8::MAX).collect(),
        };
        for mask in masks {
            changed[position] = byte ^ mask;
            let harmless =
                HARMLESS.iter().any(|(r, at, by, _)| (*r, *at, *by) == (region, within, mask));
            let outcome = verify(&changed, trust, now);
            assert_eq!(
                outcome.is_ok(),
                harmless,
                "{name}: byte {position}, {within} of {region:?}, changed by {mask:#04x}"
            );
            tried += 1;
        }
        changed[position] = *byte;
    }
    tried
}

#[test]
fn no_byte_of_a_real_document_can_be_changed() {
    let documents = real_sound();
    std::thread::scope(|scope| {
        for real in &documents {
            scope.spawn(move || {
                let known = verify(&real.bytes, &AWS, real.time).unwrap().issuers;
                let trust = trust(&[AWS_ROOT], &known);
                let changes = change_all(&real.name, &real.bytes, &trust, real.time);
                println!("{}: {changes} changes", real.name);
            });
        }
    });
    println!("tried {}", documents.len());
}

#[test]
fn no_byte_of_a_document_of_our_own_can_be_changed() {
    let document = Document::sound();
    assert!(document.verify().is_ok());
    let changes = change_all("our own", &document.bytes(), &trust(&[document.root], &[]), NOW);
    println!("{changes} changes");
}
