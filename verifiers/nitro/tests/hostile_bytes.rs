//! Whatever the bytes, the verifier answers, and accepts nothing that was not signed.

mod common;

use common::{
    issue::{unsigned, Document, NOW},
    real_sound, trust, AWS,
};
use opg_test_support::{cases, AwsDocument};
use opg_verifier_nitro::{issuers_of, verify, Trust};
use proptest::{prelude::*, sample::Index};
use std::sync::OnceLock;

/// One thing done to bytes.
#[derive(Clone, Debug)]
enum Change {
    Set(Index, u8),
    Remove(Index),
    Insert(Index, u8),
    Truncate(Index),
    /// A stretch repeated behind itself.
    Repeat(Index, usize),
}

impl Change {
    fn apply(&self, bytes: &mut Vec<u8>) {
        if bytes.is_empty() {
            return;
        }
        let len = bytes.len();
        match self {
            Change::Set(at, byte) => bytes[at.index(len)] = *byte,
            Change::Remove(at) => {
                bytes.remove(at.index(len));
            }
            Change::Insert(at, byte) => bytes.insert(at.index(len), *byte),
            Change::Truncate(at) => bytes.truncate(at.index(len)),
            Change::Repeat(at, count) => {
                let start = at.index(len);
                let stretch = bytes[start..len.min(start + count)].to_vec();
                bytes.splice(start..start, stretch);
            }
        }
    }
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        4 => (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Change::Set(at, byte)),
        1 => any::<Index>().prop_map(Change::Remove),
        1 => (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Change::Insert(at, byte)),
        1 => any::<Index>().prop_map(Change::Truncate),
        1 => (any::<Index>(), 1..64usize).prop_map(|(at, count)| Change::Repeat(at, count)),
    ]
}

/// Bytes that look like CBOR more often than chance has it.
fn cbor_like() -> impl Strategy<Value = Vec<u8>> {
    let heads = prop::sample::select(vec![
        0x00, 0x1b, 0x20, 0x40, 0x44, 0x58, 0x59, 0x5b, 0x5f, 0x60, 0x7b, 0x7f, 0x80, 0x84, 0x9b,
        0x9f, 0xa0, 0xa1, 0xbb, 0xbf, 0xc2, 0xd2, 0xdb, 0xf4, 0xf6, 0xf7, 0xf9, 0xfb, 0xff,
    ]);
    prop::collection::vec(prop_oneof![3 => heads, 1 => any::<u8>()], 0..400)
}

/// A sound document, made once: its bytes and its root.
fn sound() -> &'static (Vec<u8>, [u8; 32]) {
    static SOUND: OnceLock<(Vec<u8>, [u8; 32])> = OnceLock::new();
    SOUND.get_or_init(|| {
        let document = Document::sound();
        (document.bytes(), document.root)
    })
}

/// Changed bytes are refused, or are the same document in another encoding.
fn check(good: &[u8], changes: &[Change], trust: &Trust<'_>, now: u64) {
    let mut changed = good.to_vec();
    changes.iter().for_each(|change| change.apply(&mut changed));
    let _ = issuers_of(&changed);
    if let Ok(report) = verify(&changed, trust, now) {
        assert_eq!(Ok(report), verify(good, trust, now));
    }
}

proptest! {
    #![proptest_config(cases(2000))]

    #[test]
    fn random_bytes_never_panic_and_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        prop_assert!(verify(&bytes, &AWS, NOW).is_err());
    }

    #[test]
    fn bytes_like_cbor_never_panic_and_are_refused(bytes in cbor_like()) {
        prop_assert!(verify(&bytes, &AWS, NOW).is_err());
    }
}

proptest! {
    #![proptest_config(cases(500))]

    #[test]
    fn a_payload_like_cbor_never_panics_and_is_refused(bytes in cbor_like()) {
        let document = unsigned(&bytes);
        prop_assert!(verify(&document, &AWS, NOW).is_err());
    }

    #[test]
    fn a_document_of_our_own_changed_never_panics(changes in prop::collection::vec(change(), 1..6)) {
        let (good, root) = sound();
        check(good, &changes, &trust(&[*root], &[]), NOW);
    }

    #[test]
    fn a_real_document_changed_never_panics(
        which in any::<Index>(),
        changes in prop::collection::vec(change(), 1..6),
    ) {
        static REAL: OnceLock<Vec<AwsDocument>> = OnceLock::new();
        let documents = REAL.get_or_init(real_sound);
        if !documents.is_empty() {
            let real = which.get(documents);
            check(&real.bytes, &changes, &AWS, real.time);
        }
    }
}
