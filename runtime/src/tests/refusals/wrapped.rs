//! Each feeless call, good as a transaction of its own, by every other way that there is.

use super::{
    answers::{acknowledge, decline, dispatcher, expire},
    case::{Case, Payer, Verdict},
    ledger::Change,
    scene::{sudo, Act, Scene},
    world::{OUTSIDER, PROVIDER, ROOT},
};
use crate::{configs::accounts::ProxyType, OriginCaller, Runtime, RuntimeCall, UncheckedExtrinsic};
use frame_support::weights::Weight;
use opg_primitives::request::DeclineReason;
use pallet_inference::Error;
use pallet_utility::Call as Utility;
use sp_runtime::{transaction_validity::UnknownTransaction, DispatchError::BadOrigin};

/// A feeless call: its name, and how one is made that is good on the scene.
type Feeless = (&'static str, fn(&mut Scene<'_>) -> RuntimeCall);

/// What brings a call by some way.
type Go = fn(&mut Scene<'_>, RuntimeCall) -> Act;

/// A way for a call: what is said of it, what comes of it, who pays for it, and the act.
struct Way {
    name: &'static str,
    verdict: Verdict,
    payer: Payer,
    go: Go,
}

fn way(name: &'static str, verdict: Verdict, payer: Payer, go: Go) -> Way {
    Way { name, verdict, payer, go }
}

/// Every call by every way.
pub fn cases() -> Vec<Case> {
    let rows = ways().into_iter().flat_map(|way| calls().map(|call| row(&way, call)));
    rows.collect()
}

fn row(way: &Way, (call, make): Feeless) -> Case {
    let Way { name, verdict, payer, go } = *way;
    Case::new(format!("`{call}` {name}"), verdict, Change::NONE, move |scene| {
        let call = make(scene);
        let act = go(scene, call.clone());
        scene.still_good = Some(call);
        act
    })
    .paid_by(payer)
}

fn calls() -> [Feeless; 4] {
    [
        ("acknowledge", |scene| acknowledge(&scene.world.fresh, &dispatcher(PROVIDER)).into()),
        ("decline", |scene| {
            decline(&scene.world.fresh, DeclineReason::Busy, &dispatcher(PROVIDER)).into()
        }),
        ("submit_result", |scene| {
            let world = scene.world;
            world.good(&world.proven).submitted(&dispatcher(PROVIDER)).into()
        }),
        ("expire", |scene| {
            // From now on no proof settles, so that the lease can be ended.
            scene.switch_proofs_off();
            expire(&scene.world.proven).into()
        }),
    ]
}

fn ways() -> Vec<Way> {
    [without_a_call_around_it(), by_the_provider(), by_root()].into_iter().flatten().collect()
}

/// Ways on which the transaction itself is of another kind.
fn without_a_call_around_it() -> Vec<Way> {
    let fails = Verdict::Fails(BadOrigin);
    vec![
        way("signed by the provider's account", fails, Payer::Provider, |scene, call| {
            Act::send(scene.signed(PROVIDER, call))
        }),
        way(
            "bare, which no pool takes, put into a block by its author",
            fails,
            Payer::Nobody,
            |scene, call| {
                let transaction = UncheckedExtrinsic::new_bare(call);
                let pool = scene.chain.validate(transaction.clone());
                assert_eq!(pool, Err(UnknownTransaction::NoUnsignedValidator.into()));
                Act::send(transaction)
            },
        ),
    ]
}

/// Ways that a signer has.
fn by_the_provider() -> Vec<Way> {
    let (fails, within) = (Verdict::Fails(BadOrigin), Verdict::FailsWithin(BadOrigin));
    let payer = Payer::Provider;
    vec![
        way("in `utility.batch`", within, payer, |scene, call| {
            Act::send(scene.signed(PROVIDER, Utility::<Runtime>::batch { calls: vec![call] }))
        }),
        way("in `utility.batch_all`", fails, payer, |scene, call| {
            Act::send(scene.signed(PROVIDER, Utility::<Runtime>::batch_all { calls: vec![call] }))
        }),
        way("in `utility.force_batch`", within, payer, |scene, call| {
            Act::send(scene.signed(PROVIDER, Utility::<Runtime>::force_batch { calls: vec![call] }))
        }),
        way("in `utility.if_else`", within, payer, |scene, call| {
            let remark = frame_system::Call::<Runtime>::remark { remark: Vec::new() };
            let (main, fallback) = (Box::new(call), Box::new(RuntimeCall::from(remark)));
            Act::send(scene.signed(PROVIDER, Utility::<Runtime>::if_else { main, fallback }))
        }),
        way("in `utility.as_derivative`", fails, payer, |scene, call| {
            let call = Box::new(call);
            Act::send(scene.signed(PROVIDER, Utility::<Runtime>::as_derivative { index: 0, call }))
        }),
        way("in `multisig.as_multi_threshold_1`", fails, payer, |scene, call| {
            let call = pallet_multisig::Call::<Runtime>::as_multi_threshold_1 {
                other_signatories: vec![OUTSIDER.to_account_id()],
                call: Box::new(call),
            };
            Act::send(scene.signed(PROVIDER, call))
        }),
        way("in `proxy.proxy`", within, Payer::Outsider, |scene, call| {
            let add = pallet_proxy::Call::<Runtime>::add_proxy {
                delegate: OUTSIDER.to_account_id().into(),
                proxy_type: ProxyType::Any,
                delay: 0,
            };
            scene.chain.done(PROVIDER, vec![add.into()]);
            let call = pallet_proxy::Call::<Runtime>::proxy {
                real: PROVIDER.to_account_id().into(),
                force_proxy_type: None,
                call: Box::new(call),
            };
            Act::send(scene.signed(OUTSIDER, call))
        }),
    ]
}

/// Ways that root has, which the development preset gives to a key and a live chain to referenda.
fn by_root() -> Vec<Way> {
    let within = Verdict::FailsWithin(BadOrigin);
    let payer = Payer::Nobody;
    vec![
        way("in `sudo.sudo`", within, payer, root_makes),
        way("in `sudo.sudo_as` of the provider", within, payer, |scene, call| {
            let call = pallet_sudo::Call::<Runtime>::sudo_as {
                who: PROVIDER.to_account_id().into(),
                call: Box::new(call),
            };
            Act::send(scene.signed(ROOT, call))
        }),
        way("in `utility.with_weight` by root", within, payer, |scene, call| {
            let (call, weight) = (Box::new(call), Weight::zero());
            root_makes(scene, Utility::<Runtime>::with_weight { call, weight }.into())
        }),
        way(
            "in `utility.dispatch_as` by root, with the origin of an authorised call",
            Verdict::FailsWithin(Error::<Runtime>::Wrapped.into()),
            payer,
            |scene, call| {
                let authorised = OriginCaller::system(frame_system::RawOrigin::Authorized);
                let (as_origin, call) = (Box::new(authorised), Box::new(call));
                root_makes(scene, Utility::<Runtime>::dispatch_as { as_origin, call }.into())
            },
        ),
        way("by the scheduler", within, payer, |scene, call| {
            // Root schedules it in the next block, for the block after that.
            let when = scene.chain.number() + 2;
            scene.by_root(pallet_scheduler::Call::<Runtime>::schedule {
                when,
                maybe_periodic: None,
                priority: 0,
                call: Box::new(call),
            });
            Act::Wait
        }),
    ]
}

/// Root makes `call`.
fn root_makes(scene: &mut Scene<'_>, call: RuntimeCall) -> Act {
    Act::send(scene.signed(ROOT, sudo(call)))
}
