//! One row of the table: what is done, what has to come of it, and the run that compares.

use super::{
    answers::general,
    ledger::{Change, Ledger},
    scene::{Act, Scene},
    world::{World, OUTSIDER, PROVIDER, REQUESTER},
};
use crate::{
    Attestation, Balance, Inference, Models, Policies, Providers, Receipts, RuntimeEvent,
    UncheckedExtrinsic, Verification,
};
use codec::Decode;
use opg_primitives::request::Outcome;
use pallet_inference::Refused;
use sp_keyring::Sr25519Keyring;
use sp_runtime::{
    transaction_validity::TransactionValidityError, ApplyExtrinsicResult, DispatchError, Percent,
    TryRuntimeError,
};

/// What has to come of an act.
#[derive(Clone, Copy, Debug)]
pub enum Verdict {
    /// The transaction is not valid, neither for the pool nor in a block.
    Invalid(Refused),
    /// The bytes are no transaction.
    Undecodable,
    /// The call fails.
    Fails(DispatchError),
    /// The call succeeds, and the call within it fails.
    FailsWithin(DispatchError),
    /// The lease ends so, and the receipt says it.
    Ends(Outcome),
}

impl Verdict {
    /// Whether it is what came of the act: `result` of the transaction, if there was one, and the
    /// block's events.
    fn is_met(&self, result: Option<ApplyExtrinsicResult>, events: &[RuntimeEvent]) -> bool {
        let succeeded = matches!(result, None | Some(Ok(Ok(()))));
        match self {
            Self::Invalid(refused) => result == Some(Err(TransactionValidityError::from(*refused))),
            Self::Undecodable => result.is_none(),
            Self::Fails(error) => result == Some(Ok(Err(*error))),
            Self::FailsWithin(error) => succeeded && failures_within(events) == [*error],
            Self::Ends(outcome) => succeeded && outcomes(events) == [*outcome],
        }
    }
}

/// The failures of calls within calls that are events.
fn failures_within(events: &[RuntimeEvent]) -> Vec<DispatchError> {
    use {
        pallet_proxy::Event as Proxy, pallet_scheduler::Event as Scheduler,
        pallet_sudo::Event as Sudo, pallet_utility::Event as Utility,
    };
    let failure = |event: &RuntimeEvent| match event {
        RuntimeEvent::Utility(
            Utility::BatchInterrupted { error, .. }
            | Utility::ItemFailed { error }
            | Utility::IfElseFallbackCalled { main_error: error },
        ) => Some(*error),
        RuntimeEvent::Utility(Utility::DispatchedAs { result })
        | RuntimeEvent::Proxy(Proxy::ProxyExecuted { result })
        | RuntimeEvent::Scheduler(Scheduler::Dispatched { result, .. })
        | RuntimeEvent::Sudo(
            Sudo::Sudid { sudo_result: result } | Sudo::SudoAsDone { sudo_result: result },
        ) => result.err(),
        _ => None,
    };
    events.iter().filter_map(failure).collect()
}

/// The outcomes of the receipts that were written.
fn outcomes(events: &[RuntimeEvent]) -> Vec<Outcome> {
    let written = |event: &RuntimeEvent| match event {
        RuntimeEvent::Receipts(pallet_receipts::Event::ReceiptWritten { outcome, .. }) => {
            Some(*outcome)
        }
        _ => None,
    };
    events.iter().filter_map(written).collect()
}

/// Who pays a fee for the act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payer {
    /// It is free.
    Nobody,
    /// The requester.
    Requester,
    /// The provider.
    Provider,
    /// Somebody who has nothing to do with it.
    Outsider,
}

impl Payer {
    fn account(self) -> Option<Sr25519Keyring> {
        match self {
            Self::Nobody => None,
            Self::Requester => Some(REQUESTER),
            Self::Provider => Some(PROVIDER),
            Self::Outsider => Some(OUTSIDER),
        }
    }

    /// `change`, with `fee` paid and shared out.
    fn with_fee(self, mut change: Change, fee: Balance) -> Change {
        let share = Percent::from_percent(80) * fee;
        match self {
            Self::Nobody => {}
            Self::Requester => change.requester -= fee as i128,
            Self::Provider => change.provider -= fee as i128,
            Self::Outsider => change.outsider -= fee as i128,
        }
        change.treasury += share as i128;
        change.author += (fee - share) as i128;
        change
    }
}

