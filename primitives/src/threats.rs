//! Who may lie or break in, and which way of verifying an answer withstands that.
//!
//! One table: receipts print what stays open from it, and `docs/threat-model.md` names its ids. It
//! says what is known of attacks on hardware, and so changes with what is published; no receipt
//! holds any of it.

use crate::{
    attestation::Vendor, mode::Mode, receipt::Appraised, reference::ModelBinding,
    standing::SetupTrust,
};

/// Something that somebody may do against who relies on an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Threat {
    /// The provider makes the answer up.
    Worker,
    /// An answer to something else is brought.
    Replay,
    /// The best of many answers is brought.
    Select,
    /// Somebody else computes the answer.
    Upstream,
    /// Who holds the machine turns on it.
    Host,
    /// The memory bus is tapped or driven.
    Bus,
    /// What runs beside the code learns from it.
    SideChannel,
    /// The cloud's operator turns on its customers.
    Cloud,
    /// The vendor's keys are used for what is not so.
    Vendor,
    /// The approved code does other than it was approved for.
    Code,
    /// What is old is brought back.
    Rollback,
    /// The secret of a setup was kept.
    Setup,
    /// The network is not the one that the model's id names.
    Network,
    /// A block is withheld so that another provider is drawn.
    Redraw,
    /// Validators collude.
    Collude,
    /// Governance loosens the rules.
    Governance,
}

impl Threat {
    /// All of them, in the order of print.
    pub const ALL: [Self; 16] = [
        Self::Worker,
        Self::Replay,
        Self::Select,
        Self::Upstream,
        Self::Host,
        Self::Bus,
        Self::SideChannel,
        Self::Cloud,
        Self::Vendor,
        Self::Code,
        Self::Rollback,
        Self::Setup,
        Self::Network,
        Self::Redraw,
        Self::Collude,
        Self::Governance,
    ];

    /// Its id.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Worker => "T-WORKER",
            Self::Replay => "T-REPLAY",
            Self::Select => "T-SELECT",
            Self::Upstream => "T-UPSTREAM",
            Self::Host => "T-HOST",
            Self::Bus => "T-BUS",
            Self::SideChannel => "T-SIDE",
            Self::Cloud => "T-CLOUD",
            Self::Vendor => "T-VENDOR",
            Self::Code => "T-CODE",
            Self::Rollback => "T-ROLLBACK",
            Self::Setup => "T-SETUP",
            Self::Network => "T-NETWORK",
            Self::Redraw => "T-REDRAW",
            Self::Collude => "T-COLLUDE",
            Self::Governance => "T-GOV",
        }
    }

    /// Who does what.
    pub const fn what(self) -> &'static str {
        match self {
            Self::Worker => "the provider makes the answer up",
            Self::Replay => "somebody brings the answer to another request, attempt or model",
            Self::Select => "the provider makes many answers and brings the one that it likes",
            Self::Upstream => "somebody else computes the answer, and reads the input",
            Self::Host => "who holds the machine opens it",
            Self::Bus => "somebody taps or drives the memory bus, or puts in false memory",
            Self::SideChannel => "what runs beside the code learns from caches, times and power",
            Self::Cloud => "the operator of the cloud turns on its customers",
            Self::Vendor => "who has the vendor's keys vouches for what is not so",
            Self::Code => "the approved code does other than it was approved for",
            Self::Rollback => "somebody brings back old keys, state, firmware or documents",
            Self::Setup => "who ran the setup of a verifying key kept its secret",
            Self::Network => "the network is not the one that the model's id names",
            Self::Redraw => "a block's author withholds it, so that another provider is drawn",
            Self::Collude => "more than a third of the validators collude",
            Self::Governance => "governance loosens the rules",
        }
    }
}

