//! The enclaves of the world, whose code vouches for all that it can.

use super::{change, world, System, World, MODEL, TEXT};
use codec::{Decode, Encode};
use opg_primitives::{
    attestation::{AttestationFormat, TcbStatus, Vendor},
    claims::Claim,
    enclave::{EnclaveContext, EnclaveFault, EnclaveRecord},
    ids::*,
    reference::{ClaimSet, ModelBinding},
    traits::Attestation,
    BlockNumber,
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
    pub kind: (Vendor, ModelBinding),
    /// Since when, if governance did it.
    pub since: Option<BlockNumber>,
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
                vendor: enclave.kind.0,
                format: AttestationFormat::SevSnp,
                measurement: MeasurementId([1; 32]),
                binding: enclave.kind.1,
                platform: PlatformId([2; 32]),
                platform_known: true,
                configuration: ConfigurationId([3; 32]),
                verified: 0,
                valid_until: u64::MAX,
                tcb: TcbStatus::UpToDate,
                advisories: Default::default(),
                platform_holder_known: true,
            },
        })
    }
    fn refused_since(id: &EnclaveId, provider: &Account, _: &ModelId) -> Option<BlockNumber> {
        let enclave = world().enclaves.get(id).cloned()?;
        enclave.since.filter(|_| enclave.provider == *provider)
    }
    fn trust_version() -> u32 {
        world().attestation_trust
    }
}

/// Registers an enclave of `provider` that may answer.
pub fn add_enclave(id: EnclaveId, provider: Account) {
    let kind = (Vendor::Amd, ModelBinding::Loaded);
    let enclave = MockEnclave { provider, fault: None, kind, since: None };
    change(|world| world.enclaves.insert(id, enclave));
}

/// Lets an enclave answer no more from this block on, as governance does if `by_governance`.
pub fn spoil_enclave(id: EnclaveId, fault: EnclaveFault, by_governance: bool) {
    change(|world| {
        let enclave = world.enclaves.get_mut(&id).unwrap();
        enclave.fault = Some(fault);
        enclave.since = by_governance.then(System::block_number);
        world.attestation_trust += u32::from(by_governance);
    });
}

/// Says who vouches for an enclave, and how its code binds models.
pub fn set_enclave_kind(id: EnclaveId, vendor: Vendor, binding: ModelBinding) {
    change(|world| world.enclaves.get_mut(&id).unwrap().kind = (vendor, binding));
}
