//! The table of `STANDINGS.md`, written down again by hand and held against the function.

use super::*;
use proptest::prelude::*;

/// The checks that let a cell say what it says.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Says {
    /// `-`
    Absent,
    /// `na`
    NotApplicable,
    /// `S`, by the checks named
    Signed(&'static [Check]),
    /// `At`
    Attested(&'static [Check]),
    /// `P°`: the checks named, and k8 for what it rests on
    Proven(&'static [Check]),
    /// `En`
    Enforced(&'static [Check]),
}
use Says::{Attested as At, Enforced as En, NotApplicable as Na, Proven as P, Signed as S};
const NO: Says = Says::Absent;

const K1: &[Check] = &[Check::WorkerSignature];
const K2: &[Check] = &[Check::SessionSignature];
const K2_3: &[Check] = &[Check::SessionSignature, Check::EnclaveValid];
/// k4 presupposes a valid enclave whose session key signed.
const K4: &[Check] = &[Check::SessionSignature, Check::EnclaveValid, Check::Vouched];
const K5: &[Check] = &[Check::Proof];
const K5_INPUT: &[Check] = &[Check::Proof, Check::InputRecomputed];
const K5_OUTPUT: &[Check] = &[Check::Proof, Check::OutputRecomputed];
const K5_WEIGHTS: &[Check] = &[Check::Proof, Check::WeightsRecomputed];
const K6_INPUT: &[Check] = &[Check::InputRecomputed];
const K6_BINDING: &[Check] = &[Check::BindingRecomputed];
const K6_7: &[Check] = &[Check::BindingRecomputed, Check::RuntimeState];
const K7: &[Check] = &[Check::RuntimeState];
const K9: &[Check] = &[Check::LeafVerified];
/// What rests on the owner's word alone, which registering the model was.
const OWNER: &[Check] = &[];

const COLUMNS: [Column; 6] = [
    Column::Plain,
    Column::TeeOpen,
    Column::TeeProxy,
    Column::ZkConstant,
    Column::ZkPrivate,
    Column::Development,
];

/// The table for a single answer to a private input whose encryption ends inside the enclave, in
/// the block, seeded by the lease, prepared inside the image. Rows by columns as in the design;
/// compound rows are one line a claim.
#[rustfmt::skip]
const TABLE: [(Claim, [Says; 6]); 25] = [
    (Claim::ModeAsked,           [En(K7),   En(K7),   En(K7),   En(K7),         En(K7),         En(K7)]),
    (Claim::ModeAchieved,        [En(K7),   En(K7),   En(K7),   En(K7),         En(K7),         En(K7)]),
    (Claim::Answerer,            [S(K1),    At(K2_3), At(K2_3), S(K1),          S(K1),          S(K2)]),
    (Claim::Payee,               [En(K7),   En(K7),   En(K7),   En(K6_BINDING), En(K6_BINDING), En(K7)]),
    (Claim::Location,            [S(K1),    At(K2_3), At(K2_3), NO,             NO,             S(K2)]),
    (Claim::ModelAsked,          [En(K7),   En(K7),   En(K7),   En(K7),         En(K7),         En(K7)]),
    (Claim::ModelRan,            [S(K1),    At(K4),   S(K2),    P(K5),          P(K5_WEIGHTS),  S(K2)]),
    (Claim::KeyOfNetwork,        [Na,       Na,       Na,       S(OWNER),       S(OWNER),       Na]),
    (Claim::InputBytes,          [NO,       NO,       NO,       NO,             NO,             NO]),
    (Claim::InputForwarded,      [Na,       Na,       At(K4),   Na,             Na,             Na]),
    (Claim::InputUsed,           [S(K1),    At(K4),   NO,       P(K5_INPUT),    P(K5_INPUT),    S(K2)]),
    (Claim::Preparation,         [S(K1),    At(K4),   S(K2),    NO,             NO,             S(K2)]),
    (Claim::ParametersForwarded, [Na,       Na,       At(K4),   Na,             Na,             Na]),
    (Claim::Parameters,          [S(K1),    At(K4),   NO,       Na,             Na,             S(K2)]),
    (Claim::Output,              [S(K1),    At(K4),   At(K4),   P(K5_OUTPUT),   P(K5_OUTPUT),   S(K2)]),
    (Claim::Execution,           [S(K1),    At(K4),   NO,       P(K5),          P(K5),          S(K2)]),
    (Claim::SingleAnswer,        [NO,       At(K4),   NO,       P(K5),          P(K5),          NO]),
    (Claim::Usage,               [S(K1),    At(K4),   S(K2),    Na,             Na,             S(K2)]),
    (Claim::AfterBlock,          [En(K6_7), En(K6_7), En(K6_7), En(K6_7),       En(K6_7),       En(K6_7)]),
    (Claim::BeforeBlock,         [En(K7),   En(K7),   En(K7),   En(K7),         En(K7),         En(K7)]),
    (Claim::ClockTimes,          [S(K1),    S(K2),    S(K2),    NO,             NO,             S(K2)]),
    (Claim::Price,               [En(K7),   En(K7),   En(K7),   En(K7),         En(K7),         En(K7)]),
    (Claim::InputReaders,        [S(K1),    At(K4),   At(K4),   S(K1),          S(K1),          S(K2)]),
    (Claim::Delivered,           [En(K7),   En(K7),   En(K7),   En(K7),         En(K7),         En(K7)]),
    (Claim::NothingMissing,      [En(K7),   En(K7),   En(K7),   En(K7),         En(K7),         En(K7)]),
];

/// The column of a batch's leaf where it is not "as its key": by a worker key, by an enclave's key,
/// by the development vendor's. With a voucher that holds a block's hash.
#[rustfmt::skip]
const LEAF: [(Claim, [Says; 3]); 12] = [
    (Claim::ModeAsked,      [S(K9),  S(K9),    S(K9)]),
    (Claim::ModeAchieved,   [En(K9), En(K9),   En(K9)]),
    (Claim::ModelAsked,     [S(K9),  S(K9),    S(K9)]),
    (Claim::KeyOfNetwork,   [Na,     Na,       Na]),
    (Claim::InputBytes,     [S(K1),  S(K2),    S(K2)]),
    (Claim::AfterBlock,     [En(K9), En(K9),   En(K9)]),
    (Claim::BeforeBlock,    [En(K9), En(K9),   En(K9)]),
    (Claim::ClockTimes,     [S(K1),  S(K2),    S(K2)]),
    (Claim::Price,          [En(K7), En(K7),   En(K7)]),
    (Claim::Delivered,      [NO,     NO,       NO]),
    (Claim::NothingMissing, [S(K1),  At(K2_3), S(K2)]),
    (Claim::Answerer,       [S(K1),  At(K2_3), S(K2)]),
];

fn circumstances(column: Column) -> Circumstances {
    Circumstances {
        column,
        batch_leaf: false,
        leaf_holds_block_hash: true,
        voucher: true,
        setup: SetupTrust::Bare,
        input: InputChannel::EndsInEnclave,
        delivery: Delivery::InBlock,
        vouches: ClaimSet::of(&Claim::ALL),
        preparation_in_image: true,
        seeded_by_lease: true,
        platform_holder_known: true,
    }
}

fn facts(column: Column) -> Facts {
    Facts { circumstances: circumstances(column), passed: Passed::of(&Check::ALL) }
}

fn leaf(column: Column) -> Facts {
    let mut facts = facts(column);
    facts.circumstances.batch_leaf = true;
    facts
}

fn assert_says(cell: &Cell, says: Says) {
    let (standing, setup) = match says {
        Says::Absent => (Standing::Absent, false),
        Na => (Standing::NotApplicable, false),
        S(_) => (Standing::Signed, false),
        At(_) => (Standing::Attested, false),
        P(_) => (Standing::Proven, true),
        En(_) => (Standing::Enforced, false),
    };
    assert_eq!(cell.standing, standing, "{cell:?}");
    assert_eq!(cell.basis.contains(&Basis::Setup), setup, "{cell:?}");
}

fn named(says: Says) -> Vec<Check> {
    match says {
        Says::Absent | Na => Vec::new(),
        S(checks) | At(checks) | En(checks) => checks.to_vec(),
        P(checks) => [checks, &[Check::SetupTrusted]].concat(),
    }
}

/// Every cell of the design, with the facts under which it holds.
fn cells() -> impl Iterator<Item = (Claim, Facts, Says)> {
    let single = TABLE.into_iter().flat_map(|(claim, row)| {
        COLUMNS.into_iter().zip(row).map(move |(column, says)| (claim, facts(column), says))
    });
    let leaves = LEAF.into_iter().flat_map(|(claim, row)| {
        [Column::Plain, Column::TeeOpen, Column::Development]
            .into_iter()
            .zip(row)
            .map(move |(column, says)| (claim, leaf(column), says))
    });
    single.chain(leaves)
}

/// Support, with a proof that somebody could have forged below one that nobody could.
fn support(cell: &Cell) -> (Standing, bool) {
    (cell.standing, !cell.basis.contains(&Basis::ForgeableSetup))
}

#[test]
fn every_cell_says_what_the_design_says() {
    assert_eq!(cells().count(), 25 * 6 + 12 * 3);
    for (claim, facts, says) in cells() {
        assert_says(&standing(claim, &facts), says);
    }
}

#[test]
fn the_table_has_each_claim_once_in_the_order_of_print() {
    let claims: Vec<_> = table(&facts(Column::Plain)).iter().map(|cell| cell.claim).collect();
    assert_eq!(claims, Claim::ALL);
    let mut sorted = claims.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(sorted.len(), Claim::ALL.len());
}

#[test]
fn switching_off_a_check_lowers_exactly_the_cells_that_name_it() {
    let mut lowered = 0;
    for check in Check::ALL {
        for (claim, facts, says) in cells() {
            let with = support(&standing(claim, &facts));
            let off = Facts { passed: facts.passed.without(check), ..facts };
            let without = support(&standing(claim, &off));
            let names = named(says).contains(&check);
            assert_eq!(
                without < with,
                names,
                "{claim:?} in {:?} without {check:?}",
                facts.circumstances.column
            );
            assert!(without <= with);
            lowered += usize::from(names);
        }
    }
    assert!(lowered > 150, "only {lowered} cells depend on a check");
}

#[test]
fn a_claim_that_the_code_does_not_vouch_for_lowers_exactly_its_own_cell() {
    let mut lowered = 0;
    for left_out in Claim::ALL {
        let others: Vec<_> = Claim::ALL.into_iter().filter(|claim| *claim != left_out).collect();
        for (claim, facts, says) in cells() {
            let mut without = facts;
            without.circumstances.vouches = ClaimSet::of(&others);
            let (full, part) = (standing(claim, &facts), standing(claim, &without));
            let rests_on_it = claim == left_out && named(says).contains(&Check::Vouched);
            assert_eq!(
                support(&part) < support(&full),
                rests_on_it,
                "{claim:?} in {:?} without {left_out:?}",
                facts.circumstances.column
            );
            assert!(rests_on_it || part == full);
            lowered += usize::from(rests_on_it);
        }
    }
    assert!(lowered > 10, "only {lowered} cells rest on what the code vouches for");
}

#[test]
fn what_no_code_vouches_for_is_signed_or_absent_but_never_attested_by_it() {
    for column in [Column::TeeOpen, Column::TeeProxy] {
        let mut facts = facts(column);
        facts.circumstances.vouches = ClaimSet::default();
        let attested = table(&facts).into_iter().filter(|cell| cell.standing == Standing::Attested);
        let claims: Vec<_> = attested.map(|cell| cell.claim).collect();
        // Whose key it is and where it ran is what the document says, not the code.
        assert_eq!(claims, [Claim::Answerer, Claim::Location]);
        assert_eq!(grade(&facts), Grade::E);
    }
}

#[test]
fn every_check_supports_some_cell() {
    for check in Check::ALL {
        assert!(
            cells().any(|(_, _, says)| named(says).contains(&check)),
            "{check:?} supports nothing"
        );
    }
}

#[test]
fn the_bytes_of_a_public_input_are_enforced_in_every_column_but_a_leafs() {
    for column in COLUMNS {
        let mut facts = facts(column);
        facts.circumstances.input = InputChannel::Public;
        assert_says(&standing(Claim::InputBytes, &facts), En(K6_INPUT));
        facts.passed = facts.passed.without(Check::InputRecomputed);
        assert_says(&standing(Claim::InputBytes, &facts), NO);
        assert_says(&standing(Claim::InputReaders, &facts), Na);
    }
}

#[test]
fn an_input_that_the_operator_can_read_has_no_attested_readers() {
    for column in COLUMNS {
        let mut facts = facts(column);
        facts.circumstances.input = InputChannel::Operator;
        assert_eq!(standing(Claim::InputReaders, &facts).standing, Standing::Signed);
    }
}

#[test]
fn an_answer_that_the_lease_did_not_seed_may_be_the_best_of_many() {
    let mut facts = facts(Column::TeeOpen);
    facts.circumstances.seeded_by_lease = false;
    assert_says(&standing(Claim::SingleAnswer, &facts), NO);
}

#[test]
fn preparation_outside_the_image_is_only_signed() {
    let mut facts = facts(Column::TeeOpen);
    facts.circumstances.preparation_in_image = false;
    assert_says(&standing(Claim::Preparation, &facts), S(K2));
}

#[test]
fn delivery_is_signed_if_the_requester_acknowledged_and_absent_if_nothing_shows_it() {
    let mut facts = facts(Column::TeeOpen);
    facts.circumstances.delivery = Delivery::Acknowledged;
    assert_says(&standing(Claim::Delivered, &facts), S(&[]));
    facts.circumstances.delivery = Delivery::Unknown;
    assert_says(&standing(Claim::Delivered, &facts), NO);
}

#[test]
fn a_leaf_without_voucher_or_hash_says_neither_what_was_asked_nor_after_which_block() {
    let mut facts = leaf(Column::Plain);
    facts.circumstances.voucher = false;
    facts.circumstances.leaf_holds_block_hash = false;
    for claim in [Claim::ModeAsked, Claim::ModelAsked, Claim::AfterBlock, Claim::Price] {
        assert_says(&standing(claim, &facts), NO);
    }
}

#[test]
fn what_an_upstream_said_is_named_as_relayed() {
    for claim in [Claim::ModelRan, Claim::Preparation, Claim::Usage, Claim::Output] {
        assert!(standing(claim, &facts(Column::TeeProxy)).basis.contains(&Basis::Upstream));
    }
}

#[test]
fn the_grades_are_those_of_the_design() {
    let graded = |column, change: fn(&mut Facts)| {
        let mut facts = facts(column);
        change(&mut facts);
        grade(&facts)
    };
    fn forgeable(facts: &mut Facts) {
        facts.circumstances.setup = SetupTrust::Forgeable;
        facts.passed = facts.passed.without(Check::SetupTrusted);
    }
    fn interested(facts: &mut Facts) {
        forgeable(facts);
        facts.circumstances.setup = SetupTrust::ForgeableByInterested;
    }
    assert_eq!(graded(Column::Plain, |_| ()), Grade::E);
    assert_eq!(graded(Column::TeeOpen, |_| ()), Grade::B);
    assert_eq!(
        graded(Column::TeeOpen, |f| f.circumstances.platform_holder_known = false),
        Grade::C
    );
    assert_eq!(graded(Column::TeeProxy, |_| ()), Grade::C);
    assert_eq!(graded(Column::Development, |_| ()), Grade::E);
    for column in [Column::ZkConstant, Column::ZkPrivate] {
        assert_eq!(graded(column, |_| ()), Grade::A);
        assert_eq!(graded(column, forgeable), Grade::C);
        assert_eq!(graded(column, interested), Grade::E);
    }
    for column in [Column::TeeOpen, Column::TeeProxy] {
        assert_eq!(graded(column, |f| f.passed = f.passed.without(Check::EnclaveValid)), Grade::E);
    }
    for (column, expected) in [(Column::Plain, Grade::E), (Column::TeeOpen, Grade::B)] {
        assert_eq!(grade(&leaf(column)), expected, "a leaf has the grade of its key");
    }
}

#[test]
fn a_bare_grade_needs_the_check_and_not_only_the_circumstance() {
    let mut facts = facts(Column::ZkConstant);
    facts.passed = facts.passed.without(Check::SetupTrusted);
    assert_eq!(grade(&facts), Grade::C);
}

#[test]
fn the_discriminants_of_claims_and_standings_are_pinned() {
    use codec::Encode;
    let mut claims: Vec<_> = Claim::ALL.iter().flat_map(Encode::encode).collect();
    claims.sort_unstable();
    assert_eq!(claims, (0..25).collect::<Vec<u8>>());
    let standings = [
        Standing::Absent,
        Standing::NotApplicable,
        Standing::Signed,
        Standing::Attested,
        Standing::Proven,
        Standing::Enforced,
    ];
    assert_eq!(standings.iter().flat_map(Encode::encode).collect::<Vec<_>>(), [0, 1, 2, 3, 4, 5]);
}

proptest! {
    #[test]
    fn no_set_of_checks_says_more_than_all_of_them(bits in 0u16..1 << 12, column in 0usize..6) {
        let full = facts(COLUMNS[column]);
        let some = Check::ALL
            .into_iter()
            .enumerate()
            .filter(|(index, _)| bits & (1 << index) != 0)
            .fold(Passed::default(), |set, (_, check)| set.with(check));
        let partial = Facts { passed: some, ..full };
        for claim in Claim::ALL {
            prop_assert!(support(&standing(claim, &partial)) <= support(&standing(claim, &full)));
        }
        prop_assert!(grade(&partial) >= grade(&full));
    }

    #[test]
    fn every_basis_fits_its_cell(bits in 0u16..1 << 12, column in 0usize..6, leaf in any::<bool>()) {
        let mut facts = facts(COLUMNS[column]);
        facts.circumstances.batch_leaf = leaf;
        facts.passed = Check::ALL.into_iter().enumerate()
            .filter(|(index, _)| bits & (1 << index) != 0)
            .fold(Passed::default(), |set, (_, check)| set.with(check));
        prop_assert_eq!(table(&facts).len(), Claim::ALL.len());
    }
}
