//! Which checks let a receipt say what: one function, for the columns of all modes.
//!
//! Each cell of the table is a ladder: rungs from the strongest standing down, each with the checks
//! that it needs. The highest rung whose checks all passed is what the receipt says; where none
//! holds, it says nothing. A cell that the table marks only `S` needs the signature of its column:
//! the worker key's, or the session key's. `Attested` for what the code observed (k4) presupposes
//! that the session key signed (k2) and that the enclave is valid (k3).
//!
//! Whether the setup could have been forged (k8) does not change the word `Proven` but what it
//! rests on: [`Basis::Setup`], or [`Basis::ForgeableSetup`], which is read out as "Proven unless X
//! forged it".

use crate::{
    checks::{Check, Passed},
    claims::{Basis, Cell, Claim, Redo, Standing, Table},
    reference::ClaimSet,
};
use bounded_collections::BoundedVec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// The column of the table of standings that holds.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Column {
    /// Mode `Plain`.
    #[codec(index = 0)]
    Plain,
    /// Mode `Tee`, the engine and an open model inside the enclave.
    #[codec(index = 1)]
    TeeOpen,
    /// Mode `Tee`, the enclave forwards to an upstream.
    #[codec(index = 2)]
    TeeProxy,
    /// Mode `ZkMl`, the weights constant in the circuit.
    #[codec(index = 3)]
    ZkConstant,
    /// Mode `ZkMl`, the weights private behind a commitment.
    #[codec(index = 4)]
    ZkPrivate,
    /// Mode `Tee` under the development vendor, which vouches for nothing.
    #[codec(index = 5)]
    Development,
}

/// What can be said of the setup of a verifying key, by the setup rule.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum SetupTrust {
    /// The mode has no setup.
    #[codec(index = 0)]
    NotApplicable,
    /// `Proven` stands bare.
    #[codec(index = 1)]
    Bare,
    /// "Proven unless X forged it": grade C at most.
    #[codec(index = 2)]
    Forgeable,
    /// X is the provider, or is paid by this receipt: grade E.
    #[codec(index = 3)]
    ForgeableByInterested,
}

/// How the answer came to the requester.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Delivery {
    /// It is in the block.
    #[codec(index = 0)]
    InBlock,
    /// The requester acknowledged it.
    #[codec(index = 1)]
    Acknowledged,
    /// Neither.
    #[codec(index = 2)]
    Unknown,
}

/// Where the private input can be read, where it is private.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum InputChannel {
    /// The input is public.
    #[codec(index = 0)]
    Public,
    /// The operator can read it.
    #[codec(index = 1)]
    Operator,
    /// Encryption ends inside the enclave.
    #[codec(index = 2)]
    EndsInEnclave,
}

/// What, beside the checks, decides a table.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Circumstances {
    /// The column.
    pub column: Column,
    /// Whether the answer came as a leaf of a batch.
    pub batch_leaf: bool,
    /// Whether a batch leaf holds the hash of a block, so that it was made after it.
    pub leaf_holds_block_hash: bool,
    /// Whether a batch leaf came with the requester's voucher.
    pub voucher: bool,
    /// What the setup rule says.
    pub setup: SetupTrust,
    /// How the input travelled.
    pub input: InputChannel,
    /// How the answer came to the requester.
    pub delivery: Delivery,
    /// The claims that the enclave's code observes itself (k4); none in a mode without one.
    pub vouches: ClaimSet,
    /// Whether the image of the enclave prepared the input itself.
    pub preparation_in_image: bool,
    /// Whether sampling was seeded by the lease.
    pub seeded_by_lease: bool,
    /// Whether the holder of the platform is known.
    pub platform_holder_known: bool,
}

/// All that decides a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// What was the case.
    pub circumstances: Circumstances,
    /// Which checks passed.
    pub passed: Passed,
}

/// A letter for people in a hurry: derived from the table, printed as "evidence B", never alone.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Grade {
    /// The execution is proven, and nobody could have forged it.
    #[codec(index = 0)]
    A,
    /// The execution is attested, by a platform whose holder is known.
    #[codec(index = 1)]
    B,
    /// Attested or proven, with a reservation that the table names.
    #[codec(index = 2)]
    C,
    /// Reserved.
    #[codec(index = 3)]
    D,
    /// A signature, or what amounts to no more.
    #[codec(index = 4)]
    E,
}

/// One step of a ladder.
struct Rung {
    standing: Standing,
    needs: &'static [Check],
    basis: &'static [Basis],
    redo: Redo,
}