/// What an answer is verified by, as far as threats differ by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Defence {
    /// The signature of a worker key.
    Word,
    /// A proof.
    Proof {
        /// Whether somebody may have kept the secret of its setup.
        forgeable: bool,
    },
    /// The signature of an enclave's session key.
    Enclave {
        /// Who vouches for the hardware.
        vendor: Vendor,
        /// Whether the code forwards to an upstream.
        forwards: bool,
        /// Whether the code seeds its sampling by the lease.
        seeded: bool,
    },
}

impl Defence {
    /// That of a settled answer in `mode`.
    pub fn of(mode: Mode, appraised: &Appraised) -> Self {
        match (mode, &appraised.attested) {
            (Mode::ZkMl, _) => Self::Proof { forgeable: appraised.facts.setup != SetupTrust::Bare },
            (Mode::Tee, Some(attested)) => Self::Enclave {
                vendor: attested.enclave.vendor,
                forwards: attested.enclave.binding == ModelBinding::Upstream,
                seeded: appraised.facts.seeded_by_lease,
            },
            (Mode::Plain | Mode::Tee, _) => Self::Word,
        }
    }

    /// What stays open, each with the sentence that says why, in the order of print.
    pub fn open(self) -> impl Iterator<Item = (Threat, &'static str)> {
        Threat::ALL.into_iter().filter_map(move |threat| match stance(threat, self) {
            Stance::Open(why) => Some((threat, why)),
            Stance::Withstood(_) => None,
        })
    }
}

