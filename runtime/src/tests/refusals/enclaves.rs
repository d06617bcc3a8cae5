//! Where an enclave's word is asked for, or comes unasked: which enclave may answer, for whom, until when.
//!
//! Where not said otherwise the word is good, and of an enclave of the named provider whose code is
//! approved: it is that enclave, or what became of it, that is at fault.

use super::{
    answers::{acknowledge, dispatcher, worker, Job},
    case::{Case, Verdict},
    evidence::{bad, raise_the_floor, SETTLED, SLASHED_AND_ON},
    ledger::Change,
    scene::{requested, Act, Ask, Scene},
    word::Word,
    world::{PROVIDER, REQUESTER, RIVAL},
};
use crate::{
    constants::time::MILLISECS_PER_BLOCK,
    tests::enclave::{approve, Newcomer, DOCUMENT_SECONDS},
    Attestation, BlockNumber, Runtime,
};
use opg_primitives::{
    attestation::Vendor,
    claims::{Claim, Standing},
    enclave::{EnclaveFault, ModelRan},
    evidence::Evidence,
    ids::{Digest, SessionKey, Signature},
    mode::Mode,
    names::ModelName,
    reference::ReferenceValue,
    request::{Outcome, Refusal},
    standing::{Column, Grade},
};
use pallet_attestation::{Call, Reason, Subject};
use pallet_verification::types::Format;
use sp_keyring::Sr25519Keyring;

/// A lease of the named provider in mode `Tee`.
fn leased(scene: &mut Scene<'_>) -> Job {
    scene.leased(Ask { mode: Some(Mode::Tee), ..scene.world.ask() })
}

/// The same, acknowledged.
pub fn taken_on(scene: &mut Scene<'_>) -> Job {
    let job = leased(scene);
    scene.brought(acknowledge(&job, &dispatcher(PROVIDER)));
    job
}

/// The enclave's word for `job`.
pub fn word(scene: &Scene<'_>, job: &Job) -> Word {
    Word::of(scene.world, &scene.world.enclave, job)
}

/// An enclave of the digits model that is not registered yet.
fn newcomer(scene: &mut Scene<'_>, provider: Sr25519Keyring, number: u8) -> Newcomer {
    let model = scene.world.proofs.digits.id();
    Newcomer::new(&mut scene.chain, provider, number, &[model])
}

/// An enclave whose document ends with the block in which the third transaction after its registration
/// is.
fn ending(scene: &mut Scene<'_>) -> Newcomer {
    let mut enclave = newcomer(scene, PROVIDER, 2);
    // Registration, request, acknowledgement, answer.
    let last = enclave.made + 4 * MILLISECS_PER_BLOCK / 1000;
    enclave.made = last - DOCUMENT_SECONDS;
    enclave.register(&mut scene.chain);
    enclave
}

/// Root approves the enclave's code anew, with this changed.
fn approved_anew(scene: &mut Scene<'_>, alter: impl FnOnce(&mut ReferenceValue)) {
    let mut value = scene.world.enclave.approval(scene.chain.number(), BlockNumber::MAX);
    alter(&mut value);
    scene.by_root(approve(value));
}

/// What an answer of the enclave rests on.
const KINDS: [&str; 4] = ["firmware status", "code", "machine", "keys"];

/// The subject of the `kind`th of [`KINDS`].
fn subject(scene: &mut Scene<'_>, kind: usize) -> Subject {
    let newcomer = &scene.world.enclave;
    let (id, enclave) = scene.chain.execute(|| {
        let id = newcomer.id();
        (id, Attestation::registered(id).expect("it is registered"))
    });
    let subjects = [
        Subject::Tcb(enclave.vendor, enclave.tcb),
        Subject::Measurement(enclave.measurement),
        Subject::Platform(enclave.platform),
        Subject::Enclave(id),
    ];
    subjects[kind]
}

/// Root revokes what the enclave rests on, from the last block on.
fn revoked(scene: &mut Scene<'_>, kind: usize) -> Subject {
    let (subject, since) = (subject(scene, kind), scene.chain.number());
    scene.by_root(Call::<Runtime>::revoke { subject, reason: Reason::KeysLeaked, since });
    subject
}