/// A cell's ladder; an empty one is `Absent`.
type Ladder = &'static [Rung];

const fn rung(
    standing: Standing,
    needs: &'static [Check],
    basis: &'static [Basis],
    redo: Redo,
) -> Rung {
    Rung { standing, needs, basis, redo }
}

const ENCLAVE: &[Check] = &[Check::SessionSignature, Check::EnclaveValid];
const OBSERVED: &[Check] = &[Check::SessionSignature, Check::EnclaveValid, Check::Vouched];
const BY_ENCLAVE: &[Basis] = &[Basis::SessionKey, Basis::Vendor, Basis::Approval];

const SESSION_RUNG: Rung =
    rung(Standing::Signed, &[Check::SessionSignature], &[Basis::SessionKey], Redo::Anyone);

const ABSENT: Ladder = &[];
const NOTHING_TO_SAY: Ladder = &[rung(Standing::NotApplicable, &[], &[], Redo::Nobody)];
const ENFORCED: Ladder =
    &[rung(Standing::Enforced, &[Check::RuntimeState], &[Basis::Runtime], Redo::Anyone)];
const ENFORCED_BY_LEAF: Ladder =
    &[rung(Standing::Enforced, &[Check::LeafVerified], &[Basis::Runtime], Redo::Anyone)];
const PAID_BY_BINDING: Ladder =
    &[rung(Standing::Enforced, &[Check::BindingRecomputed], &[Basis::Runtime], Redo::Anyone)];
const AFTER_LEASE: Ladder = &[rung(
    Standing::Enforced,
    &[Check::BindingRecomputed, Check::RuntimeState],
    &[Basis::Runtime],
    Redo::Anyone,
)];
const PUBLIC_INPUT: Ladder =
    &[rung(Standing::Enforced, &[Check::InputRecomputed], &[Basis::Runtime], Redo::Anyone)];
const PRIVATE_INPUT: Ladder =
    &[rung(Standing::Absent, &[], &[Basis::Opening], Redo::HolderOfOpening)];

const WORKER: Ladder =
    &[rung(Standing::Signed, &[Check::WorkerSignature], &[Basis::WorkerKey], Redo::Anyone)];
const SESSION: Ladder = &[SESSION_RUNG];
const HOST_CLOCK: Ladder = &[rung(
    Standing::Signed,
    &[Check::SessionSignature],
    &[Basis::SessionKey, Basis::Host],
    Redo::Nobody,
)];
const RELAYED: Ladder = &[rung(
    Standing::Signed,
    &[Check::SessionSignature],
    &[Basis::SessionKey, Basis::Upstream],
    Redo::Nobody,
)];
const VOUCHER: Ladder =
    &[rung(Standing::Signed, &[Check::LeafVerified], &[Basis::Voucher], Redo::Anyone)];
const REQUESTER_ACKNOWLEDGED: Ladder =
    &[rung(Standing::Signed, &[], &[Basis::Voucher], Redo::Anyone)];

const ATTESTED_KEY: Ladder = &[
    rung(Standing::Attested, ENCLAVE, &[Basis::SessionKey, Basis::Vendor], Redo::Anyone),
    SESSION_RUNG,
];
const ATTESTED: Ladder =
    &[rung(Standing::Attested, OBSERVED, BY_ENCLAVE, Redo::Anyone), SESSION_RUNG];
const ATTESTED_ONLY: Ladder = &[rung(Standing::Attested, OBSERVED, BY_ENCLAVE, Redo::Anyone)];
const ATTESTED_PIPE: Ladder = &[
    rung(
        Standing::Attested,
        OBSERVED,
        &[Basis::SessionKey, Basis::Vendor, Basis::Approval, Basis::Upstream],
        Redo::Anyone,
    ),
    SESSION_RUNG,
];
const LEASES_AND_COUNTER: Ladder = &[rung(
    Standing::Enforced,
    &[Check::RuntimeState],
    &[Basis::Runtime, Basis::SessionKey],
    Redo::Anyone,
)];

const OWNER_OF_KEY: Ladder = &[rung(Standing::Signed, &[], &[Basis::ModelOwner], Redo::Anyone)];
const OWNER_OF_WEIGHTS: Ladder =
    &[rung(Standing::Signed, &[], &[Basis::ModelOwner], Redo::HolderOfOpening)];

