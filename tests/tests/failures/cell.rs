//! The cells of the table: which component fails, at which step of a request's life, and how the
//! request is to end.

use opg_primitives::request::{DeclineReason, Outcome};
use std::fmt;
use Component::{Dispatcher, Enclave, Gateway, Node, Prover, Validator};
use End::{NotAcknowledged, NotDelivered, NotServed, Settled};
use Step::{Acknowledged, Answered, Held, Leased, Submitted};

/// What fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Component {
    /// The worker that runs and proves.
    Prover,
    /// The worker whose keys are made inside of it, and end with it.
    Enclave,
    /// What stands between the node and the prover.
    Gateway,
    /// The node's off-chain worker, whose node goes on.
    Dispatcher,
    /// The provider's node, with its dispatcher.
    Node,
    /// The only validator.
    Validator,
}

impl fmt::Display for Component {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Prover => "prover",
            Self::Enclave => "enclave",
            Self::Gateway => "gateway",
            Self::Dispatcher => "dispatcher",
            Self::Node => "provider's node",
            Self::Validator => "validator",
        })
    }
}

/// How far the request is when it fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A provider holds the lease.
    Leased,
    /// The gateway has the job, and holds it until its request is final.
    Held,
    /// The lease is acknowledged, and there is no answer.
    Acknowledged,
    /// The gateway has the answer, and the chain has not.
    Answered,
    /// The answer is in the validator's pool, and in no block.
    Submitted,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Leased => "leased",
            Self::Held => "held",
            Self::Acknowledged => "acknowledged",
            Self::Answered => "answered",
            Self::Submitted => "submitted",
        })
    }
}

/// How a lease is to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// With a good answer.
    Settled,
    /// Declined for a worker that is away, or that has other keys than the lease was given for; not
    /// acknowledged, where the decline was a block late.
    NotServed,
    /// Without a word of its provider.
    NotAcknowledged,
    /// Without an answer after its acknowledgement.
    NotDelivered,
}

impl End {
    /// Whether `outcome` is this end.
    pub fn is(self, outcome: Outcome) -> bool {
        match self {
            Self::Settled => outcome == Outcome::Settled,
            Self::NotServed => matches!(
                outcome,
                Outcome::Declined(DeclineReason::NotServed) | Outcome::NotAcknowledged
            ),
            Self::NotAcknowledged => outcome == Outcome::NotAcknowledged,
            Self::NotDelivered => outcome == Outcome::NotDelivered,
        }
    }

    fn verb(self) -> &'static str {
        match self {
            Self::Settled => "settles",
            Self::NotServed => "is given back",
            Self::NotAcknowledged => "is not acknowledged",
            Self::NotDelivered => "is not delivered",
        }
    }
}

/// A cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// What fails.
    pub component: Component,
    /// How far the request is then.
    pub step: Step,
    /// What happens to the component.
    pub fault: &'static str,
    /// How the leases of the request are to end, one after the other.
    pub ends: &'static [End],
}

impl Cell {
    const fn new(
        component: Component,
        step: Step,
        fault: &'static str,
        ends: &'static [End],
    ) -> Self {
        Self { component, step, fault, ends }
    }

    /// The cell as a sentence, for the name of a test.
    pub fn name(&self) -> String {
        let ends: Vec<_> = self.ends.iter().map(|end| end.verb()).collect();
        format!(
            "what is {} when the {} is {} {}",
            self.step,
            self.component,
            self.fault,
            ends.join(" then ")
        )
        .replace(' ', "_")
        .replace('\'', "")
    }
}

/// The cells of one outage of a component.
#[derive(Clone, Copy, Debug)]
pub struct Outage {
    /// The component.
    pub component: Component,
    /// A lease that ends before it is back.
    pub lost: Cell,
    /// A lease that can wait until it is back.
    pub late: Cell,
    /// An acknowledged lease whose answer is due before it is back.
    pub due: Cell,
    /// An acknowledged lease that can wait until it is back.
    pub waiting: Cell,
}

