//! What stands beside the receipt, altered piece by piece.

use super::fixture::{tee, text, zkml, GENESIS, OWNER, PROVIDER, STRANGER};
use crate::audit::{audit, Bundle, Twice, Verdict};
use opg_primitives::{
    artefact::{Artefact, TextSource},
    attestation::enclave_id,
    checks::CheckResult,
    enclave::Run,
    evidence::Evidence,
    ids::{Digest, EnclaveId, ModelId, ReceiptId, SessionKey},
    mode::Mode,
    model::{ModelVersion, Setup},
    reference::{ClaimSet, Measurement, ModelBinding},
};

/// What is altered, how, and the check that must fail.
type Alteration = (&'static str, fn(&mut Bundle), &'static str);

fn evidence(bundle: &mut Bundle, with: impl FnOnce(&mut Evidence)) {
    let answer = bundle.answer.as_mut().unwrap();
    let mut changed = answer.evidence.view.clone();
    with(&mut changed);
    answer.evidence = Twice::new(changed);
}

fn zk(bundle: &mut Bundle, with: impl FnOnce(&mut [u8; 64], &mut u32, &mut Vec<u8>)) {
    evidence(bundle, |evidence| {
        if let Evidence::ZkMl { signed, key_version, proof, .. } = evidence {
            let mut bytes = proof.to_vec();
            with(&mut signed.signature.0, key_version, &mut bytes);
            *proof = bytes.try_into().unwrap();
        }
    });
}

macro_rules! twice {
    ($bundle:ident, $part:ident . $field:ident, |$value:ident| $change:expr) => {{
        let part = $bundle.$part.as_mut().unwrap();
        let mut $value = part.$field.view.clone();
        $change;
        part.$field = Twice::new($value);
    }};
}

fn key(bundle: &mut Bundle, with: impl FnOnce(&mut opg_primitives::model::VerifyingKey)) {
    let slot = &mut bundle.model.as_mut().unwrap().key;
    let mut changed = slot.as_ref().unwrap().view.clone();
    with(&mut changed);
    *slot = Some(Twice::new(changed));
}

/// Another network.
fn network(version: &mut ModelVersion) {
    if let Artefact::Circuit { ingredients, .. } = &mut version.artefact {
        ingredients.network = Digest([1; 32]);
    }
}

const ALTERATIONS: [Alteration; 32] = [
    ("the media type", |b| b.media_type.push('x'), "chain"),
    ("the genesis hash", |b| b.genesis.0[0] ^= 1, "receipt-id"),
    ("the genesis hash, for the signature", |b| b.genesis.0[0] ^= 1, "signature"),
    ("the genesis hash, for the proof", |b| b.genesis.0[0] ^= 1, "proof"),
    ("the receipt's id", |b| b.receipt_id.0[0] ^= 1, "receipt-id"),
    ("the proof", |b| zk(b, |_, _, proof| proof[100] ^= 1), "proof"),
    ("the proof, for the digest", |b| zk(b, |_, _, proof| proof[100] ^= 1), "evidence"),
    ("a byte more of the proof", |b| zk(b, |_, _, proof| proof.push(0)), "proof"),
    ("the proof's key version", |b| zk(b, |_, version, _| *version = 1), "proof"),
    ("the signature", |b| zk(b, |signature, _, _| signature[0] ^= 1), "signature"),
    (
        "the worker's key",
        |b| {
            evidence(b, |e| {
                if let Evidence::ZkMl { signed, .. } = e {
                    signed.key.0[0] ^= 1
                }
            })
        },
        "signature",
    ),
    (
        "a worker's key of small order",
        |b| {
            evidence(b, |e| {
                if let Evidence::ZkMl { signed, .. } = e {
                    signed.key.0 = [0; 32];
                    signed.key.0[0] = 1;
                    signed.signature.0 = [0; 64];
                    signed.signature.0[0] = 1;
                }
            })
        },
        "signature",
    ),
    (
        "the evidence's mode",
        |b| evidence(b, |e| *e = Evidence::Plain(*e.signed().unwrap())),
        "mode",
    ),
    ("the output", |b| b.answer.as_mut().unwrap().output.0[0] ^= 1, "output"),
    ("the output, for the proof", |b| b.answer.as_mut().unwrap().output.0[0] ^= 1, "proof"),
    ("the output's length", |b| b.answer.as_mut().unwrap().output.0.push(0), "output"),
    ("the extrinsic", |b| b.answer.as_mut().unwrap().extrinsic.0.truncate(60), "evidence"),
    ("the extrinsic's index", |b| b.answer.as_mut().unwrap().index = 4, "evidence"),
    ("the input", |b| b.request.as_mut().unwrap().input.as_mut().unwrap().0[0] ^= 1, "input"),
    (
        "an input out of range",
        |b| b.request.as_mut().unwrap().input.as_mut().unwrap().0[0] = 16,
        "input",
    ),
    ("the parameters", |b| b.request.as_mut().unwrap().parameters.0.push(1), "parameters"),
    ("the request's number", |b| twice!(b, request.identity, |i| i.nonce += 1), "request"),
    (
        "the mode that was asked for",
        |b| b.request.as_mut().unwrap().asked = Some(Mode::Plain),
        "mode",
    ),
    ("a provider that was named", |b| b.request.as_mut().unwrap().named = Some(STRANGER), "blocks"),
    ("the network", |b| twice!(b, model.version, |m| network(&mut m)), "model"),
    (
        "the modes of the model",
        |b| {
            twice!(b, model.version, |m| m.modes =
                opg_primitives::mode::ModeSet::of(&[Mode::Plain]))
        },
        "mode",
    ),
    ("the model's royalty", |b| twice!(b, model.version, |m| m.royalty += 1), "payment"),
    ("the verifying key", |b| key(b, |k| k.bytes[10] ^= 1), "proof"),
    ("who ran the setup", |b| key(b, |k| k.setup = Setup::Transparent), "setup"),
    (
        "the floor",
        |b| {
            let mut rules = b.policy.as_ref().unwrap().view.clone();
            rules.floor.modes = opg_primitives::mode::ModeSet::of(&[Mode::Plain]);
            b.policy = Some(Twice::new(rules));
        },
        "floor",
    ),
    (
        "a receipt of the block",
        |b| b.inclusion.as_mut().unwrap().receipts[0] = ReceiptId([12; 32]),
        "inclusion",
    ),
    (
        "the lease's header",
        |b| b.inclusion.as_mut().unwrap().lease_header.as_mut().unwrap().0[0] ^= 1,
        "inclusion",
    ),
];