type Action = dyn Fn(&mut Scene<'_>) -> Act;

/// What else has to hold after the act: all that does not.
type Afterwards = fn(&mut Scene<'_>) -> Vec<String>;

/// A row of the table.
pub struct Case {
    pub name: String,
    pub verdict: Verdict,
    pub payer: Payer,
    /// What changes beside the fee.
    pub change: Change,
    act: Box<Action>,
    afterwards: Option<Afterwards>,
}

impl Case {
    /// A row in which nobody pays a fee. `act` does what comes before on the scene, and says what
    /// the block holds whose consequences are measured.
    pub fn new(
        name: impl Into<String>,
        verdict: Verdict,
        change: Change,
        act: impl Fn(&mut Scene<'_>) -> Act + 'static,
    ) -> Self {
        let (name, payer, act) = (name.into(), Payer::Nobody, Box::new(act));
        Self { name, verdict, payer, change, act, afterwards: None }
    }

    /// The same, with a fee.
    pub fn paid_by(self, payer: Payer) -> Self {
        Self { payer, ..self }
    }

    /// The same, after which this has to hold too.
    pub fn and(self, afterwards: Afterwards) -> Self {
        Self { afterwards: Some(afterwards), ..self }
    }

    /// Tries it, and tells everything that is not as it has to be.
    pub fn run(&self, world: &World) -> Vec<String> {
        let _named = Named(&self.name);
        let mut scene = world.scene();
        let act = (self.act)(&mut scene);
        let provider = scene.provider;
        let before = scene.chain.execute(|| Ledger::read(provider));
        let mut wrong = Vec::new();

        let result = match act {
            Act::Wait => {
                scene.chain.blocks(1);
                None
            }
            Act::Bytes(bytes) => {
                if UncheckedExtrinsic::decode(&mut &bytes[..]).is_ok() {
                    wrong.push("the bytes decode".to_owned());
                }
                scene.chain.blocks(1);
                None
            }
            Act::Send(transaction) => {
                if let Verdict::Invalid(refused) = self.verdict {
                    let pool = scene.chain.validate((*transaction).clone());
                    if pool != Err(refused.into()) {
                        wrong.push(format!("the pool says {pool:?}"));
                    }
                }
                scene.chain.block(vec![*transaction]).pop()
            }
        };
        let events = scene.chain.events();
        if !self.verdict.is_met(result, &events) {
            wrong.push(format!("not {:?} but {result:?}, {events:#?}", self.verdict));
        }

        let fees = fees(&events);
        let payers: Vec<_> = fees.iter().map(|(who, _)| who.clone()).collect();
        let payer: Vec<_> =
            self.payer.account().map(|who| who.to_account_id()).into_iter().collect();
        if payers != payer {
            wrong.push(format!("paid by {payers:?} instead of {payer:?}"));
        }
        let fee: Balance = fees.iter().map(|(_, fee)| fee).sum();
        let expected = self.payer.with_fee(self.change, fee);
        let measured = scene.chain.execute(|| Ledger::read(provider)).since(&before);
        if measured != expected {
            wrong.push(format!("expected {expected:#?}, measured {measured:#?}"));
        }

        wrong.extend(check_state(&mut scene));
        wrong.extend(self.afterwards.map(|check| check(&mut scene)).into_iter().flatten());
        if let Some(call) = scene.still_good.take() {
            let result = scene.chain.block(vec![general(call)]);
            if result != [Ok(Ok(()))] {
                wrong.push(format!("the call is not good by itself: {result:?}"));
            }
            wrong.extend(check_state(&mut scene));
        }
        wrong.into_iter().map(|what| format!("{}: {what}", self.name)).collect()
    }
}

/// Who paid how much for a transaction, in the order of payment.
fn fees(events: &[RuntimeEvent]) -> Vec<(crate::AccountId, Balance)> {
    use pallet_transaction_payment::Event::TransactionFeePaid;
    let paid = |event: &RuntimeEvent| match event {
        RuntimeEvent::TransactionPayment(TransactionFeePaid { who, actual_fee, .. }) => {
            (*actual_fee > 0).then(|| (who.clone(), *actual_fee))
        }
        _ => None,
    };
    events.iter().filter_map(paid).collect()
}

/// What must hold between blocks and does not.
fn check_state(scene: &mut Scene<'_>) -> Option<String> {
    let check = || -> Result<(), TryRuntimeError> {
        Models::do_try_state()?;
        Providers::do_try_state()?;
        Policies::do_try_state()?;
        Attestation::do_try_state()?;
        Verification::do_try_state()?;
        Receipts::do_try_state()?;
        Inference::do_try_state()
    };
    scene.chain.execute(check).err().map(|error| format!("the state is broken: {error:?}"))
}

/// Says which row it was where the way to it failed already.
struct Named<'a>(&'a str);

impl Drop for Named<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("in the row: {}", self.0);
        }
    }
}
