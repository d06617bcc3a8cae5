//! Good evidence, and what may be said with it.

use crate::mock::*;
use opg_primitives::{
    checks::{passed, Check, CheckResult},
    claims::{Claim, Standing},
    ids::{Account, Commitment, Digest},
    mode::Mode,
    model::Setup,
    standing::{grade, table, Column, Grade, SetupTrust},
    statement::{commit_output, output_salt, NO_SALT},
    traits::Appraisal,
};
use opg_zkml_statement::OutputSpec;
use sp_runtime::AccountId32;

fn standing(appraisal: &Appraisal, claim: Claim) -> Standing {
    let mut cells = appraisal.appraised.standings.iter();
    cells.find(|cell| cell.claim == claim).unwrap().standing
}

fn result(appraisal: &Appraisal, check: Check) -> CheckResult {
    let mut entries = appraisal.checks.iter();
    entries.find(|entry| entry.check == check).unwrap().result
}

fn under(setup: Setup) -> Appraisal {
    let mut case = Case::new(Mode::ZkMl);
    case.key = Some(verifying_key(key_bytes(3, 0), setup));
    case.appraise(OUTPUT, &case.zkml(OUTPUT)).unwrap()
}

#[docify::export]
#[test]
fn a_proof_of_a_recognised_ceremony_gets_the_best_grade() {
    run(|| {
        let contributor = Account([40; 32]);
        let root = frame_system::RawOrigin::Root;
        Verification::recognise(root.into(), AccountId32::new(contributor.0)).unwrap();

        let mut case = Case::new(Mode::ZkMl);
        let contributors = vec![STRANGER, contributor].try_into().unwrap();
        let setup = Setup::Ceremony { contributors, transcript: Digest([1; 32]) };
        case.key = Some(verifying_key(key_bytes(3, 0), setup));

        let good = case.appraise(OUTPUT, &case.zkml(OUTPUT)).unwrap();
        assert_eq!(good.appraised.grade, Grade::A);
        assert_eq!(good.appraised.facts.setup, SetupTrust::Bare);
        assert_eq!(good.appraised.forgeable_by, None);
    });
}

#[test]
fn a_signature_alone_supports_a_word_and_no_more() {
    run(|| {
        let case = Case::new(Mode::Plain);
        let good = case.appraise(OUTPUT, &case.plain(OUTPUT)).unwrap();
        assert_eq!(good.appraised.grade, Grade::E);
        assert_eq!(good.appraised.facts.column, Column::Plain);
        assert_eq!(standing(&good, Claim::Output), Standing::Signed);
        assert_eq!(standing(&good, Claim::InputBytes), Standing::Enforced);
        assert_eq!(good.appraised.key_version, None);
        assert_eq!(good.appraised.forgeable_by, None);
        assert_eq!(result(&good, Check::Proof), CheckResult::NotClaimed);
        assert_eq!(result(&good, Check::SetupTrusted), CheckResult::NotClaimed);
    });
}

#[test]
fn a_proof_supports_execution_and_names_who_could_have_forged_it() {
    run(|| {
        let good = under(Setup::Sole(STRANGER));
        assert_eq!(good.appraised.facts.column, Column::ZkConstant);
        assert_eq!(standing(&good, Claim::Execution), Standing::Proven);
        assert_eq!(standing(&good, Claim::Answerer), Standing::Signed);
        assert_eq!(good.appraised.grade, Grade::C);
        assert_eq!(good.appraised.forgeable_by, Some(STRANGER));
        assert_eq!(good.appraised.key_version, Some(0));
        assert_eq!(result(&good, Check::Proof), CheckResult::Pass);
        assert_eq!(result(&good, Check::SetupTrusted), CheckResult::Fail);
    });
}

#[test]
fn a_setup_without_a_secret_leaves_nobody_to_name() {
    run(|| {
        let good = under(Setup::Transparent);
        assert_eq!(good.appraised.grade, Grade::A);
        assert_eq!(result(&good, Check::SetupTrusted), CheckResult::Pass);
    });
}