#[test]
fn whatever_is_altered_beside_the_receipt_fails_the_check_that_knows_it() {
    for (what, alter, name) in ALTERATIONS {
        let mut bundle = zkml();
        alter(&mut bundle);
        let report = audit(&bundle, None);
        assert_eq!(report.verdict, Verdict::Failed, "{what}");
        let finding = report.findings.iter().find(|finding| finding.name == name).unwrap();
        assert_eq!(finding.result, CheckResult::Fail, "{what}: {name} said {}", finding.detail);
    }
}

fn word(bundle: &mut Bundle, with: impl FnOnce(&mut EnclaveId, &mut Run, &mut [u8; 64])) {
    evidence(bundle, |evidence| {
        if let Evidence::Tee { enclave, run, signature } = evidence {
            with(enclave, run, &mut signature.0);
        }
    });
}

const OF_ENCLAVES: [Alteration; 18] = [
    ("the genesis hash", |b| b.genesis.0[0] ^= 1, "signature"),
    ("the signature", |b| word(b, |_, _, signature| signature[0] ^= 1), "signature"),
    ("the run", |b| word(b, |_, run, _| run.sequence += 1), "signature"),
    ("the run, for the receipt", |b| word(b, |_, run, _| run.sequence += 1), "enclave"),
    ("the enclave of the evidence", |b| word(b, |id, _, _| id.0[0] ^= 1), "signature"),
    ("the session key", |b| b.enclave.as_mut().unwrap().session_key.0[0] ^= 1, "signature"),
    (
        "a session key of small order, under which anybody signs",
        |b| {
            let key = SessionKey([0; 32]);
            b.enclave.as_mut().unwrap().session_key = key;
            word(b, |id, _, signature| {
                *id = enclave_id(GENESIS, PROVIDER, key);
                *signature = [0; 64];
                signature[0] = 1;
            });
        },
        "signature",
    ),
    (
        "the price of the lease",
        |b| b.state.as_mut().unwrap().leased.as_mut().unwrap().price += 1,
        "signature",
    ),
    ("the output", |b| b.answer.as_mut().unwrap().output.0[0] ^= 1, "signature"),
    ("the record", |b| twice!(b, enclave.record, |r| r.valid_until += 1), "enclave"),
    ("the platform", |b| twice!(b, enclave.record, |r| r.platform.0[0] ^= 1), "enclave"),
    (
        "whether the platform is known",
        |b| twice!(b, enclave.record, |r| r.platform_known = false),
        "enclave",
    ),
    (
        "the measured registers",
        |b| {
            twice!(b, enclave.reference, |r| if let Measurement::SevSnp { policy, .. } =
                &mut r.measurement
            {
                *policy += 1
            })
        },
        "enclave",
    ),
    ("the end of the approval", |b| twice!(b, enclave.reference, |r| r.until = 59), "enclave"),
    (
        "the model that is approved",
        |b| twice!(b, enclave.reference, |r| r.model = Some(ModelId([9; 32]))),
        "enclave",
    ),
    (
        "what the code observes itself",
        |b| twice!(b, enclave.reference, |r| r.vouches = ClaimSet::default()),
        "facts",
    ),
    (
        "how the code binds models",
        |b| twice!(b, enclave.reference, |r| r.binding = ModelBinding::Upstream),
        "enclave",
    ),
    ("the network", |b| twice!(b, model.version, |m| network(&mut m)), "enclave"),
];

