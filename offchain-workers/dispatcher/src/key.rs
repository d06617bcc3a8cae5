//! The dispatcher's key: Sr25519, of a key type of its own, so that no other part of a node signs
//! with it and it signs for no other part.

use opg_primitives::ids::{DispatcherKey, Signature};
use sp_application_crypto::RuntimeAppPublic;
use sp_core::crypto::KeyTypeId;

/// The type of dispatcher keys in a keystore.
pub const KEY_TYPE: KeyTypeId = KeyTypeId(*b"opgd");

mod app {
    #![allow(missing_docs)] // what the macro makes has none
    use sp_application_crypto::{app_crypto, sr25519};
    app_crypto!(sr25519, super::KEY_TYPE);
}

pub use app::{Public, Signature as AppSignature};

/// The dispatcher keys in this node's keystore.
pub fn local() -> alloc::vec::Vec<DispatcherKey> {
    Public::all()
        .into_iter()
        .map(|key| DispatcherKey(sp_core::sr25519::Public::from(key).0))
        .collect()
}

/// Signs `hash` with `key`, if the keystore holds it.
pub fn sign(key: DispatcherKey, hash: [u8; 32]) -> Option<Signature> {
    let public = Public::from(sp_core::sr25519::Public::from_raw(key.0));
    let signature = public.sign(&hash)?;
    Some(Signature(sp_core::sr25519::Signature::from(signature).0))
}
