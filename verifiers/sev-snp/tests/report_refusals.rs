//! One hostile report per rule, signed as it should be and refused by the rule's own error; and what the rules leave.

mod common;

use common::issue::*;
use opg_development_vendor::{hostile::other_key, sev_snp::put_signature};
use opg_verifier_sev_snp::{
    verify, verify_report, Cpuid, EndorsementKey, Error, Firmware, Part, Product, Report, Tcb,
    REPORT_LEN, SIGNED_LEN,
};
use p384::ecdsa::Signature;

/// The verdict on Milan's report after a change that is signed.
fn milan(change: impl FnOnce(&mut [u8])) -> Result<Report, Error> {
    MILAN.verify(&MILAN.changed(change))
}

#[test]
fn the_reports_that_the_cases_start_from_verify() {
    let report = MILAN.verify(&MILAN.report).unwrap();
    assert_eq!((report.version, report.product), (3, Product::Milan));
    assert_eq!((report.report_data, report.measurement), ([0xda; 64], [0x3e; 48]));
    assert_eq!((report.chip_id, report.root), (CHIP_ID, MILAN.chain.root()));
    assert_eq!(report.cpuid, Some(Cpuid { family: 0x19, model: 1, stepping: 1 }));
    assert_eq!(report.launch_mitigations, None);
    assert!(report.platform.alias_check_complete() && report.platform.smt());
    assert!(report.policy.smt_allowed() && !report.policy.single_socket_required());

    let report = TURIN.verify(&TURIN.report).unwrap();
    assert_eq!((report.version, report.product), (5, Product::Turin));
    let tcb = Tcb { fmc: Some(1), bootloader: 2, tee: 3, snp: 4, microcode: 200 };
    assert_eq!((report.reported_tcb, report.committed_tcb), (tcb, tcb));
    assert_eq!(report.chip_id[..8], TURIN_CHIP_ID);
    let mitigations = Some(u64::from_le_bytes([0x0f; 8]));
    assert_eq!((report.launch_mitigations, report.current_mitigations), (mitigations, mitigations));

    let report = VLEK.verify(&VLEK.report).unwrap();
    assert_eq!((report.version, report.kind), (4, EndorsementKey::Vlek));
    assert_eq!(report.chip_id, [0; 64]);
}

#[test]
fn chain_and_report_verify_in_one_call() {
    let chain = MILAN.chain.chain();
    let together = verify(&MILAN.report, &chain, &[MILAN.chain.root()], NOW);
    assert_eq!(together, MILAN.verify(&MILAN.report));
    let long = vec![0; REPORT_LEN + 1];
    let refused = verify(&long, &chain, &[], NOW);
    assert_eq!(refused, Err(Error::WrongLength { found: REPORT_LEN + 1 }));
}

#[test]
fn a_report_of_version_2_has_no_processor() {
    let report = milan(|report| {
        report[VERSION] = 2;
        report[CPUID].fill(0);
    });
    assert_eq!(report.unwrap().cpuid, None);
    let refused = milan(|report| report[VERSION] = 2);
    assert_eq!(refused, Err(Error::ReservedBytes { offset: 0x188 }));
}

#[test]
fn a_version_whose_layout_is_unknown_is_refused() {
    for version in [0, 1, 6, 0xff] {
        let refused = milan(|report| report[VERSION] = version);
        assert_eq!(refused, Err(Error::UnknownVersion(version.into())));
    }
    let refused = milan(|report| report[VERSION + 3] = 1);
    assert_eq!(refused, Err(Error::UnknownVersion(0x0100_0003)));
}

#[test]
fn another_signature_algorithm_is_refused() {
    for algorithm in [0, 2] {
        let refused = milan(|report| report[ALGORITHM] = algorithm);
        assert_eq!(refused, Err(Error::UnknownSignatureAlgorithm(algorithm.into())));
    }
}

#[test]
fn a_report_of_another_length_is_refused() {
    for length in [0, 1, SIGNED_LEN, REPORT_LEN - 1, REPORT_LEN + 1] {
        let mut report = MILAN.report.clone();
        report.resize(length, 0);
        assert_eq!(MILAN.verify(&report), Err(Error::WrongLength { found: length }));
    }
}

