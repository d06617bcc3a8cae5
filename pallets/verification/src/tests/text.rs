//! Answers of text models: what each binding lets a receipt say, and what is refused.

use crate::mock::*;
use opg_primitives::{
    artefact::{TextInterface, TextModel, TextSource},
    claims::{Claim, Standing},
    enclave::ModelRan,
    ids::Digest,
    mode::Mode,
    names::{EngineName, ModelName},
    reference::ModelBinding,
    request::Refusal::*,
    standing::{Column, Grade},
    traits::Appraisal,
};

const FILE: Digest = Digest([41; 32]);
const ANSWER: &[u8] = "sévén".as_bytes();

fn text(source: TextSource) -> TextModel {
    TextModel {
        name: name("tiny"),
        source,
        interface: TextInterface { max_input: 64, max_output: 16 },
    }
}

fn name(text: &str) -> ModelName {
    ModelName::try_from(text).unwrap()
}

fn open() -> TextModel {
    let engine = EngineName::try_from("rten/1").unwrap();
    text(TextSource::Weights { file: FILE, engine })
}

/// A lease of `model`, and an enclave whose code binds models by `binding`.
fn case(model: TextModel, binding: ModelBinding) -> Case {
    let mut case = Case::of_text(Mode::Tee, model);
    case.enclave_mut().record.binding = binding;
    case
}

fn said(appraisal: &Appraisal) -> Vec<(Claim, Standing)> {
    appraisal.appraised.standings.iter().map(|cell| (cell.claim, cell.standing)).collect()
}

/// What both columns of mode `Tee` say alike.
fn alike(claim: Claim) -> Option<Standing> {
    use Claim::*;
    Some(match claim {
        ModeAsked | ModeAchieved | ModelAsked | Payee | InputBytes | AfterBlock | BeforeBlock
        | Price | Delivered | NothingMissing => Standing::Enforced,
        Answerer | Location | Output => Standing::Attested,
        ClockTimes => Standing::Signed,
        KeyOfNetwork | InputReaders => Standing::NotApplicable,
        _ => return None,
    })
}

/// A column written by hand: what both say alike, and `other` for the rest.
fn column(other: &[(Claim, Standing)]) -> Vec<(Claim, Standing)> {
    let of = |claim: Claim| {
        let found = other.iter().find(|(of, _)| *of == claim).map(|(_, standing)| *standing);
        (claim, alike(claim).or(found).unwrap())
    };
    Claim::ALL.map(of).to_vec()
}

#[test]
fn weights_that_the_code_hashes_itself_get_the_column_of_an_open_model() {
    run(|| {
        use Standing::{Attested, NotApplicable};
        let expected = column(&[
            (Claim::ModelRan, Attested),
            (Claim::InputForwarded, NotApplicable),
            (Claim::InputUsed, Attested),
            (Claim::Preparation, Attested),
            (Claim::ParametersForwarded, NotApplicable),
            (Claim::Parameters, Attested),
            (Claim::Execution, Attested),
            (Claim::SingleAnswer, Attested),
            (Claim::Usage, Attested),
        ]);
        for binding in [ModelBinding::Loaded, ModelBinding::InImage(FILE)] {
            let case = case(open(), binding);
            let good = case.appraise(ANSWER, &case.tee(ANSWER)).unwrap();
            assert_eq!(good.appraised.facts.column, Column::TeeOpen);
            assert_eq!(said(&good), expected, "{binding:?}");
            assert_eq!(good.appraised.grade, Grade::B);
        }
    });
}

#[test]
fn a_model_of_an_upstream_gets_the_column_of_a_proxy() {
    run(|| {
        use Standing::{Absent, Attested, Signed};
        let expected = column(&[
            (Claim::ModelRan, Signed),
            (Claim::InputForwarded, Attested),
            (Claim::InputUsed, Absent),
            (Claim::Preparation, Signed),
            (Claim::ParametersForwarded, Attested),
            (Claim::Parameters, Absent),
            (Claim::Execution, Absent),
            (Claim::SingleAnswer, Absent),
            (Claim::Usage, Signed),
        ]);
        let case = case(text(TextSource::Upstream), ModelBinding::Upstream);
        let good = case.appraise(ANSWER, &case.tee(ANSWER)).unwrap();
        assert_eq!(good.appraised.facts.column, Column::TeeProxy);
        assert_eq!(said(&good), expected);
        assert_eq!(good.appraised.grade, Grade::C);
    });
}

#[test]
fn code_that_does_not_seed_by_the_lease_shows_no_single_answer() {
    run(|| {
        let mut case = case(open(), ModelBinding::Loaded);
        case.enclave_mut().seeded_by_lease = false;
        let good = case.appraise(ANSWER, &case.tee(ANSWER)).unwrap();
        assert!(said(&good).contains(&(Claim::SingleAnswer, Standing::Absent)));
    });
}

#[test]
fn a_workers_word_is_taken_for_a_text_too() {
    run(|| {
        let case = Case::of_text(Mode::Plain, open());
        let good = case.appraise(ANSWER, &case.plain(ANSWER)).unwrap();
        assert_eq!(good.appraised.facts.column, Column::Plain);
        assert_eq!(good.appraised.grade, Grade::E);
    });
}

#[test]
fn an_answer_is_utf_8_within_the_bound_of_the_model() {
    run(|| {
        let case = case(open(), ModelBinding::Loaded);
        let longest = [b'a'; 16];
        for good in [&b""[..], &longest] {
            assert!(case.appraise(good, &case.tee(good)).is_ok());
        }
        for bad in [&[b'a'; 17][..], &[0xff], &"é".as_bytes()[..1]] {
            assert_eq!(case.appraise(bad, &case.tee(bad)), Err(MalformedOutput), "{bad:?}");
        }
    });
}

#[test]
fn a_text_model_that_was_not_asked_is_refused() {
    run(|| {
        let upstream = || text(TextSource::Upstream);
        let other = Digest([99; 32]);
        for (model, binding, ran) in [
            (open(), ModelBinding::Loaded, ModelRan::Network(other)),
            (open(), ModelBinding::Loaded, ModelRan::Named(name("tiny"))),
            (open(), ModelBinding::InImage(other), ModelRan::Network(other)),
            (open(), ModelBinding::Upstream, ModelRan::Network(FILE)),
            (upstream(), ModelBinding::Upstream, ModelRan::Named(name("tiny-2"))),
            (upstream(), ModelBinding::Loaded, ModelRan::Named(name("tiny"))),
            (upstream(), ModelBinding::Loaded, ModelRan::Network(FILE)),
        ] {
            let case = case(model, binding);
            let mut said = case.said(ANSWER);
            said.run.model = ran.clone();
            let refused = case.appraise(ANSWER, &case.tee_of(&said)).unwrap_err();
            assert_eq!(refused, WrongModel, "{binding:?} {ran:?}");
        }
    });
}

#[test]
fn a_proof_of_a_text_model_is_under_no_key() {
    run(|| {
        let mut case = Case::of_text(Mode::ZkMl, open());
        // Even if there were a key: a text model has no circuit that it could be of.
        case.key = Case::new(Mode::ZkMl).key;
        let evidence = case.zkml_with(ANSWER, vec![0; 192]);
        assert_eq!(case.appraise(ANSWER, &evidence), Err(NoVerifyingKey));
    });
}