#[test]
fn whatever_is_altered_of_an_enclave_fails_the_check_that_knows_it() {
    for (what, alter, name) in OF_ENCLAVES {
        let mut bundle = tee();
        alter(&mut bundle);
        let report = audit(&bundle, None);
        assert_eq!(report.verdict, Verdict::Failed, "{what}");
        let finding = report.findings.iter().find(|finding| finding.name == name).unwrap();
        assert_eq!(finding.result, CheckResult::Fail, "{what}: {name} said {}", finding.detail);
    }
}

const OF_TEXTS: [Alteration; 7] = [
    (
        "the weights",
        |b| twice!(b, model.version, |m| weights(&mut m, Digest([1; 32]), b't')),
        "enclave",
    ),
    (
        "the weights, for the id",
        |b| twice!(b, model.version, |m| weights(&mut m, Digest([1; 32]), b't')),
        "model",
    ),
    (
        "the name",
        |b| twice!(b, model.version, |m| weights(&mut m, Digest([31; 32]), b'T')),
        "model",
    ),
    ("a byte of the text", |b| b.answer.as_mut().unwrap().output.0[0] ^= 1, "output"),
    ("what is no text", |b| b.answer.as_mut().unwrap().output.0[0] = 0xff, "output"),
    (
        "a byte of the messages",
        |b| b.request.as_mut().unwrap().input.as_mut().unwrap().0[11] = b' ',
        "input",
    ),
    ("a parameter", |b| b.request.as_mut().unwrap().parameters.0[14] = b'9', "parameters"),
];

/// Other weights, or another first letter of the name.
fn weights(version: &mut ModelVersion, digest: Digest, first: u8) {
    if let Artefact::Text(model) = &mut version.artefact {
        model.name.0[0] = first;
        if let TextSource::Weights { file, .. } = &mut model.source {
            *file = digest;
        }
    }
}

#[test]
fn whatever_is_altered_of_a_text_fails_the_check_that_knows_it() {
    for (what, alter, name) in OF_TEXTS {
        let mut bundle = text();
        alter(&mut bundle);
        let report = audit(&bundle, None);
        assert_eq!(report.verdict, Verdict::Failed, "{what}");
        let finding = report.findings.iter().find(|finding| finding.name == name).unwrap();
        assert_eq!(finding.result, CheckResult::Fail, "{what}: {name} said {}", finding.detail);
    }
}

#[test]
fn a_setup_by_the_owner_is_one_of_the_interested_exactly_where_there_is_a_royalty() {
    let said_too_well = |royalty| {
        let mut bundle = zkml();
        twice!(bundle, model.version, |version| version.royalty = royalty);
        key(&mut bundle, |key| key.setup = Setup::Sole(OWNER));
        audit(&bundle, None).fields().contains(&"appraised.facts.setup")
    };
    assert!(said_too_well(1));
    assert!(!said_too_well(0));
}

#[test]
fn every_byte_of_a_proof_that_is_altered_is_refused() {
    for place in 0..192 {
        let mut bundle = zkml();
        zk(&mut bundle, |_, _, proof| proof[place] ^= 1);
        let report = audit(&bundle, None);
        let finding = report.findings.iter().find(|finding| finding.name == "proof").unwrap();
        assert_eq!(finding.result, CheckResult::Fail, "byte {place}");
    }
}

#[test]
fn a_rule_that_fails_names_what_the_state_says() {
    let mut bundle = zkml();
    bundle.state.as_mut().unwrap().leased.as_mut().unwrap().price += 1;
    let report = audit(&bundle, None);
    assert!(report.fields().contains(&"payment.released"), "{:?}", report.fields());
}
