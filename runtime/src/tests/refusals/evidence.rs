//! Evidence that the leased provider's own dispatcher brings: what settles, and what does not.
//!
//! Where not said otherwise, worker and dispatcher sign what is brought: it is the evidence that is
//! bad, and the provider's bond that answers.

use super::{
    answers::{account, acknowledge, dispatcher, general, submit, worker, Answered, Job},
    case::{Case, Verdict},
    ledger::{Change, CENT},
    proofs::{image, rerandomised},
    scene::{Act, Scene},
    world::{general_class, World, OUTSIDER, PROVIDER, RIVAL, ROOT},
};
use crate::{Runtime, UncheckedExtrinsic};
use codec::{Decode, Encode};
use opg_primitives::{
    claims::{Claim, Standing},
    ids::{BlockHash, WorkerKey},
    mode::{Mode, ModeSet},
    policy::{Floor, Rules},
    request::{Outcome, Refusal},
};
use pallet_policies::DraftRules;
use sp_core::Pair;

/// An answer of 2 OPG, 3 of which were held.
pub const SETTLED: Change = Change {
    requester: 100 * CENT,
    provider: 170 * CENT,
    owner: 20 * CENT,
    treasury: 4 * CENT,
    burned: 6 * CENT,
    hold: -300 * CENT,
    receipts: 1,
    ..Change::NONE
};

/// A request that ends unanswered, and the bond answers with what the lease reserved of it.
pub const SLASHED: Change = Change { burned: 300 * CENT, bond: -300 * CENT, ..Change::RELEASED };

/// The bond answers, and another attempt follows.
pub const SLASHED_AND_ON: Change = Change { requester: 0, hold: 0, ..SLASHED };

/// The provider's dispatcher brings `answered`.
fn brings(answered: &Answered) -> Act {
    Act::bring(answered.submitted(&dispatcher(PROVIDER)))
}

/// What settles.
pub fn accepted() -> Vec<Case> {
    let settled = |name: &str, act: fn(&World) -> Act| {
        Case::new(name, Verdict::Ends(Outcome::Settled), SETTLED, move |scene| act(scene.world))
    };
    vec![
        settled("a good proof", |world| brings(&world.good(&world.proven))),
        settled("a good proof, re-randomised by its provider", |world| {
            let mut answered = world.good(&world.proven);
            answered.proof = rerandomised(&world.proofs.digits.keys[0].verifying, &answered.proof);
            brings(&answered)
        }),
        settled("a good signature, where mode `Plain` was asked", |world| {
            brings(&world.good(&world.plain))
        }),
    ]
}

