//! Whatever is written, in whatever blocks with whatever weight left, the log stays whole.

use crate::{mock::*, types::Place, ByLease, WeightInfo};
use opg_primitives::{receipt::Receipt, request::Outcome, traits::Receipts as _, tree};
use proptest::prelude::*;

/// What happens in a block.
#[derive(Clone, Debug)]
struct Happening {
    /// Request, attempt, provider (none at 0), terminal, self-dealing.
    receipts: Vec<(u8, u8, u8, bool, bool)>,
    /// For how many steps of pruning there is weight.
    idle: u64,
    /// The window from this block on.
    life: u32,
}

fn happening() -> impl Strategy<Value = Happening> {
    let receipt = (0..12u8, 0..3u8, 0..4u8, any::<bool>(), any::<bool>());
    (prop::collection::vec(receipt, 0..6), 0..12u64, 1..6u32)
        .prop_map(|(receipts, idle, life)| Happening { receipts, idle, life })
}

fn written(
    (request, attempt, provider, terminal, self_dealing): (u8, u8, u8, bool, bool),
) -> Receipt {
    let mut written = Receipt { attempt, terminal, self_dealing, ..receipt(request, provider) };
    if provider == 0 {
        written.lease = None;
        written.outcome = Outcome::NoProvider;
    }
    written
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_log_stays_whole(blocks in prop::collection::vec(happening(), 1..25)) {
        run(|| {
            for (number, block) in (1u32..).zip(blocks) {
                if number > 1 {
                    begin(number);
                }
                Life::set(block.life);
                let mut ids = Vec::new();
                for receipt in block.receipts.into_iter().map(written) {
                    // That a second one is refused has a test of its own.
                    if !ByLease::<Test>::contains_key(receipt.request, receipt.attempt) {
                        ids.push(Receipts::append(receipt));
                    }
                }
                let steps = <() as WeightInfo>::prune_step() * block.idle;
                let header = end_with(<() as WeightInfo>::prune_base() + steps);
                assert_eq!(header, tree::root(&ids));
                for (index, id) in (0u32..).zip(&ids) {
                    let shown = Receipts::inclusion(Place { block: number, index }).unwrap();
                    assert!(tree::verify(&header, *id, index, &shown.path));
                }
                Receipts::do_try_state().unwrap();
            }
        });
    }
}
