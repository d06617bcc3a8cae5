//! The model, the sampler and the generation.

mod support;

use opg_tiny_lm::{
    model::{context, CONTEXT, MAX_MODEL_BYTES, VOCABULARY},
    sampler::{MAX_STOPS, MAX_STOP_BYTES, MAX_TOKENS},
    template::{render, Role},
    FinishReason, ModelError, Sampler, TinyLm, Usage,
};
use proptest::prelude::*;
use serde_json::Value;
use support::{model, text};

const GREEDY: Sampler =
    Sampler { temperature: 0.0, top_p: 1.0, seed: 0, max_tokens: 64, stop: Vec::new() };

/// What `train.py` computed with its own arithmetic.
fn golden() -> Value {
    serde_json::from_str(include_str!("../model/golden.json")).unwrap()
}

#[test]
fn the_greedy_answer_is_the_one_that_was_computed_without_an_engine() {
    let golden = golden();
    let (answer, finish) = text(&model(), golden["prompt"].as_str().unwrap(), &GREEDY);
    assert_eq!(golden["greedy"].as_str(), Some(answer.as_str()));
    assert_eq!((answer.len(), finish), (64, FinishReason::Length));
}

#[test]
fn all_scores_are_those_that_were_computed_without_an_engine() {
    let golden = golden();
    let scores = model().scores(&context(golden["prompt"].as_str().unwrap())).unwrap();
    let expected = golden["scores_after_prompt"].as_array().unwrap();
    assert_eq!((scores.len(), expected.len()), (VOCABULARY, VOCABULARY));
    for (byte, (score, expected)) in scores.iter().zip(expected).enumerate() {
        let difference = (f64::from(*score) - expected.as_f64().unwrap()).abs();
        assert!(difference < 1e-4, "byte {byte} is {difference} off");
    }
}

#[test]
fn the_golden_prompt_is_what_the_template_makes() {
    let prompt = render([(Role::User, "What does a receipt say?")]);
    assert_eq!(golden()["prompt"].as_str(), Some(prompt.as_str()));
}

#[test]
fn a_template_has_a_line_for_each_message() {
    let messages = [(Role::System, "be brief"), (Role::User, "hi"), (Role::Assistant, "yes")];
    assert_eq!(render(messages), "system: be brief\nuser: hi\nassistant: yes\nassistant: ");
}

#[test]
fn the_same_seed_gives_the_same_text_and_other_seeds_give_others() {
    let (model, again) = (model(), TinyLm::embedded().unwrap());
    let of = |model: &TinyLm, seed| text(model, "The ", &Sampler { seed, ..Sampler::default() });
    let texts: Vec<_> = (0..8).map(|seed| of(&model, seed)).collect();
    for (seed, text) in (0..).zip(&texts) {
        assert_eq!(*text, of(&again, seed));
        assert_eq!(texts.iter().filter(|other| other.0 == text.0).count(), 1);
    }
}

#[test]
fn the_smallest_top_p_leaves_the_best_byte_alone() {
    let sampler = Sampler { top_p: 1e-9, seed: 3, max_tokens: 64, ..Sampler::default() };
    assert_eq!(text(&model(), "A receipt ", &sampler), text(&model(), "A receipt ", &GREEDY));
}

#[test]
fn a_temperature_of_almost_nothing_is_greedy() {
    let sampler = Sampler { temperature: f64::MIN_POSITIVE, ..GREEDY };
    assert_eq!(text(&model(), "A receipt ", &sampler), text(&model(), "A receipt ", &GREEDY));
}

#[test]
fn bytes_are_drawn_as_often_as_their_scores_say() {
    let model = model();
    let draws = 2000;
    let first =
        |seed| text(&model, "the s", &Sampler { seed, max_tokens: 1, ..Sampler::default() });
    let scores = model.scores(&context("the s")).unwrap();
    let total: f64 = scores.iter().map(|score| f64::from(*score).exp()).sum();
    let best = (0..VOCABULARY).max_by(|a, b| scores[*a].total_cmp(&scores[*b])).unwrap();
    let expected = f64::from(scores[best]).exp() / total;
    let drawn = (0..draws).filter(|seed| first(*seed).0.as_bytes() == [best as u8]).count();
    let share = drawn as f64 / draws as f64;
    // Five standard deviations of 2,000 draws are at most 0.056; seeds are fixed, so it never varies.
    assert!((share - expected).abs() < 0.056, "{share} is not {expected}");
    assert!(expected > 0.1 && expected < 0.9, "a byte that shows nothing: {expected}");
}

#[test]
fn an_answer_is_as_long_as_it_may_be() {
    for max_tokens in [1, 7, 64] {
        let (answer, finish) = text(&model(), "The ", &Sampler { max_tokens, ..GREEDY });
        assert_eq!((answer.len() as u32, finish), (max_tokens, FinishReason::Length));
    }
}

#[test]
fn an_answer_ends_where_the_model_ends_its_text() {
    let sampler =
        Sampler { temperature: 0.7, seed: 1, max_tokens: MAX_TOKENS, ..Sampler::default() };
    let (answer, finish) = text(&model(), "", &sampler);
    assert_eq!(finish, FinishReason::Stop);
    assert!(answer.len() < MAX_TOKENS as usize && !answer.contains('\0'));
}

#[test]
fn a_stop_string_ends_the_answer_before_it() {
    let (free, _) = text(&model(), "The ", &GREEDY);
    for at in [0, 1, 10, 40] {
        for length in [1, 2, 5, 20] {
            let stop = &free[at..at + length];
            let sampler = Sampler { stop: vec!["never\u{1}".into(), stop.into()], ..GREEDY };
            let (answer, finish) = text(&model(), "The ", &sampler);
            assert_eq!(answer, free[..free.find(stop).unwrap()], "{stop:?}");
            assert_eq!(finish, FinishReason::Stop);
        }
    }
}

