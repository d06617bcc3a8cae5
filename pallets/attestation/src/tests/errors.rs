//! Where each error of the pallet is shown. One without a test does not compile; one whose test is gone,
//! or names it no more, fails.

use crate::{mock::Test, Backwards, Fault, Mismatch};
use opg_primitives::enclave::EnclaveFault;

type Error = crate::Error<Test>;

/// The tests, by the name of their file.
const FILES: [(&str, &str); 14] = [
    ("answers", include_str!("answers.rs")),
    ("approvals", include_str!("approvals.rs")),
    ("binding", include_str!("binding.rs")),
    ("collateral", include_str!("collateral.rs")),
    ("endorsements", include_str!("endorsements.rs")),
    ("ends", include_str!("ends.rs")),
    ("faults", include_str!("faults.rs")),
    ("freshness", include_str!("freshness.rs")),
    ("platforms", include_str!("platforms.rs")),
    ("real", include_str!("real.rs")),
    ("registration", include_str!("registration.rs")),
    ("renewal", include_str!("renewal.rs")),
    ("revocations", include_str!("revocations.rs")),
    ("trust", include_str!("trust.rs")),
];

/// The text of a test, from its name to its end.
fn text_of(test: &str) -> &'static str {
    let (file, name) = test.split_once("::").unwrap();
    let (_, text) = FILES.iter().find(|(named, _)| *named == file).unwrap();
    let head = format!("fn {name}() {{");
    let start = text.find(&head).unwrap_or_else(|| panic!("there is no test {test}"));
    let rest = &text[start..];
    &rest[..rest.find("\n}\n").unwrap()]
}

/// Looks for each variant of `$type` in the test that is named beside it. A variant without one does not
/// compile.
macro_rules! shown {
    ($type:ident as $written:literal, but not [$($hidden:ident)?] {
        $($variant:ident $(($part:pat))? => $test:literal,)*
    }) => {{
        #[allow(dead_code, unreachable_patterns)]
        fn every_variant(value: $type) {
            match value {
                $($type::$variant $(($part))? => {})*
                $($type::$hidden { .. } => {})?
            }
        }
        for (variant, test) in [$((stringify!($variant), $test)),*] {
            let written = format!("{}::{variant}", $written);
            let text = text_of(test);
            let named = text.match_indices(&written).any(|(at, _)| {
                let next = text[at + written.len()..].chars().next();
                next.is_none_or(|next| !next.is_alphanumeric())
            });
            assert!(named, "{test} does not name {written}");
        }
    }};
}

#[test]
fn every_error_is_shown_by_a_test() {
    shown!(Error as "Error::<Test>", but not [__Ignore] {
        Refused(_) => "registration::a_document_that_its_verifier_refuses_is_refused_by_the_rule",
        NotBound(_) => "binding::the_document_of_another_provider_is_not_bound_to_the_signer",
        Backwards(_) => "collateral::an_older_collateral_never_takes_the_place_of_a_newer_one",
        WeakSessionKey => "registration::a_session_key_under_which_anybody_can_sign_is_refused",
        WeakEncryptionKey => "registration::an_encryption_key_with_which_no_secret_is_shared_is_refused",
        ChallengeOfFuture => "freshness::a_block_of_the_future_and_this_one_are_no_challenge",
        ChallengeTooOld => "freshness::a_challenge_may_be_as_old_as_the_limit_and_not_a_block_older",
        ChallengeUnknown => "freshness::a_block_whose_hash_is_not_known_is_no_challenge",
        ChallengeNotNewer => "renewal::a_challenge_has_to_be_by_a_newer_block_than_the_last",
        CounterWentBack => "renewal::a_counter_never_goes_back_and_keeps_its_head_where_it_stands",
        DocumentUsed => "freshness::a_document_is_used_once_even_when_its_enclave_is_gone",
        AlreadyRegistered => "registration::the_same_session_key_is_not_registered_twice",
        AlreadyStored => "endorsements::a_chain_is_brought_once",
        NotStored => "ends::what_is_not_stored_is_not_reaped",
        NotProvider => "ends::nobody_retires_the_enclave_of_another",
        CollateralMissing => "real::a_quote_without_its_collateral_or_with_that_of_another_platform_is_refused",
        EndorsementMissing => "endorsements::a_report_without_the_chain_of_its_key_is_refused",
        TcbNotAccepted => "approvals::a_status_that_is_not_accepted_is_refused",
        Revoked => "revocations::what_rests_on_something_revoked_does_not_answer_nor_register_nor_renew",
        TooManyOfProvider => "platforms::a_provider_has_so_many_enclaves_and_not_one_more",
        TooManyOnPlatform => "platforms::a_machine_has_so_many_enclaves_and_not_one_more",
        OtherCode => "renewal::other_code_with_the_same_keys_does_not_renew",
        OtherMachine => "renewal::another_machine_with_the_same_keys_does_not_renew",
        VendorMismatch => "approvals::a_vendor_without_such_registers_is_refused",
        NeverInForce => "approvals::an_approval_that_is_never_in_force_is_refused",
        ApproverNamed => "approvals::an_approval_names_nobody_as_its_approver",
        NotApproved => "approvals::what_is_withdrawn_is_approved_no_more",
        NotYet => "revocations::nothing_is_revoked_or_lifted_in_the_future",
        AlreadyRevoked => "revocations::what_is_revoked_is_not_revoked_again_for_the_same_blocks",
        NotRevoked => "revocations::what_is_not_revoked_is_not_lifted",
        NotReapable => "ends::anybody_reaps_an_enclave_once_its_retention_is_over",
    });
}

