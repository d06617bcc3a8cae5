use super::*;
use crate::{
    alter::alterations,
    artefact::TextInterface,
    ids::{Account, Binding, Commitment, GenesisHash, ModelId, RequestId},
    names::EngineName,
};

/// A text model called `tiny`.
fn text(source: TextSource) -> Artefact {
    Artefact::Text(TextModel {
        name: ModelName::try_from("tiny").unwrap(),
        source,
        interface: TextInterface { max_input: 10, max_output: 10 },
    })
}

fn weights(file: Digest) -> Artefact {
    text(TextSource::Weights { file, engine: EngineName::try_from("rten/1").unwrap() })
}

fn named(name: &str) -> ModelRan {
    ModelRan::Named(ModelName::try_from(name).unwrap())
}

fn answered() -> EnclaveAnswer {
    EnclaveAnswer {
        enclave: EnclaveId([1; 32]),
        answer: Answer {
            genesis: GenesisHash([1; 32]),
            request: RequestId([2; 32]),
            attempt: 0,
            provider: Account([3; 32]),
            binding: Binding([4; 32]),
            model: ModelId([5; 32]),
            policy_version: 6,
            input: Commitment([7; 32]),
            parameters: Commitment([8; 32]),
            output: Commitment([9; 32]),
        },
        price: 1,
        run: run(),
        sealed: None,
    }
}

fn run() -> Run {
    Run {
        model: ModelRan::Network(Digest([1; 32])),
        finish: FinishReason::Stop,
        usage: Usage { input: 64, output: 10 },
        started: 1,
        finished: 2,
        sequence: 3,
        previous: Digest([4; 32]),
    }
}

#[test]
fn a_model_is_named_in_the_way_that_the_code_binds_it() {
    let (asked, other) = (Digest([1; 32]), Digest([2; 32]));
    let cases = [
        (ModelBinding::Loaded, ModelRan::Network(asked), true),
        (ModelBinding::Loaded, ModelRan::Network(other), false),
        (ModelBinding::Loaded, named("digits"), false),
        (ModelBinding::InImage(asked), ModelRan::Network(asked), true),
        (ModelBinding::InImage(asked), ModelRan::Network(other), false),
        (ModelBinding::InImage(other), ModelRan::Network(asked), false),
        (ModelBinding::InImage(other), ModelRan::Network(other), false),
        (ModelBinding::InImage(asked), named("digits"), false),
        (ModelBinding::Upstream, named("digits"), true),
        (ModelBinding::Upstream, named(""), false),
        (ModelBinding::Upstream, ModelRan::Network(asked), false),
    ];
    for (binding, ran, agrees) in cases {
        assert_eq!(ran.agrees_with(binding, &weights(asked)), agrees, "{binding:?} {ran:?}");
    }
}

#[test]
fn a_model_of_an_upstream_is_the_one_that_was_asked_only_by_its_name() {
    let asked = text(TextSource::Upstream);
    let digest = Digest([1; 32]);
    for (binding, ran, agrees) in [
        (ModelBinding::Upstream, named("tiny"), true),
        (ModelBinding::Upstream, named("tiny-2"), false),
        (ModelBinding::Upstream, named(""), false),
        (ModelBinding::Upstream, ModelRan::Network(digest), false),
        // It has no digest that could be the one of what ran.
        (ModelBinding::Loaded, ModelRan::Network(digest), false),
        (ModelBinding::InImage(digest), ModelRan::Network(digest), false),
        (ModelBinding::Loaded, named("tiny"), false),
    ] {
        assert_eq!(ran.agrees_with(binding, &asked), agrees, "{binding:?} {ran:?}");
    }
}

#[test]
fn every_field_of_an_enclaves_answer_changes_what_is_signed() {
    let cases = alterations!(EnclaveAnswer {
        enclave: |it: &mut EnclaveId| it.0[0] ^= 1,
        answer: |it: &mut Answer| it.attempt ^= 1,
        price: |it: &mut Balance| *it += 1,
        run: |it: &mut Run| it.sequence += 1,
        sealed: |it: &mut Option<Digest>| *it = Some(Digest([0; 32])),
    });
    for (field, alter) in cases {
        let mut other = answered();
        alter(&mut other);
        assert_ne!(other.signing_hash(), answered().signing_hash(), "{field}");
    }
}

#[test]
fn every_field_of_a_run_changes_what_is_signed() {
    let cases = alterations!(Run {
        model: |it: &mut ModelRan| *it = ModelRan::Named(ModelName::default()),
        finish: |it: &mut FinishReason| *it = FinishReason::Length,
        usage: |it: &mut Usage| it.output += 1,
        started: |it: &mut u64| *it += 1,
        finished: |it: &mut u64| *it += 1,
        sequence: |it: &mut u64| *it += 1,
        previous: |it: &mut Digest| it.0[0] ^= 1,
    });
    for (field, alter) in cases {
        let mut other = answered();
        alter(&mut other.run);
        assert_ne!(other.signing_hash(), answered().signing_hash(), "{field}");
    }
}