impl Outage {
    const fn new(
        component: Component,
        away: &'static str,
        back: &'static str,
        lost: &'static [End],
    ) -> Self {
        Self {
            component,
            lost: Cell::new(component, Leased, away, lost),
            late: Cell::new(component, Leased, back, &[Settled]),
            due: Cell::new(component, Acknowledged, away, &[NotDelivered]),
            waiting: Cell::new(component, Acknowledged, back, &[Settled]),
        }
    }

    fn cells(&self) -> [Cell; 4] {
        [self.lost, self.late, self.due, self.waiting]
    }
}

const KILLED: &str = "killed";
const RESTARTED: &str = "killed and started again";
const NEW_KEYS: &str = "killed and started again, with new keys";

/// Of the prover.
pub const PROVER: Outage = Outage::new(Prover, KILLED, RESTARTED, &[NotServed]);
/// Of the gateway.
pub const GATEWAY: Outage = Outage::new(Gateway, KILLED, RESTARTED, &[NotAcknowledged]);
/// Of the dispatcher.
pub const DISPATCHER: Outage =
    Outage::new(Dispatcher, "cut off", "cut off and joined again", &[NotAcknowledged]);
/// Of the provider's node.
pub const NODE: Outage = Outage::new(Node, KILLED, RESTARTED, &[NotAcknowledged]);

/// A second attempt, for which the dispatcher is there again.
pub const SECOND_ATTEMPT: Cell =
    Cell::new(Dispatcher, Leased, "cut off for one attempt", &[NotAcknowledged, Settled]);
/// All attempts without the dispatcher.
pub const ALL_ATTEMPTS: Cell = Cell::new(
    Dispatcher,
    Leased,
    "without its key",
    &[NotAcknowledged, NotAcknowledged, NotAcknowledged],
);
/// The gateway has what it takes to settle without the prover.
pub const PROVER_ANSWERED: Cell = Cell::new(Prover, Answered, KILLED, &[Settled]);
/// Nobody else has keys that could answer.
pub const ENCLAVE_LEASED: Cell = Cell::new(Enclave, Leased, KILLED, &[NotServed]);
/// The lease may have been taken on by the keys before: the new ones refuse it.
pub const ENCLAVE_RESTARTED: Cell = Cell::new(Enclave, Leased, NEW_KEYS, &[NotServed]);
/// It was taken on by the keys before.
pub const ENCLAVE_ACKNOWLEDGED: Cell = Cell::new(Enclave, Acknowledged, NEW_KEYS, &[NotDelivered]);
/// The gateway has what it takes to settle without the enclave.
pub const ENCLAVE_ANSWERED: Cell = Cell::new(Enclave, Answered, KILLED, &[Settled]);
/// The gateway's journal has a job that no prover has.
pub const GATEWAY_HELD: Cell = Cell::new(Gateway, Held, RESTARTED, &[Settled]);
/// The gateway's journal has an answer that nobody else can give.
pub const GATEWAY_ANSWERED: Cell =
    Cell::new(Gateway, Answered, "killed with its prover and started again alone", &[Settled]);
/// The validator has what it takes to settle without the provider.
pub const NODE_SUBMITTED: Cell = Cell::new(Node, Submitted, KILLED, &[Settled]);
/// The chain stops, and so do its windows.
pub const VALIDATOR_LEASED: Cell = Cell::new(Validator, Leased, RESTARTED, &[Settled]);
/// The validator's pool is lost, and the provider's node has the answer.
pub const VALIDATOR_SUBMITTED: Cell = Cell::new(Validator, Submitted, RESTARTED, &[Settled]);

/// All cells, in the order of the table.
pub fn all() -> Vec<Cell> {
    let mut cells = Vec::new();
    cells.extend(PROVER.cells());
    cells.push(PROVER_ANSWERED);
    cells.extend([ENCLAVE_LEASED, ENCLAVE_RESTARTED, ENCLAVE_ACKNOWLEDGED, ENCLAVE_ANSWERED]);
    cells.extend(GATEWAY.cells());
    cells.extend([GATEWAY_HELD, GATEWAY_ANSWERED]);
    cells.extend(DISPATCHER.cells());
    cells.extend([SECOND_ATTEMPT, ALL_ATTEMPTS]);
    cells.extend(NODE.cells());
    cells.push(NODE_SUBMITTED);
    cells.extend([VALIDATOR_LEASED, VALIDATOR_SUBMITTED]);
    cells
}
