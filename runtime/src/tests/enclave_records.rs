//! What a node gives of enclaves to those that read the state themselves: keys and values as the
//! runtime writes them, and what the runtime itself says of each enclave. The clients of other
//! languages are tried on the file in `clients/vectors`. `UPDATE_GOLDEN=1` writes it anew; read the
//! difference before you commit it.

use super::chain::genesis;
use crate::{
    genesis_config_presets::DEVELOPMENT, Attestation, BlockNumber, Runtime, RuntimeOrigin, System,
};
use codec::{DecodeAll, Encode};
use frame_support::{assert_ok, view_functions::ViewFunctionId};
use opg_primitives::{
    attestation::{
        AttestationFormat, Configuration, Counter, Session, TcbStatus, Upstream, Vendor,
    },
    claims::Claim,
    enclave::{state, EnclaveFault},
    ids::{
        Account, Challenge, Digest, EncryptionKey, GenesisHash, ModelId, PlatformId, SessionKey,
    },
    names::{Address, Advisory},
    reference::{BuildRecipe, ClaimSet, Measurement, ModelBinding, ReferenceValue, Register},
};
use pallet_attestation::{Enclave, Enclaves, Location, Reason, ReferenceValues, Revoked, Subject};
use serde_json::{json, Value};
use std::{collections::BTreeMap, path::PathBuf};

const NOW: u64 = 1_800_000_000;
const BLOCK: BlockNumber = 9;
const GENESIS: GenesisHash = GenesisHash([1; 32]);
const PROVIDER: Account = Account([2; 32]);
const MODEL: ModelId = ModelId([3; 32]);

/// What of an enclave is revoked.
type SubjectOf = fn(&Enclave) -> Subject;

/// That it is, since which blocks by one act after the other, and whether that was lifted.
struct Revocation {
    of: SubjectOf,
    since: &'static [BlockNumber],
    reason: Reason,
    lifted: bool,
}

/// An enclave and what is said of it.
struct Case {
    name: &'static str,
    vendor: Vendor,
    format: AttestationFormat,
    tcb: TcbStatus,
    forwards: bool,
    approval: Option<Approval>,
    revocation: Option<Revocation>,
}

/// How its code is approved.
struct Approval {
    binding: ModelBinding,
    schema: u16,
    by: Option<Account>,
    blocks: (BlockNumber, BlockNumber),
}

impl Approval {
    fn of(binding: ModelBinding) -> Option<Self> {
        Some(Self { binding, schema: 1, by: None, blocks: (BLOCK, BLOCK) })
    }
}

fn revoked(of: SubjectOf, since: &'static [BlockNumber], reason: Reason) -> Option<Revocation> {
    Some(Revocation { of, since, reason, lifted: false })
}

fn cases() -> Vec<Case> {
    use AttestationFormat::{Nitro, SevSnp, Sgx, Tdx};
    let case = |name, vendor, format, binding: ModelBinding| Case {
        name,
        vendor,
        format,
        tcb: TcbStatus::UpToDate,
        forwards: binding == ModelBinding::Upstream,
        approval: Approval::of(binding),
        revocation: None,
    };
    let loaded = |name, vendor, format| case(name, vendor, format, ModelBinding::Loaded);
    let other_schema = |approval: Approval| Approval { schema: 2, ..approval };
    let past = |approval: Approval| Approval { blocks: (1, BLOCK - 1), ..approval };
    let to_come = |approval: Approval| Approval { blocks: (BLOCK + 1, 99), ..approval };
    let by = |approval: Approval| Approval { by: Some(Account([0xad; 32])), ..approval };
    vec![
        case("forwards", Vendor::Intel, Tdx, ModelBinding::Upstream),
        with_approval(loaded("of the development vendor", Vendor::Development, Nitro), by),
        case("measured", Vendor::Aws, Nitro, ModelBinding::InImage(Digest([0x0d; 32]))),
        Case { approval: None, ..loaded("not approved", Vendor::Intel, Sgx) },
        with_approval(loaded("approved once", Vendor::Amd, SevSnp), past),
        with_approval(loaded("approved later", Vendor::Amd, SevSnp), to_come),
        with_approval(loaded("by another schema", Vendor::Aws, Nitro), other_schema),
        Case { forwards: true, ..loaded("forwards unasked", Vendor::Aws, Nitro) },
        Case {
            forwards: false,
            ..case("forwards to nobody", Vendor::Aws, Nitro, ModelBinding::Upstream)
        },
        Case {
            tcb: TcbStatus::OutOfDate,
            revocation: revoked(
                |enclave| Subject::Tcb(enclave.vendor, enclave.tcb),
                &[2],
                Reason::Advisory(advisory()),
            ),
            ..loaded("of revoked firmware", Vendor::Amd, SevSnp)
        },
        Case {
            revocation: revoked(
                |enclave| Subject::Measurement(enclave.measurement),
                &[BLOCK],
                Reason::FaultyCode,
            ),
            ..loaded("of revoked code", Vendor::Intel, Sgx)
        },
        Case {
            revocation: revoked(
                |enclave| Subject::Platform(enclave.platform),
                &[BLOCK - 1, 0],
                Reason::PlatformAttacked,
            ),
            ..loaded("of a revoked machine", Vendor::Intel, Tdx)
        },
        Case { revocation: by_its_id(false), ..loaded("revoked", Vendor::Aws, Nitro) },
        Case { revocation: by_its_id(true), ..loaded("revoked once", Vendor::Aws, Nitro) },
    ]
}