#[test]
fn a_reserved_byte_that_is_not_zero_is_refused() {
    let milan_reserved = (0x4c..0x50).chain(0x18b..0x1a0).chain([0x1eb, 0x1ef]).chain(0x1f8..0x2a0);
    for offset in milan_reserved.chain(0x330..REPORT_LEN) {
        let refused = milan(|report| report[offset] = 1);
        assert_eq!(refused, Err(Error::ReservedBytes { offset }));
    }
    for offset in 0x208..0x2a0 {
        let report = TURIN.changed(|report| report[offset] = 1);
        assert_eq!(TURIN.verify(&report), Err(Error::ReservedBytes { offset }));
    }
}

#[test]
fn a_tcb_version_with_unknown_components_is_refused() {
    let tcbs = [CURRENT_TCB, REPORTED_TCB.start, COMMITTED_TCB, LAUNCH_TCB];
    for offset in tcbs.into_iter().flat_map(|tcb| tcb + 2..tcb + 6) {
        let refused = milan(|report| report[offset] = 1);
        assert_eq!(refused, Err(Error::ReservedBytes { offset }));
    }
    for offset in tcbs.into_iter().flat_map(|tcb| tcb + 4..tcb + 7) {
        let report = TURIN.changed(|report| report[offset] = 1);
        assert_eq!(TURIN.verify(&report), Err(Error::ReservedBytes { offset }));
    }
}

#[test]
fn policies_that_give_the_host_a_way_in_are_refused() {
    assert_eq!(milan(|report| report[POLICY + 2] |= 1 << 3), Err(Error::DebugAllowed));
    assert_eq!(milan(|report| report[POLICY + 2] |= 1 << 2), Err(Error::MigrationAgentAllowed));
    for at in REPORT_ID_MA {
        assert_eq!(milan(|report| report[at] = 0), Err(Error::MigrationAgent));
    }
}

#[test]
fn reserved_policy_bits_must_be_as_specified() {
    let refused = milan(|report| report[POLICY + 2] ^= 1 << 1);
    assert_eq!(refused, Err(Error::ReservedPolicyBits));
    for bit in 26..64 {
        let refused = milan(|report| report[POLICY + bit / 8] |= 1 << (bit % 8));
        assert_eq!(refused, Err(Error::ReservedPolicyBits), "bit {bit}");
    }
}

#[test]
fn policy_bits_that_bind_the_host_are_read() {
    let report = milan(|report| {
        report[POLICY..POLICY + 4].copy_from_slice(&[55, 1, 0b1111_0010, 0b0011]);
    });
    let policy = report.unwrap().policy;
    assert_eq!((policy.abi_major(), policy.abi_minor()), (1, 55));
    assert!(!policy.smt_allowed());
    assert!(policy.single_socket_required() && policy.cxl_allowed());
    assert!(policy.aes_256_xts_required() && policy.rapl_off_required());
    assert!(policy.ciphertext_hiding_required() && policy.page_swap_off_required());
}

#[test]
fn a_report_for_lower_privilege_or_for_the_host_is_refused() {
    for vmpl in [1, 2, 3, u32::MAX] {
        let refused = milan(|report| report[VMPL..VMPL + 4].copy_from_slice(&vmpl.to_le_bytes()));
        assert_eq!(refused, Err(Error::LowerPrivilege(vmpl)));
    }
}

#[test]
fn reserved_bits_of_the_key_information_must_be_zero() {
    for bit in 5..32 {
        let refused = milan(|report| report[KEYS + bit / 8] |= 1 << (bit % 8));
        assert_eq!(refused, Err(Error::ReservedKeyBits), "bit {bit}");
    }
}

#[test]
fn the_author_keys_flag_and_digest_must_agree() {
    let flag_alone = milan(|report| report[KEYS] |= 1);
    assert_eq!(flag_alone, Err(Error::AuthorKeyMismatch));
    let digest_alone = milan(|report| report[AUTHOR_KEY_DIGEST].fill(0xa0));
    assert_eq!(digest_alone, Err(Error::AuthorKeyMismatch));
    let both = milan(|report| {
        report[KEYS] |= 1;
        report[AUTHOR_KEY_DIGEST].fill(0xa0);
    });
    assert_eq!(both.unwrap().author_key_digest, [0xa0; 48]);
}