/// Proven with `$needs`: bare under the setup rule, else unless somebody forged it.
macro_rules! proven {
    ($($needs:ident),*) => {
        &[
            rung(
                Standing::Proven,
                &[$(Check::$needs,)* Check::SetupTrusted],
                &[Basis::Setup],
                Redo::Anyone,
            ),
            rung(Standing::Proven, &[$(Check::$needs),*], &[Basis::ForgeableSetup], Redo::Anyone),
        ]
    };
}
const PROVEN: Ladder = proven!(Proof);
const PROVEN_INPUT: Ladder = proven!(Proof, InputRecomputed);
const PROVEN_OUTPUT: Ladder = proven!(Proof, OutputRecomputed);
const PROVEN_WEIGHTS: Ladder = proven!(Proof, WeightsRecomputed);

/// The ladder of `claim` where `facts` hold, before any check is looked at.
fn ladder(claim: Claim, facts: &Circumstances) -> Ladder {
    if facts.batch_leaf {
        if let Some(ladder) = leaf_ladder(claim, facts) {
            return ladder;
        }
    }
    use Column::{Development, Plain, TeeOpen, TeeProxy, ZkConstant, ZkPrivate};
    let column = facts.column;
    // What a column says where the table has nothing more particular.
    let word = match column {
        Plain | ZkConstant | ZkPrivate => WORKER,
        TeeOpen | TeeProxy | Development => SESSION,
    };
    match claim {
        Claim::ModeAsked | Claim::ModeAchieved | Claim::ModelAsked => ENFORCED,
        Claim::BeforeBlock | Claim::Price => ENFORCED,
        Claim::AfterBlock => AFTER_LEASE,
        Claim::Answerer => match column {
            TeeOpen | TeeProxy => ATTESTED_KEY,
            _ => word,
        },
        Claim::Payee => match column {
            ZkConstant | ZkPrivate => PAID_BY_BINDING,
            _ => ENFORCED,
        },
        Claim::Location => match column {
            TeeOpen | TeeProxy => ATTESTED_KEY,
            ZkConstant | ZkPrivate => ABSENT,
            _ => word,
        },
        Claim::ModelRan => match column {
            TeeOpen => ATTESTED,
            TeeProxy => RELAYED,
            ZkConstant => PROVEN,
            ZkPrivate => PROVEN_WEIGHTS,
            _ => word,
        },
        Claim::KeyOfNetwork => match column {
            ZkConstant => OWNER_OF_KEY,
            ZkPrivate => OWNER_OF_WEIGHTS,
            _ => NOTHING_TO_SAY,
        },
        Claim::InputBytes => match facts.input {
            InputChannel::Public => PUBLIC_INPUT,
            InputChannel::Operator | InputChannel::EndsInEnclave => PRIVATE_INPUT,
        },
        Claim::InputForwarded => match column {
            TeeProxy => ATTESTED_PIPE,
            _ => NOTHING_TO_SAY,
        },
        Claim::InputUsed => match column {
            TeeOpen => ATTESTED,
            TeeProxy => ABSENT,
            ZkConstant | ZkPrivate => PROVEN_INPUT,
            _ => word,
        },
        Claim::Preparation => match column {
            TeeOpen if facts.preparation_in_image => ATTESTED,
            TeeProxy => RELAYED,
            ZkConstant | ZkPrivate => ABSENT,
            _ => word,
        },
        Claim::ParametersForwarded => match column {
            TeeProxy => ATTESTED_PIPE,
            _ => NOTHING_TO_SAY,
        },
        Claim::Parameters => match column {
            TeeOpen => ATTESTED,
            TeeProxy => ABSENT,
            ZkConstant | ZkPrivate => NOTHING_TO_SAY,
            _ => word,
        },
        Claim::Output => match column {
            TeeOpen => ATTESTED,
            TeeProxy => ATTESTED_PIPE,
            ZkConstant | ZkPrivate => PROVEN_OUTPUT,
            _ => word,
        },
        Claim::Execution => match column {
            TeeOpen => ATTESTED,
            TeeProxy => ABSENT,
            ZkConstant | ZkPrivate => PROVEN,
            _ => word,
        },
        Claim::SingleAnswer => match column {
            TeeOpen if facts.seeded_by_lease => ATTESTED_ONLY,
            ZkConstant | ZkPrivate => PROVEN,
            _ => ABSENT,
        },
        Claim::Usage => match column {
            TeeOpen => ATTESTED,
            TeeProxy => RELAYED,
            ZkConstant | ZkPrivate => NOTHING_TO_SAY,
            _ => word,
        },
        Claim::ClockTimes => match column {
            TeeOpen | TeeProxy | Development => HOST_CLOCK,
            ZkConstant | ZkPrivate => ABSENT,
            Plain => word,
        },
        Claim::InputReaders => match (facts.input, column) {
            // Everyone can: there is no limit that could be supported.
            (InputChannel::Public, _) => NOTHING_TO_SAY,
            (InputChannel::EndsInEnclave, TeeOpen) => ATTESTED,
            (InputChannel::EndsInEnclave, TeeProxy) => ATTESTED_PIPE,
            _ => word,
        },
        Claim::Delivered => match facts.delivery {
            Delivery::InBlock => ENFORCED,
            Delivery::Acknowledged => REQUESTER_ACKNOWLEDGED,
            Delivery::Unknown => ABSENT,
        },
        Claim::NothingMissing => match column {
            TeeOpen | TeeProxy | Development => LEASES_AND_COUNTER,
            _ => ENFORCED,
        },
    }
}

