//! What holds whatever happens: random drafts against a plain history.

use crate::mock::*;
use opg_primitives::{mode::Mode, policy::Rules, traits::Policies as _};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn any_rules() -> impl Strategy<Value = Rules> {
    (0..3usize, any::<bool>()).prop_map(|(which, named)| {
        let modes: &[Mode] = match which {
            0 => &[Mode::Plain],
            1 => &[Mode::ZkMl],
            _ => &[Mode::ZkMl, Mode::Plain],
        };
        Rules { provider_may_be_named: named, ..rules(modes) }
    })
}

/// Whether the draft is stored and enacted, its delay, and what it changes.
fn any_step() -> impl Strategy<Value = (u8, u32, BTreeMap<u8, Rules>)> {
    (0..4u8, 1..4u32, prop::collection::btree_map(0..4u8, any_rules(), 1..4))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_version_reads_as_in_a_plain_history(steps in prop::collection::vec(any_step(), 1..20)) {
        build_and_execute(|| {
            let name = |n: u8| format!("class-{n}");
            let mut history: Vec<BTreeMap<u8, Rules>> = vec![BTreeMap::new()];
            for (what, delay, changes) in steps {
                let named: Vec<_> = changes.iter().map(|(n, r)| (name(*n), r.clone())).collect();
                let named: Vec<_> = named.iter().map(|(n, r)| (n.as_str(), r.clone())).collect();
                let rules = draft(&named);
                let id = Policies::draft_id(&rules);
                let who = RuntimeOrigin::signed(account(1));
                let at = System::block_number() + delay;
                let stored = Policies::store_draft(who.clone(), rules).is_ok();
                let current = history.last().unwrap();
                prop_assert_eq!(stored, changes.iter().all(|(n, r)| current.get(n) != Some(r)));
                if !stored {
                    continue;
                }
                match what {
                    0 => prop_assert!(Policies::discard_draft(who, id).is_ok()),
                    1 => {
                        prop_assert!(Policies::enact(RuntimeOrigin::root(), id, at).is_ok());
                        prop_assert!(Policies::cancel(RuntimeOrigin::root(), id).is_ok());
                        prop_assert!(Policies::discard_draft(who, id).is_ok());
                    }
                    _ => {
                        prop_assert!(Policies::enact(RuntimeOrigin::root(), id, at).is_ok());
                        run_to(at);
                        let mut next = current.clone();
                        next.extend(changes);
                        history.push(next);
                    }
                }
            }
            prop_assert_eq!(Policies::current() as usize, history.len() - 1);
            for (version, rules) in (0u32..).zip(&history) {
                for n in 0..4u8 {
                    let read = Policies::rules(&class(&name(n)), version);
                    prop_assert_eq!(read.as_ref(), rules.get(&n));
                }
            }
            Ok(())
        })?;
    }
}
