//! Private requests: an input that is sealed to an enclave in each lease, and an answer that is sealed too.
//!
//! The chain opens nothing, so the ciphertexts here are bytes that nobody can open.

use super::{
    answers::{acknowledge, dispatcher, submit, InferenceCall, Job},
    case::{Case, Payer, Verdict},
    evidence::{bad, raise_the_floor, SETTLED},
    ledger::Change,
    scene::{Act, Ask, Scene},
    word::Word,
    world::{OUTSIDER, PROVIDER, REQUESTER, RIVAL},
};
use crate::{tests::enclave::Newcomer, Runtime};
use opg_primitives::{
    claims::{Claim, Standing},
    disclosure::{Form, ReadableBy},
    enclave::EnclaveFault,
    ids::{Commitment, EnclaveId},
    mode::Mode,
    request::{DeclineReason, Input, Outcome, Output, Refusal},
    standing::InputChannel,
};
use pallet_attestation::{Call as AttestationCall, Reason, Subject};
use pallet_inference::{Error, Refused};
use sp_keyring::Sr25519Keyring;

/// A private lease of the named provider.
fn leased(scene: &mut Scene<'_>) -> Job {
    let input = Input::Committed(Commitment([7; 32]));
    scene.leased(Ask { mode: Some(Mode::Tee), input, ..scene.world.ask() })
}

/// The id of the named provider's enclave.
fn enclave(scene: &mut Scene<'_>) -> EnclaveId {
    let enclave = &scene.world.enclave;
    scene.chain.execute(|| enclave.id())
}

fn delivery(job: &Job, enclave: EnclaveId) -> InferenceCall {
    let sealed = vec![0x5e; 113].try_into().expect("a ciphertext is short");
    InferenceCall::deliver { request: job.request, attempt: job.attempt, enclave, sealed }
}

/// The same, delivered to the enclave and acknowledged.
fn taken_on(scene: &mut Scene<'_>) -> Job {
    let (job, enclave) = (leased(scene), enclave(scene));
    scene.chain.done(REQUESTER, vec![delivery(&job, enclave).into()]);
    scene.brought(acknowledge(&job, &dispatcher(PROVIDER)));
    job
}

fn sealed(byte: u8) -> Output {
    let ciphertext = vec![byte; 52].try_into().expect("a ciphertext is short");
    Output::Sealed { commitment: Commitment([6; 32]), ciphertext }
}

/// The enclave's word for `job` about a sealed answer.
fn word(scene: &Scene<'_>, job: &Job) -> Word {
    Word::of(scene.world, &scene.world.enclave, job).with(&sealed(1))
}

/// What settles.
pub fn accepted() -> Case {
    let verdict = Verdict::Ends(Outcome::Settled);
    Case::new("a sealed answer to a private request", verdict, SETTLED, |scene| {
        let job = taken_on(scene);
        word(scene, &job).brought_as(sealed(1))
    })
    .and(says_who_can_read)
}

/// What the receipt of a private request has to say.
fn says_who_can_read(scene: &mut Scene<'_>) -> Vec<String> {
    let receipt = scene.receipt();
    let (input, output) = (receipt.disclosure.input, receipt.disclosure.output);
    let mut wrong = Vec::new();
    // The development vendor's enclave keeps nothing from its operator.
    if (input.form, input.readable_by) != (Form::Encrypted, ReadableBy::Providers) {
        wrong.push(format!("the input is {input:?}"));
    }
    if (output.form, output.readable_by) != (Form::Encrypted, ReadableBy::Providers) {
        wrong.push(format!("the output is {output:?}"));
    }
    if receipt.disclosure.providers_that_saw != 1 {
        wrong.push(format!("{} providers saw it", receipt.disclosure.providers_that_saw));
    }
    match receipt.appraised {
        Some(appraised) if appraised.facts.input == InputChannel::EndsInEnclave => {}
        other => wrong.push(format!("{other:?}")),
    }
    wrong
}