/// Whether something is withstood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stance {
    /// It is, by this.
    Withstood(&'static str),
    /// It is not, because of this.
    Open(&'static str),
}

/// Whether an answer that is verified by `defence` withstands `threat`.
pub const fn stance(threat: Threat, defence: Defence) -> Stance {
    use Stance::{Open, Withstood};
    match threat {
        Threat::Redraw => {
            return Open("The author of a block knows its own randomness, and may withhold the block so that another provider is drawn.")
        }
        Threat::Collude => {
            return Open("More than a third of the validators together can rewrite what the chain says.")
        }
        Threat::Governance => {
            return Open("Governance can loosen rules and trust for later answers; a receipt names the versions that it was judged by.")
        }
        _ => {}
    }
    match defence {
        Defence::Word => word(threat),
        Defence::Proof { forgeable } => proof(threat, forgeable),
        Defence::Enclave { vendor, forwards, seeded } => match (threat, vendor) {
            (Threat::Setup, _) => Withstood("There is no setup."),
            (_, Vendor::Development) => development(threat, forwards),
            (Threat::Worker, _) => {
                Withstood("The session key is inside alone, and signs what the code made.")
            }
            (Threat::Replay, _) => {
                Withstood("Chain, request, attempt, provider, model, price and the lease's block are in what is signed.")
            }
            (Threat::Select, _) if seeded => Withstood("The code seeds its sampling by the lease."),
            (Threat::Select, _) => {
                Open("The code does not seed its sampling by the lease: the provider can ask it many times, and bring the answer that it likes.")
            }
            (Threat::Upstream, _) if forwards => {
                Open("An upstream outside computes the answer and reads the input: which model it ran and what it keeps is its own word.")
            }
            (Threat::Upstream, _) => Withstood("The engine runs in the same enclave."),
            (Threat::Network, _) if forwards => {
                Open("An upstream names a model; nothing ties that name to a network.")
            }
            (Threat::Network, _) => {
                Withstood("The code hashes the network that it runs, and the model's id is made of that digest.")
            }
            (Threat::Code, _) => {
                Open("The measurement says which code runs; that this code does what it was approved for is the word of who approved it.")
            }
            (Threat::Rollback, _) => {
                Withstood("Keys live in memory alone, so that a restart is a new key; a document is used once, and names its firmware.")
            }
            (_, Vendor::Aws) => aws(threat),
            (_, Vendor::Intel) => intel(threat),
            (_, Vendor::Amd) => amd(threat),
        },
    }
}

const fn word(threat: Threat) -> Stance {
    use Stance::{Open, Withstood};
    match threat {
        Threat::Worker => {
            Open("The provider can make the whole answer up: its word is all there is.")
        }
        Threat::Replay => Withstood(
            "Chain, request, attempt, provider, model and the lease's block are in what is signed.",
        ),
        Threat::Select => {
            Open("The provider can run a model many times, and bring the answer that it likes.")
        }
        Threat::Upstream => Open("The provider may have passed the request on to anybody."),
        Threat::Network => Open("Which network ran is the provider's word."),
        Threat::Setup => Withstood("There is no setup."),
        _ => Withstood("Nothing is said to rest on hardware, nor on approved code."),
    }
}

const fn proof(threat: Threat, forgeable: bool) -> Stance {
    use Stance::{Open, Withstood};
    match threat {
        Threat::Worker => Withstood("The output is proven to be that of the circuit."),
        Threat::Replay => {
            Withstood("The input, the output and the binding to the lease are public inputs of the proof.")
        }
        Threat::Select => Withstood("The circuit has one output for each input."),
        Threat::Upstream => Withstood("Who computed it changes nothing of what is proven."),
        Threat::Setup if forgeable => {
            Open("Who kept the secret of the key's setup can prove anything: the receipt says who that could be.")
        }
        Threat::Setup => {
            Withstood("The setup has no secret, or somebody took part whom the reader has a reason to trust.")
        }
        Threat::Network => {
            Open("That the key is of the named network is its owner's word, until somebody rebuilds the circuit: `opg model check`.")
        }
        _ => Withstood("Nothing rests on hardware, nor on approved code."),
    }
}

const fn development(threat: Threat, forwards: bool) -> Stance {
    use Stance::Open;
    match threat {
        Threat::Worker => {
            Open("Everybody has the development vendor's secrets, and can answer as an enclave of it.")
        }
        Threat::Replay => {
            Stance::Withstood("Chain, request, attempt, provider, model, price and the lease's block are in what is signed.")
        }
        Threat::Select => Open("Whoever has the session key can sign the answer that it likes."),
        Threat::Upstream if forwards => {
            Open("An upstream outside computes the answer and reads the input: which model it ran and what it keeps is its own word.")
        }
        Threat::Upstream => Open("That the engine runs inside is nobody's word but the operator's."),
        Threat::Host | Threat::Bus | Threat::SideChannel | Threat::Cloud => {
            Open("There is no hardware: who runs the machine sees and changes everything.")
        }
        Threat::Vendor => {
            Open("The development vendor's secrets are public: its documents vouch for nothing.")
        }
        Threat::Code => Open("Nothing shows that the code which was measured is the code that runs."),
        Threat::Rollback => Open("Keys can be kept, copied and used again."),
        _ => Open("Which network ran is the operator's word."),
    }
}

const fn aws(threat: Threat) -> Stance {
    use Stance::{Open, Withstood};
    match threat {
        Threat::Host => Withstood("AWS alone holds the machines that its root vouches for; see T-CLOUD."),
        Threat::Bus => {
            Open("A Nitro enclave is kept apart by AWS's hypervisor; the memory bus is open to who works in AWS's halls.")
        }
        Threat::SideChannel => {
            Open("An enclave has cores and memory of its own, and shares caches and power with what runs beside it, which may learn from them.")
        }
        Threat::Cloud => {
            Open("AWS runs the hypervisor, holds the machine and signs the documents: it can read and forge everything, and its word alone says that it does not.")
        }
        _ => Open("Who has AWS's signing keys can vouch for an enclave that does not exist."),
    }
}

const fn intel(threat: Threat) -> Stance {
    use Stance::{Open, Withstood};
    match threat {
        Threat::Host => {
            Open("The document names a processor, and not who stands beside it: an owner with the machine in hand can do what T-BUS says.")
        }
        Threat::Bus => {
            Open("Interposers on the memory bus took attestation keys out of SGX on DDR4 (WireTap, 2025) and out of SGX and TDX on DDR5 (TEE.fail, 2025): with such a key documents are forged.")
        }
        Threat::SideChannel => {
            Open("Code on the same processor can learn from caches, page faults, power and times; closing that is left to the code inside.")
        }
        Threat::Cloud => {
            Withstood("Host and hypervisor are outside what is trusted; their hands on the machine are T-HOST and T-BUS.")
        }
        _ => Open("Who has Intel's provisioning keys can vouch for a platform that does not exist."),
    }
}

const fn amd(threat: Threat) -> Stance {
    use Stance::{Open, Withstood};
    match threat {
        Threat::Host => {
            Open("The document names a chip or a cloud, and not who stands beside the machine: an owner with it in hand can do what T-BUS says.")
        }
        Threat::Bus => {
            Open("False memory modules (BadRAM, 2024) and interposers on the memory bus (TEE.fail, 2025) broke SEV-SNP: with them memory is read, and documents are forged.")
        }
        Threat::SideChannel => {
            Open("The host sees a guest's ciphertexts, page accesses, power and times, and secrets were read from them; closing that is left to the code inside.")
        }
        Threat::Cloud => {
            Withstood("Host and hypervisor are outside what is trusted; their hands on the machine are T-HOST and T-BUS.")
        }
        _ => Open("Who has AMD's signing keys can vouch for a chip that does not exist."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every defence there is.
    fn defences() -> Vec<Defence> {
        let flags = [false, true];
        let mut all = alloc::vec![Defence::Word];
        all.extend(flags.map(|forgeable| Defence::Proof { forgeable }));
        for vendor in Vendor::ALL {
            for forwards in flags {
                all.extend(flags.map(|seeded| Defence::Enclave { vendor, forwards, seeded }));
            }
        }
        all
    }

    fn is_open(threat: Threat, defence: Defence) -> bool {
        defence.open().any(|(open, _)| open == threat)
    }

    #[test]
    fn no_two_threats_share_an_id() {
        let mut ids: Vec<_> = Threat::ALL.iter().map(|threat| threat.id()).collect();
        assert!(ids.iter().all(|id| id.starts_with("T-")));
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), Threat::ALL.len());
    }

    #[test]
    fn every_stance_is_a_sentence() {
        for defence in defences() {
            for threat in Threat::ALL {
                let (Stance::Withstood(says) | Stance::Open(says)) = stance(threat, defence);
                assert!(says.ends_with('.') && says.len() > 10, "{threat:?} {defence:?}");
            }
        }
    }

    #[test]
    fn what_the_development_vendor_vouches_for_withstands_no_attack_on_hardware() {
        for (forwards, seeded) in [(false, true), (true, false)] {
            let vendor = Vendor::Development;
            let defence = Defence::Enclave { vendor, forwards, seeded };
            for threat in [Threat::Worker, Threat::Host, Threat::Bus, Threat::Cloud, Threat::Vendor]
            {
                assert!(is_open(threat, defence), "{threat:?}");
            }
        }
    }

    #[test]
    fn no_vendor_withstands_the_memory_bus_its_own_keys_or_code_that_was_approved_wrongly() {
        for vendor in Vendor::ALL {
            let defence = Defence::Enclave { vendor, forwards: false, seeded: true };
            for threat in [Threat::Bus, Threat::Vendor, Threat::Code, Threat::SideChannel] {
                assert!(is_open(threat, defence), "{vendor:?} {threat:?}");
            }
        }
    }

    #[test]
    fn what_is_open_follows_from_the_facts_of_an_answer() {
        assert!(is_open(Threat::Setup, Defence::Proof { forgeable: true }));
        assert!(!is_open(Threat::Setup, Defence::Proof { forgeable: false }));
        let enclave = |forwards, seeded| Defence::Enclave { vendor: Vendor::Amd, forwards, seeded };
        assert!(is_open(Threat::Select, enclave(false, false)));
        assert!(!is_open(Threat::Select, enclave(false, true)));
        assert!(is_open(Threat::Upstream, enclave(true, true)));
        assert!(!is_open(Threat::Upstream, enclave(false, true)));
    }
}