/// What settles.
pub fn accepted() -> Vec<Case> {
    let settled = |name: &str, act: fn(&mut Scene<'_>) -> Act| {
        Case::new(name, Verdict::Ends(Outcome::Settled), SETTLED, act).and(says_what_it_may)
    };
    vec![
        settled("the word of an enclave, where mode `Tee` was asked", |scene| {
            let job = taken_on(scene);
            word(scene, &job).brought()
        }),
        settled("the word of an enclave in the last block of its document", |scene| {
            let enclave = ending(scene);
            let job = taken_on(scene);
            Word::of(scene.world, &enclave, &job).brought()
        }),
        settled("the word of an enclave in the last block of its code's approval", |scene| {
            let last = scene.chain.number() + 4;
            approved_anew(scene, |value| value.until = last);
            let job = taken_on(scene);
            word(scene, &job).brought()
        }),
        settled("the word of an enclave whose revocation was lifted", |scene| {
            let subject = revoked(scene, 3);
            let from = scene.chain.number();
            scene.by_root(Call::<Runtime>::lift { subject, from });
            let job = taken_on(scene);
            word(scene, &job).brought()
        }),
    ]
}

/// What the receipt of an enclave of the development vendor has to say: that it signed, and no more.
fn says_what_it_may(scene: &mut Scene<'_>) -> Vec<String> {
    let receipt = scene.receipt();
    let Some(appraised) = receipt.appraised else { return vec!["no table".into()] };
    let Some(attested) = appraised.attested else { return vec!["no enclave".into()] };
    let mut wrong: Vec<String> = appraised
        .standings
        .iter()
        .filter(|cell| matches!(cell.standing, Standing::Attested | Standing::Proven))
        .map(|cell| format!("{:?} is {:?}", cell.claim, cell.standing))
        .collect();
    if receipt.mode.achieved != Some(Mode::Tee) {
        wrong.push(format!("achieved is {:?}", receipt.mode.achieved));
    }
    if attested.enclave.vendor != Vendor::Development {
        wrong.push(format!("the vendor is {:?}", attested.enclave.vendor));
    }
    if (appraised.facts.column, appraised.grade) != (Column::Development, Grade::E) {
        wrong.push(format!("{:?}, evidence {:?}", appraised.facts.column, appraised.grade));
    }
    wrong
}