fn with_approval(case: Case, alter: impl FnOnce(Approval) -> Approval) -> Case {
    Case { approval: case.approval.map(alter), ..case }
}

/// That its own id is revoked, or was.
fn by_its_id(lifted: bool) -> Option<Revocation> {
    let of: SubjectOf = |enclave| Subject::Enclave(enclave.session.enclave());
    let revocation = revoked(of, &[3], Reason::KeysLeaked);
    revocation.map(|revocation| Revocation { lifted, ..revocation })
}

fn advisory() -> Advisory {
    Advisory::try_from("INTEL-SA-00615").expect("it is short enough")
}

fn address(text: &str) -> Address {
    Address::try_from(text).expect("it is short enough")
}

/// Registers that no other case has.
fn measurement(format: AttestationFormat, n: u8) -> Measurement {
    let register = Register([n; 48]);
    match format {
        AttestationFormat::Nitro => {
            Measurement::Nitro { pcr0: register, pcr1: register, pcr2: register, pcr8: register }
        }
        AttestationFormat::Tdx => Measurement::Tdx {
            mr_seam: register,
            mr_td: register,
            rtmr: [register; 4],
            mr_config: register,
            attributes: [n; 8],
        },
        AttestationFormat::Sgx => Measurement::Sgx {
            mr_enclave: Digest([n; 32]),
            mr_signer: Digest([n; 32]),
            product: 1,
            security_version: 2,
        },
        AttestationFormat::SevSnp => {
            Measurement::SevSnp { launch: register, host_data: Digest([n; 32]), policy: 3 }
        }
    }
}

/// The enclave of the case of that number.
fn enclave(case: &Case, n: u8) -> Enclave {
    let upstream = Upstream {
        url: address("https://upstream.example/v1"),
        trust_store: Some(Digest([0x75; 32])),
    };
    let configuration = Configuration {
        schema: 1,
        models: vec![MODEL].try_into().expect("there is room for one"),
        upstream: case.forwards.then_some(upstream),
        payee: PROVIDER,
        rewriting: case.forwards.then_some(Digest([0x12; 32])),
    };
    let session = Session {
        genesis: GENESIS,
        provider: PROVIDER,
        challenge: Challenge([n; 32]),
        session_key: SessionKey([n; 32]),
        encryption_key: EncryptionKey([n; 32]),
        tls_key: case.forwards.then_some(Digest([0x71; 32])),
        endpoint: address("https://enclave.example"),
        configuration: configuration.id(),
        answered: Counter { count: 70_000, head: Digest([n; 32]) },
    };
    Enclave {
        session,
        configuration,
        vendor: case.vendor,
        format: case.format,
        measurement: measurement(case.format, n).id(case.vendor),
        platform: PlatformId([n; 32]),
        platform_known: case.format != AttestationFormat::SevSnp,
        tcb: case.tcb,
        advisories: vec![advisory()].try_into().expect("there is room for one"),
        challenged: 7,
        registered: 3,
        verified: 8,
        valid_until: NOW + 3600,
        document: Digest([n; 32]),
        document_at: Location { block: 8, extrinsic: case.forwards.then_some(2) },
        key_epoch: 4,
    }
}

fn reference(case: &Case, approval: &Approval, n: u8) -> ReferenceValue {
    ReferenceValue {
        vendor: case.vendor,
        measurement: measurement(case.format, n),
        built_from: BuildRecipe {
            source: address("https://source.example"),
            revision: Digest([n; 32]),
            recipe: Digest([n; 32]),
        },
        schema: approval.schema,
        vouches: ClaimSet::of(&[Claim::ModelRan]),
        binding: approval.binding,
        model: case.forwards.then_some(MODEL),
        prepares_input: true,
        seeded_by_lease: false,
        approved_by: approval.by,
        from: approval.blocks.0,
        until: approval.blocks.1,
    }
}

