//! Requests that the chain does not take, and requests that nobody serves: what the requester paid
//! for asking is gone, and nothing else.

use super::{
    answers::{account, decline, dispatcher},
    case::{Case, Payer, Verdict},
    ledger::{Change, CENT},
    scene::{Act, Ask, Scene},
    world::{World, PROVIDER, REQUESTER, RIVAL, RIVAL_PRICE},
};
use crate::{constants::currency::OPG, Runtime};
use opg_primitives::{
    mode::Mode,
    request::{DeclineReason, Input, Outcome},
    statement,
};
use pallet_inference::Error;

/// A row in which a request fails.
fn fails(name: &str, error: Error<Runtime>, ask: impl Fn(&mut Scene<'_>) -> Ask + 'static) -> Case {
    Case::new(name, Verdict::Fails(error.into()), Change::NONE, move |scene| {
        let asked = ask(scene);
        Act::send(scene.request(asked))
    })
    .paid_by(Payer::Requester)
}

/// A row in which a request, for which `held` cents are held, ends unanswered.
fn ends(
    name: &str,
    outcome: Outcome,
    held: i128,
    act: impl Fn(&mut Scene<'_>) -> Act + 'static,
) -> Case {
    let change = Change { requester: held * CENT, hold: -held * CENT, ..Change::RELEASED };
    Case::new(name, Verdict::Ends(outcome), change, act)
}

/// A request of the other model, whose class takes proofs alone, of a provider that is drawn.
fn of_other(world: &World) -> Ask {
    Ask { model: world.proofs.other.id(), max_price: RIVAL_PRICE, provider: None, ..world.ask() }
}

/// A request of the digits model to the rival, at its price.
fn of_rival(world: &World) -> Ask {
    Ask { mode: Some(Mode::Plain), max_price: RIVAL_PRICE, provider: Some(RIVAL), ..world.ask() }
}

/// Adds a block with requests, then all but one of the blocks until their draw.
fn until_the_draw(scene: &mut Scene<'_>, asks: Vec<Ask>) {
    let at = scene.chain.number() + 1;
    scene.chain.done(REQUESTER, asks.into_iter().map(|ask| ask.call(at)).collect());
    scene.chain.blocks(1);
}

/// All of them.
pub fn cases() -> Vec<Case> {
    vec![
        fails("a mode under the floor of the class", Error::ModeUnderFloor, |scene| Ask {
            mode: Some(Mode::Plain),
            ..of_other(scene.world)
        }),
        fails("a provider named where the class draws", Error::NamingForbidden, |scene| Ask {
            provider: Some(RIVAL),
            ..of_other(scene.world)
        }),
        fails("a price above what would be held", Error::ProviderTooExpensive, |scene| Ask {
            max_price: OPG,
            ..scene.world.ask()
        }),
        ends(
            "prices above what is held, of all who could be drawn",
            Outcome::NoProvider,
            100,
            |scene| {
                let ask = Ask { max_price: OPG, provider: None, ..scene.world.ask() };
                until_the_draw(scene, vec![ask]);
                Act::Wait
            },
        ),
        fails(
            "a private input, where no enclave was asked",
            Error::CommittedInputNeedsTee,
            |scene| {
                let world = scene.world;
                let interface = world.proofs.digits.model.interface();
                let commitment = statement::commit_input(interface, [7; 32], &world.image);
                let input = Input::Committed(commitment.expect("the image fits"));
                Ask { input, ..world.ask() }
            },
        ),
        ends(
            "a provider that says that the payload did not come",
            Outcome::Declined(DeclineReason::NoPayload),
            300,
            |scene| {
                let fresh = &scene.world.fresh;
                Act::bring(decline(fresh, DeclineReason::NoPayload, &dispatcher(PROVIDER)))
            },
        ),
        ends("a provider that does not acknowledge", Outcome::NotAcknowledged, 300, |scene| {
            let fresh = &scene.world.fresh;
            assert_eq!(fresh.provider, account(PROVIDER));
            scene.chain.blocks(fresh.ack_by - scene.chain.number());
            Act::Wait
        }),
        fails("one bond named twice over", Error::ProviderWithoutCapacity, |scene| {
            scene.provider = RIVAL;
            scene.leased(of_rival(scene.world));
            of_rival(scene.world)
        }),
        ends("one bond drawn twice over", Outcome::NoProvider, 6_000, |scene| {
            scene.provider = RIVAL;
            let world = scene.world;
            until_the_draw(scene, vec![of_other(world), of_other(world)]);
            Act::Wait
        }),
    ]
}
