//! The enclaves of the world: all of one kind, which vouches for all that it can.

use super::{change, world, World, MODEL, TEXT};
use codec::{Decode, Encode};
use opg_primitives::{
    attestation::{AttestationFormat, TcbStatus, Vendor},
    claims::Claim,
    enclave::{EnclaveContext, EnclaveFault, EnclaveRecord},
    ids::*,
    reference::{ClaimSet, ModelBinding},
    traits::Attestation,
};

/// The digest of the model's network.
pub const NETWORK: Digest = Digest([0x22; 32]);
/// The enclave of [`super::PROVIDER`].
pub const ENCLAVE: EnclaveId = EnclaveId([0x33; 32]);

/// An enclave in the world.
#[derive(Clone, Debug, Encode, Decode)]
pub struct MockEnclave {
    pub provider: Account,
    pub fault: Option<EnclaveFault>,
}

impl Attestation for World {
    fn enclave(
        id: &EnclaveId,
        provider: &Account,
        model: &ModelId,
    ) -> Result<EnclaveContext, EnclaveFault> {
        let enclave = world().enclaves.get(id).cloned().ok_or(EnclaveFault::Unknown)?;
        if enclave.provider != *provider {
            return Err(EnclaveFault::Unknown);
        }
        if ![MODEL, TEXT].contains(model) {
            return Err(EnclaveFault::NotApproved);
        }
        enclave.fault.map_or(Ok(()), Err)?;
        Ok(EnclaveContext {
            session_key: SessionKey([0x55; 32]),
            vouches: ClaimSet::of(&Claim::ALL),
            prepares_input: true,
            seeded_by_lease: true,
            record: EnclaveRecord {
                id: *id,
                vendor: Vendor::Amd,
                format: AttestationFormat::SevSnp,
                measurement: MeasurementId([1; 32]),
                binding: ModelBinding::Loaded,
                platform: PlatformId([2; 32]),
                configuration: ConfigurationId([3; 32]),
                verified: 0,
                valid_until: u64::MAX,
                tcb: TcbStatus::UpToDate,
                advisories: Default::default(),
                platform_holder_known: true,
            },
        })
    }
    fn trust_version() -> u32 {
        world().attestation_trust
    }
}

/// Registers an enclave of `provider` that may answer.
pub fn add_enclave(id: EnclaveId, provider: Account) {
    change(|world| world.enclaves.insert(id, MockEnclave { provider, fault: None }));
}

/// Lets an enclave answer no more, as governance does if `by_governance`.
pub fn spoil_enclave(id: EnclaveId, fault: EnclaveFault, by_governance: bool) {
    change(|world| {
        world.enclaves.get_mut(&id).unwrap().fault = Some(fault);
        world.attestation_trust += u32::from(by_governance);
    });
}