#[test]
fn a_report_under_another_kind_of_key_is_refused() {
    let refused = milan(|report| report[KEYS] = 1 << 2);
    assert_eq!(refused, Err(Error::SigningKeyMismatch));
    let report = VLEK.changed(|report| report[KEYS] = 0);
    assert_eq!(VLEK.verify(&report), Err(Error::SigningKeyMismatch));
    for kind in 2..8u8 {
        let refused = milan(|report| report[KEYS] = kind << 2);
        assert_eq!(refused, Err(Error::UnknownSigningKey), "key {kind}");
    }
}

#[test]
fn a_report_from_a_processor_of_another_product_is_refused() {
    let refusals: [[u8; 2]; 6] =
        [[0x19, 0x10], [0x19, 0xa0], [0x19, 0xff], [0x1a, 0x01], [0x17, 0x01], [0, 0]];
    for [family, model] in refusals {
        let refused = milan(|report| report[CPUID].copy_from_slice(&[family, model, 1]));
        let expected = Err(Error::ProductMismatch(Part::Report));
        assert_eq!(refused, expected, "{family:x} {model:x}");
    }
    let turin = TURIN.changed(|report| report[CPUID].copy_from_slice(&[0x19, 0x01, 1]));
    assert_eq!(TURIN.verify(&turin), Err(Error::ProductMismatch(Part::Report)));
}

#[test]
fn the_reported_tcb_version_must_be_the_keys() {
    for component in [0, 1, 6, 7] {
        for change in [1u8, 0xff] {
            let refused = milan(|report| {
                let level = &mut report[REPORTED_TCB][component];
                *level = level.wrapping_add(change);
            });
            assert_eq!(refused, Err(Error::TcbMismatch), "component {component}");
        }
    }
    for component in [0, 1, 2, 3, 7] {
        let report = TURIN.changed(|report| report[REPORTED_TCB][component] ^= 1);
        assert_eq!(TURIN.verify(&report), Err(Error::TcbMismatch), "component {component}");
    }
}

#[test]
fn other_tcb_versions_are_read_and_left_to_the_caller() {
    let report = milan(|report| report[CURRENT_TCB + 7] = 200).unwrap();
    assert!(report.current_tcb.at_least(&report.reported_tcb));
    assert!(!report.reported_tcb.at_least(&report.current_tcb));
}

#[test]
fn a_chip_that_is_hidden_is_no_vceks() {
    let masked = milan(|report| report[KEYS] |= 1 << 1);
    assert_eq!(masked, Err(Error::ChipKeyMasked));
    let both = milan(|report| {
        report[KEYS] |= 1 << 1;
        report[CHIP].fill(0);
    });
    assert_eq!(both, Err(Error::ChipKeyMasked));
    assert_eq!(milan(|report| report[CHIP].fill(0)), Err(Error::ChipIdMasked));
}

#[test]
fn another_chip_than_the_vceks_is_refused() {
    for at in CHIP {
        assert_eq!(milan(|report| report[at] ^= 1), Err(Error::ChipIdMismatch));
        let report = TURIN.changed(|report| report[at] ^= 1);
        assert_eq!(TURIN.verify(&report), Err(Error::ChipIdMismatch));
    }
}

#[test]
fn a_vlek_says_nothing_of_the_chip() {
    let named = VLEK.changed(|report| report[CHIP].copy_from_slice(&CHIP_ID));
    assert_eq!(VLEK.verify(&named).unwrap().chip_id, CHIP_ID);
    let chip_key_masked = VLEK.changed(|report| report[KEYS] |= 1 << 1);
    assert!(VLEK.verify(&chip_key_masked).is_ok());
}