#[test]
fn a_setup_of_the_provider_or_a_paid_owner_gets_the_lowest_grade() {
    run(|| {
        let mut case = Case::new(Mode::ZkMl);
        case.model.royalty = 1;
        for paid in [case.provider, case.model.owner] {
            case.key = Some(verifying_key(key_bytes(3, 0), Setup::Sole(paid)));
            let good = case.appraise(OUTPUT, &case.zkml(OUTPUT)).unwrap();
            assert_eq!(good.appraised.grade, Grade::E);
            assert_eq!(good.appraised.forgeable_by, Some(paid));
            assert_eq!(good.appraised.facts.setup, SetupTrust::ForgeableByInterested);
        }
    });
}

#[test]
fn a_setup_of_an_owner_without_a_royalty_is_graded_like_a_strangers() {
    run(|| {
        let case = Case::new(Mode::ZkMl);
        assert_eq!(case.model.royalty, 0);
        let good = under(Setup::Sole(case.model.owner));
        assert_eq!(good.appraised.grade, Grade::C);
        assert_eq!(good.appraised.forgeable_by, Some(case.model.owner));
        assert_eq!(good.appraised.facts.setup, SetupTrust::Forgeable);
    });
}

#[test]
fn a_ceremony_counts_only_while_its_contributor_is_recognised() {
    run(|| {
        let contributor = Account([40; 32]);
        let ceremony = || Setup::Ceremony {
            contributors: vec![contributor, STRANGER].try_into().unwrap(),
            transcript: Digest([1; 32]),
        };
        let root = || frame_system::RawOrigin::Root.into();
        assert_eq!(under(ceremony()).appraised.grade, Grade::C);
        Verification::recognise(root(), AccountId32::new(contributor.0)).unwrap();
        assert_eq!(under(ceremony()).appraised.grade, Grade::A);
        Verification::forget(root(), AccountId32::new(contributor.0)).unwrap();
        assert_eq!(under(ceremony()).appraised.grade, Grade::C);
    });
}

#[test]
fn the_table_and_the_grade_are_those_of_the_facts() {
    run(|| {
        let plain = Case::new(Mode::Plain);
        let zkml = Case::new(Mode::ZkMl);
        for good in [
            plain.appraise(OUTPUT, &plain.plain(OUTPUT)).unwrap(),
            zkml.appraise(OUTPUT, &zkml.zkml(OUTPUT)).unwrap(),
        ] {
            let facts = good.appraised.facts(&good.checks);
            assert_eq!(facts.passed, passed(&good.checks));
            assert_eq!(good.appraised.standings, table(&facts));
            assert_eq!(good.appraised.grade, grade(&facts));
        }
    });
}

#[test]
fn every_check_is_logged_once_with_its_block() {
    run(|| {
        let case = Case::new(Mode::ZkMl);
        let good = case.appraise(OUTPUT, &case.zkml(OUTPUT)).unwrap();
        let logged: Vec<_> = good.checks.iter().map(|entry| entry.check).collect();
        assert_eq!(logged, Check::ALL);
        assert!(good.checks.iter().all(|entry| entry.at == case.now));
    });
}

#[test]
fn the_output_is_committed_to_under_the_salt_of_the_request() {
    run(|| {
        let case = Case::new(Mode::Plain);
        let good = case.appraise(OUTPUT, &case.plain(OUTPUT)).unwrap();
        assert_eq!(good.output, commit_output(output_salt(NO_SALT, case.request), OUTPUT));
    });
}

#[test]
fn logits_are_proven_in_as_many_elements_as_they_need() {
    run(|| {
        let mut case = Case::new(Mode::ZkMl);
        case.gives(OutputSpec::Logits { len: 10 });
        // input commitment, two elements of output, binding
        case.key = Some(verifying_key(key_bytes(4, 0), Setup::Transparent));
        let logits: Vec<u8> = (-5i32..5).flat_map(i32::to_le_bytes).collect();
        assert_eq!(case.statement(&logits).len(), 4);
        let good = case.appraise(&logits, &case.zkml(&logits)).unwrap();
        assert_eq!(good.appraised.grade, Grade::A);
        assert_ne!(good.output, Commitment::default());
    });
}
