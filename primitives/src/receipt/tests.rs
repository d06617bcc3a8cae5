use super::*;
use crate::{
    checks::{Check, CheckResult, Checked, Passed},
    disclosure::{FieldDisclosure, Form, ReadableBy},
    reference::ClaimSet,
    request::Refusal,
    standing::{self, Circumstances, Column, Delivery, InputChannel, SetupTrust},
};

const GENESIS: GenesisHash = GenesisHash([0xaa; 32]);

/// A settled receipt of mode `ZkMl`, each field filled with a value of its own.
fn settled() -> Receipt {
    let checks: CheckLog = [
        Check::WorkerSignature,
        Check::Proof,
        Check::InputRecomputed,
        Check::OutputRecomputed,
        Check::BindingRecomputed,
        Check::RuntimeState,
    ]
    .into_iter()
    .map(|check| Checked { check, result: CheckResult::Pass, at: 30 })
    .collect::<Vec<_>>()
    .try_into()
    .unwrap();
    let circumstances = Circumstances {
        column: Column::ZkConstant,
        batch_leaf: false,
        leaf_holds_block_hash: false,
        voucher: false,
        setup: SetupTrust::Forgeable,
        input: InputChannel::Public,
        delivery: Delivery::InBlock,
        vouches: ClaimSet::default(),
        preparation_in_image: false,
        seeded_by_lease: false,
        platform_holder_known: false,
    };
    let facts = Facts { circumstances, passed: crate::checks::passed(&checks) };
    let public = FieldDisclosure { form: Form::Public, readable_by: ReadableBy::Everyone };
    Receipt {
        format: RECEIPT_FORMAT,
        request: RequestId([1; 32]),
        attempt: 1,
        terminal: true,
        outcome: Outcome::Settled,
        requester: Account([2; 32]),
        model: ModelId([3; 32]),
        owner: Account([4; 32]),
        class: ClassId(b"general".to_vec().try_into().unwrap()),
        mode: ModeRecord { asked: None, default: Mode::ZkMl, achieved: Some(Mode::ZkMl) },
        lease: Some(LeaseRecord {
            provider: Account([5; 32]),
            selection: Selection::Drawn { redraws: 2 },
            sequence: 7,
            lease_block: (12, BlockHash([6; 32])),
            acknowledged: Some(14),
        }),
        requested: 10,
        closed: 30,
        deadline: 400,
        input: Commitment([7; 32]),
        parameters: Commitment([8; 32]),
        output: Some(Commitment([9; 32])),
        disclosure: Disclosure {
            input: public,
            parameters: FieldDisclosure {
                form: Form::NotApplicable,
                readable_by: ReadableBy::Nobody,
            },
            output: public,
            weights: FieldDisclosure { form: Form::Withheld, readable_by: ReadableBy::ModelOwner },
            providers_that_saw: 2,
        },
        payment: Payment {
            held: 100,
            provider: 80,
            owner: 5,
            burned: 3,
            treasury: 2,
            released: 10,
            slashed: 0,
            compensation: 0,
            fee_burned: 1,
        },
        self_dealing: false,
        checks,
        evidence: Some(EvidenceLocation { block: 30, extrinsic: 2, digest: Digest([10; 32]) }),
        judged_by: JudgedBy {
            spec_version: 100,
            code_hash: Digest([11; 32]),
            policy_version: 3,
            policy: Digest([12; 32]),
            trust_version: 4,
        },
        appraised: Some(Appraised {
            facts: circumstances,
            standings: standing::table(&facts),
            grade: standing::grade(&facts),
            forgeable_by: Some(Account([13; 32])),
            key_version: Some(0),
            attested: None,
        }),
    }
}

#[test]
fn the_encoding_of_a_receipt_and_its_id_are_pinned() {
    let encoded = settled().encode();
    assert_eq!(
        hex::encode(sp_crypto_hashing::blake2_256(&encoded)),
        "4cfa0c7ffbedc5d8246cadde5f2696929acaef160bd27fe6e0cb713c74297282"
    );
    assert_eq!(
        receipt_id(GENESIS, &settled()).to_string(),
        "0xaab7eb3846c838bf64e2e7fb0f2e98ebf1d80bfa8230d2e6812b24bbb4c189e0"
    );
}

#[test]
fn a_receipt_decodes_to_itself() {
    let receipt = settled();
    assert_eq!(Receipt::decode(&mut &receipt.encode()[..]), Ok(receipt));
}

#[test]
fn a_cut_receipt_does_not_decode() {
    let encoded = settled().encode();
    for length in 0..encoded.len() {
        assert!(Receipt::decode(&mut &encoded[..length]).is_err(), "cut at {length}");
    }
}

#[test]
fn the_id_covers_chain_body_and_evidence() {
    let id = receipt_id(GENESIS, &settled());
    assert_ne!(receipt_id(GenesisHash([0; 32]), &settled()), id);
    let mut other = settled();
    other.closed = 31;
    assert_ne!(receipt_id(GENESIS, &other), id);
    let mut other = settled();
    if let Some(evidence) = &mut other.evidence {
        evidence.digest.0[0] ^= 1;
    }
    assert_ne!(receipt_id(GENESIS, &other), id);
}

#[test]
fn the_table_follows_from_what_the_receipt_holds() {
    let receipt = settled();
    let appraised = receipt.appraised.as_ref().unwrap();
    let facts = appraised.facts(&receipt.checks);
    assert_eq!(standing::table(&facts), appraised.standings);
    assert_eq!(standing::grade(&facts), appraised.grade);
}

#[test]
fn a_failed_check_supports_nothing() {
    let mut receipt = settled();
    for entry in receipt.checks.iter_mut() {
        entry.result = CheckResult::Fail;
    }
    assert_eq!(crate::checks::passed(&receipt.checks), Passed::default());
}

#[test]
fn the_largest_receipt_is_below_a_kibibyte_and_three_quarters() {
    assert!(Receipt::max_encoded_len() <= 1792, "{}", Receipt::max_encoded_len());
}

#[test]
fn the_outcomes_have_fixed_encodings() {
    assert_eq!(Outcome::Settled.encode(), [0]);
    assert_eq!(Outcome::EvidenceRefused(Refusal::InvalidProof).encode(), [5, 8]);
    assert_eq!(Outcome::AbortedByGovernance.encode(), [7]);
}

#[cfg(feature = "serde")]
#[test]
fn a_receipt_survives_json() {
    let receipt = settled();
    let json = serde_json::to_string(&receipt).unwrap();
    assert_eq!(serde_json::from_str::<Receipt>(&json).unwrap(), receipt);
    assert!(json.contains(r#""request":"0x0101"#), "ids are hexadecimal: {json}");
    assert!(json.contains(r#""held":"100""#), "amounts are strings: {json}");
}

#[cfg(feature = "serde")]
#[test]
fn an_amount_of_more_than_sixty_four_bits_survives_any_json_tool() {
    let mut receipt = settled();
    receipt.payment.held = u128::MAX;
    let value = serde_json::to_value(&receipt).unwrap();
    assert_eq!(serde_json::from_value::<Receipt>(value.clone()).unwrap(), receipt);
    for wrong in ["1e3", "-1", "+1", "01", "", "0x10", "340282366920938463463374607431768211456"] {
        let mut value = value.clone();
        value["payment"]["held"] = wrong.into();
        assert!(serde_json::from_value::<Receipt>(value).is_err(), "{wrong:?} was read");
    }
}