/// Where the column of a batch's leaf differs from that of the leaf's key.
fn leaf_ladder(claim: Claim, facts: &Circumstances) -> Option<Ladder> {
    let voucher = if facts.voucher { VOUCHER } else { ABSENT };
    Some(match claim {
        Claim::ModeAsked | Claim::ModelAsked => voucher,
        Claim::ModeAchieved | Claim::BeforeBlock => ENFORCED_BY_LEAF,
        Claim::AfterBlock if facts.leaf_holds_block_hash => ENFORCED_BY_LEAF,
        Claim::AfterBlock => ABSENT,
        Claim::Price if !facts.voucher => ABSENT,
        Claim::InputBytes | Claim::ClockTimes | Claim::NothingMissing => match facts.column {
            Column::Plain | Column::ZkConstant | Column::ZkPrivate => WORKER,
            Column::TeeOpen | Column::TeeProxy if claim == Claim::NothingMissing => ATTESTED_KEY,
            Column::TeeOpen | Column::TeeProxy | Column::Development => SESSION,
        },
        // The bytes of a batch are not in the block, whatever was said.
        Claim::Delivered if facts.delivery == Delivery::InBlock => ABSENT,
        Claim::KeyOfNetwork => NOTHING_TO_SAY,
        _ => return None,
    })
}

/// What a receipt may say of `claim` where `facts` hold.
pub fn standing(claim: Claim, facts: &Facts) -> Cell {
    // k4 is a check of each claim: that it passed says only that the code vouches for something.
    let vouched = facts.circumstances.vouches.contains(claim);
    let holds = ladder(claim, &facts.circumstances).iter().find(|rung| {
        facts.passed.all(rung.needs) && (vouched || !rung.needs.contains(&Check::Vouched))
    });
    let (standing, basis, redo) = holds.map_or((Standing::Absent, &[][..], Redo::Nobody), |rung| {
        (rung.standing, rung.basis, rung.redo)
    });
    Cell { claim, standing, basis: BoundedVec::truncate_from(basis.to_vec()), redo }
}

/// The whole table, each claim once, in the order of [`Claim::ALL`].
pub fn table(facts: &Facts) -> Table {
    Table::truncate_from(Claim::ALL.iter().map(|claim| standing(*claim, facts)).collect())
}

/// The claims that a proof has to carry for the grade of a proof.
const PROVEN_FOR_GRADE: [Claim; 4] =
    [Claim::ModelRan, Claim::InputUsed, Claim::Output, Claim::Execution];

/// The letter, derived from the table.
pub fn grade(facts: &Facts) -> Grade {
    let of = |claim| standing(claim, facts);
    if PROVEN_FOR_GRADE.iter().all(|claim| of(*claim).standing == Standing::Proven) {
        let bare = PROVEN_FOR_GRADE.iter().all(|claim| of(*claim).basis.contains(&Basis::Setup));
        return match facts.circumstances.setup {
            SetupTrust::Bare if bare => Grade::A,
            SetupTrust::ForgeableByInterested => Grade::E,
            _ => Grade::C,
        };
    }
    match (of(Claim::Execution).standing, of(Claim::Output).standing) {
        (Standing::Attested, _) if facts.circumstances.platform_holder_known => Grade::B,
        (Standing::Attested, _) | (_, Standing::Attested) => Grade::C,
        _ => Grade::E,
    }
}

#[cfg(test)]
mod tests;