#[test]
fn a_number_of_the_signature_beyond_48_bytes_is_refused() {
    for at in (R + 48..S).chain(S + 48..0x330) {
        let mut report = MILAN.report.clone();
        report[at] = 1;
        assert_eq!(MILAN.verify(&report), Err(Error::OversizedSignature), "byte {at:#x}");
    }
}

#[test]
fn a_signature_of_something_else_is_refused() {
    let zeros = |report: &mut Vec<u8>| report[R..].fill(0);
    let ones = |report: &mut Vec<u8>| {
        report[R..R + 48].fill(0xff);
        report[S..S + 48].fill(0xff);
    };
    let swapped = |report: &mut Vec<u8>| {
        let (r, s) = (report[R..S].to_vec(), report[S..S + 72].to_vec());
        report[R..S].copy_from_slice(&s);
        report[S..S + 72].copy_from_slice(&r);
    };
    let more = |report: &mut Vec<u8>| {
        let signature = MILAN.key().sign_fixed(&report[..SIGNED_LEN + 1]);
        put_signature(report, &signature);
    };
    type Change<'a> = &'a dyn Fn(&mut Vec<u8>);
    let changes: [Change<'_>; 4] = [&zeros, &ones, &swapped, &more];
    for (number, change) in changes.into_iter().enumerate() {
        let mut report = MILAN.report.clone();
        change(&mut report);
        assert_eq!(MILAN.verify(&report), Err(Error::WrongSignature), "change {number}");
    }
}

/// Which is why the hash of all of a report's bytes is no identity.
#[test]
fn the_twin_of_a_signature_verifies_too() {
    let signature = MILAN.key().sign_fixed(&MILAN.report[..SIGNED_LEN]);
    let signature = Signature::from_slice(&signature).unwrap();
    let twin = Signature::from_scalars(signature.r(), -signature.s()).unwrap();
    let mut report = MILAN.report.clone();
    put_signature(&mut report, twin.to_bytes().as_slice());
    assert_ne!(report, MILAN.report);
    assert_eq!(MILAN.verify(&report), MILAN.verify(&MILAN.report));
    assert_eq!(report[..SIGNED_LEN], MILAN.report[..SIGNED_LEN]);
}

#[test]
fn an_endorsement_with_another_key_or_none_verifies_nothing() {
    let mut other = MILAN.endorsement.clone();
    other.key = other_key().public_bytes().try_into().unwrap();
    assert_eq!(verify_report(&MILAN.report, &other, NOW), Err(Error::WrongSignature));
    other.key = [0; 97];
    assert_eq!(verify_report(&MILAN.report, &other, NOW), Err(Error::InvalidEndorsement));
    other.key[0] = 4;
    assert_eq!(verify_report(&MILAN.report, &other, NOW), Err(Error::InvalidEndorsement));
}

#[test]
fn the_firmware_versions_are_read() {
    let report = milan(|report| report[0x1e8..0x1f0].copy_from_slice(&[3, 55, 1, 0, 2, 54, 1, 0]));
    let report = report.unwrap();
    assert_eq!(report.current_firmware, Firmware { major: 1, minor: 55, build: 3 });
    assert_eq!(report.committed_firmware, Firmware { major: 1, minor: 54, build: 2 });
}

#[test]
fn a_tcb_version_is_at_least_another_in_every_component_or_not() {
    let floor = Tcb { fmc: None, bootloader: 3, tee: 1, snp: 8, microcode: 115 };
    assert!(floor.at_least(&floor));
    let raised = [
        Tcb { bootloader: 4, ..floor },
        Tcb { tee: 2, ..floor },
        Tcb { snp: 9, ..floor },
        Tcb { microcode: 116, ..floor },
    ];
    for tcb in raised {
        assert!(tcb.at_least(&floor) && !floor.at_least(&tcb), "{tcb:?}");
    }
    let crossed = Tcb { bootloader: 2, snp: 9, ..floor };
    assert!(!crossed.at_least(&floor) && !floor.at_least(&crossed));
    let turin = Tcb { fmc: Some(1), ..floor };
    assert!(!turin.at_least(&floor) && !floor.at_least(&turin));
    assert!(Tcb { fmc: Some(2), ..floor }.at_least(&turin));
}