/// A row in which a delivery fails.
fn fails(
    name: &str,
    error: Error<Runtime>,
    (who, payer): (Sr25519Keyring, Payer),
    call: impl Fn(&mut Scene<'_>) -> InferenceCall + 'static,
) -> Case {
    Case::new(name, Verdict::Fails(error.into()), Change::NONE, move |scene| {
        let call = call(scene);
        Act::send(scene.signed(who, call))
    })
    .paid_by(payer)
}

/// What is refused.
pub fn refused() -> Vec<Case> {
    leases().into_iter().chain(deliveries()).chain(answers()).collect()
}

/// Leases that nothing was delivered to.
fn leases() -> Vec<Case> {
    let verdict = Verdict::Ends(Outcome::Declined(DeclineReason::NoPayload));
    let early = Verdict::Invalid(Refused::PayloadNotDelivered);
    vec![
        Case::new("a private input that is not delivered", verdict, Change::RELEASED, |scene| {
            let job = leased(scene);
            scene.chain.blocks(job.ack_by - scene.chain.number());
            Act::Wait
        }),
        Case::new(
            "an acknowledgement before the private input was delivered",
            early,
            Change::NONE,
            |scene| {
                let job = leased(scene);
                Act::bring(acknowledge(&job, &dispatcher(PROVIDER)))
            },
        ),
    ]
}

/// Deliveries that are not taken.
fn deliveries() -> Vec<Case> {
    const REQUESTERS: (Sr25519Keyring, Payer) = (REQUESTER, Payer::Requester);
    vec![
        fails(
            "a private input that another than the requester delivers",
            Error::NotRequester,
            (OUTSIDER, Payer::Outsider),
            |scene| {
                let (job, enclave) = (leased(scene), enclave(scene));
                delivery(&job, enclave)
            },
        ),
        fails("an input delivered twice", Error::AlreadyDelivered, REQUESTERS, |scene| {
            let (job, enclave) = (leased(scene), enclave(scene));
            scene.chain.done(REQUESTER, vec![delivery(&job, enclave).into()]);
            delivery(&job, enclave)
        }),
        fails(
            "an input delivered after the acknowledgement",
            Error::AlreadyAcknowledged,
            REQUESTERS,
            |scene| {
                let (job, enclave) = (taken_on(scene), enclave(scene));
                delivery(&job, enclave)
            },
        ),
        fails("an input of a public request, sealed", Error::NotPrivate, REQUESTERS, |scene| {
            let enclave = enclave(scene);
            delivery(&scene.world.fresh, enclave)
        }),
        fails("an input for an attempt to come", Error::StaleAttempt, REQUESTERS, |scene| {
            let (job, enclave) = (leased(scene), enclave(scene));
            delivery(&Job { attempt: 1, ..job }, enclave)
        }),
        fails(
            "an input sealed to an enclave of another provider",
            Error::EnclaveUnknown,
            REQUESTERS,
            |scene| {
                let model = scene.world.proofs.digits.id();
                let theirs = Newcomer::new(&mut scene.chain, RIVAL, 3, &[model]);
                theirs.register(&mut scene.chain);
                let job = leased(scene);
                let enclave = scene.chain.execute(|| theirs.id());
                delivery(&job, enclave)
            },
        ),
        fails("an input sealed to a revoked enclave", Error::EnclaveRevoked, REQUESTERS, |scene| {
            let (job, enclave) = (leased(scene), enclave(scene));
            let (subject, since) = (Subject::Enclave(enclave), scene.chain.number());
            let reason = Reason::KeysLeaked;
            scene.by_root(AttestationCall::<Runtime>::revoke { subject, reason, since });
            delivery(&job, enclave)
        }),
        fails(
            "an input sealed to an enclave whose code is not approved",
            Error::EnclaveNotApproved,
            REQUESTERS,
            |scene| {
                let (job, enclave) = (leased(scene), enclave(scene));
                let measurement = scene.world.enclave.approval(0, 0).id();
                scene.by_root(AttestationCall::<Runtime>::withdraw { measurement });
                delivery(&job, enclave)
            },
        ),
        fails(
            "an input sealed to an enclave of the development vendor, where the class asks for an attested \
             answer",
            Error::EnclaveUnderFloor,
            REQUESTERS,
            |scene| {
                raise_the_floor(scene, &[Mode::Tee], Claim::Execution, Standing::Attested);
                let (job, enclave) = (leased(scene), enclave(scene));
                delivery(&job, enclave)
            },
        ),
    ]
}

/// Answers in the wrong form, or of the wrong enclave.
fn answers() -> Vec<Case> {
    use Refusal::{BadSessionSignature, MalformedOutput};
    let other = Refusal::Enclave(EnclaveFault::NotTheDelivered);
    vec![
        bad("an answer in clear to a private request", MalformedOutput, |scene| {
            let job = taken_on(scene);
            let word = Word::of(scene.world, &scene.world.enclave, &job);
            Act::bring(submit(&job, &word.output, word.evidence(), &dispatcher(PROVIDER)))
        }),
        bad("a sealed answer to a public request", MalformedOutput, |scene| {
            let job = super::enclaves::taken_on(scene);
            word(scene, &job).brought_as(sealed(1))
        }),
        bad("another ciphertext than the enclave signed", BadSessionSignature, |scene| {
            let job = taken_on(scene);
            word(scene, &job).brought_as(sealed(2))
        }),
        bad("an enclave that the input was not delivered to", other, |scene| {
            let model = scene.world.proofs.digits.id();
            let another = Newcomer::new(&mut scene.chain, PROVIDER, 2, &[model]);
            another.register(&mut scene.chain);
            let job = taken_on(scene);
            Word::of(scene.world, &another, &job).with(&sealed(1)).brought_as(sealed(1))
        }),
    ]
}