/// Puts the case into the state, and gives the keys of what belongs to it, and what a client has to
/// make of them, in the order of the names: then it is written alike whatever map holds it.
fn put(case: &Case, n: u8) -> (Vec<Vec<u8>>, Value) {
    let enclave = enclave(case, n);
    let id = enclave.session.enclave();
    let mut keys = vec![Enclaves::<Runtime>::hashed_key_for(id)];
    Enclaves::<Runtime>::insert(id, &enclave);
    if let Some(approval) = &case.approval {
        ReferenceValues::<Runtime>::insert(enclave.measurement, reference(case, approval, n));
        keys.push(ReferenceValues::<Runtime>::hashed_key_for(enclave.measurement));
    }
    if let Some(Revocation { of, since, reason, lifted }) = &case.revocation {
        let (subject, root) = (of(&enclave), RuntimeOrigin::root());
        for since in *since {
            assert_ok!(Attestation::revoke(root.clone(), subject, reason.clone(), *since));
        }
        if *lifted {
            assert_ok!(Attestation::lift(root, subject, BLOCK));
        }
        keys.push(Revoked::<Runtime>::hashed_key_for(subject));
    }
    let verdict = Attestation::may_answer(id, PROVIDER, MODEL);
    let approved = case.approval.as_ref().filter(|_| verdict != Err(EnclaveFault::NotApproved));
    let approval = approved.map(|approval| {
        let (binding, network) = match approval.binding {
            ModelBinding::InImage(network) => ("InImage", Some(network)),
            ModelBinding::Loaded => ("Loaded", None),
            ModelBinding::Upstream => ("Upstream", None),
        };
        json!({
            "approved_by": approval.by,
            "binding": binding,
            "network": network,
            "until": approval.blocks.1,
        })
    });
    let value = json!({
        "advisories": enclave.advisories,
        "approval": approval,
        "configuration": enclave.session.configuration,
        "genesis": GENESIS,
        "id": id,
        "measurement": enclave.measurement,
        "name": case.name,
        "provider": PROVIDER,
        "revoked": verdict == Err(EnclaveFault::Revoked),
        "session_key": enclave.session.session_key,
        "tcb": enclave.tcb,
        "valid_until": enclave.valid_until,
        "vendor": enclave.vendor,
    });
    (keys, value)
}

fn hex(bytes: &[u8]) -> String {
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("0x{digits}")
}

#[test]
fn what_programs_read_of_the_state_is_what_this_runtime_keeps_and_says() {
    genesis(DEVELOPMENT).execute_with(|| {
        System::set_block_number(BLOCK);
        pallet_timestamp::Now::<Runtime>::put(NOW * 1000);
        for (case, n) in cases().iter().zip(1u8..) {
            put(case, n);
            let session = enclave(case, n).session;
            let id = session.enclave();
            let key = state::key(id);
            assert_eq!(key, Enclaves::<Runtime>::hashed_key_for(id));
            let kept = sp_io::storage::get(&key).expect("it was put there");
            assert_eq!(state::session(&kept), Some(session));
            let asked = state::ask_may_answer(id, PROVIDER, MODEL);
            let (view, input) = <(ViewFunctionId, Vec<u8>)>::decode_all(&mut asked.as_slice())
                .expect("it is what the runtime is given");
            let said = Runtime::execute_view_function(view, input).encode();
            let verdict = Attestation::may_answer(id, PROVIDER, MODEL);
            assert_eq!(state::may_answer(&said), Some(verdict), "{}", case.name);
        }
    });
}

#[test]
fn the_file_of_enclaves_is_what_this_runtime_keeps_and_says() {
    let json = genesis(DEVELOPMENT).execute_with(|| {
        System::set_block_number(BLOCK);
        pallet_timestamp::Now::<Runtime>::put(NOW * 1000);
        let (mut enclaves, mut state) = (Vec::new(), BTreeMap::new());
        for (case, n) in cases().iter().zip(1u8..) {
            let (keys, value) = put(case, n);
            for key in keys {
                let kept = sp_io::storage::get(&key).expect("it was put there");
                state.insert(hex(&key), hex(&kept));
            }
            enclaves.push(value);
        }
        let file = json!({
            "about": "Written by runtime/src/tests/enclave_records.rs; do not edit it.",
            "block": { "hash": hex(&[6; 32]), "number": BLOCK },
            "enclaves": enclaves,
            "genesis": GENESIS,
            "state": state,
        });
        serde_json::to_string_pretty(&file).expect("it is JSON") + "\n"
    });
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../clients/vectors/chain.json");
    opg_tests::golden::compare(&path, &json);
}