/// A row in which bad evidence ends the lease and the request.
pub fn bad(name: &str, refusal: Refusal, act: impl Fn(&mut Scene<'_>) -> Act + 'static) -> Case {
    Case::new(name, Verdict::Ends(Outcome::EvidenceRefused(refusal)), SLASHED, act)
}

/// A row about the good answer for `proven`, after `change`.
fn altered(name: &str, refusal: Refusal, change: fn(&mut Answered)) -> Case {
    bad(name, refusal, move |scene| {
        let mut answered = scene.world.good(&scene.world.proven);
        change(&mut answered);
        brings(&answered)
    })
}

/// A row about a good proof of something else, which the world tells, brought for `proven`.
fn of_another(name: &str, answered: fn(&World, &Job) -> Answered) -> Case {
    bad(name, Refusal::InvalidProof, move |scene| {
        brings(&answered(scene.world, &scene.world.proven))
    })
}

/// What is refused.
pub fn refused() -> Vec<Case> {
    [proofs(), keys(), rules()].into_iter().flatten().collect()
}

/// Proofs that are none, or none of this.
fn proofs() -> Vec<Case> {
    vec![
        altered("a proof with one bit flipped", Refusal::MalformedProof, |answered| {
            answered.proof[20] ^= 1;
        }),
        altered("a proof whose first point is negated", Refusal::InvalidProof, |answered| {
            // The bit that tells which root y is.
            answered.proof[0] ^= 0x20;
        }),
        altered("a proof cut short", Refusal::MalformedProof, |answered| {
            answered.proof.pop();
        }),
        altered("a proof with a byte after it", Refusal::MalformedProof, |answered| {
            answered.proof.push(0);
        }),
        of_another("a proof of another request", |world, job| {
            world.answered(job, (&world.proofs.digits, 0), &world.image, &world.drawn)
        }),
        Case::new(
            "a proof of an earlier attempt",
            Verdict::Ends(Outcome::EvidenceRefused(Refusal::InvalidProof)),
            SLASHED_AND_ON,
            |scene| {
                let world = scene.world;
                let (job, _) = scene.second_attempt();
                let digits = (&world.proofs.digits, 0);
                brings(&world.answered(&job, digits, &world.image, &world.drawn))
            },
        ),
        of_another("a proof of another model", |world, job| {
            world.answered(job, (&world.proofs.other, 0), &world.image, job)
        }),
        of_another("a proof of another provider", |world, job| {
            let stated = Job { provider: account(RIVAL), ..job.clone() };
            world.answered(job, (&world.proofs.digits, 0), &world.image, &stated)
        }),
        of_another("a proof of another input", |world, job| {
            world.answered(job, (&world.proofs.digits, 0), &image(1), job)
        }),
        of_another("a proof made for another lease block", |world, job| {
            let stated = Job { lease_block: BlockHash(job.genesis.0), ..job.clone() };
            world.answered(job, (&world.proofs.digits, 0), &world.image, &stated)
        }),
        altered("an output changed after proving", Refusal::InvalidProof, |answered| {
            answered.output[0] ^= 1;
        }),
        altered("an output that has not the model's form", Refusal::MalformedOutput, |answered| {
            answered.output.pop();
        }),
    ]
}

/// Keys that are not there, or not the ones.
fn keys() -> Vec<Case> {
    vec![
        of_another("a proof under the key of another setup, named as the first", |world, job| {
            world.answered(job, (&world.proofs.digits, 1), &world.image, job)
        }),
        altered(
            "a proof, named as under the key of another setup",
            Refusal::InvalidProof,
            |answered| {
                answered.key_version = 1;
            },
        ),
        altered("a key version that only another model has", Refusal::NoVerifyingKey, |answered| {
            answered.key_version = 2;
        }),
        Case::new(
            "a proof system that is not registered",
            Verdict::Undecodable,
            Change::NONE,
            |scene| Act::Bytes(of_unknown_system(scene.world)),
        ),
        altered("a worker key that nobody registered", Refusal::UnknownWorkerKey, |answered| {
            answered.worker = worker(OUTSIDER);
        }),
        altered("a worker key of another provider", Refusal::UnknownWorkerKey, |answered| {
            answered.worker = worker(RIVAL);
        }),
        bad("a worker key that was removed", Refusal::UnknownWorkerKey, |scene| {
            let key = WorkerKey(worker(PROVIDER).public().0);
            let remove = pallet_providers::Call::<Runtime>::remove_worker_key { key };
            scene.chain.done(PROVIDER, vec![remove.into()]);
            brings(&scene.world.good(&scene.world.proven))
        }),
    ]
}

/// Evidence that the rules of the request do not let pass.
fn rules() -> Vec<Case> {
    vec![
        altered("a signature, where a proof was asked", Refusal::WrongMode, |answered| {
            answered.mode = Mode::Plain;
        }),
        bad("a signature over the answer to another request", Refusal::BadSignature, |scene| {
            let world = scene.world;
            let for_another = Answered { job: world.drawn.clone(), ..world.good(&world.plain) };
            let evidence = for_another.evidence();
            let key = dispatcher(PROVIDER);
            Act::bring(submit(&world.plain, &for_another.output, evidence, &key))
        }),
        Case::new(
            "good evidence, where the class asks for more than it supports",
            Verdict::Ends(Outcome::EvidenceRefused(Refusal::UnderFloor)),
            Change::RELEASED,
            |scene| {
                // Of a public input there is nothing to say.
                raise_the_floor(scene, &Mode::ALL, Claim::InputReaders, Standing::Signed);
                let job = scene.leased(scene.world.ask());
                scene.brought(acknowledge(&job, &dispatcher(PROVIDER)));
                brings(&scene.world.good(&job))
            },
        ),
        Case::new(
            "good evidence, when its verifier is switched off",
            Verdict::Ends(Outcome::AbortedByGovernance),
            Change::RELEASED,
            |scene| {
                scene.switch_proofs_off();
                brings(&scene.world.good(&scene.world.proven))
            },
        ),
    ]
}

/// The transaction that would settle `proven`, but for the number of the proof system.
fn of_unknown_system(world: &World) -> Vec<u8> {
    let answered = world.good(&world.proven);
    let mut bytes = general(answered.submitted(&dispatcher(PROVIDER))).encode();
    assert!(UncheckedExtrinsic::decode(&mut &bytes[..]).is_ok());
    let evidence = answered.evidence().encode();
    let at = bytes.windows(evidence.len()).position(|window| window == evidence);
    // After the variant of the evidence, the worker's key and its signature.
    bytes[at.expect("the evidence is in the transaction") + 1 + 32 + 64] += 1;
    bytes
}

/// Lets the class of the digits model ask that `claim` be supported so well. In force from the next block
/// on.
pub fn raise_the_floor(scene: &mut Scene<'_>, modes: &[Mode], claim: Claim, least: Standing) {
    let rules = Rules {
        default: modes[0],
        floor: Floor {
            modes: ModeSet::of(modes),
            least: vec![(claim, least)].try_into().expect("it is one"),
        },
        provider_may_be_named: true,
    };
    let rules = DraftRules::truncate_from(vec![(general_class(), rules)]);
    let store = pallet_policies::Call::<Runtime>::store_draft { rules };
    scene.chain.done(ROOT, vec![store.into()]);
    let draft = scene
        .chain
        .execute(|| pallet_policies::Drafts::<Runtime>::iter_keys().next().expect("it was stored"));
    let at = scene.chain.number() + 2;
    scene.by_root(pallet_policies::Call::<Runtime>::enact { draft, at });
}