/// A row in which the enclave may not answer, and the bond answers for it.
fn faulty(
    name: impl Into<String>,
    fault: EnclaveFault,
    act: impl Fn(&mut Scene<'_>) -> Act + 'static,
) -> Case {
    let name: String = name.into();
    bad(&name, Refusal::Enclave(fault), act)
}

/// A row in which governance took the trust away after the provider had acknowledged, so that nobody is
/// to blame.
fn given_up(
    name: impl Into<String>,
    fault: EnclaveFault,
    act: impl Fn(&mut Scene<'_>) -> Act + 'static,
) -> Case {
    let verdict = Verdict::Ends(Outcome::EvidenceRefused(Refusal::Enclave(fault)));
    Case::new(name, verdict, Change::RELEASED, act)
}

/// What is refused.
pub fn refused() -> Vec<Case> {
    let kinds = (0..KINDS.len()).flat_map(revocations);
    let all = unknown().into_iter().chain(over()).chain(kinds).chain(changes());
    all.chain(modes()).chain(other_words()).collect()
}

/// Enclaves that are none of the provider's.
fn unknown() -> Vec<Case> {
    use EnclaveFault::Unknown;
    vec![
        faulty("the word of an enclave that nobody registered", Unknown, |scene| {
            let enclave = newcomer(scene, PROVIDER, 9);
            let job = taken_on(scene);
            Word::of(scene.world, &enclave, &job).brought()
        }),
        faulty("the word of an enclave of another provider", Unknown, |scene| {
            let theirs = newcomer(scene, RIVAL, 3);
            theirs.register(&mut scene.chain);
            let job = taken_on(scene);
            Word::of(scene.world, &theirs, &job).brought()
        }),
        faulty("the word of an enclave that its provider took off the chain", Unknown, |scene| {
            let job = taken_on(scene);
            let word = word(scene, &job);
            let retire = Call::<Runtime>::retire { enclave: word.said.enclave };
            scene.chain.done(PROVIDER, vec![retire.into()]);
            word.brought()
        }),
        faulty("anybody's signature, by a session key of small order", Unknown, |scene| {
            // It cannot be registered; the signature holds for every message.
            let mut weak = newcomer(scene, PROVIDER, 9);
            weak.parts.session_key = SessionKey([0; 32]);
            let job = taken_on(scene);
            let Word { said, .. } = Word::of(scene.world, &weak, &job);
            let mut signature = Signature([0; 64]);
            signature.0[0] = 1;
            let evidence = Evidence::Tee { enclave: said.enclave, run: said.run, signature };
            word(scene, &job).brought_with(evidence)
        }),
    ]
}

/// Enclaves and approvals past their time, or of something else.
fn over() -> Vec<Case> {
    use EnclaveFault::{Expired, NotApproved};
    vec![
        faulty("the word of an enclave a block after its document ended", Expired, |scene| {
            let enclave = ending(scene);
            let job = taken_on(scene);
            scene.chain.blocks(1);
            Word::of(scene.world, &enclave, &job).brought()
        }),
        faulty(
            "the word of an enclave a block after its code's approval ended",
            NotApproved,
            |scene| {
                let last = scene.chain.number() + 4;
                approved_anew(scene, |value| value.until = last);
                let job = taken_on(scene);
                scene.chain.blocks(1);
                word(scene, &job).brought()
            },
        ),
        faulty(
            "the word of an enclave whose code is approved for another model",
            NotApproved,
            |scene| {
                let other = scene.world.proofs.other.id();
                approved_anew(scene, |value| value.model = Some(other));
                let job = taken_on(scene);
                word(scene, &job).brought()
            },
        ),
        faulty("the word of an enclave that was set up for another model", NotApproved, |scene| {
            let other = scene.world.proofs.other.id();
            let enclave = Newcomer::new(&mut scene.chain, PROVIDER, 4, &[other]);
            enclave.register(&mut scene.chain);
            let job = taken_on(scene);
            Word::of(scene.world, &enclave, &job).brought()
        }),
        given_up(
            "the word of an enclave whose code's approval was withdrawn after the acknowledgement",
            NotApproved,
            |scene| {
                let job = taken_on(scene);
                let measurement = scene.world.enclave.approval(0, 0).id();
                scene.by_root(Call::<Runtime>::withdraw { measurement });
                word(scene, &job).brought()
            },
        ),
    ]
}

/// What the enclave rests on is revoked: before the provider acknowledges, who could have looked, and
/// after.
fn revocations(kind: usize) -> [Case; 2] {
    let (fault, what) = (EnclaveFault::Revoked, KINDS[kind]);
    let name = |when| format!("the word of an enclave whose {what} was revoked {when}");
    [
        faulty(name("before the acknowledgement"), fault, move |scene| {
            revoked(scene, kind);
            let job = taken_on(scene);
            word(scene, &job).brought()
        }),
        given_up(name("after the acknowledgement"), fault, move |scene| {
            let job = taken_on(scene);
            revoked(scene, kind);
            word(scene, &job).brought()
        }),
    ]
}

/// What governance changes after the acknowledgement of something else, or of what could not have answered
/// before it either.
fn changes() -> Vec<Case> {
    use EnclaveFault::{NotApproved, Revoked};
    vec![
        faulty(
            "the word of an enclave that was revoked before the acknowledgement, another one after",
            Revoked,
            |scene| {
                let other = newcomer(scene, PROVIDER, 5);
                other.register(&mut scene.chain);
                revoked(scene, 3);
                let job = taken_on(scene);
                let subject = Subject::Enclave(scene.chain.execute(|| other.id()));
                let (reason, since) = (Reason::KeysLeaked, scene.chain.number());
                scene.by_root(Call::<Runtime>::revoke { subject, reason, since });
                word(scene, &job).brought()
            },
        ),
        faulty(
            "the word of an enclave that was revoked before the acknowledgement, and further back after",
            Revoked,
            |scene| {
                let subject = revoked(scene, 3);
                let job = taken_on(scene);
                let (reason, since) = (Reason::FaultyCode, 1);
                scene.by_root(Call::<Runtime>::revoke { subject, reason, since });
                word(scene, &job).brought()
            },
        ),
        faulty(
            "the word of an enclave whose code was not approved for the model, and anew is not",
            NotApproved,
            |scene| {
                let other = scene.world.proofs.other.id();
                approved_anew(scene, |value| value.model = Some(other));
                let job = taken_on(scene);
                approved_anew(scene, |value| value.model = Some(other));
                word(scene, &job).brought()
            },
        ),
        given_up(
            "the word of an enclave whose code is approved for another model after the acknowledgement",
            NotApproved,
            |scene| {
                let job = taken_on(scene);
                let other = scene.world.proofs.other.id();
                approved_anew(scene, |value| value.model = Some(other));
                word(scene, &job).brought()
            },
        ),
    ]
}

/// Evidence of another mode than was asked, or of less than is asked.
fn modes() -> Vec<Case> {
    vec![
        bad("the word of an enclave, where a proof was asked", Refusal::WrongMode, |scene| {
            word(scene, &scene.world.proven).brought()
        }),
        bad("the word of an enclave, where mode `Plain` was asked", Refusal::WrongMode, |scene| {
            word(scene, &scene.world.plain).brought()
        }),
        bad(
            "a worker's signature, where the word of an enclave was asked",
            Refusal::WrongMode,
            |scene| {
                let job = taken_on(scene);
                let answered = scene.world.good(&job);
                Act::bring(answered.submitted(&dispatcher(PROVIDER)))
            },
        ),
        Case::new(
            "the word of the development vendor's enclave, where the class asks for an attested one",
            Verdict::Ends(Outcome::EvidenceRefused(Refusal::UnderFloor)),
            Change::RELEASED,
            |scene| {
                raise_the_floor(scene, &[Mode::Tee], Claim::Execution, Standing::Attested);
                let job = taken_on(scene);
                word(scene, &job).brought()
            },
        ),
        Case::new(
            "the word of an enclave, when session keys are switched off",
            Verdict::Ends(Outcome::AbortedByGovernance),
            Change::RELEASED,
            |scene| {
                let job = taken_on(scene);
                scene.switch_off(Format::SessionKey);
                word(scene, &job).brought()
            },
        ),
    ]
}

/// A good enclave's word of something else, or somebody else's word in its place.
fn other_words() -> Vec<Case> {
    use Refusal::{BadSessionSignature, MalformedOutput, WrongModel};
    let altered = |name: &str, refusal, alter: fn(&mut Word)| {
        bad(name, refusal, move |scene| {
            let job = taken_on(scene);
            let mut word = word(scene, &job);
            alter(&mut word);
            word.brought()
        })
    };
    vec![
        altered("a worker's key in place of the session key", BadSessionSignature, |word| {
            word.key = worker(PROVIDER);
        }),
        altered("an output changed after the enclave signed it", BadSessionSignature, |word| {
            word.output[0] ^= 1;
        }),
        altered("an output of an enclave that has not the model's form", MalformedOutput, |word| {
            word.output.pop();
            word.said.answer = word.job.answer(&word.output);
        }),
        altered("the word of an enclave that ran another network", WrongModel, |word| {
            word.said.run.model = ModelRan::Network(Digest([9; 32]));
        }),
        altered("the word of an enclave that repeats an upstream's name", WrongModel, |word| {
            word.said.run.model = ModelRan::Named(ModelName::default());
        }),
        bad("the word of an enclave for another request", BadSessionSignature, |scene| {
            let (other, job) = (taken_on(scene), taken_on(scene));
            Word { job, ..word(scene, &other) }.brought()
        }),
        Case::new(
            "the word of an enclave for an earlier attempt",
            Verdict::Ends(Outcome::EvidenceRefused(BadSessionSignature)),
            SLASHED_AND_ON,
            |scene| {
                let (first, second) = two_attempts(scene);
                Word { job: second, ..word(scene, &first) }.brought()
            },
        ),
    ]
}

/// Two attempts at one request in mode `Tee`, of which the first ended with a bad signature.
fn two_attempts(scene: &mut Scene<'_>) -> (Job, Job) {
    let ask = Ask { mode: Some(Mode::Tee), provider: None, ..scene.world.ask() };
    let at = scene.chain.number() + 1;
    scene.chain.done(REQUESTER, vec![ask.call(at)]);
    let id = requested(&mut scene.chain)[0];
    let lease = |scene: &mut Scene<'_>| {
        scene.chain.blocks(2);
        let job = scene.chain.execute(|| Job::of(id));
        scene.brought(acknowledge(&job, &dispatcher(PROVIDER)));
        job
    };
    let first = lease(scene);
    let forged = Word { key: worker(PROVIDER), ..word(scene, &first) };
    scene.brought(forged.call());
    let second = lease(scene);
    assert_eq!((first.attempt, second.attempt), (0, 1));
    (first, second)
}
