//! An enclave that may answer, every record that is looked at as long as can be.

use crate::{Runtime, System};
use alloc::{vec, vec::Vec};
use frame_support::BoundedVec;
use opg_primitives::{
    attestation::{
        Advisories, AttestationFormat, Configuration, Counter, Session, TcbStatus, Upstream,
        Vendor, MAX_ADVISORIES, MAX_SERVED_MODELS,
    },
    claims::Claim,
    ids::{
        Account, Challenge, Digest, EnclaveId, EncryptionKey, GenesisHash, ModelId, PlatformId,
        SessionKey,
    },
    names::{Address, Advisory},
    reference::{BuildRecipe, ClaimSet, Measurement, ModelBinding, ReferenceValue, Register},
    BlockNumber,
};
use pallet_attestation::{Enclave, Location, RevocationStatus, Subject};

fn address() -> Address {
    Address(BoundedVec::truncate_from(vec![b'a'; Address::MAX_BYTES as usize]))
}

fn advisory() -> Advisory {
    Advisory(BoundedVec::truncate_from(vec![b'A'; Advisory::MAX_BYTES as usize]))
}

/// The longest configuration, in which `model` stands last.
fn configuration(payee: Account, model: ModelId) -> Configuration {
    let others = (1..MAX_SERVED_MODELS).map(|n| ModelId([n as u8; 32]));
    Configuration {
        schema: 1,
        models: BoundedVec::truncate_from(others.chain([model]).collect::<Vec<_>>()),
        upstream: Some(Upstream { url: address(), trust_store: Some(Digest([1; 32])) }),
        payee,
        rewriting: Some(Digest([3; 32])),
    }
}

fn reference_value(model: ModelId) -> ReferenceValue {
    let register = Register([1; 48]);
    ReferenceValue {
        vendor: Vendor::Intel,
        measurement: Measurement::Tdx {
            mr_seam: register,
            mr_td: register,
            rtmr: [register; 4],
            mr_config: register,
            attributes: [1; 8],
        },
        built_from: BuildRecipe {
            source: address(),
            revision: Digest([1; 32]),
            recipe: Digest([2; 32]),
        },
        schema: 1,
        vouches: ClaimSet::of(&Claim::ALL),
        binding: ModelBinding::Upstream,
        model: Some(model),
        prepares_input: true,
        seeded_by_lease: true,
        approved_by: None,
        from: 0,
        until: BlockNumber::MAX,
    }
}

/// Writes an enclave of `provider` that may answer of `model`, as its registration and an approval would
/// have; all that it rests on was revoked once, and is not any more.
pub fn enclave(provider: Account, model: ModelId) -> EnclaveId {
    let configuration = configuration(provider, model);
    let session = Session {
        genesis: GenesisHash(System::block_hash(0u32).0),
        provider,
        challenge: Challenge([1; 32]),
        session_key: SessionKey([4; 32]),
        encryption_key: EncryptionKey([5; 32]),
        tls_key: Some(Digest([6; 32])),
        endpoint: address(),
        configuration: configuration.id(),
        answered: Counter::default(),
    };
    let (id, value) = (session.enclave(), reference_value(model));
    let (measurement, platform) = (value.id(), PlatformId([3; 32]));
    let (vendor, tcb) = (value.vendor, TcbStatus::UpToDate);
    let enclave = Enclave {
        session,
        configuration,
        vendor,
        format: AttestationFormat::Tdx,
        measurement,
        platform,
        platform_known: true,
        tcb,
        advisories: Advisories::truncate_from(vec![advisory(); MAX_ADVISORIES as usize]),
        challenged: 0,
        registered: 0,
        verified: 0,
        valid_until: u64::MAX,
        document: Digest([4; 32]),
        document_at: Location { block: 0, extrinsic: Some(0) },
        key_epoch: 0,
    };
    pallet_attestation::Enclaves::<Runtime>::insert(id, enclave);
    pallet_attestation::ReferenceValues::<Runtime>::insert(measurement, value);
    for subject in [
        Subject::Tcb(vendor, tcb),
        Subject::Measurement(measurement),
        Subject::Platform(platform),
        Subject::Enclave(id),
    ] {
        let status = RevocationStatus { acts: u32::MAX, revoked: None };
        pallet_attestation::Revoked::<Runtime>::insert(subject, status);
    }
    id
}