#[test]
fn every_fault_of_a_document_is_shown_by_a_test() {
    shown!(Fault as "Fault", but not [] {
        Malformed => "registration::a_document_that_its_verifier_refuses_is_refused_by_the_rule",
        Unknown => "faults::a_report_of_a_version_that_is_not_known_is_refused",
        UntrustedRoot => "trust::a_chain_that_does_not_trust_the_development_vendor_refuses_its_documents",
        Certificate => "endorsements::a_chain_that_is_none_is_refused",
        NotYetValid => "registration::a_document_that_its_verifier_refuses_is_refused_by_the_rule",
        Expired => "registration::a_document_that_its_verifier_refuses_is_refused_by_the_rule",
        CertificateRevoked => "faults::a_quote_of_a_platform_whose_certificate_is_revoked_is_refused",
        Signature => "registration::a_document_with_one_bit_of_its_signature_flipped_is_refused",
        Debug => "registration::a_report_of_a_guest_that_can_be_debugged_or_moved_is_refused",
        Migratable => "registration::a_report_of_a_guest_that_can_be_debugged_or_moved_is_refused",
        Attributes => "faults::a_trust_domain_that_goes_on_without_its_pages_is_refused",
        UnexplainedRegister => "registration::a_register_that_the_software_extends_is_taken_with_its_events_and_not_without",
        OtherPlatform => "endorsements::a_report_under_the_key_of_another_chip_is_refused",
        NoPlatform => "faults::a_report_that_does_not_name_its_chip_is_refused",
        QuotingEnclave => "faults::a_quote_by_a_quoting_enclave_of_somebody_else_is_refused",
        TcbRevoked => "faults::a_quote_of_a_platform_at_or_below_a_revoked_level_is_refused",
    });
}

#[test]
fn every_mismatch_and_every_step_backwards_is_shown_by_a_test() {
    shown!(Mismatch as "Mismatch", but not [] {
        ReportData => "binding::report_data_with_anything_behind_the_hash_are_not_bound",
        UserData => "binding::the_document_of_another_provider_is_not_bound_to_the_signer",
        Nonce => "binding::a_nonce_or_a_public_key_may_be_left_out_and_may_not_be_another",
        PublicKey => "binding::a_nonce_or_a_public_key_may_be_left_out_and_may_not_be_another",
    });
    shown!(Backwards as "Backwards", but not [] {
        EvaluationNumber => "collateral::each_part_moves_forward_by_itself",
        TcbInfo => "collateral::each_part_moves_forward_by_itself",
        QeIdentity => "collateral::each_part_moves_forward_by_itself",
        RootCrl => "collateral::each_part_moves_forward_by_itself",
        PckCrl => "collateral::each_part_moves_forward_by_itself",
        NothingNewer => "collateral::each_part_moves_forward_by_itself",
    });
}

#[test]
fn every_fault_of_an_enclave_is_shown_by_a_test() {
    shown!(EnclaveFault as "EnclaveFault", but not [NotTheDelivered] {
        Unknown => "answers::an_enclave_of_another_provider_is_unknown",
        Expired => "answers::an_approved_enclave_answers_until_its_document_ends",
        Revoked => "revocations::what_rests_on_something_revoked_does_not_answer_nor_register_nor_renew",
        NotApproved => "answers::code_that_nobody_approved_registers_and_does_not_answer",
    });
}