#[test]
fn what_only_begins_like_a_stop_string_is_given_out() {
    let (free, _) = text(&model(), "The ", &GREEDY);
    let almost = format!("{}\u{1}", &free[4..30]);
    let at_the_end = format!("{}\u{1}", &free[50..]);
    let sampler = Sampler { stop: vec![almost, at_the_end], ..GREEDY };
    assert_eq!(text(&model(), "The ", &sampler), (free, FinishReason::Length));
}

#[test]
fn of_two_stop_strings_that_end_together_the_longer_counts() {
    let (free, _) = text(&model(), "The ", &GREEDY);
    let (long, short) = (free[20..30].to_owned(), free[26..30].to_owned());
    assert_eq!(free.find(&short), Some(26));
    let expected = &free[..20];
    let sampler = Sampler { stop: vec![short, long], ..GREEDY };
    assert_eq!(text(&model(), "The ", &sampler).0, expected);
}

#[test]
fn usage_counts_the_bytes_of_prompt_and_answer() {
    let model = model();
    let sampler = Sampler { max_tokens: 9, ..GREEDY };
    let mut generation = model.generate("für", sampler).unwrap();
    assert_eq!(generation.usage(), Usage { prompt_tokens: 4, completion_tokens: 0 });
    assert_eq!(generation.finish_reason(), None);
    assert_eq!(generation.by_ref().count(), 9);
    assert_eq!(generation.usage(), Usage { prompt_tokens: 4, completion_tokens: 9 });
    assert_eq!(generation.finish_reason(), Some(FinishReason::Length));
    assert!(generation.next().is_none());
}

#[test]
fn a_context_is_the_end_of_a_text_in_ascii() {
    let mut expected = [0; CONTEXT];
    expected[CONTEXT - 4..].copy_from_slice(b"a??b");
    assert_eq!(context("aüb"), expected);
    assert_eq!(context(""), [0; CONTEXT]);
    assert_eq!(context("x\0y")[CONTEXT - 3..], *b"x?y");
    let long = "0123456789".repeat(10);
    assert_eq!(context(&long), long.as_bytes()[100 - CONTEXT..]);
}

#[test]
fn each_parameter_out_of_its_bounds_is_refused_by_its_name() {
    let default = Sampler::default;
    let long = "x".repeat(MAX_STOP_BYTES + 1);
    for (sampler, name) in [
        (Sampler { temperature: -0.1, ..default() }, "temperature"),
        (Sampler { temperature: 2.1, ..default() }, "temperature"),
        (Sampler { temperature: f64::NAN, ..default() }, "temperature"),
        (Sampler { temperature: f64::INFINITY, ..default() }, "temperature"),
        (Sampler { top_p: 0.0, ..default() }, "top_p"),
        (Sampler { top_p: 1.1, ..default() }, "top_p"),
        (Sampler { top_p: f64::NAN, ..default() }, "top_p"),
        (Sampler { max_tokens: 0, ..default() }, "max_tokens"),
        (Sampler { max_tokens: MAX_TOKENS + 1, ..default() }, "max_tokens"),
        (Sampler { stop: vec![String::new()], ..default() }, "stop"),
        (Sampler { stop: vec![long], ..default() }, "stop"),
        (Sampler { stop: vec!["x".into(); MAX_STOPS + 1], ..default() }, "stop"),
    ] {
        let error = model().generate("", sampler.clone()).unwrap_err();
        assert_eq!(error.parameter, name, "{sampler:?}");
        assert!(error.to_string().starts_with(&format!("{name} must be ")), "{error}");
    }
    assert_eq!(default().check(), Ok(()));
}

#[test]
fn what_is_no_such_model_is_refused() {
    let file = include_bytes!("../model/tiny-lm-demo.onnx");
    let digits = include_bytes!("../../../zkml/models/digits/float.onnx");
    assert!(TinyLm::load(file.to_vec()).is_ok());
    for bytes in [b"".to_vec(), b"not a model".to_vec(), file[..1000].to_vec(), digits.to_vec()] {
        assert!(matches!(TinyLm::load(bytes), Err(ModelError::Load(_))));
    }
    let long = vec![0; MAX_MODEL_BYTES + 1];
    assert!(matches!(TinyLm::load(long), Err(ModelError::TooLarge)));
}

#[test]
fn the_digest_is_that_of_the_file_and_stands_in_its_readme() {
    let digest: String = model().digest().iter().map(|byte| format!("{byte:02x}")).collect();
    assert!(include_str!("../model/README.md").contains(&digest), "{digest}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn any_prompt_is_continued_within_its_length_in_ascii(
        prompt in any::<String>(), seed in any::<u64>(), temperature in 0.0..=2.0f64,
        top_p in 1e-6..=1.0f64, max_tokens in 1u32..40, stop in "[a-z ]{1,3}",
    ) {
        let sampler = Sampler { temperature, top_p, seed, max_tokens, stop: vec![stop.clone()] };
        let (answer, finish) = text(&model(), &prompt, &sampler);
        prop_assert!(answer.is_ascii() && !answer.contains(&stop));
        match finish {
            FinishReason::Length => prop_assert_eq!(answer.len(), max_tokens as usize),
            FinishReason::Stop => prop_assert!(answer.len() < max_tokens as usize),
        }
    }
}
